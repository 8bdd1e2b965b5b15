import type { StudyCheckpoint } from '@sardonyx/study';
import type { BeltCheckpoint } from '../belt/belt-integrator.js';

const column = <D extends string, T extends { readonly length: number }>(dtype: D, data: T) => ({ dtype, shape: [data.length], data });

/** A checkpoint of a belt's integration as a study saves it. */
export const beltArrays = ({ steps, planets, groups, values }: BeltCheckpoint): Pick<StudyCheckpoint, 'arrays' | 'state'> => ({
  arrays: {
    planets: column('float64', planets.states),
    values: column('float64', values),
    particles: column('uint32', groups.particles),
    levels: column('uint8', groups.levels),
    waited: column('uint16', groups.waited),
  },
  state: { steps, planetStep: planets.step, isOwed: groups.isOwed },
});

/** Back from what a study restored. */
export function beltCheckpointOf({ arrays, state }: StudyCheckpoint): BeltCheckpoint {
  const { steps, planetStep, isOwed } = state as { steps: number; planetStep: number; isOwed: boolean };
  return {
    steps,
    planets: { states: arrays['planets']!.data as Float64Array, step: planetStep },
    groups: {
      particles: arrays['particles']!.data as Uint32Array,
      levels: arrays['levels']!.data as Uint8Array,
      waited: arrays['waited']!.data as Uint16Array,
      isOwed,
    },
    values: arrays['values']!.data as Float64Array,
  };
}

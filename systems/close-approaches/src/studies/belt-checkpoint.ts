import type { StudyCheckpoint } from '@sardonyx/study';
import type { BeltSnapshot } from '../belt/belt-run.js';

const column = <D extends string, T extends { readonly length: number }>(dtype: D, data: T) => ({ dtype, shape: [data.length], data });

/** A snapshot of a belt's run as a study saves it. */
export const beltArrays = ({ steps, planets, groups, values, excursions }: BeltSnapshot): Pick<StudyCheckpoint, 'arrays' | 'state'> => ({
  arrays: {
    planets: column('float64', planets),
    values: column('float64', values),
    levels: column('uint8', groups.levels),
    waited: column('uint16', groups.waited),
    excursions: column('float64', excursions),
  },
  state: { steps },
});

/** Back from what a study restored. */
export function beltSnapshotOf({ arrays, state }: StudyCheckpoint): BeltSnapshot {
  const { steps } = state as { steps: number };
  return {
    steps,
    planets: arrays['planets']!.data as Float64Array,
    values: arrays['values']!.data as Float64Array,
    groups: { levels: arrays['levels']!.data as Uint8Array, waited: arrays['waited']!.data as Uint16Array },
    excursions: arrays['excursions']!.data as Float64Array,
  };
}

import type { Kernel } from '@sardonyx/parallel';
import type { MassiveBodies } from '../dynamics/massive-bodies.js';
import { BeltRun } from '../belt/belt-run.js';
import { tableOfStates } from '../belt/particle-table.js';
import type { Detector } from '../encounters/step-detector.js';

/** Particles to be followed with one detector and step, attractions in the kicks throughout. */
export interface DetectorShard {
  readonly bodies: MassiveBodies;
  readonly states: Float64Array;
  readonly firstId: number;
  readonly detector: Detector;
  readonly step: number;
  readonly steps: number;
}

/** Of one approach: place of the planet, r_min (au), v_inf (au/d), particle. */
export type DetectedApproach = readonly [planet: number, rMin: number, vInf: number, particle: number];

const stepsPerTurn = 256;

/** The approaches that a detector finds. */
export const detectorShard: Kernel<DetectorShard, DetectedApproach[]> = {
  module: import.meta.url,
  name: 'detectorShard',
  async run({ bodies, states, firstId, detector, step, steps }, { pause }) {
    const run = new BeltRun(bodies, tableOfStates(states), { longestStep: step, levels: 1, detector, hybrid: { kind: 'none' }, firstId });
    const found: DetectedApproach[] = [];
    for (let done = 0; done < steps; done += stepsPerTurn) {
      const { events } = await run.advance(Math.min(stepsPerTurn, steps - done));
      found.push(...events.map(({ planet, rMin, vInf, particle }): DetectedApproach => [planet, rMin, vInf, particle]));
      await pause();
    }
    return found;
  },
};

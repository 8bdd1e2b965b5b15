import type { Kernel } from '@sardonyx/parallel';
import type { MassiveBodies } from '../dynamics/massive-bodies.js';
import type { ExtraAcceleration } from '../encounters/belt-stepper.js';
import type { EncounterEvent } from '../encounters/encounter-event.js';
import { BeltPropagation, type BeltPropagationOptions, type BeltSnapshot } from '../encounters/propagate-belt.js';
import type { Removal } from '../encounters/removal.js';
import { driftAcceleration } from '../yarkovsky/drift-acceleration.js';

/** What a batch of particles is to do; it can be sent to another thread. */
export interface BeltBatch {
  /** Sun and planets at step 0. */
  readonly bodies: MassiveBodies;
  readonly options: Pick<BeltPropagationOptions, 'step' | 'epoch' | 'detector' | 'criticalDistances'>;
  readonly firstId: number;
  /** Heliocentric states at step 0, 6 numbers a particle, or where the batch stands. */
  readonly from: Float64Array | BeltSnapshot;
  /** da/dt of each particle of the batch, au/d, from `firstId` on, removed ones included. */
  readonly drift: Float64Array;
  readonly steps: number;
  /** Whether excursions under way are told at the end. */
  readonly isLast: boolean;
}

export interface BeltBatchResult {
  readonly events: readonly EncounterEvent[];
  readonly removals: readonly Removal[];
  readonly snapshot: BeltSnapshot;
}

/** Steps between two turns of the calling thread. */
const stepsPerTurn = 64;

/** Moves a batch of particles through a stretch of steps. */
export const beltBatch: Kernel<BeltBatch, BeltBatchResult> = {
  module: import.meta.url,
  name: 'beltBatch',
  async run({ bodies, options, firstId, from, drift, steps, isLast }, { pause }) {
    const given = { ...options, extra: driftForce(drift, firstId, bodies.starGm) };
    const run =
      from instanceof Float64Array ? new BeltPropagation(bodies, from, given, firstId) : BeltPropagation.resume(bodies, from, given);
    const records = [];
    for (let done = 0; done < steps; done += stepsPerTurn) {
      records.push(run.advance(Math.min(stepsPerTurn, steps - done)));
      await pause();
    }
    const snapshot = run.snapshot();
    if (isLast) records.push(run.finish());
    return { events: records.flatMap(({ events }) => events), removals: records.flatMap(({ removals }) => removals), snapshot };
  },
};

/**
 * √(μ/q)/a of an orbit with q = 0.005 au and a = 0.1 au, 1/d: with the particle's drift it bounds the transverse acceleration of all orbits
 * outside. Nearer to the Sun particles are removed; what lies between is held to the bound.
 */
const bound = 2.5;

/** The Yarkovsky drifts of particles as an acceleration beside gravity. */
function driftForce(drift: Float64Array, firstId: number, gm: number): NonNullable<BeltPropagationOptions['extra']> {
  const transverse = new Float64Array(3);
  const acceleration: ExtraAcceleration = (id, state, out) => {
    const own = drift[id - firstId]!;
    if (own === 0) return;
    driftAcceleration(state, gm, own, transverse);
    const [x, y, z] = [transverse[0]!, transverse[1]!, transverse[2]!];
    const size = Math.sqrt(x * x + y * y + z * z);
    const share = size > bound * Math.abs(own) ? (bound * Math.abs(own)) / size : 1;
    for (let k = 0; k < 3; k++) out[k] = out[k]! + share * transverse[k]!;
  };
  return { acceleration, bound: bound * drift.reduce((largest, own) => Math.max(largest, Math.abs(own)), 0) };
}

import { beltDrift } from './belt-drift.js';
import { beltKick } from './belt-kick.js';
import { trackStride } from './planet-track.js';

/** Steps of one length that particles of a table take together. */
export interface BeltSteps {
  /** G·m of the Sun and of the planets, au³/d². */
  readonly mu: number;
  readonly gm: Float64Array;
  /** Rows of the planets' track, and the number of the first step's. */
  readonly track: Float64Array;
  readonly firstRow: number;
  readonly steps: number;
  /** Days. */
  readonly h: number;
  /** Length of the drift before the first kick: `h/2` where particles are synchronized, `h` where they are half a drift short. */
  readonly firstDrift: number;
  /** Length of the drift after the last kick: `h/2` to synchronize, 0 to leave half a drift owed. */
  readonly lastDrift: number;
  /** Bits of `forceBits`. */
  readonly forces: number;
}

/** Moves `count` particles of a table from number `begin` on. */
export type AdvanceBelt = (table: Float64Array, stride: number, begin: number, count: number, steps: BeltSteps) => void;

/**
 * Democratic heliocentric Wisdom–Holman steps K(h/2)·J(h/2)·I(h)·J(h/2)·K(h/2) of massless particles between planets that are
 * given; drifts of adjacent steps are one. This is what the compiled kernel computes, bit for bit.
 */
export const advanceBelt: AdvanceBelt = (table, stride, begin, count, steps) => {
  const { mu, gm, track, firstRow, h, firstDrift, lastDrift, forces } = steps;
  const rowLength = trackStride(gm.length);
  for (let i = begin; i < begin + count; i++) {
    for (let step = 0; step < steps.steps; step++) {
      beltDrift(table, stride, i, mu, step === 0 ? firstDrift : h);
      beltKick(table, stride, i, { mu, gm, track, row: (firstRow + step) * rowLength, h, forces });
    }
    if (lastDrift !== 0) beltDrift(table, stride, i, mu, lastDrift);
  }
};

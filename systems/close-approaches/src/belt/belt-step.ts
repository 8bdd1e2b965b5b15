import { beltDrift } from './belt-drift.js';
import { beltKick, kickParts } from './belt-kick.js';
import { trackStride } from './planet-track.js';

/** Number of this arithmetic, another one whenever a run comes to give other bits: archives tell by which they were written. */
export const beltArithmetic = 2;

/** Steps of one length that particles of a table take together, from node to node. */
export interface BeltSteps {
  /** G·m of the Sun and of the planets, au³/d². */
  readonly mu: number;
  readonly gm: Float64Array;
  /** Rows of the planets' track, the number of the first node's, and by how many rows each next node follows. */
  readonly track: Float64Array;
  readonly firstRow: number;
  readonly rowsPerStep: number;
  readonly steps: number;
  /** Days. */
  readonly h: number;
  /** Bits of `forceBits`. */
  readonly forces: number;
}

/** Moves `count` particles of a table from number `begin` on. */
export type AdvanceBelt = (table: Float64Array, stride: number, begin: number, count: number, steps: BeltSteps) => void;

/**
 * Democratic heliocentric Wisdom–Holman steps I(h/2)·J(h/2)·K(h)·J(h/2)·I(h/2) of massless particles between planets that are given.
 * At the nodes between them the end of one step and the beginning of the next share the evaluation of the forces, not their sums: n
 * steps at once give the bits of n single ones. This is what the compiled kernel computes, bit for bit.
 */
export const advanceBelt: AdvanceBelt = (table, stride, begin, count, { mu, gm, track, firstRow, rowsPerStep, steps, h, forces }) => {
  const rowLength = trackStride(gm.length);
  for (let i = begin; i < begin + count; i++) {
    for (let step = 0; step <= steps; step++) {
      if (step > 0) beltDrift(table, stride, i, mu, h);
      const parts = (step > 0 ? kickParts.ending : 0) + (step < steps ? kickParts.beginning : 0);
      beltKick(table, stride, i, { mu, gm, track, row: (firstRow + step * rowsPerStep) * rowLength, h, parts, forces });
    }
  }
};

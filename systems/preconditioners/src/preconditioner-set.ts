import type { Floats, Matrix } from '@sardonyx/linalg';
import { PreconditionerError } from './errors.js';

/**
 * How the matrices of one summand look.
 *
 * - `diagonal`: diagonal matrices, kept as a column of their diagonal
 * - `symmetric`: all symmetric matrices
 * - `subspace`: the symmetric matrices of a space given by its orthogonal projection, closed under products
 * - `linear-space`: those of a space that is not closed under products; no closed form, no bounds
 */
export type SummandStructure =
  | { readonly kind: 'diagonal' }
  | { readonly kind: 'symmetric' }
  | { readonly kind: 'subspace'; readonly project: (symmetric: Matrix) => Matrix }
  | { readonly kind: 'linear-space'; readonly basis: readonly Matrix[] };

/** One summand `B ⊗ I_m` of a set: `B` of order `order` acts alike on the `multiplicity` columns of a frame. */
export interface Summand {
  readonly order: number;
  readonly multiplicity: number;
  readonly structure: SummandStructure;
}

/**
 * A set `H = K ∩ PSD` of allowed preconditioners over `R^d` (well structured, arXiv:2503.10537), written in coordinates in
 * which its symmetric part is a direct sum of repeated blocks, `Wᵀ·(⊕ᵢ Bᵢ ⊗ I_{mᵢ})·W` with an orthogonal `W`. All that
 * the theory needs, projections, roots, norms and balls, follows from the summands.
 */
export interface PreconditionerSet {
  readonly name: string;
  /** `d`, the number of parameters. */
  readonly dimension: number;
  readonly summands: readonly Summand[];
  /** Whether `K` is a matrix algebra with the identity. The closed forms and bounds hold only then. */
  readonly wellStructured: boolean;
  /** `W·x` as one `order × multiplicity` frame a summand, in the precision of `x`. */
  analyze(x: Floats): Matrix[];
  /** `Wᵀ` of frames: the inverse of {@link analyze}, in the precision of the frames. */
  synthesize(frames: readonly Matrix[]): Floats;
}

/** One symmetric matrix of a set, block by block: `order × order`, or `order × 1` for a diagonal summand. */
export type Element = readonly Matrix[];

/**
 * The frames of `x`.
 * @throws {PreconditionerError} `shape` where `x` has another length than the set's dimension
 */
export function framesOf(set: PreconditionerSet, x: Floats, what = 'vector'): Matrix[] {
  if (x.length !== set.dimension) {
    throw new PreconditionerError('shape', `${set.name}: expected a ${what} of ${set.dimension} elements, got ${x.length}`, {
      expected: set.dimension,
      given: x.length,
    });
  }
  return set.analyze(x);
}

/** Whether an array holds float32. */
export const isFloat32 = (x: Floats): x is Float32Array => x instanceof Float32Array;

/** The dimension of the space of symmetric matrices in a well-structured set's summands. */
export function storedNumbers(set: PreconditionerSet): number {
  return set.summands.reduce((sum, { order, structure }) => sum + (structure.kind === 'diagonal' ? order : order * order), 0);
}

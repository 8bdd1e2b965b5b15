import { type EigenMethod, machineEpsilon, type Matrix, type Precision } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';

/** How `P = A^{1/2}` and its inverse are found: from eigenpairs, or `A^{−1/2}` by an iteration. */
export const rootMethods = ['eigen', 'orthogonal-iteration', 'newton', 'higher-order', 'newton-schulz'] as const;
export type RootMethod = (typeof rootMethods)[number];

/** Options of all roots; whatever is not given is chosen from the statistic and stands in the {@link RootReport}. */
export interface RootOptions {
  /** Default `eigen`. The iterations take positive definite statistics only. */
  readonly method?: RootMethod;
  /** Eigensolver of `eigen`; default `divide-and-conquer`, `jacobi` keeps tiny eigenvalues of graded matrices. */
  readonly eigenMethod?: EigenMethod;
  /** Precision of the root's arithmetic; that of the statistic unless given. */
  readonly precision?: Precision;
  /**
   * What happens to eigenvalues that are zero to rounding. `pseudo-inverse` inverts them to zero, and is refused with ε > 0;
   * `clamp` raises them to the ridge that the statistic holds. Default: `clamp` with a ridge, `pseudo-inverse` without.
   */
  readonly smallEigenvalues?: 'pseudo-inverse' | 'clamp';
  /** Eigenvalues up to this part of the largest count as zero; default `10·n·eps` of the root's precision. */
  readonly relativeTolerance?: number;
}

/** How a root was found; part of every report, because precision and tolerance decide rankings. */
export interface RootReport {
  readonly method: RootMethod | 'elementwise' | 'factor' | 'convex';
  readonly precision: Precision;
  /** Order of the matrix. */
  readonly order: number;
  readonly relativeTolerance: number;
  readonly smallEigenvalues: 'pseudo-inverse' | 'clamp';
  /** Eigenvalues of the statistic that count as zero. */
  readonly dropped: number;
  /** Eigenvalues that came out below zero. */
  readonly negative: number;
  /** Extremes of the statistic's computed eigenvalues. */
  readonly smallest: number;
  readonly largest: number;
  /** Iterations of an iterative root, sweeps of Jacobi; 0 otherwise. */
  readonly iterations: number;
}

/** The root `P` of one summand's statistic. */
export interface SummandRoot {
  /** `m·Tr P`, copies counted. */
  readonly trace: number;
  readonly report: RootReport;
  /** `P·F` of an `order × multiplicity` frame. */
  apply(frame: Matrix): Matrix;
  /** `P†·F`. */
  applyInverse(frame: Matrix): Matrix;
  /** `P`, `order × order`, or its diagonal for a diagonal summand. */
  matrix(): Matrix;
  /** Eigenpairs of `P`, vectors in columns; of a diagonal summand, its diagonal and no vectors. */
  eigenpairs(): { readonly values: ArrayLike<number>; readonly vectors: Matrix | undefined };
}

/** The tolerance in force. */
export function toleranceOf({ relativeTolerance }: RootOptions, order: number, precision: Precision): number {
  if (relativeTolerance === undefined) return 10 * order * machineEpsilon[precision];
  if (relativeTolerance >= 0 && relativeTolerance < 1) return relativeTolerance;
  throw new PreconditionerError('argument', `root: expected a relative tolerance from 0 to below 1, got ${relativeTolerance}`);
}

/** What happens to small eigenvalues of a statistic that holds the ridge `ridge`. */
export function policyOf({ smallEigenvalues }: RootOptions, ridge: number): 'pseudo-inverse' | 'clamp' {
  if (smallEigenvalues === 'pseudo-inverse' && ridge !== 0) {
    throw new PreconditionerError(
      'pseudo-inverse-with-ridge',
      `root: expected ε = 0 with the pseudo-inverse, got a ridge of ${ridge}; leave smallEigenvalues out, or ε`,
      { ridge },
    );
  }
  return smallEigenvalues ?? (ridge > 0 ? 'clamp' : 'pseudo-inverse');
}

/** Throws for an eigenvalue that no rounding explains. */
export function expectNonnegative(smallest: number, largest: number, tolerance: number): void {
  if (smallest >= -Math.max(tolerance * largest, Number.MIN_VALUE)) return;
  throw new PreconditionerError(
    'negative-eigenvalue',
    `root: expected a positive semidefinite statistic, got the eigenvalue ${smallest} beside the largest, ${largest} (tolerance ${tolerance}); raise the precision of the statistic or the tolerance`,
    { eigenvalue: smallest, largest, tolerance },
  );
}

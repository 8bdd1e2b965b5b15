import { subtract } from '../arithmetic.js';
import { symmetricPart, type SymmetricPart } from '../eigen/symmetric-part.js';
import { LinalgError } from '../errors.js';
import { identity, type Matrix, type Precision, precisionOf, toPrecision } from '../matrix.js';
import { multiply } from '../multiply.js';
import { infinityNorm } from '../norms.js';

/** How a root was computed. */
export type RootMethod = 'eigen' | 'newton' | 'higher-order' | 'newton-schulz' | 'orthogonal-iteration';

/** What a root's reader must know to trust it. */
export interface RootReport {
  readonly method: RootMethod;
  /** Precision of the arithmetic that gave the result: `f64` after a retry, whatever was asked for. */
  readonly precision: Precision;
  /** Whether float32 did not converge and float64 did. */
  readonly retried: boolean;
  /** Iterations, all passes together; 0 for a plain eigendecomposition, sweeps for the Jacobi method. */
  readonly iterations: number;
  /** `‖A_ε^q·X^p − I‖_∞` (row sums), of the projector onto the kept eigenvectors in place of `I` where some were dropped. */
  readonly residual: number | undefined;
  /** Eigenvalues treated as zero by the pseudo-inverse. */
  readonly dropped: number;
  /** Eigenvalues raised to the floor of the policy `clamp`. */
  readonly clamped: number;
  /** The ε of `A_ε = A + ε·I`. */
  readonly ridge: number;
}

/** A root and how it came about. */
export interface MatrixRoot {
  readonly root: Matrix;
  readonly report: RootReport;
}

/** Options that all root methods share. */
export interface RootOptions {
  /** Precision of the computation and the result; that of the matrix unless given. */
  readonly precision?: Precision;
  /** Ridge ε ≥ 0, added to the diagonal before anything else; default 0. */
  readonly epsilon?: number;
  /** Whether to spend the `q + p` products that the residual costs; default true. */
  readonly measureResidual?: boolean;
  /** See `symmetricEigen`. */
  readonly symmetryTolerance?: number;
}

/** The exponent −q/p of an inverse root, in lowest terms. */
export interface RootExponent {
  readonly p: number;
  readonly q: number;
}

/**
 * Reads an exponent: a whole number `p` stands for `A^{−1/p}`.
 * @throws {LinalgError} `invalid-argument`
 */
export function rootExponent(exponent: number | RootExponent, method: string): RootExponent {
  const { p, q } = typeof exponent === 'number' ? { p: exponent, q: 1 } : exponent;
  for (const [name, value] of [
    ['p', p],
    ['q', q],
  ] as const) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new LinalgError('invalid-argument', `${method}: expected a whole ${name} > 0 in A^(−q/p), got ${value}`, { [name]: value });
  }
  const divisor = greatestCommonDivisor(p, q);
  return { p: p / divisor, q: q / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Refuses a ridge that is negative or not finite. @throws {LinalgError} `invalid-argument` */
export function expectRidge(epsilon: number, method: string): void {
  if (epsilon >= 0 && Number.isFinite(epsilon)) return;
  throw new LinalgError('invalid-argument', `${method}: expected a finite ridge epsilon ≥ 0, got ${epsilon}`, { epsilon });
}

/**
 * `A + ε·I` of the symmetric part, in the precision of the computation.
 * @throws {LinalgError} `invalid-argument` where ε < 0 or is NaN; those of {@link symmetricPart}
 */
export function ridged(a: Matrix, method: string, { precision = precisionOf(a), epsilon = 0, symmetryTolerance }: RootOptions): Matrix {
  return ridgedPart(a, method, { precision, epsilon, ...(symmetryTolerance === undefined ? {} : { symmetryTolerance }) }).matrix;
}

/** {@link ridged} with the largest magnitude. */
export function ridgedPart(
  a: Matrix,
  method: string,
  { precision = precisionOf(a), epsilon = 0, symmetryTolerance }: RootOptions,
): SymmetricPart {
  expectRidge(epsilon, method);
  const { matrix, largest } = symmetricPart(a, method, { precision, symmetryTolerance });
  for (let i = 0; i < matrix.rows; i++) matrix.data[i * matrix.rows + i] = matrix.data[i * matrix.rows + i]! + epsilon;
  return { matrix, largest: largest + epsilon };
}

/** `‖A^q·X^p − P‖_∞`, with `P` the identity unless given; in the precision of `X`. */
export function rootResidual(a: Matrix, x: Matrix, { p, q }: RootExponent, projector?: Matrix): number {
  let product = x;
  for (let i = 1; i < p; i++) product = multiply(product, x);
  for (let i = 0; i < q; i++) product = multiply(a, product);
  return infinityNorm(subtract(product, projector ?? identity(x.rows, precisionOf(x))));
}

/**
 * Runs a method in the precision asked for and, where float32 does not converge, in float64; the result then is rounded.
 * @throws {LinalgError} `no-convergence` where float64 does not converge either
 */
export function withRetry(precision: Precision, attempt: (precision: Precision) => MatrixRoot): MatrixRoot {
  try {
    return attempt(precision);
  } catch (error) {
    if (precision === 'f64' || !(error instanceof LinalgError && error.code === 'no-convergence')) throw error;
    const { root, report } = attempt('f64');
    return { root: toPrecision(root, precision), report: { ...report, retried: true } };
  }
}

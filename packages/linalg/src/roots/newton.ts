import { LinalgError } from '../errors.js';
import { type Matrix, precisionOf } from '../matrix.js';
import { frobeniusNorm } from '../norms.js';
import { type Block, inWorkspace } from '../workspace.js';
import { type MatrixRoot, ridged, type RootMethod, rootExponent, type RootOptions, rootResidual, withRetry } from './report.js';
import { SquareBlocks } from './square-blocks.js';

/** Options of the coupled iterations. */
export interface IterativeRootOptions extends RootOptions {
  /** Stops where `max |N − I|` is no larger, `N` being what the iteration takes to the identity; default 1e-6. */
  readonly tolerance?: number;
  /** Default 100. */
  readonly maximumIterations?: number;
}

/**
 * `A^{−1/p}` by the coupled inverse Newton iteration: `z = (p + 1)/(2‖A_ε‖_F)`, `X = z^{1/p}·I`, `N = z·A_ε`, then
 * `Y = (1 + 1/p)·I − N/p`, `X ← X·Y`, `N ← Yᵖ·N` (Guo and Higham, SIAM J. Matrix Anal. Appl. 28(3), 2006). Each step costs
 * `2 + log₂ p` products of `n³` flops; steps grow with the logarithm of the condition number.
 * @param p whole, from 1 up
 * @throws {LinalgError} `invalid-argument`, `singular` for the zero matrix, `no-convergence` with `iterations` and `distance`
 * after float64 too; it also ends so where `A_ε` is singular or indefinite. Those of `symmetricEigen` for what is no symmetric matrix
 */
export function inverseRootByNewton(a: Matrix, p: number, options: IterativeRootOptions = {}): MatrixRoot {
  const exponent = rootExponent(p, 'inverseRootByNewton');
  const { tolerance, maximumIterations } = expectIterative('inverseRootByNewton', options);
  return withRetry(options.precision ?? precisionOf(a), (precision) => {
    const shifted = ridged(a, 'inverseRootByNewton', { ...options, precision });
    const norm = positiveNorm('inverseRootByNewton', frobeniusNorm(shifted), shifted.rows);
    const scale = (exponent.p + 1) / (2 * norm);
    const { root, iterations } = inWorkspace(precision, SquareBlocks.need(7, shifted.rows), (workspace) => {
      const blocks = new SquareBlocks(workspace, shifted.rows);
      const given = workspace.load(shifted);
      let [x, n, next, y, power, scratch] = Array.from({ length: 6 }, () => blocks.take()) as [Block, Block, Block, Block, Block, Block];
      blocks.setIdentity(x, scale ** (1 / exponent.p));
      blocks.combine(scale, given, 0, n);
      let distance = blocks.distanceFromIdentity(n);
      let step = 0;
      for (; distance > tolerance; step++) {
        if (step === maximumIterations) throw notConverged('inverseRootByNewton', step, distance, tolerance);
        blocks.combine(-1 / exponent.p, n, 1 + 1 / exponent.p, y);
        blocks.multiplyCommuting(x, y, next);
        [x, next] = [next, x];
        blocks.power(y, exponent.p, power, next, scratch);
        blocks.multiplyCommuting(power, n, next);
        [n, next] = [next, n];
        distance = blocks.distanceFromIdentity(n);
      }
      if (Number.isNaN(distance)) throw notConverged('inverseRootByNewton', step, distance, tolerance);
      return { root: workspace.read(x, shifted.rows, shifted.rows), iterations: step };
    });
    return { root, report: iterativeReport('newton', shifted, root, exponent, options, iterations) };
  });
}

/** The options with their defaults. @throws {LinalgError} `invalid-argument` */
export function expectIterative(
  method: string,
  { tolerance = 1e-6, maximumIterations = 100 }: IterativeRootOptions,
): { tolerance: number; maximumIterations: number } {
  if (!(tolerance > 0) || !Number.isInteger(maximumIterations) || maximumIterations < 0) {
    throw new LinalgError(
      'invalid-argument',
      `${method}: expected a tolerance > 0 and whole maximumIterations ≥ 0, got ${tolerance} and ${maximumIterations}`,
    );
  }
  return { tolerance, maximumIterations };
}

/** The norm or trace by which an iteration scales, one for an empty matrix. @throws {LinalgError} `singular` where it is not positive */
export function positiveNorm(method: string, norm: number, order: number): number {
  if (order === 0) return 1;
  if (norm > 0) return norm;
  throw new LinalgError(
    'singular',
    `${method}: expected a positive definite matrix, got one of norm or trace ${norm}; use epsilon > 0 or the eigendecomposition with a pseudo-inverse`,
  );
}

/** The report of an iteration that has no eigenvalues to drop. */
export function iterativeReport(
  method: RootMethod,
  shifted: Matrix,
  root: Matrix,
  exponent: { readonly p: number; readonly q: number },
  { epsilon = 0, measureResidual = true }: RootOptions,
  iterations: number,
): MatrixRoot['report'] {
  const residual = measureResidual ? rootResidual(shifted, root, exponent) : undefined;
  return { method, precision: precisionOf(root), retried: false, iterations, residual, dropped: 0, clamped: 0, ridge: epsilon };
}

/** An iteration that ended above its tolerance. */
export function notConverged(method: string, iterations: number, distance: number, tolerance: number): LinalgError {
  return new LinalgError(
    'no-convergence',
    `${method}: expected max |N − I| ≤ ${tolerance}, got ${distance} after ${iterations} iterations; the matrix may be singular, indefinite or too ill-conditioned for its precision: use a larger epsilon or the eigendecomposition`,
    { iterations, distance },
  );
}

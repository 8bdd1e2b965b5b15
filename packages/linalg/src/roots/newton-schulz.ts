import { LinalgError } from '../errors.js';
import { type Matrix, precisionOf } from '../matrix.js';
import { multiply } from '../multiply.js';
import { frobeniusNorm } from '../norms.js';
import { symmetrize } from '../arithmetic.js';
import { type Block, inWorkspace } from '../workspace.js';
import { expectIterative, iterativeReport, type IterativeRootOptions, notConverged, positiveNorm } from './newton.js';
import { type MatrixRoot, ridged, withRetry } from './report.js';
import { SquareBlocks } from './square-blocks.js';

/** Coefficients (a, b, c) of an odd polynomial `a·x + b·x³ + c·x⁵`. */
export type QuinticCoefficients = readonly [a: number, b: number, c: number];

/** `(2, −1.5, 0.5)`: `p(1) = 1`, `p′(1) = 0`, the steeper at zero. */
export const secondOrderQuintic: QuinticCoefficients = [2, -1.5, 0.5];
/** `(1.875, −1.25, 0.375)`: `p(1) = 1`, `p′(1) = p″(1) = 0`, third order. */
export const thirdOrderQuintic: QuinticCoefficients = [1.875, -1.25, 0.375];

/** Options of {@link inverseRootByNewtonSchulz}. */
export interface NewtonSchulzOptions extends IterativeRootOptions {
  /** A quintic with `p(1) = 1` and `|p′(1)| < 1`; default {@link secondOrderQuintic}. */
  readonly coefficients?: QuinticCoefficients;
}

/**
 * `A^{−1/2}` by the coupled Newton–Schulz iteration: `Y = A_ε/c`, `Z = I`, `c = ‖A_ε‖_F`, then `W = ZY`, `B = bW + cW²`,
 * `Y ← aY + YB`, `Z ← aZ + BZ`; `Z/√c` tends to the root (Higham, Functions of Matrices, section 6.7). `A^{−1/4}` takes two
 * passes: with `S = A^{−1/2}`, `(A·S)^{−1/2} = A^{−1/4}`; one pass alone is no fourth root. Products only, `8n³` flops a step: taking one
 * triangle for both, as the matrices commute, would let rounding errors grow.
 * @param p 2 or 4
 * @throws {LinalgError} `invalid-argument` for another `p`; `singular`, `no-convergence` as the Newton iteration
 */
export function inverseRootByNewtonSchulz(a: Matrix, p: number, options: NewtonSchulzOptions = {}): MatrixRoot {
  if (p !== 2 && p !== 4) {
    throw new LinalgError('invalid-argument', `inverseRootByNewtonSchulz: expected p = 2 or 4, got ${p}; use inverseRootByNewton`, { p });
  }
  return withRetry(options.precision ?? precisionOf(a), (precision) => {
    const shifted = ridged(a, 'inverseRootByNewtonSchulz', { ...options, precision });
    const first = inverseSquareRoot(shifted, options);
    if (p === 2)
      return { root: first.root, report: iterativeReport('newton-schulz', shifted, first.root, { p, q: 1 }, options, first.iterations) };
    // A and S commute, so the product is symmetric but for rounding.
    const second = inverseSquareRoot(symmetrize(multiply(shifted, first.root)), options);
    const iterations = first.iterations + second.iterations;
    return { root: second.root, report: iterativeReport('newton-schulz', shifted, second.root, { p, q: 1 }, options, iterations) };
  });
}

function inverseSquareRoot(a: Matrix, options: NewtonSchulzOptions): { root: Matrix; iterations: number } {
  const { tolerance, maximumIterations } = expectIterative('inverseRootByNewtonSchulz', options);
  const [linear, cubic, quintic] = options.coefficients ?? secondOrderQuintic;
  const order = a.rows;
  const norm = positiveNorm('inverseRootByNewtonSchulz', frobeniusNorm(a), order);
  return inWorkspace(precisionOf(a), SquareBlocks.need(6, order), (workspace) => {
    const blocks = new SquareBlocks(workspace, order);
    const given = workspace.load(a);
    let [y, z, w, b, next] = Array.from({ length: 5 }, () => blocks.take()) as [Block, Block, Block, Block, Block];
    blocks.combine(1 / norm, given, 0, y);
    blocks.setIdentity(z, 1);
    let iterations = 0;
    for (; ; iterations++) {
      blocks.multiply(z, y, w);
      const distance = blocks.distanceFromIdentity(w);
      if (distance <= tolerance) break;
      if (iterations === maximumIterations || Number.isNaN(distance)) {
        throw notConverged('inverseRootByNewtonSchulz', iterations, distance, tolerance);
      }
      blocks.multiply(w, w, b);
      blocks.combine(quintic, b, 0, b);
      blocks.add(cubic, w, b);
      blocks.multiply(y, b, next);
      blocks.add(linear, y, next);
      [y, next] = [next, y];
      blocks.multiply(b, z, next);
      blocks.add(linear, z, next);
      [z, next] = [next, z];
    }
    blocks.combine(1 / Math.sqrt(norm), z, 0, z);
    return { root: symmetrize(workspace.read(z, order, order)), iterations };
  });
}

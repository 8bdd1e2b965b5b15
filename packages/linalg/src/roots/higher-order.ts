import { LinalgError } from '../errors.js';
import { type Matrix, precisionOf } from '../matrix.js';
import { infinityNorm, trace } from '../norms.js';
import { type Block, inWorkspace } from '../workspace.js';
import { expectIterative, iterativeReport, type IterativeRootOptions, notConverged, positiveNorm } from './newton.js';
import { type MatrixRoot, ridged, rootExponent, type RootExponent, withRetry } from './report.js';
import { SquareBlocks } from './square-blocks.js';

/** Options of {@link inverseRootByHigherOrder}. */
export interface HigherOrderOptions extends Omit<IterativeRootOptions, 'epsilon'> {
  /** Order of convergence, from 2 up; default 3. */
  readonly order?: number;
  /** The ridge is the larger of `relativeEpsilon·‖A‖_∞` and `absoluteEpsilon`; both 0 by default. */
  readonly relativeEpsilon?: number;
  readonly absoluteEpsilon?: number;
}

/** An iteration whose distance grows by more than this is past its best. */
const growth = 1.2;
/** Below this distance, a step that does not improve has reached what rounding allows. */
const stagnation = 1e-3;
/** A final distance beyond this is no root. */
const largestDistance = 0.1;

/**
 * `A^{−q/p}` by a coupled iteration of order m: after one Newton step, `Y = Σ_{i<m} bᵢ(I − N)ⁱ`, the series of
 * `N^{−1/p}` around the identity, `b₀ = 1`, `bᵢ = bᵢ₋₁·(1 + (i − 1)p)/(ip)`, `X ← X·Y`, `N ← Yᵖ·N`, from `X = z^{1/p}·I`,
 * `N = z·A_ε`, `z = 1/Tr A_ε` (Lakić, Z. Angew. Math. Mech. 78(3), 1998); the power q is taken last. It stops at the tolerance, or
 * at its best iterate where the distance grows by 1.2 or stagnates below 1e-3.
 * @throws {LinalgError} `no-convergence` where the distance stays above 0.1, after float64 too; `singular`, `invalid-argument`
 */
export function inverseRootByHigherOrder(a: Matrix, exponent: number | RootExponent, options: HigherOrderOptions = {}): MatrixRoot {
  const powers = rootExponent(exponent, 'inverseRootByHigherOrder');
  const { order = 3, relativeEpsilon = 0, absoluteEpsilon = 0 } = options;
  if (!Number.isInteger(order) || order < 2) {
    throw new LinalgError('invalid-argument', `inverseRootByHigherOrder: expected a whole order from 2 up, got ${order}`, { order });
  }
  const limits = expectIterative('inverseRootByHigherOrder', options);
  return withRetry(options.precision ?? precisionOf(a), (precision) => {
    const epsilon = Math.max(relativeEpsilon * infinityNorm(a), absoluteEpsilon);
    const shifted = ridged(a, 'inverseRootByHigherOrder', { ...options, precision, epsilon: Number.isNaN(epsilon) ? 0 : epsilon });
    const n = shifted.rows;
    const scale = 1 / positiveNorm('inverseRootByHigherOrder', trace(shifted), n);
    const { root, iterations } = inWorkspace(precision, SquareBlocks.need(8, n), (workspace) => {
      const blocks = new SquareBlocks(workspace, n);
      const residual = blocks.take();
      blocks.combine(scale, workspace.load(shifted), 0, residual);
      const { x, free, iterations } = iterate(blocks, residual, powers.p, scale, order, limits);
      if (powers.q === 1) return { root: workspace.read(x, n, n), iterations };
      blocks.power(x, powers.q, free[0], free[1], free[2]);
      return { root: workspace.read(free[0], n, n), iterations };
    });
    return { root, report: iterativeReport('higher-order', shifted, root, powers, { ...options, epsilon }, iterations) };
  });
}

/** Iterates from `N = residual`; returns the block of `X` and three others. */
function iterate(
  blocks: SquareBlocks,
  residual: Block,
  p: number,
  scale: number,
  order: number,
  { tolerance, maximumIterations }: { tolerance: number; maximumIterations: number },
): { x: Block; free: [Block, Block, Block]; iterations: number } {
  let n = residual;
  let [x, y, next, power, scratch] = Array.from({ length: 5 }, () => blocks.take()) as [Block, Block, Block, Block, Block];
  const best = blocks.take();
  blocks.setIdentity(x, scale ** (1 / p));
  let distance = blocks.distanceFromIdentity(n);
  let iterations = 0;
  let previous = Infinity;
  while (distance > tolerance && iterations < maximumIterations) {
    blocks.combine(1, x, 0, best);
    previous = distance;
    series(blocks, n, p, iterations === 0 ? 2 : order, y, next, power);
    blocks.multiplyCommuting(x, y, next);
    [x, next] = [next, x];
    blocks.power(y, p, power, next, scratch);
    blocks.multiplyCommuting(power, n, next);
    [n, next] = [next, n];
    distance = blocks.distanceFromIdentity(n);
    iterations++;
    const stagnant = previous < stagnation && !(distance < previous);
    if (stagnant || !(distance <= growth * previous)) {
      // The iterate before was the better one.
      [x, distance] = [best, previous];
      break;
    }
  }
  if (!(distance <= largestDistance)) throw notConverged('inverseRootByHigherOrder', iterations, distance, tolerance);
  return { x, free: [y, next, power], iterations };
}

/** `Y = Σ_{i<order} bᵢ(I − N)ⁱ` by Horner's rule. */
function series(blocks: SquareBlocks, n: Block, p: number, order: number, y: Block, difference: Block, scratch: Block): void {
  const coefficients = [1];
  for (let i = 1; i < order; i++) coefficients.push((coefficients[i - 1]! * (1 + (i - 1) * p)) / (i * p));
  blocks.combine(-1, n, 1, difference);
  blocks.combine(coefficients[order - 1]!, difference, coefficients[order - 2]!, y);
  for (let i = order - 3; i >= 0; i--) {
    blocks.multiplyCommuting(y, difference, scratch);
    blocks.combine(1, scratch, coefficients[i]!, y);
  }
}

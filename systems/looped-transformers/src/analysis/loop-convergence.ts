import { AnalysisError } from './analysis-error.js';

/** Where a sequence of states goes, told from its last steps. */
export interface LoopConvergence {
  /** Steps that were looked at: the last half of all, at least two. */
  readonly steps: number;
  /** ‖X_T − X_{T−1}‖ / ‖X_T‖. */
  readonly lastStep: number;
  /** By what factor a step is longer than the one before: the geometric mean over the steps that were looked at. */
  readonly rate: number;
  /** Estimate of ‖X_T − X_∞‖ / ‖X_T‖; ∞ where steps do not get shorter. */
  readonly remaining: number;
  readonly converges: boolean;
}

/** A state counts as the fixed point where what is left of the way to it is at most this share of its norm. */
const nearEnough = 0.01;
/** Steps this short are rounding: float32 has ε = 1.2·10⁻⁷, and a loop a few sums deep. */
const roundingStep = 1e-6;

/**
 * Whether X_0, X_1, …, X_T goes to a fixed point. Where steps get shorter by a factor ρ < 1, what is left after the last is
 * about s_T·(ρ + ρ² + …) = s_T·ρ / (1 − ρ). A short last step by itself says nothing: a residual stream that grows by the same
 * amount in every loop takes ever shorter steps in proportion to its norm and converges nowhere.
 *
 * @param steps ‖X_t − X_{t−1}‖ for t = 1 … T, from t as early as one likes
 * @param norm ‖X_T‖
 * @throws {AnalysisError} `too-few-points` for less than three steps
 */
export function loopConvergence(steps: ArrayLike<number>, norm: number): LoopConvergence {
  if (steps.length < 3) {
    throw new AnalysisError('too-few-points', 'fixed point', 'three steps or more', String(steps.length), 'apply more loops');
  }
  const looked = Math.max(2, Math.floor(steps.length / 2));
  const last = steps[steps.length - 1]!;
  const rate = last === 0 ? 0 : (last / steps[steps.length - 1 - looked]!) ** (1 / looked);
  const lastStep = last === 0 ? 0 : last / norm;
  const remaining = rate < 1 ? (lastStep * rate) / (1 - rate) : Infinity;
  return { steps: looked, lastStep, rate, remaining, converges: lastStep <= roundingStep || remaining <= nearEnough };
}

import { cast, mul, pow, sqrt, sub, type Tensor } from '@sardonyx/tensor';
import type { StepContext } from './by-parameter.js';
import { decayBelowOne, decayUpToOne, oneOf, truthValue } from './options.js';

/** How statistics of gradients add up, and the mean of gradients that they precondition. */
export interface StatisticFormOptions {
  /**
   * `cumulative` (the default): M ← M + g·gᵀ. `ema`: M ← β₂·M + (1 − β₂)·g·gᵀ. `weighted`: M ← β₂·M + g·gᵀ.
   * Algorithms 1, 2 and 3 of arXiv:2503.10537.
   */
  readonly form?: 'cumulative' | 'ema' | 'weighted';
  /** β₂ of `ema` and `weighted`, 0.999 by default. */
  readonly beta2?: number;
  /** Whether an `ema` is divided by 1 − β₂ᵗ, and the momentum by 1 − β₁ᵗ; false by default, as in the paper. */
  readonly biasCorrection?: boolean;
  /** β₁ of the mean of gradients that is preconditioned, 0 by default. */
  readonly momentum?: number;
}

export const statisticFormRanges = {
  form: oneOf('cumulative', 'ema', 'weighted'),
  beta2: decayUpToOne,
  biasCorrection: truthValue,
  momentum: decayBelowOne,
} as const;

/** M ← keep·M + weight·g·gᵀ. */
export function sharesOf({ form = 'cumulative', beta2 = 0.999 }: StatisticFormOptions): { readonly keep: number; readonly weight: number } {
  return { keep: form === 'cumulative' ? 1 : beta2, weight: form === 'ema' ? 1 - beta2 : 1 };
}

/** η, times √(1 − β₂ᵗ) for the mean of squares and over 1 − β₁ᵗ for that of gradients, where these are corrected. */
export function correctedRate({ step, rate }: StepContext, options: StatisticFormOptions): Tensor {
  const { form = 'cumulative', beta2 = 0.999, biasCorrection = false, momentum = 0 } = options;
  if (!biasCorrection) return rate;
  const t = cast(step, 'float64');
  const ofSquares = form === 'ema' ? mul(rate, sqrt(sub(1, pow(beta2, t)))) : rate;
  return momentum > 0 ? ofSquares.div(sub(1, pow(momentum, t))) : ofSquares;
}

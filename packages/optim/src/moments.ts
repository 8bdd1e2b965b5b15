import { add, cast, div, mul, pow, sqrt, sub, type Tensor } from '@sardonyx/tensor';
import { atLeastZero, decayBelowOne } from './options.js';

/* The moments that Adam and AdamW share. Kingma, Ba 2015 (arXiv:1412.6980), algorithm 1. */

export interface MomentOptions {
  /** Decay of the first moment, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the second moment, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the second moment, 1e-8 by default. */
  readonly epsilon?: number;
}

export const momentRanges = { beta1: decayBelowOne, beta2: decayBelowOne, epsilon: atLeastZero } as const;

/**
 * Moments and change of one step, as a function of gradient and moments.
 *
 * The moments are kept as the sums first = Σ β₁^(t−i)·gᵢ and second = Σ β₂^(t−i)·gᵢ², without the factors (1 − β): these
 * and the bias corrections are scalars of the step, which saves two passes over memory a step.
 * With c = √((1−β₂)/(1−β₂ᵗ)): change = lr·(1−β₁)/(1−β₁ᵗ)/c · first/(√second + ε/c).
 */
export function momentStep(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: MomentOptions,
  step: Tensor,
  rate: Tensor,
): (gradient: Tensor, first: Tensor, second: Tensor) => { first: Tensor; second: Tensor; change: Tensor } {
  const t = cast(step, 'float64');
  const root = sqrt(div(1 - beta2, sub(1, pow(beta2, t))));
  const size = div(mul(rate, 1 - beta1), mul(sub(1, pow(beta1, t)), root));
  const offset = div(epsilon, root);
  return (g, m, v) => {
    const first = add(mul(m, beta1), g);
    const second = add(mul(v, beta2), mul(g, g));
    const change = mul(div(first, add(sqrt(second), cast(offset, g.dtype))), cast(size, g.dtype));
    return { first, second, change };
  };
}

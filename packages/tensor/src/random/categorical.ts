import type { FloatDType } from '../core/dtype.js';
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { argmax } from '../ops/arg-extremes.js';
import { add, mul, neg } from '../ops/arithmetic.js';
import { cast } from '../ops/cast.js';
import { allowedDType, axisToIndex, floats } from '../ops/checks.js';
import { log, log1p } from '../ops/unary.js';
import { bits } from './key.js';

export interface GumbelOptions {
  /** float32 by default */
  readonly dtype?: FloatDType;
}

/**
 * Independent numbers of the standard Gumbel distribution: −log(−log(1 − v)) of a uniform v. Taking v from 2⁻³³ on keeps
 * the upper tail, on which maxima depend, fine-grained up to 22.9; −∞ is drawn with probability 2⁻²⁵ in float32.
 */
export function gumbel(key: Tensor, shape: Shape, { dtype = 'float32' }: GumbelOptions = {}): Tensor {
  // Half precision cannot hold 32 bits.
  if (dtype === 'float16') return cast(gumbel(key, shape), dtype);
  const v = mul(add(cast(bits(key, shape), dtype), 0.5), 2 ** -32);
  return neg(log(neg(log1p(neg(v)))));
}

export interface CategoricalOptions {
  /** The axis of the categories; the last by default. */
  readonly axis?: number;
  /** Independent draws for each distribution, as leading axes of the result; one by default. */
  readonly shape?: Shape;
}

/**
 * Categories drawn with probabilities softmax(logits), as int64 of the logits' shape without the axis of the categories.
 * A logit of −∞ excludes its category. By the Gumbel-max trick: the largest of the logits with Gumbel noise added
 * (Maddison, Tarlow, Minka, "A* Sampling", arXiv:1411.0030, §2).
 * Throws ShapeError for a scalar, DTypeError where the logits are not floating-point.
 */
export function categorical(key: Tensor, logits: Tensor, { axis = -1, shape = [] }: CategoricalOptions = {}): Tensor {
  const dtype = allowedDType('random.categorical', logits.dtype, floats) as FloatDType;
  const along = axisToIndex('random.categorical', logits, axis);
  const noise = gumbel(key, [...shape, ...logits.shape], { dtype });
  return argmax(add(logits, noise), shape.length + along);
}

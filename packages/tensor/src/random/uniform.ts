import type { FloatDType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import type { Shape } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';
import { add, mul } from '../ops/arithmetic.js';
import { shiftRight } from '../ops/bits.js';
import { broadcastTo } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { less } from '../ops/compare.js';
import { full } from '../ops/full.js';
import { bits } from './key.js';
import { rows } from './rows.js';

/** Bits of precision of each floating-point type. */
const precision: Readonly<Record<FloatDType, number>> = { float16: 11, float32: 24, float64: 53 };

export interface UniformOptions {
  /** 0 by default */
  readonly min?: number;
  /** 1 by default */
  readonly max?: number;
  /** float32 by default */
  readonly dtype?: FloatDType;
}

/**
 * Independent uniform numbers in [min, max): multiples of 2⁻²⁴ in [0, 1) (2⁻⁵³ in float64, 2⁻¹¹ in float16), scaled.
 * Scaling rounds, so that a bound far from 0 may itself be drawn. The same numbers on every platform.
 */
export function uniform(key: Tensor, shape: Shape, options: UniformOptions = {}): Tensor {
  const { min = 0, max = 1, dtype = 'float32' } = options;
  const unit = unitInterval(key, shape, dtype);
  const scaled = max - min === 1 ? unit : mul(unit, max - min);
  return min === 0 ? scaled : add(scaled, min);
}

function unitInterval(key: Tensor, shape: Shape, dtype: FloatDType): Tensor {
  const used = precision[dtype];
  if (used <= 32) return mul(cast(shiftRight(bits(key, shape), 32 - used), dtype), 2 ** -used);
  // 53 bits: 27 of one word above 26 of another, exact in float64.
  const [high, low] = rows(bits(key, [2, ...shape]), 2) as [Tensor, Tensor];
  const upper = mul(cast(shiftRight(high, 5), dtype), 2 ** -27);
  return add(upper, mul(cast(shiftRight(low, 6), dtype), 2 ** -53));
}

/**
 * Independent booleans, true with probability p: a number, or a tensor that broadcasts to the shape.
 * Throws ShapeError where a number is no probability.
 */
export function bernoulli(key: Tensor, p: number | Tensor, shape: Shape): Tensor {
  if (p instanceof Tensor) {
    return less(uniform(key, shape, { dtype: p.dtype as FloatDType }), broadcastTo(p, shape));
  }
  if (!(p >= 0 && p <= 1)) {
    throw operatorError(ShapeError, 'random.bernoulli', `expected a probability from 0 to 1, given ${p}`);
  }
  if (p === 1) return full(shape, 1, 'bool');
  return less(bits(key, shape), Math.min(Math.round(p * 2 ** 32), 2 ** 32 - 1));
}

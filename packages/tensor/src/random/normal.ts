import type { FloatDType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, mul } from '../ops/arithmetic.js';
import { cast } from '../ops/cast.js';
import { erfInv } from '../ops/error-function.js';
import { reshape } from '../ops/structure.js';
import { cos, sin } from '../ops/trigonometric.js';
import { log, sqrt } from '../ops/unary.js';
import { clip } from '../ops/activations.js';
import { bits } from './key.js';
import { rows } from './rows.js';
import { uniform } from './uniform.js';
import { joinWords } from './words.js';

export interface NormalOptions {
  /** 0 by default */
  readonly mean?: number;
  /** Standard deviation, 1 by default */
  readonly std?: number;
  /** float32 by default */
  readonly dtype?: FloatDType;
}

/**
 * Independent normal numbers by Box and Muller: √(−2 log u)·(cos 2πv, sin 2πv) of uniform u, v, with u from 32 bits and
 * so at most 6.66 standard deviations from the mean. Platforms agree to the rounding of log, sin and cos.
 */
export function normal(key: Tensor, shape: Shape, options: NormalOptions = {}): Tensor {
  const { mean = 0, std = 1, dtype = 'float32' } = options;
  // Half precision cannot hold 32 bits.
  if (dtype === 'float16') return cast(normal(key, shape, { mean, std }), dtype);
  const count = sizeOf(shape);
  const [u, v] = rows(cast(bits(key, [2, Math.ceil(count / 2)]), dtype), 2) as [Tensor, Tensor];
  // (u + 1)/2³² lies in (0, 1], where the logarithm is finite.
  const radius = sqrt(mul(log(mul(add(u, 1), 2 ** -32)), -2));
  const angle = mul(v, 2 * Math.PI * 2 ** -32);
  const scaled = std === 1 ? radius : mul(radius, std);
  const values = reshape(joinWords(mul(scaled, cos(angle)), mul(scaled, sin(angle)), count), shape);
  return mean === 0 ? values : add(values, mean);
}

export interface TruncatedNormalOptions extends NormalOptions {
  /** In standard deviations from the mean: −2 by default */
  readonly lower?: number;
  /** 2 by default */
  readonly upper?: number;
}

/**
 * Independent normal numbers between bounds, by inverting the distribution function: √2·erf⁻¹ of a number uniform
 * between the bounds' erf. Throws ShapeError unless lower < upper.
 */
export function truncatedNormal(key: Tensor, shape: Shape, options: TruncatedNormalOptions = {}): Tensor {
  const { lower = -2, upper = 2, mean = 0, std = 1, dtype = 'float32' } = options;
  if (!(lower < upper)) {
    throw operatorError(ShapeError, 'random.truncatedNormal', `expected lower < upper, given ${lower} and ${upper}`);
  }
  if (dtype === 'float16') return cast(truncatedNormal(key, shape, { ...options, dtype: 'float32' }), dtype);
  const bounds = { min: erfOfBound(lower), max: erfOfBound(upper), dtype };
  const standard = mul(erfInv(uniform(key, shape, bounds)), Math.SQRT2);
  const values = mul(clip(standard, lower, upper), std);
  return mean === 0 ? values : add(values, mean);
}

/** erf(b/√2) by the series 2x/√π e^(−x²) Σ (2x²)ⁿ/(2n + 1)!!, all of whose terms are positive; 1 beyond b = 8.5. */
function erfOfBound(bound: number): number {
  const x = Math.abs(bound) / Math.SQRT2;
  if (x > 6) return Math.sign(bound);
  let term = 1;
  let series = 1;
  for (let n = 1; term > series * Number.EPSILON; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    series += term;
  }
  return Math.sign(bound) * ((2 * x) / Math.sqrt(Math.PI)) * Math.exp(-x * x) * series;
}

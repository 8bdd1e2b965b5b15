import { operatorError, ShapeError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { mul } from '../ops/arithmetic.js';
import { cast } from '../ops/cast.js';
import { bernoulli } from './uniform.js';

/**
 * Each element set to 0 with probability `rate`, the others scaled by 1/(1 − rate), so that the expectation stays.
 * Throws ShapeError unless 0 ≤ rate < 1.
 */
export function dropout(x: Tensor, rate: number, key: Tensor): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw operatorError(ShapeError, 'dropout', `expected a rate from 0 to below 1, given ${rate}`);
  }
  if (rate === 0) return x;
  const kept = cast(bernoulli(key, 1 - rate, x.shape), x.dtype);
  return mul(x, mul(kept, 1 / (1 - rate)));
}

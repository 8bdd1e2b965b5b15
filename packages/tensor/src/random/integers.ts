import type { DType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, mul } from '../ops/arithmetic.js';
import { shiftRight } from '../ops/bits.js';
import { cast } from '../ops/cast.js';
import { bits } from './key.js';
import { rows } from './rows.js';

export interface IntegersOptions {
  /** int32 by default */
  readonly dtype?: DType;
}

/**
 * Independent uniform whole numbers in [low, high). Each is ⌊u·(high − low)/2⁶⁴⌋ for a uniform u of 64 bits, so that
 * probabilities differ by less than one in 2³². The same numbers on every platform.
 * Throws ShapeError where the range is empty or longer than 2³².
 */
export function integers(key: Tensor, shape: Shape, low: number, high: number, { dtype = 'int32' }: IntegersOptions = {}): Tensor {
  const span = high - low;
  if (!Number.isSafeInteger(low) || !Number.isInteger(span) || span < 1 || span > 2 ** 32) {
    throw operatorError(ShapeError, 'random.integers', `expected whole numbers low < high at most 2^32 apart, given ${low} and ${high}`);
  }
  const [upper, lower] = rows(cast(bits(key, [2, ...shape]), 'uint64'), 2) as [Tensor, Tensor];
  const carry = shiftRight(mul(lower, span), 32);
  const below = shiftRight(add(mul(upper, span), carry), 32);
  return cast(add(cast(below, 'int64'), low), dtype);
}

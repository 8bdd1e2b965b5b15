import { operatorError, ShapeError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, mul } from '../ops/arithmetic.js';
import { shiftRight } from '../ops/bits.js';
import { cast } from '../ops/cast.js';
import { sliceAxis } from '../ops/slice.js';
import { argsort } from '../ops/sort.js';
import { reshape } from '../ops/structure.js';
import { integers } from './integers.js';
import { bits } from './key.js';
import { rows } from './rows.js';

/**
 * The numbers 0 … n − 1 in random order, int64[n], every order equally likely: `take(x, permutation(key, n))` shuffles.
 * Sorts random words of 63 bits, two of which are equal once in 2⁶⁴/n² permutations. The same order on every platform.
 * Throws ShapeError unless n is a whole number of 0 or more.
 */
export function permutation(key: Tensor, n: number): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw operatorError(ShapeError, 'random.permutation', `expected a whole number of 0 or more, given ${n}`);
  }
  const [high, low] = rows(bits(key, [2, n]), 2) as [Tensor, Tensor];
  const upper = mul(cast(high, 'int64'), 2 ** 31);
  return argsort(add(upper, cast(shiftRight(low, 1), 'int64')), 0);
}

export interface ChoiceOptions {
  /** Whether a number may be drawn again; true by default. */
  readonly replace?: boolean;
}

/**
 * Numbers drawn uniformly from 0 … n − 1, int64 of the given shape.
 * Throws ShapeError where there is nothing to draw from, or too little without `replace`.
 */
export function choice(key: Tensor, n: number, shape: Shape, { replace = true }: ChoiceOptions = {}): Tensor {
  const count = sizeOf(shape);
  if (!Number.isInteger(n) || n < (replace ? Math.min(count, 1) : count)) {
    throw operatorError(ShapeError, 'random.choice', `cannot draw ${count} ${replace ? '' : 'different '}numbers from ${n}`);
  }
  if (replace && count > 0) return integers(key, shape, 0, n, { dtype: 'int64' });
  return reshape(sliceAxis(permutation(key, n), 0, 0, count), shape);
}

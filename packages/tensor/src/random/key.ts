import { tensor } from '../api/create.js';
import { operatorError, DTypeError, ShapeError } from '../core/errors.js';
import { formatShape, type Shape, sizeOf } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';
import { cast } from '../ops/cast.js';
import { full } from '../ops/full.js';
import { reshape } from '../ops/structure.js';
import { threefry } from './threefry.js';
import { counters, joinWords, keyWords } from './words.js';

/** Second counter words: draws, new keys and folded numbers never meet under one key. */
const streams = { draw: 0, split: 1, fold: 2 } as const;

/** `sizeOf(shape)` words from one key. Words 2⁻³ apart never repeat: at most 2³³ words come from a key. */
function words(operator: string, key: Tensor, shape: Shape, stream: number): Tensor {
  const count = sizeOf(shape);
  const blocks = Math.ceil(count / 2);
  const counter = [counters(blocks), full([], stream, 'uint32')] as const;
  const [a, b] = threefry(keyWords(operator, key), counter);
  return reshape(joinWords(a, b, count), shape);
}

/**
 * A key for random numbers, uint32[2], from a seed: a whole number from 0 to 2⁵³ − 1.
 * Every function of this module gives the same numbers for the same key: use each key once, and `split` or `foldIn`
 * for more. Throws DTypeError for another seed.
 */
export function key(seed: number): Tensor {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw operatorError(DTypeError, 'random.key', `expected a whole number from 0 to 2^53 − 1, given ${seed}`);
  }
  return tensor(Uint32Array.of(Math.floor(seed / 2 ** 32), seed % 2 ** 32));
}

/** `count` new keys as rows of uint32[count, 2]. */
export const split = (key: Tensor, count = 2): Tensor => words('random.split', key, [count, 2], streams.split);

/** A new key from a key and a number: a step, the index of an example. A tensor must be an integer scalar. */
export function foldIn(key: Tensor, data: number | Tensor): Tensor {
  const number = data instanceof Tensor ? cast(data, 'uint32') : full([], data, 'uint32');
  if (number.rank !== 0) {
    throw operatorError(ShapeError, 'random.foldIn', `expected a scalar, given ${formatShape(number.shape)}; fold in many with vmap`);
  }
  const counter = [reshape(number, [1]), full([], streams.fold, 'uint32')] as const;
  return joinWords(...threefry(keyWords('random.foldIn', key), counter), 2);
}

/** Independent uniform words of 32 bits, uint32. */
export const bits = (key: Tensor, shape: Shape): Tensor => words('random.bits', key, shape, streams.draw);

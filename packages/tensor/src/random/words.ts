import { operatorError, DTypeError, ShapeError } from '../core/errors.js';
import { apply, applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { emitCast } from '../ops/cast.js';

/* Keys into words, words into arrays of random bits. */

const keyWordsOp: Op = defineOp<object>({
  name: 'keyWords',
  infer([key]) {
    const type = { dtype: key!.dtype, shape: key!.shape.slice(0, -1) };
    return [type, type];
  },
  lower: (builder, [key]) => [0, 1].map((i) => builder.emit('Gather', [key!, builder.scalar('int64', i)], { axis: -1 })),
  batch: ([key]) => apply(keyWordsOp, [key!], {}),
});

/** The two words of a key. Throws where the tensor is no key. */
export function keyWords(operator: string, key: Tensor): [Tensor, Tensor] {
  if (key.dtype !== 'uint32') {
    throw operatorError(DTypeError, operator, `expected a key of dtype uint32, given ${key.dtype}; make one with random.key(seed)`);
  }
  if (key.rank !== 1 || key.shape[0] !== 2) {
    throw operatorError(
      ShapeError,
      operator,
      `expected a key of shape [2], given ${formatShape(key.shape)}; take one row of random.split, or use vmap`,
    );
  }
  return apply(keyWordsOp, [key], {}) as [Tensor, Tensor];
}

const countersOp: Op<{ readonly count: number }> = defineOp<{ readonly count: number }>({
  name: 'counters',
  infer: (_, { count }) => [{ dtype: 'uint32', shape: [count] }],
  lower(builder, _, { attributes: { count } }) {
    const range = builder.emit(
      'Range',
      [0, count, 1].map((n) => builder.scalar('int64', n)),
    );
    return [emitCast(builder, range, 'uint32')];
  },
  batch: () => {
    throw new Error('counters has no inputs and is never batched');
  },
});

/** 0, 1, …, count − 1 */
export const counters = (count: number): Tensor => applyOne(countersOp, [], { count });

const joinWordsOp: Op<{ readonly count: number }> = defineOp<{ readonly count: number }>({
  name: 'joinWords',
  infer: ([a], { count }) => [{ dtype: a!.dtype, shape: [...a!.shape.slice(0, -1), count] }],
  lower(builder, inputs, { attributes: { count }, inputs: [a] }) {
    const joined = builder.emit('Concat', inputs, { axis: -1 });
    if (count === 2 * a!.shape.at(-1)!) return [joined];
    const [start, end, axis] = [0, count, -1].map((n) => builder.ints([n]));
    return [builder.emit('Slice', [joined, start!, end!, axis!])];
  },
  batch: ([a, b], _, attributes) => [applyOne(joinWordsOp, [a!, b!], attributes)],
});

/** The first `count` of all words of `a`, then all of `b`, along the last axis; both have the same shape. */
export const joinWords = (a: Tensor, b: Tensor, count: number): Tensor => applyOne(joinWordsOp, [a, b], { count });

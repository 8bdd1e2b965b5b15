import type { DType } from '../core/dtype.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { mul } from './arithmetic.js';
import { broadcastTo } from './broadcast.js';
import { numeric } from './checks.js';
import { defineReduction, type ReduceFunction } from './reductions.js';
import { where } from './select.js';
import { expandDims, inversePermutation, reshape, transpose } from './structure.js';

/** The identity matrix as booleans. */
const diagonalOp: Op<{ readonly size: number }> = defineOp<{ readonly size: number }>({
  name: 'diagonal',
  infer: (_, { size }) => [{ dtype: 'bool', shape: [size, size] }],
  lower(builder, _, { attributes: { size } }) {
    const index = builder.emit(
      'Range',
      [0, size, 1].map((n) => builder.scalar('int64', n)),
    );
    const asColumn = builder.emit('Reshape', [index, builder.ints([size, 1])]);
    return [builder.emit('Equal', [index, asColumn])];
  },
  batch: () => {
    throw new Error('diagonal has no inputs and is never batched');
  },
});

/** Products of all elements of the reduced axes but one, in the shape of x. */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const order = [...kept, ...axes];
  const moved = transpose(x, order);
  const outer: Shape = kept.map((axis) => x.shape[axis]!);
  const size = sizeOf(axes.map((axis) => x.shape[axis]!));
  // Row i holds all elements with 1 in place of element i.
  const rows = broadcastTo(expandDims(reshape(moved, [...outer, size]), -2), [...outer, size, size]);
  const others = prod(where(applyOne(diagonalOp, [], { size }), 1, rows), -1);
  return transpose(reshape(others, moved.shape), inversePermutation(order));
}

const through: Partial<Record<DType, DType>> = { uint8: 'int64', uint32: 'int64', uint64: 'int64' };

/**
 * Product over the given axes, over all of them by default; 1 over no elements. The gradient is right where elements
 * are 0, for which it takes n times the memory of x, with n elements to a product.
 */
export const prod: ReduceFunction = defineReduction({
  name: 'prod',
  onnx: 'ReduceProd',
  dtypes: numeric,
  through,
  ofNothing: 1,
  gradient: (g, x, _, axes) => mul(g, productOfOthers(x, axes)),
});

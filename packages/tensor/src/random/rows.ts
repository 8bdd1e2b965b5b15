import { apply, defineOp, type Op } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { moveAxis } from '../ops/structure.js';

const rowsOp: Op<{ readonly count: number }> = defineOp<{ readonly count: number }>({
  name: 'rows',
  infer: ([x], { count }) => Array.from({ length: count }, () => ({ dtype: x!.dtype, shape: x!.shape.slice(1) })),
  lower: (builder, [x], { attributes: { count } }) =>
    Array.from({ length: count }, (_, i) => builder.emit('Gather', [x!, builder.scalar('int64', i)], { axis: 0 })),
  batch: ([x], _, attributes) => apply(rowsOp, [moveAxis(x!, 0, 1)], attributes),
});

/** The slices of x along its first axis, of size `count`. Integers only: no gradient. */
export const rows = (x: Tensor, count: number): Tensor[] => apply(rowsOp, [x], { count });

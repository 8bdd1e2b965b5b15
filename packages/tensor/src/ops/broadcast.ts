import type { DType } from '../core/dtype.js';
import { applyOne, defineOp } from '../core/op.js';
import { broadcastShapes, formatShape, reducedShape, resolveAxes, sameShape, type Shape, sizeOf } from '../core/shape.js';
import { operatorError, ShapeError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { emitThrough } from './cast.js';
import { allowedDType, numeric, unsigned } from './checks.js';
import { reshape } from './structure.js';

/* Summation and broadcasting are each other's adjoints, hence one file. */

const broadcastOp = defineOp<{ readonly shape: Shape }>({
  name: 'broadcastTo',
  infer: ([x], { shape }) => [{ dtype: x!.dtype, shape }],
  lower(builder, [x], { outputs, attributes: { shape } }) {
    // ONNX Runtime's Expand leaves an axis of size 1 alone where it should become empty.
    if (outputs[0]!.size === 0) return [builder.constant(outputs[0]!.dtype, shape, [])];
    return [builder.emit('Expand', [x!, builder.ints(shape)])];
  },
  vjp: ({ inputs: [x], cotangents: [g] }) => [sumTo(g!, x!.shape)],
  batch: ([x], _, { shape }) => {
    const [batch, ...rest] = x!.shape;
    const padded = [batch!, ...new Array<number>(shape.length - rest.length).fill(1), ...rest];
    return [broadcastTo(reshape(x!, padded), [batch!, ...shape])];
  },
});

/** `x` repeated along axes of size 1 (and new leading axes) to the given shape, by NumPy's rule. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape)) {
    throw operatorError(ShapeError, 'broadcastTo', `${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}`);
  }
  return applyOne(broadcastOp, [x], { shape: [...shape] });
}

interface SumAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

const sumOp = defineOp<SumAttributes>({
  name: 'sum',
  infer([x], { axes, keepDims }) {
    allowedDType('sum', x!.dtype, numeric);
    return [{ dtype: x!.dtype, shape: reducedShape(x!.shape, axes, keepDims) }];
  },
  lower(builder, [x], { inputs, outputs, attributes: { axes, keepDims } }) {
    const { dtype, shape } = inputs[0]!;
    const rows = sizeOf(shape.slice(0, axes.length));
    const columns = sizeOf(shape.slice(axes.length));
    if (isLeading(axes) && hasMatmul(dtype) && rows > 1 && columns > 1) {
      // A row of ones times the matrix: several times as fast as ReduceSum over leading axes.
      const matrix = builder.emit('Reshape', [x!, builder.ints([rows, columns])]);
      const ones = builder.emit('Expand', [builder.scalar(dtype, 1), builder.ints([1, rows])]);
      const total = builder.emit('MatMul', [ones, matrix]);
      return [builder.emit('Reshape', [total, builder.ints(outputs[0]!.shape)])];
    }
    const reduce = ([terms]: readonly string[]) => builder.emit('ReduceSum', [terms!, builder.ints(axes)], { keepdims: keepDims ? 1 : 0 });
    return [unsigned.includes(dtype) ? emitThrough(builder, dtype, 'int64', [x!], reduce) : reduce([x!])];
  },
  vjp: ({ inputs: [x], cotangents: [g], attributes }) => [
    broadcastTo(reshape(g!, reducedShape(x!.shape, attributes.axes, true)), x!.shape),
  ],
  batch: ([x], _, { axes, keepDims }) => [
    sum(
      x!,
      axes.map((axis) => axis + 1),
      { keepDims },
    ),
  ],
});

const isLeading = (axes: readonly number[]): boolean => axes.every((axis, i) => axis === i);
const hasMatmul = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

export interface ReduceOptions {
  /** Keep reduced axes with size 1. */
  readonly keepDims?: boolean;
}

/** Sum over the given axes, over all of them by default. */
export function sum(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const resolved = resolveAxes('sum', axes, x.rank);
  if (resolved.length === 0) return x;
  return applyOne(sumOp, [x], { axes: resolved, keepDims: options.keepDims ?? false });
}

/** The adjoint of `broadcastTo`: sums `x` down to a shape that broadcasts to `x.shape`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.rank - shape.length;
  const axes = x.shape.flatMap((n, i) => (i < added || (shape[i - added] === 1 && n !== 1) ? [i] : []));
  return reshape(sum(x, axes), shape);
}

import type { DType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape, reducedShape, resolveAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { ReduceOptions } from './broadcast.js';
import { emitCast } from './cast.js';
import { allowedDType } from './checks.js';
import { flattenElements } from './structure.js';

interface ArgAttributes {
  readonly axis: number;
  readonly keepDims: boolean;
}

const ordered: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'int64', 'uint32', 'uint8'];

function defineArgExtreme(name: string, onnx: string) {
  const op: Op<ArgAttributes> = defineOp<ArgAttributes>({
    name,
    infer([x], { axis, keepDims }) {
      allowedDType(name, x!.dtype, ordered);
      if (x!.shape[axis] === 0) {
        throw operatorError(ShapeError, name, `expected at least one element along axis ${axis}, given ${formatShape(x!.shape)}`);
      }
      return [{ dtype: 'int64', shape: reducedShape(x!.shape, [axis], keepDims) }];
    },
    lower(builder, [x], { attributes: { axis, keepDims }, inputs: [input], outputs: [y] }) {
      if (y!.size === 0) return [builder.constant('int64', y!.shape, [])];
      const comparable = input!.dtype === 'uint32' ? emitCast(builder, x!, 'int64') : x!;
      return [builder.emit(onnx, [comparable], { axis, keepdims: Number(keepDims) })];
    },
    batch: ([x], _, { axis, keepDims }) => [applyOne(op, [x!], { axis: axis + 1, keepDims })],
  });
  return (x: Tensor, axis?: number, { keepDims = false }: ReduceOptions = {}): Tensor =>
    axis === undefined
      ? applyOne(op, [flattenElements(x)], { axis: 0, keepDims: false })
      : applyOne(op, [x], { axis: resolveAxis(name, axis, x.rank), keepDims });
}

/**
 * Position of the largest element along an axis as int64, the first of equals; without an axis, its position among all
 * elements in row-major order. No gradient. Throws ShapeError where there are no elements.
 */
export const argmax = defineArgExtreme('argmax', 'ArgMax');

/** Position of the smallest element; see `argmax`. */
export const argmin = defineArgExtreme('argmin', 'ArgMin');

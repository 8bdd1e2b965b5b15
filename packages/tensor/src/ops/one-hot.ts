import type { DType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { emitCast } from './cast.js';
import { allowedDType, anyDType, expectIndices } from './checks.js';

const oneHotOp = defineOp<{ readonly depth: number; readonly dtype: DType }>({
  name: 'oneHot',
  infer([indices], { depth, dtype }) {
    expectIndices('oneHot', indices!);
    allowedDType('oneHot', dtype, anyDType);
    return [{ dtype, shape: [...indices!.shape, depth] }];
  },
  lower(builder, [indices], { inputs, attributes: { depth, dtype } }) {
    const { dtype: indexDType, shape } = inputs[0]!;
    const ends = [0, depth, 1].map((x) => builder.scalar(indexDType, x));
    const column = builder.emit('Reshape', [indices!, builder.ints([...shape, 1])], { allowzero: 1 });
    return [emitCast(builder, builder.emit('Equal', [column, builder.emit('Range', ends)]), dtype)];
  },
  batch: ([indices], _, { depth, dtype }) => [oneHot(indices!, depth, dtype)],
});

/**
 * For each index a row of `depth` zeros with a one at its place, along a new last axis. Unlike in `take`, indices outside
 * 0 … depth − 1, negative ones included, are no error: they give a row of zeros.
 */
export function oneHot(indices: Tensor, depth: number, dtype: DType = 'float32'): Tensor {
  if (!Number.isInteger(depth) || depth < 0) {
    throw operatorError(ShapeError, 'oneHot', `expected a whole depth of 0 or more, given ${depth}`);
  }
  return applyOne(oneHotOp, [indices], { depth, dtype });
}

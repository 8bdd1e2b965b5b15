import type { DType } from '../core/dtype.js';
import { DTypeError, operatorError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { broadcastShapes } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';
import { sumTo } from './broadcast.js';
import { emitThrough } from './cast.js';
import { commonDType } from './checks.js';
import { alignBatched } from './elementwise.js';
import { asTensorLike, full } from './full.js';

/** Dtypes for which ONNX Runtime has no kernel, and others that hold the same elements. */
const substitutes: Partial<Record<DType, DType>> = { bool: 'uint8', uint32: 'int64', uint64: 'int64' };

const whereOp: Op = defineOp<object>({
  name: 'where',
  infer([condition, a, b]) {
    if (condition!.dtype !== 'bool') {
      throw operatorError(
        DTypeError,
        'where',
        `expected a condition of dtype bool, given ${condition!.dtype}; compare, as in notEqual(x, 0)`,
      );
    }
    const shape = broadcastShapes('where', condition!.shape, a!.shape, b!.shape);
    return [{ dtype: commonDType('where', [a!, b!]), shape }];
  },
  lower(builder, [condition, a, b], { outputs: [y] }) {
    const choose = (branches: readonly string[]) => builder.emit('Where', [condition!, ...branches]);
    const through = substitutes[y!.dtype];
    return [through ? emitThrough(builder, y!.dtype, through, [a!, b!], choose) : choose([a!, b!])];
  },
  vjp: ({ inputs: [condition, a, b], cotangents: [g], needs }) => [
    undefined,
    needs[1] ? sumTo(where(condition!, g!, 0), a!.shape) : undefined,
    needs[2] ? sumTo(where(condition!, 0, g!), b!.shape) : undefined,
  ],
  batch: (inputs, batched) => [applyOne(whereOp, alignBatched(inputs, batched), {})],
});

/**
 * Elements of `a` where the condition holds, of `b` elsewhere; all three broadcast. A number takes the dtype of the
 * other branch, two numbers are float32. The branch not chosen gets a zero gradient, whatever its value, but an
 * operator before it may turn that zero into NaN (0 · ∞): choose its input, not its output.
 * Throws DTypeError where the condition is not bool or the branches differ in dtype.
 */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  const like = a instanceof Tensor ? a : b instanceof Tensor ? b : full([], 0);
  return applyOne(whereOp, [condition, asTensorLike(a, like), asTensorLike(b, like)], {});
}

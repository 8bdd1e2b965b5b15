import { type DType, dtypes, isFloat } from '../core/dtype.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { elementTypeCode } from '../onnx/element-types.js';

/** The ONNX conversion of a value to `dtype`. */
export const emitCast = (builder: GraphBuilder, x: string, dtype: DType): string =>
  builder.emit('Cast', [x], { to: elementTypeCode(dtypes[dtype].onnx) });

/**
 * A computation for which ONNX Runtime has no kernel in `dtype`, done in a dtype that has one and converted back.
 * Sums and products of unsigned integers come out right through int64, modulo 2⁶⁴ as they would be.
 */
export function emitThrough(
  builder: GraphBuilder,
  dtype: DType,
  through: DType,
  inputs: readonly string[],
  compute: (inputs: readonly string[]) => string,
): string {
  return emitCast(builder, compute(inputs.map((x) => emitCast(builder, x, through))), dtype);
}

const castOp: Op<{ readonly dtype: DType }> = defineOp<{ readonly dtype: DType }>({
  name: 'cast',
  infer: ([x], { dtype }) => [{ dtype, shape: x!.shape }],
  lower: (builder, [x], { attributes: { dtype } }) => [emitCast(builder, x!, dtype)],
  vjp: ({ inputs: [x], cotangents: [g], attributes: { dtype } }) => [isFloat(dtype) ? cast(g!, x!.dtype) : undefined],
  batch: ([x], _, attributes) => [applyOne(castOp, [x!], attributes)],
});

/**
 * The elements converted to another dtype. Floats become integers by dropping the fraction and booleans by comparison
 * with 0; what an integer type cannot hold (NaN included) has no defined result. Differentiable between floats.
 */
export const cast = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : applyOne(castOp, [x], { dtype }));

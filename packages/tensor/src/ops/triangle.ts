import { operatorError, ShapeError } from '../core/errors.js';
import type { DType } from '../core/dtype.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { emitCast } from './cast.js';
import { allowedDType } from './checks.js';

interface TriangleAttributes {
  readonly part: 'lower' | 'upper';
  readonly diagonal: number;
}

/** Element types ONNX Runtime has the kernel for. */
const supported: readonly DType[] = ['float32', 'float64', 'int64', 'bool'];

const triangleOp: Op<TriangleAttributes> = defineOp<TriangleAttributes>({
  name: 'triangle',
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  lower: (builder, [x], { inputs, attributes: { part, diagonal } }) => {
    // int32 goes through int64, which holds every value of it.
    const isInt32 = inputs[0]!.dtype === 'int32';
    const given = isInt32 ? emitCast(builder, x!, 'int64') : x!;
    const kept = builder.emit('Trilu', [given, builder.scalar('int64', diagonal)], {
      upper: part === 'upper' ? 1 : 0,
    });
    return [isInt32 ? emitCast(builder, kept, 'int32') : kept];
  },
  vjp: ({ cotangents: [g], attributes }) => [applyOne(triangleOp, [g!], attributes)],
  batch: ([x], _, attributes) => [applyOne(triangleOp, [x!], attributes)],
});

/**
 * The lower triangles of the matrices in the last two axes, zeros above the diagonal. `diagonal` moves the border:
 * 1 keeps one diagonal above the main one as well, −1 leaves the main one out.
 * Throws ShapeError for rank 0 or 1, DTypeError for other types than float32, float64, int32, int64, bool.
 */
export const tril = (x: Tensor, diagonal = 0): Tensor => triangle('tril', x, { part: 'lower', diagonal });

/** The upper triangles, zeros below the diagonal; see `tril`. */
export const triu = (x: Tensor, diagonal = 0): Tensor => triangle('triu', x, { part: 'upper', diagonal });

function triangle(operator: string, x: Tensor, attributes: TriangleAttributes): Tensor {
  allowedDType(operator, x.dtype, [...supported, 'int32']);
  if (x.rank < 2 || !Number.isInteger(attributes.diagonal)) {
    throw operatorError(
      ShapeError,
      operator,
      `expected matrices and a whole diagonal, given ${formatShape(x.shape)} and ${attributes.diagonal}`,
    );
  }
  return applyOne(triangleOp, [x], attributes);
}

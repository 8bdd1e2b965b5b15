import { type DType, isFloat } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { broadcastShapes, formatShape } from '../core/shape.js';
import type { Tensor, TensorType } from '../core/tensor.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { mul } from './arithmetic.js';
import { broadcastTo, sum, sumTo } from './broadcast.js';
import { emitThrough } from './cast.js';
import { commonDType, expectElement, numeric } from './checks.js';
import { expandDims, reshape, squeeze } from './structure.js';

export interface MatmulAttributes {
  /** Use the transpose of the last two axes of `a`. */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** The product is scaled by this number. */
  readonly scale: number;
}

const plain: MatmulAttributes = { transposeA: false, transposeB: false, scale: 1 };

/** Rows, inner size and columns of a matrix product with its transposes taken. */
function matrixSizes(a: TensorType, b: TensorType, { transposeA, transposeB }: MatmulAttributes) {
  const [p, q] = a.shape.slice(-2) as [number, number];
  const [r, s] = b.shape.slice(-2) as [number, number];
  const [rows, inner] = transposeA ? [q, p] : [p, q];
  const [innerB, columns] = transposeB ? [s, r] : [r, s];
  return { rows, inner, innerB, columns };
}

export const matmulOp: Op<MatmulAttributes> = defineOp<MatmulAttributes>({
  name: 'matmul',
  infer([a, b], attributes) {
    const dtype = commonDType('matmul', [a!, b!], numeric);
    expectElement('matmul', dtype, attributes.scale);
    const { rows, inner, innerB, columns } = matrixSizes(a!, b!, attributes);
    if (inner !== innerB) {
      throw operatorError(
        ShapeError,
        'matmul',
        `shapes ${formatShape(a!.shape)}${attributes.transposeA ? 'ᵀ' : ''} and ${formatShape(b!.shape)}${attributes.transposeB ? 'ᵀ' : ''} do not chain: inner sizes ${inner} and ${innerB} differ`,
      );
    }
    const batch = broadcastShapes('matmul', a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    return [{ dtype, shape: [...batch, rows, columns] }];
  },
  lower(builder, [a, b], { attributes, inputs, outputs }) {
    // ONNX Runtime's kernels refuse or misplace batch axes of size 0; an empty sum is zero whatever the shapes.
    if (inputs.some((x) => x.size === 0)) {
      const { dtype, shape } = outputs[0]!;
      return [builder.emit('Expand', [builder.scalar(dtype, 0), builder.ints(shape)])];
    }
    if (!isFloat(outputs[0]!.dtype)) return [lowerOfIntegers(builder, inputs, [a!, b!], attributes)];
    if (attributes.transposeA && inputs.every((x) => x.rank === 2)) {
      return [lowerLeftTransposed(builder, a!, b!, inputs, attributes)];
    }
    return [emitMatmul(builder, inputs[0]!.dtype, a!, b!, attributes)];
  },
  vjp({ inputs: [a, b], cotangents: [g], needs, attributes: { transposeA: ta, transposeB: tb, scale } }) {
    // With C = s·op(A)·op(B): ∂A and ∂B are again matrix products, transposed where A or B was.
    const ofA = () => (ta ? product(b!, g!, tb, true, scale) : product(g!, b!, false, !tb, scale));
    const ofB = () => (tb ? product(g!, a!, true, ta, scale) : product(a!, g!, !ta, false, scale));
    return [
      needs[0] ? sumTo(ofA(), a!.shape) : undefined,
      needs[1] ? (sumOfOuterProducts(a!, b!, g!, ta, tb, scale) ?? sumTo(ofB(), b!.shape)) : undefined,
    ];
  },
  batch([a, b], batched, attributes) {
    const aligned = [a!, b!].map((x, i) => {
      const other = [a!, b!][1 - i]!;
      const rank = Math.max(x.rank - Number(batched[i]), other.rank - Number(batched[1 - i]));
      if (!batched[i] || x.rank === rank + 1) return x;
      const [batch, ...example] = x.shape;
      return reshape(x, [batch!, ...new Array<number>(rank - example.length).fill(1), ...example]);
    });
    return [applyOne(matmulOp, aligned, attributes)];
  },
});

/** Emits a product of matrices that are not empty. The fused kernel's scale is a float32, whatever the dtype. */
export function emitMatmul(
  builder: GraphBuilder,
  dtype: DType,
  a: string,
  b: string,
  { transposeA, transposeB, scale }: MatmulAttributes,
): string {
  if (dtype === 'float64' && scale !== Math.fround(scale)) {
    const unscaled = emitMatmul(builder, dtype, a, b, { transposeA, transposeB, scale: 1 });
    return builder.emit('Mul', [unscaled, builder.scalar(dtype, scale)]);
  }
  if (!transposeA && !transposeB && scale === 1) return builder.emit('MatMul', [a, b]);
  return builder.emit(
    'FusedMatMul',
    [a, b],
    { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: scale } },
    'com.microsoft',
  );
}

/**
 * Aᵀ·op(B). The kernel reads a transposed left operand slowly (about 1.4 times the time on AVX-512), so a matrix is
 * transposed beforehand: A, or B and the result of op(B)ᵀ·A, whichever moves fewer elements.
 */
function lowerLeftTransposed(
  builder: GraphBuilder,
  a: string,
  b: string,
  [typeA, typeB]: readonly TensorType[],
  { transposeB, scale }: MatmulAttributes,
): string {
  const { rows, inner, columns } = matrixSizes(typeA!, typeB!, {
    ...plain,
    transposeA: true,
    transposeB,
  });
  const flip = (name: string) => builder.emit('Transpose', [name], { perm: [1, 0] });
  if (inner * rows <= inner * columns + rows * columns) {
    return emitMatmul(builder, typeA!.dtype, flip(a), b, { ...plain, transposeB, scale });
  }
  return flip(emitMatmul(builder, typeA!.dtype, transposeB ? b : flip(b), a, { ...plain, scale }));
}

/** ONNX Runtime's fused product is for floats only, and its plain one not for uint8. */
function lowerOfIntegers(
  builder: GraphBuilder,
  types: readonly TensorType[],
  factors: readonly [string, string],
  { transposeA, transposeB, scale }: MatmulAttributes,
): string {
  const { dtype } = types[0]!;
  const transposed = factors.map((x, i) => {
    const axes = types[i]!.shape.map((_, axis) => axis);
    const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
    return [transposeA, transposeB][i] ? builder.emit('Transpose', [x], { perm }) : x;
  });
  const multiply = (inputs: readonly string[]) => builder.emit('MatMul', inputs);
  const plain = dtype === 'uint8' ? emitThrough(builder, dtype, 'int32', transposed, multiply) : multiply(transposed);
  return scale === 1 ? plain : builder.emit('Mul', [plain, builder.scalar(dtype, scale)]);
}

const product = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean, scale: number): Tensor =>
  applyOne(matmulOp, [a, b], { transposeA, transposeB, scale });

/**
 * The gradient of a weight matrix shared by a whole batch of rows: one flat product over all rows instead of a product
 * per batch entry and a sum over them.
 */
function sumOfOuterProducts(a: Tensor, b: Tensor, g: Tensor, transposeA: boolean, transposeB: boolean, scale: number): Tensor | undefined {
  if (b.rank !== 2 || a.rank < 3 || transposeA) return undefined;
  const rows = reshape(a, [-1, a.shape.at(-1)!]);
  const cotangents = reshape(g, [-1, g.shape.at(-1)!]);
  return transposeB ? product(cotangents, rows, true, false, scale) : product(rows, cotangents, true, false, scale);
}

export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly scale?: number;
}

/**
 * Matrix product over the last two axes, batched and broadcast over the others; a vector counts as a row on the left
 * and a column on the right, as in NumPy. Transposes and a scale are absorbed into the product.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  if (a.rank === 0 || b.rank === 0) {
    throw operatorError(
      ShapeError,
      'matmul',
      `expected tensors of rank 1 or more, given ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  if (a.rank === 1) return squeeze(matmul(expandDims(a, 0), b, options), -2);
  if (b.rank === 1) return squeeze(matmul(a, expandDims(b, 1), options), -1);
  return applyOne(matmulOp, [a, b], {
    transposeA: options.transposeA ?? plain.transposeA,
    transposeB: options.transposeB ?? plain.transposeB,
    scale: options.scale ?? plain.scale,
  });
}

/** Scalar product of two vectors. */
export const dot = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b));

/** All products of an element of `a` with one of `b`: shape [a.size, b.size]. */
export const outer = (a: Tensor, b: Tensor): Tensor => mul(broadcastTo(reshape(a, [a.size, 1]), [a.size, b.size]), reshape(b, [1, b.size]));

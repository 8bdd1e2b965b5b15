import type { DType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { reshape, zeros } from '../lowering/rearrange.js';
import { allowedDType, anyDType, expectRank } from './checks.js';
import type { Pair } from './convolution-geometry.js';
import { overImages } from './image-batching.js';
import { type Matrix, nearestSource, type ResampleMode, resamplingMatrix, transposed } from './resampling-weights.js';

/*
 * Resampling is linear and separable: Y = A X Bᵀ with a matrix of weights for rows and one for columns; its adjoint is
 * Aᵀ G B. Two small products therefore serve every mode and every gradient, and ONNX Runtime's Resize only what it
 * does as fast: 8×64×56×56 → 112×112, float32, one AVX-512 core shared with others, ms: bilinear 39 (products 36),
 * bicubic 1974 (products 36); but bilinear 4×3×300×300 → 224×224 1.5 (products 7.3).
 */

interface ResampleAttributes {
  /** Rows and columns after resampling and before. */
  readonly outputSize: Pair;
  readonly inputSize: Pair;
  readonly mode: ResampleMode;
  readonly alignCorners: boolean;
}

const resampleOp: Op<ResampleAttributes> = defineOp<ResampleAttributes>({
  name: 'resize2d',
  infer: ([x], { outputSize }) => [{ dtype: x!.dtype, shape: [...x!.shape.slice(0, 2), ...outputSize] }],
  lower(builder, [x], { inputs: [type], outputs: [result], attributes }) {
    if (result!.size === 0) return [zeros(builder, result!.dtype, result!.shape)];
    const { mode, alignCorners } = attributes;
    if (mode === 'nearest') return [lowerNearest(builder, x!, result!.dtype, result!.shape, attributes)];
    if (mode === 'bilinear' && result!.dtype === 'float32') {
      const coordinates = alignCorners ? 'align_corners' : 'half_pixel';
      const attribute = { mode: 'linear', coordinate_transformation_mode: coordinates };
      return [builder.emit('Resize', [x!, '', '', builder.ints(result!.shape)], attribute)];
    }
    const [rows, columns] = matrices(attributes);
    return [lowerProducts(builder, x!, type!.shape, rows, columns, result!.dtype)];
  },
  vjp: ({ cotangents: [g], attributes }) => [applyOne(resampleAdjointOp, [g!], attributes)],
  batch: ([x], _, attributes) => [overImages(x!, (images) => applyOne(resampleOp, [images], attributes))],
});

const resampleAdjointOp: Op<ResampleAttributes> = defineOp<ResampleAttributes>({
  name: 'resize2dGradient',
  infer: ([g], { inputSize }) => [{ dtype: g!.dtype, shape: [...g!.shape.slice(0, 2), ...inputSize] }],
  lower(builder, [g], { inputs: [type], outputs: [result], attributes }) {
    if (result!.size === 0) return [zeros(builder, result!.dtype, result!.shape)];
    const factors = repeats(attributes);
    if (attributes.mode === 'nearest' && factors) {
      const [images, channels, rows, columns] = result!.shape as [number, number, number, number];
      const copies = reshape(builder, g!, [images, channels, rows, factors[0], columns, factors[1]]);
      return [builder.emit('ReduceSum', [copies, builder.ints([3, 5])], { keepdims: 0 })];
    }
    const [rows, columns] = matrices(attributes);
    return [lowerProducts(builder, g!, type!.shape, transposed(rows), transposed(columns), result!.dtype)];
  },
  vjp: ({ cotangents: [c], attributes }) => [applyOne(resampleOp, [c!], attributes)],
  batch: ([g], _, attributes) => [overImages(g!, (images) => applyOne(resampleAdjointOp, [images], attributes))],
});

const matrices = ({ mode, alignCorners, inputSize, outputSize }: ResampleAttributes): [Matrix, Matrix] => [
  resamplingMatrix(mode, alignCorners, inputSize[0], outputSize[0]),
  resamplingMatrix(mode, alignCorners, inputSize[1], outputSize[1]),
];

/** How often each row and column is repeated, where that is a whole number. */
function repeats({ inputSize, outputSize }: ResampleAttributes): Pair | undefined {
  const [rows, columns] = [outputSize[0] / inputSize[0], outputSize[1] / inputSize[1]];
  return Number.isInteger(rows) && Number.isInteger(columns) ? [rows, columns] : undefined;
}

/** Rows · X · columnsᵀ, in the order that multiplies less. */
function lowerProducts(builder: GraphBuilder, x: string, shape: Shape, rows: Matrix, columns: Matrix, dtype: DType): string {
  const [images, channels] = shape as readonly [number, number];
  const constant = (m: Matrix) => builder.constant(dtype, [m.rows, m.columns], m.elements);
  const alongColumns = (t: string, height: number) => {
    if (columns.rows === columns.columns) return t;
    const lines = reshape(builder, t, [images * channels * height, columns.columns]);
    const product = builder.emit('MatMul', [lines, constant(transposed(columns))]);
    return reshape(builder, product, [images, channels, height, columns.rows]);
  };
  const alongRows = (t: string) => (rows.rows === rows.columns ? t : builder.emit('MatMul', [constant(rows), t]));
  const columnsFirst = rows.columns * columns.rows * (columns.columns + rows.rows);
  const rowsFirst = rows.rows * columns.columns * (rows.columns + columns.rows);
  return columnsFirst <= rowsFirst ? alongRows(alongColumns(x, rows.columns)) : alongColumns(alongRows(x), rows.rows);
}

function lowerNearest(builder: GraphBuilder, x: string, dtype: DType, shape: Shape, attributes: ResampleAttributes): string {
  if (dtype === 'float32' && repeats(attributes)) {
    // Only here: for other ratios its float32 coordinates may fall on the wrong side of a whole number.
    const options = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    return builder.emit('Resize', [x, '', '', builder.ints(shape)], options);
  }
  const { inputSize, outputSize } = attributes;
  return [1, 0].reduce((t, axis) => {
    const [inputs, outputs] = [inputSize[axis]!, outputSize[axis]!];
    const sources = Array.from({ length: outputs }, (_, j) => nearestSource(inputs, outputs, j));
    return builder.emit('Gather', [t, builder.ints(sources)], { axis: axis + 2 });
  }, x);
}

/** @internal Images of another size; `resize2d` and adaptive pooling are made of it. */
export function resample(operator: string, x: Tensor, size: Shape, mode: ResampleMode, alignCorners: boolean): Tensor {
  expectRank(operator, 'images [N, C, H, W]', x, 4);
  allowedDType(operator, x.dtype, mode === 'nearest' ? anyDType : ['float32', 'float64']);
  const inputSize: Pair = [x.shape[2]!, x.shape[3]!];
  if (size.length !== 2 || [...size, ...inputSize].some((n) => !Number.isInteger(n) || n < 1)) {
    throw operatorError(
      ShapeError,
      operator,
      `cannot make images of ${formatShape(size)} from ${formatShape(inputSize)}; expected two whole numbers of 1 or more each`,
    );
  }
  const outputSize: Pair = [size[0]!, size[1]!];
  if (outputSize[0] === inputSize[0] && outputSize[1] === inputSize[1]) return x;
  return applyOne(resampleOp, [x], { outputSize, inputSize, mode, alignCorners });
}

export interface ResizeOptions {
  /** How new pixels come from old ones, `'bilinear'` by default. */
  readonly mode?: Exclude<ResampleMode, 'area'>;
  /** Corner pixels lie on corner pixels; otherwise image borders on image borders. Not for `'nearest'`. */
  readonly alignCorners?: boolean;
}

/**
 * Images [N, C, H, W] at `[height, width]`, without smoothing beforehand, by the conventions of PyTorch's `interpolate`:
 * pixel centres at half-integers, edges repeated, bicubic with a = −3/4, and 'nearest' takes pixel ⌊i · H / height⌋.
 * float32 or float64; 'nearest' takes any dtype. In float32, bilinear weights are good to about 6e-8 · size.
 * Throws ShapeError for other ranks or sizes below 1, DTypeError for other dtypes.
 */
export function resize2d(x: Tensor, size: Shape, options: ResizeOptions = {}): Tensor {
  const { mode = 'bilinear', alignCorners = false } = options;
  if (mode === 'nearest' && alignCorners) {
    throw operatorError(ShapeError, 'resize2d', `alignCorners goes with 'bilinear' or 'bicubic', given 'nearest'`);
  }
  return resample('resize2d', x, size, mode, alignCorners);
}

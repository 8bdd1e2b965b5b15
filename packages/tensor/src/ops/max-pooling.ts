import { applyOne, defineOp, type Op } from '../core/op.js';
import { sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { reshape as emitReshape, zeros as emitZeros } from '../lowering/rearrange.js';
import { scatterAddAlongAxis } from './along-axis.js';
import { expectRank } from './checks.js';
import { type Pair, spatial } from './convolution-geometry.js';
import { zeros } from './full.js';
import { overImages } from './image-batching.js';
import { asRow, type Pool1dOptions, poolAttributes, pooledShape, type PoolOptions, type Windows, windowsOf } from './pooling-windows.js';
import { expandDims, reshape, squeeze } from './structure.js';

/*
 * The largest element of each window. Its gradient goes to one element, which ONNX Runtime's MaxPool names on request;
 * asking costs (8×64×56×56, 2×2, one AVX-512 core: 6.9 ms instead of 0.9), so only gradients ask.
 */

const maxPoolOp: Op<Windows> = defineOp<Windows>({
  name: 'maxPool2d',
  infer: ([x], windows) => [{ dtype: x!.dtype, shape: pooledShape(x!.shape, windows) }],
  lower: (builder, [x], { outputs: [y], attributes }) => [
    y!.size === 0 ? emitZeros(builder, y!.dtype, y!.shape) : builder.emit('MaxPool', [x!], poolAttributes(attributes)),
  ],
  vjp: ({ inputs: [x], cotangents: [g], attributes }) => [scatterToImages(g!, applyOne(argMaxPoolOp, [x!], attributes), x!)],
  batch: ([x], _, windows) => [overImages(x!, (images) => applyOne(maxPoolOp, [images], windows))],
});

/** The position of each window's first largest element in its image, row after row. */
const argMaxPoolOp: Op<Windows> = defineOp<Windows>({
  name: 'argMaxPool2d',
  infer: ([x], windows) => [{ dtype: 'int64', shape: pooledShape(x!.shape, windows) }],
  lower(builder, [x], { outputs: [y], attributes }) {
    if (y!.size === 0) return [emitZeros(builder, 'int64', y!.shape)];
    // ONNX counts through the whole batch: what lies before each image is taken off (faster than Mod).
    const [, positions] = builder.emitMany('MaxPool', [x!], 2, poolAttributes(attributes));
    const [images, channels] = y!.shape as readonly [number, number];
    const pixels = sizeOf(attributes.inputSize);
    const bounds = [0, images * channels * pixels, pixels].map((n) => builder.scalar('int64', n));
    const before = emitReshape(builder, builder.emit('Range', bounds), [images, channels, 1, 1]);
    return [builder.emit('Sub', [positions!, before])];
  },
  vjp: () => [undefined],
  batch: ([x], _, windows) => [overImages(x!, (images) => applyOne(argMaxPoolOp, [images], windows))],
});

/** The adjoint of taking maxima: their cotangents added up where the maxima were found. */
function scatterToImages(g: Tensor, positions: Tensor, x: Tensor): Tensor {
  const planes = x.shape[0]! * x.shape[1]!;
  const asRows = (t: Tensor) => reshape(t, [planes, sizeOf(spatial(t))]);
  const empty = zeros([planes, sizeOf(spatial(x))], x.dtype);
  return reshape(scatterAddAlongAxis(empty, asRows(positions), asRows(g), 1), x.shape);
}

export interface MaxPoolOptions extends PoolOptions {
  /** Distance between the elements of a window, 1 by default. */
  readonly dilation?: number | Pair;
}

/**
 * The largest element of each window of images [N, C, H, W]; padding never wins. The gradient goes to the first of
 * several equal elements. float32 or float64.
 * Throws ShapeError where windows do not fit or padding exceeds half a kernel, DTypeError for other dtypes.
 */
export const maxPool2d = (x: Tensor, kernel: number | Pair, options: MaxPoolOptions = {}): Tensor =>
  maxPool('maxPool2d', x, kernel, options);

const maxPool = (operator: string, x: Tensor, kernel: number | Pair, options: MaxPoolOptions): Tensor =>
  applyOne(maxPoolOp, [x], windowsOf(operator, x, kernel, options));

/**
 * Where in its image `maxPool2d` finds the largest element of each window, counting row after row: int64, without gradient.
 */
export const argMaxPool2d = (x: Tensor, kernel: number | Pair, options: MaxPoolOptions = {}): Tensor =>
  applyOne(argMaxPoolOp, [x], windowsOf('argMaxPool2d', x, kernel, options));

/** `maxPool2d` over one axis: [N, C, L] to [N, C, L′]. */
export function maxPool1d(x: Tensor, kernel: number, options: Pool1dOptions & { readonly dilation?: number } = {}): Tensor {
  expectRank('maxPool1d', 'lines [N, C, L]', x, 3);
  const row = { ...asRow(options, kernel), dilation: [1, options.dilation ?? 1] as const };
  return squeeze(maxPool('maxPool1d', expandDims(x, 2), [1, kernel], row), 2);
}

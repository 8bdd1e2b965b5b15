import { applyOne, defineOp, type Op } from '../core/op.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { reshape as emitReshape, zeros } from '../lowering/rearrange.js';
import { broadcastTo } from './broadcast.js';
import { expectRank } from './checks.js';
import type { Pair } from './convolution-geometry.js';
import { overImages } from './image-batching.js';
import {
  asRow,
  type Pool1dOptions,
  poolAttributes,
  pooledShape,
  type PoolOptions,
  type Windows,
  windowsOf,
} from './pooling-windows.js';
import { expandDims, squeeze } from './structure.js';

/*
 * The largest element of each window. Its gradient goes to one element, which ONNX Runtime's MaxPool names on request;
 * asking costs (8×64×56×56, 2×2, one AVX-512 core: 6.9 ms instead of 0.9), so only gradients ask.
 */

const maxPoolOp: Op<Windows> = defineOp<Windows>({
  name: 'maxPool2d',
  infer: ([x], windows) => [{ dtype: x!.dtype, shape: pooledShape(x!.shape, windows) }],
  lower: (builder, [x], { outputs: [y], attributes }) => [
    y!.size === 0 ? zeros(builder, y!.dtype, y!.shape) : builder.emit('MaxPool', [x!], poolAttributes(attributes)),
  ],
  vjp: ({ inputs: [x], cotangents: [g], attributes }) => [
    applyOne(scatterOp, [g!, applyOne(argMaxPoolOp, [x!], attributes)], { size: attributes.inputSize }),
  ],
  batch: ([x], _, windows) => [overImages(x!, (images) => applyOne(maxPoolOp, [images], windows))],
});

/** The position of each window's first largest element in its image, row after row. */
const argMaxPoolOp: Op<Windows> = defineOp<Windows>({
  name: 'argMaxPool2d',
  infer: ([x], windows) => [{ dtype: 'int64', shape: pooledShape(x!.shape, windows) }],
  lower(builder, [x], { outputs: [y], attributes }) {
    if (y!.size === 0) return [zeros(builder, 'int64', y!.shape)];
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

interface ImageSize {
  readonly size: Pair;
}

/** Values added up at the given positions of images that are zero elsewhere; the adjoint of `gatherOp`. */
const scatterOp: Op<ImageSize> = defineOp<ImageSize>({
  name: 'maxPool2dGradient',
  infer: ([g], { size }) => [{ dtype: g!.dtype, shape: [...g!.shape.slice(0, -2), ...size] }],
  lower(builder, [g, positions], { inputs: [type], outputs: [x] }) {
    const empty = zeros(builder, x!.dtype, x!.shape);
    if (type!.size === 0) return [empty];
    const inputs = [emitPlanes(builder, empty, x!.shape), ...[positions!, g!].map((t) => emitPlanes(builder, t, type!.shape))];
    const filled = builder.emit('ScatterElements', inputs, { axis: 1, reduction: 'add' });
    return [emitReshape(builder, filled, x!.shape)];
  },
  vjp: ({ inputs: [, positions], cotangents: [c] }) => [applyOne(gatherOp, [c!, positions!], {}), undefined],
  batch: (inputs, batched, size) => [applyOne(scatterOp, allBatched(inputs, batched), size)],
});

/** The elements of images at the given positions. */
const gatherOp: Op = defineOp({
  name: 'gatherPixels',
  infer: ([x, positions]) => [{ dtype: x!.dtype, shape: positions!.shape }],
  lower(builder, [x, positions], { inputs: [image, type] }) {
    if (type!.size === 0) return [zeros(builder, image!.dtype, type!.shape)];
    const planes = [emitPlanes(builder, x!, image!.shape), emitPlanes(builder, positions!, type!.shape)];
    return [emitReshape(builder, builder.emit('GatherElements', planes, { axis: 1 }), type!.shape)];
  },
  vjp: ({ inputs: [x, positions], cotangents: [c] }) => [
    applyOne(scatterOp, [c!, positions!], { size: x!.shape.slice(-2) as unknown as Pair }),
    undefined,
  ],
  batch: (inputs, batched) => [applyOne(gatherOp, allBatched(inputs, batched), {})],
});

/** Images as the rows of a matrix. */
const emitPlanes = (builder: GraphBuilder, x: string, shape: Shape): string =>
  emitReshape(builder, x, [sizeOf(shape.slice(0, -2)), sizeOf(shape.slice(-2))]);

function allBatched(inputs: readonly Tensor[], batched: readonly boolean[]): Tensor[] {
  const size = inputs[batched.indexOf(true)]!.shape[0]!;
  return inputs.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape])));
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

/** `maxPool2d` over one axis: [N, C, L] to [N, C, L′]. */
export function maxPool1d(x: Tensor, kernel: number, options: Pool1dOptions & { readonly dilation?: number } = {}): Tensor {
  expectRank('maxPool1d', 'lines [N, C, L]', x, 3);
  const row = { ...asRow(options, kernel), dilation: [1, options.dilation ?? 1] as const };
  return squeeze(maxPool('maxPool1d', expandDims(x, 2), [1, kernel], row), 2);
}

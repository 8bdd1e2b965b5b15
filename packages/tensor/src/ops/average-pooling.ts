import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { reshape as emitReshape, zeros } from '../lowering/rearrange.js';
import { div, mul } from './arithmetic.js';
import { sum } from './broadcast.js';
import { allowedDType, expectRank } from './checks.js';
import { conv2d, convTranspose2d } from './convolution.js';
import { eachAxis, type Pair, spatial } from './convolution-geometry.js';
import { lowerConv } from './convolution-lowering.js';
import { ones } from './full.js';
import { overImages } from './image-batching.js';
import {
  asRow,
  type Pool1dOptions,
  poolAttributes,
  pooledShape,
  poolingDTypes,
  type PoolOptions,
  type Windows,
  windowsOf,
} from './pooling-windows.js';
import { resample } from './resize.js';
import { expandDims, squeeze } from './structure.js';

/* Means of windows: a depthwise convolution with equal weights, as which the adjoint is written. */

interface AverageAttributes extends Windows {
  readonly countPadding: boolean;
}

const avgPoolOp: Op<AverageAttributes> = defineOp<AverageAttributes>({
  name: 'avgPool2d',
  infer: ([x], windows) => [{ dtype: x!.dtype, shape: pooledShape(x!.shape, windows) }],
  lower(builder, [x], { inputs: [type], outputs: [result], attributes }) {
    const { dtype, shape } = result!;
    if (result!.size === 0) return [zeros(builder, dtype, shape)];
    if (dtype === 'float32') {
      const options = { ...poolAttributes(attributes), count_include_pad: Number(attributes.countPadding) };
      return [builder.emit('AveragePool', [x!], options)];
    }
    // The composition for float64: sums by a kernel of ones, divided by the number of elements summed.
    const size = spatial(result!);
    const batch = type!.shape[0]! * type!.shape[1]!;
    const images = emitReshape(builder, x!, [batch, 1, ...attributes.inputSize]);
    const kernel = builder.constant(dtype, [1, 1, ...attributes.kernel], new Array<number>(sizeOf(attributes.kernel)).fill(1));
    const geometry = { ...attributes, batch, inputs: 1, outputs: 1, outputSize: size };
    const sums = emitReshape(builder, lowerConv(builder, images, kernel, geometry, dtype), shape);
    return [builder.emit('Div', [sums, builder.constant(dtype, [1, 1, ...size], elementCounts(attributes, size))])];
  },
  vjp: ({ inputs: [x], cotangents: [g], attributes }) => [spreadMeans(g!, x!, attributes)],
  batch: ([x], _, windows) => [overImages(x!, (images) => applyOne(avgPoolOp, [images], windows))],
});

/** How many elements each window holds, padding counted or not. */
function elementCounts({ countPadding, kernel, stride, padding, inputSize }: AverageAttributes, size: Pair): number[] {
  const [rows, columns] = eachAxis((axis) =>
    Array.from({ length: size[axis] }, (_, i) => {
      const start = i * stride[axis] - padding[axis][0];
      if (countPadding) return kernel[axis];
      return Math.min(start + kernel[axis], inputSize[axis]) - Math.max(start, 0);
    }),
  );
  return rows.flatMap((r) => columns.map((c) => r * c));
}

/** The adjoint of averaging: each mean's cotangent divided among the elements of its window. */
function spreadMeans(g: Tensor, x: Tensor, windows: AverageAttributes): Tensor {
  const { kernel, stride, padding, inputSize, countPadding } = windows;
  const channels = x.shape[1]!;
  const size = spatial(g);
  const isPadded = padding.flat().some((n) => n > 0);
  const area = sizeOf(kernel);
  const tiled = !isPadded && [0, 1].every((axis) => kernel[axis] === stride[axis] && inputSize[axis] === size[axis]! * stride[axis]!);
  if (tiled) return resample('avgPool2d', mul(g, 1 / area), inputSize, 'nearest', false);
  const pixel = ones([1, 1, ...inputSize], x.dtype);
  const counts = conv2d(pixel, ones([1, 1, ...kernel], x.dtype), { stride, padding });
  const shares = countPadding || !isPadded ? mul(g, 1 / area) : div(g, counts);
  return convTranspose2d(shares, ones([channels, 1, ...kernel], x.dtype), {
    stride,
    padding,
    groups: channels,
    outputPadding: eachAxis(
      (axis) => inputSize[axis] + padding[axis][0] + padding[axis][1] - kernel[axis] - (size[axis] - 1) * stride[axis],
    ),
  });
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether the zeros of the padding count as elements of a window; they do by default, as in PyTorch. */
  readonly countIncludePad?: boolean;
}

/** The mean of each window of images [N, C, H, W]; see `maxPool2d` for what it throws. */
export const avgPool2d = (x: Tensor, kernel: number | Pair, options: AvgPoolOptions = {}): Tensor =>
  avgPool('avgPool2d', x, kernel, options);

function avgPool(operator: string, x: Tensor, kernel: number | Pair, options: AvgPoolOptions): Tensor {
  const { stride = kernel, padding = 0, countIncludePad = true } = options;
  const windows = windowsOf(operator, x, kernel, { stride, padding });
  return applyOne(avgPoolOp, [x], { ...windows, countPadding: countIncludePad });
}

/**
 * Means over h × w regions that share the image evenly: region i covers rows ⌊iH/h⌋ to ⌈(i + 1)H/h⌉ − 1, as in PyTorch.
 * Throws ShapeError for sizes below 1.
 */
export function adaptiveAvgPool2d(x: Tensor, size: Shape): Tensor {
  expectRank('adaptiveAvgPool2d', 'images [N, C, H, W]', x, 4);
  return adaptiveAvgPool('adaptiveAvgPool2d', x, size);
}

function adaptiveAvgPool(operator: string, x: Tensor, size: Shape): Tensor {
  const [rows, columns] = [x.shape[2]! / size[0]!, x.shape[3]! / size[1]!];
  const even = size.length === 2 && [rows, columns].every((n) => Number.isInteger(n) && n >= 1);
  return even ? avgPool(operator, x, [rows, columns], {}) : resample(operator, x, size, 'area', false);
}

/** The mean of each image and channel: [N, C, H, W] to [N, C]. Throws ShapeError for images without pixels. */
export function globalAvgPool2d(x: Tensor): Tensor {
  expectRank('globalAvgPool2d', 'images [N, C, H, W]', x, 4);
  allowedDType('globalAvgPool2d', x.dtype, poolingDTypes);
  const pixels = sizeOf(spatial(x));
  if (pixels === 0) throw operatorError(ShapeError, 'globalAvgPool2d', `images ${JSON.stringify(x.shape)} have no pixels`);
  return mul(sum(x, [2, 3]), 1 / pixels);
}

/** `avgPool2d` over one axis: [N, C, L] to [N, C, L′]. */
export function avgPool1d(x: Tensor, kernel: number, options: Pool1dOptions & Pick<AvgPoolOptions, 'countIncludePad'> = {}): Tensor {
  expectRank('avgPool1d', 'lines [N, C, L]', x, 3);
  const row = { ...asRow(options, kernel), countIncludePad: options.countIncludePad ?? true };
  return squeeze(avgPool('avgPool1d', expandDims(x, 2), [1, kernel], row), 2);
}

/** `adaptiveAvgPool2d` over one axis: [N, C, L] to [N, C, length]. */
export function adaptiveAvgPool1d(x: Tensor, length: number): Tensor {
  expectRank('adaptiveAvgPool1d', 'lines [N, C, L]', x, 3);
  return squeeze(adaptiveAvgPool('adaptiveAvgPool1d', expandDims(x, 2), [1, length]), 2);
}

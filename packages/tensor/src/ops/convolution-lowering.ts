import type { DType } from '../core/dtype.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { flip, pad, reshape, slice, transpose } from '../lowering/rearrange.js';
import { type ConvAttributes, eachAxis, extent, type Geometry } from './convolution-geometry.js';

/*
 * The three products of a convolution in ONNX Runtime's CPU operators, chosen by shape.
 *
 * Measured on one AVX-512 core, ONNX Runtime 1.30, float32, least of 8 to 15 runs in ms:
 *
 *   forward, x → y                          Conv   blocked Conv, reordering included
 *     8×64×56×56, 3×3 → 64                  18.7   12.9
 *     8×256×14×14, 3×3 → 256                14.5   13.7
 *     8×512×7×7, 3×3 → 512                  16.4   22.1   (reordering the weights shows: few positions use them)
 *     8×64×56×56, 1×1 → 64                   3.1    2.9
 *     8×64×56×56, depthwise 3×3 | 5×5        3.7 | 8.5     2.3 | 3.0
 *     8×128×28×28, 3×3 in 4 groups           7.0    4.5
 *   input gradient, y → x                   ConvTranspose   Conv with the flipped kernel   blocked
 *     8×64×56×56, 3×3                       23.7            19.8                           13.6
 *     the same with stride 2 → 128           9.8            20.4 (a kernel for each phase) 18.1
 *   weight gradient, x, y → w               Conv with batch and channels swapped   patches·yᵀ   a product for each tap
 *     8×64×56×56, 3×3                       57.7 (two threads, busy machine)       41.5         20.3
 *     8×512×7×7, 3×3                                                               36.5         36.7, batch folded 22.4
 *     8×3×112×112, 3×3 → 64                                                         7.6         17.9
 *     8×3×112×112, 7×7 stride 2 → 64                                               14.0         35.5
 *   weight gradient, depthwise              Mul + ReduceSum for each tap   Conv of N·C groups   blocked
 *     8×64×56×56, 3×3 | 5×5                 13.6 | 35.9                    17.0 | 29.4          3.5 | 5.6
 */

const blockedDomain = 'com.microsoft.nchwc';

/** Positions (batch × pixels) below which reordering the weights costs more than the blocked kernel saves. */
const fewPositions = 512;

/** Input channels below which one product over all taps beats a product for each. */
const fewChannels = 16;

const area = ([rows, columns]: readonly [number, number]): number => rows * columns;

const isDepthwise = ({ groups, inputs, outputs }: Geometry): boolean => groups > 1 && inputs === 1 && outputs === 1;

function convAttributes(geometry: Omit<ConvAttributes, 'inputSize'>) {
  const { stride, padding, dilation, groups, kernel } = geometry;
  const [rows, columns] = padding;
  return {
    kernel_shape: kernel,
    strides: stride,
    pads: [rows[0], columns[0], rows[1], columns[1]],
    dilations: dilation,
    group: groups,
  };
}

/** y from x and w. */
export function lowerConv(builder: GraphBuilder, x: string, w: string, geometry: Geometry, dtype: DType): string {
  if (dtype === 'float64') return convByPatches(builder, x, w, geometry);
  const block = blockFor(builder, geometry);
  if (block) return blockedConv(builder, x, w, geometry, block);
  return builder.emit('Conv', [x, w], convAttributes(geometry));
}

/** The block of channels where the blocked kernels can and should be used. */
function blockFor(builder: GraphBuilder, geometry: Geometry): number | undefined {
  const { batch, groups, inputs, outputs, kernel, outputSize } = geometry;
  if (area(kernel) === 1) return undefined;
  const block = builder.target.channelBlock;
  if (block === undefined) return undefined;
  if (isDepthwise(geometry)) return groups % block === 0 ? block : undefined;
  const fits = inputs % block === 0 && (groups === 1 || outputs % block === 0);
  return fits && batch * area(outputSize) >= fewPositions ? block : undefined;
}

/** Both gradients reorder the same cotangents, and a depthwise weight gradient the input once more. */
const toBlocked = (builder: GraphBuilder, x: string): string =>
  builder.once(`blocked ${x}`, () => builder.emit('ReorderInput', [x], { channels_last: 0 }, blockedDomain));

const fromBlocked = (builder: GraphBuilder, x: string, channels: number): string =>
  builder.emit('ReorderOutput', [x], { channels, channels_last: 0 }, blockedDomain);

function blockedConv(builder: GraphBuilder, x: string, w: string, geometry: Geometry, block: number): string {
  const { groups, inputs, outputs, kernel } = geometry;
  const channels = groups * outputs;
  const blocks = Math.ceil(channels / block);
  const filled = pad(builder, w, [0], [0], [blocks * block - channels]);
  // Output channels innermost; between them and the taps, where there are several, input channels.
  const [split, order] = isDepthwise(geometry)
    ? [
        [blocks, block, area(kernel)],
        [0, 2, 1],
      ]
    : [
        [blocks, block, inputs / block, block, area(kernel)],
        [0, 2, 4, 3, 1],
      ];
  const reordered = transpose(builder, reshape(builder, filled, split), order);
  const weights = reshape(builder, reordered, [blocks * block, inputs, ...kernel]);
  const y = builder.emit('Conv', [toBlocked(builder, x), weights], convAttributes(geometry), blockedDomain);
  return fromBlocked(builder, y, channels);
}

/** x's cotangent from y's and w. */
export function lowerInputGradient(builder: GraphBuilder, g: string, w: string, geometry: Geometry, dtype: DType): string {
  const { stride, padding, dilation, kernel, inputSize, outputSize } = geometry;
  if (area(stride) === 1 || dtype === 'float64') return convOfSpread(builder, g, w, geometry, dtype);
  return builder.emit('ConvTranspose', [g, w], {
    ...convAttributes(geometry),
    output_padding: eachAxis(
      (axis) =>
        inputSize[axis] -
        ((outputSize[axis] - 1) * stride[axis] + extent(kernel[axis], dilation[axis]) - padding[axis][0] - padding[axis][1]),
    ),
  });
}

/**
 * The adjoint as a convolution of stride 1: g with stride − 1 zeros between its elements, the kernel flipped and
 * its inputs and outputs exchanged. It reads beyond g where the forward kernel began outside x, and so d(k − 1) − p.
 */
function convOfSpread(builder: GraphBuilder, g: string, w: string, geometry: Geometry, dtype: DType): string {
  const { batch, groups, inputs, outputs, stride, padding, dilation, kernel, inputSize, outputSize } = geometry;
  const spreadSize = eachAxis((axis) => outputSize[axis] * stride[axis]);
  const spread = area(stride) === 1 ? g : spreadElements(builder, g, geometry);
  const margins = eachAxis((axis) => {
    const reach = extent(kernel[axis], dilation[axis]) - 1;
    const before = reach - padding[axis][0];
    return [before, inputSize[axis] + reach - spreadSize[axis] - before] as const;
  });
  const cropped = pad(
    builder,
    spread,
    [2, 3],
    margins.map(([before]) => Math.min(0, before)),
    margins.map(([, after]) => Math.min(0, after)),
  );
  const grouped = reshape(builder, w, [groups, outputs, inputs, ...kernel]);
  const exchanged = transpose(builder, grouped, [0, 2, 1, 3, 4]);
  const flat = reshape(builder, exchanged, [groups * inputs, outputs, ...kernel]);
  const adjoint: Geometry = {
    batch,
    groups,
    dilation,
    kernel,
    inputs: outputs,
    outputs: inputs,
    stride: [1, 1],
    padding: eachAxis((axis) => [Math.max(0, margins[axis][0]), Math.max(0, margins[axis][1])] as const),
    inputSize: eachAxis((axis) => spreadSize[axis] + margins[axis].reduce((sum, n) => sum + Math.min(0, n), 0)),
    outputSize: inputSize,
  };
  return lowerConv(builder, cropped, flip(builder, flat, [2, 3]), adjoint, dtype);
}

function spreadElements(builder: GraphBuilder, g: string, geometry: Geometry): string {
  const {
    batch,
    groups,
    outputs,
    stride,
    outputSize: [rows, columns],
  } = geometry;
  const channels = groups * outputs;
  const apart = reshape(builder, g, [batch, channels, rows, 1, columns, 1]);
  const filled = pad(builder, apart, [3, 5], [0, 0], [stride[0] - 1, stride[1] - 1]);
  return reshape(builder, filled, [batch, channels, rows * stride[0], columns * stride[1]]);
}

/** w's cotangent from x and y's cotangent: over batch and pixels p, Σ g[n, o, p] x[n, i, p·stride + tap·dilation]. */
export function lowerWeightGradient(builder: GraphBuilder, x: string, g: string, geometry: Geometry, dtype: DType): string {
  const { groups, inputs, outputs, kernel } = geometry;
  const block = dtype === 'float32' && isDepthwise(geometry) ? blockFor(builder, geometry) : undefined;
  if (block) return blockedDepthwiseWeightGradient(builder, x, g, geometry);

  const pixels = area(geometry.outputSize);
  const taps = area(kernel);
  // Summing over the batch inside the product moves x and g once; outside, it adds up a weight's size an image and tap.
  const folded = groups === 1 && taps * inputs * outputs > pixels * (inputs + outputs);
  const batch = folded ? [] : [geometry.batch];
  const perGroup = folded ? geometry.batch * pixels : pixels;
  const leading = (t: string) => (folded ? transpose(builder, t, [1, 0, 2, 3]) : t);
  const cotangents = reshape(builder, leading(g), [...batch, groups, outputs, perGroup]);
  const channels = tapSlices(builder, leading(x), geometry);
  const productWith = (t: string, columns: number) => {
    const patches = reshape(builder, t, [...batch, groups, columns, perGroup]);
    const product = timesTransposed(builder, cotangents, patches, batch.length + 3, dtype);
    return folded ? product : builder.emit('ReduceSum', [product, builder.ints([0])], { keepdims: 0 });
  };
  const shape = [groups * outputs, inputs, ...kernel];
  if (inputs < fewChannels) {
    const columns = stackTaps(builder, channels, geometry, folded);
    return reshape(builder, productWith(columns, inputs * taps), shape);
  }
  const products = channels.map((tap) => reshape(builder, productWith(tap, inputs), [groups * outputs, inputs, 1]));
  return reshape(builder, taps === 1 ? products[0]! : builder.emit('Concat', products, { axis: 2 }), shape);
}

/**
 * A depthwise weight gradient as a blocked convolution with a group for each image and channel: the cotangents of one
 * channel are the kernel, strides and dilations change places. Both reorderings are shared with the other products.
 */
function blockedDepthwiseWeightGradient(builder: GraphBuilder, x: string, g: string, geometry: Geometry): string {
  const { batch, groups, kernel, stride, dilation, padding, inputSize, outputSize } = geometry;
  const channels = batch * groups;
  const flat = (t: string, size: readonly number[], leading: readonly [number, number]) =>
    reshape(builder, toBlocked(builder, t), [...leading, ...size]);
  const swapped = { stride: dilation, dilation: stride, padding, groups: channels, kernel: outputSize };
  const all = builder.emit(
    'Conv',
    [flat(x, inputSize, [1, channels]), flat(g, outputSize, [channels, 1])],
    convAttributes(swapped),
    blockedDomain,
  );
  // Rows and columns that no window of the forward convolution reached make the result larger than the kernel.
  const reached = eachAxis(
    (axis) =>
      Math.floor((inputSize[axis] + padding[axis][0] + padding[axis][1] - extent(outputSize[axis], stride[axis])) / dilation[axis]) + 1,
  );
  const images = reshape(builder, fromBlocked(builder, all, channels), [batch, groups, ...reached]);
  const sum = builder.emit('ReduceSum', [images, builder.ints([0])], { keepdims: 0 });
  const cut = area(reached) === area(kernel) ? sum : slice(builder, sum, [1, 2], [0, 0], kernel);
  return reshape(builder, cut, [groups, 1, ...kernel]);
}

/** For each tap of the kernel, the elements of padded x it meets, one for each output pixel: taps of [·, ·, rows, columns]. */
function tapSlices(builder: GraphBuilder, x: string, geometry: Geometry): string[] {
  const { stride, padding, dilation, kernel, inputSize, outputSize } = geometry;
  if (area(kernel) === 1 && area(inputSize) === area(outputSize) && padding.flat().every((n) => n === 0)) return [x];
  const padded = pad(
    builder,
    x,
    [2, 3],
    padding.map(([before]) => before),
    padding.map(([, after]) => after),
  );
  return Array.from({ length: area(kernel) }, (_, tap) => {
    const starts = [Math.floor(tap / kernel[1]) * dilation[0], (tap % kernel[1]) * dilation[1]];
    return slice(builder, padded, [2, 3], starts, outputSize, stride);
  });
}

/** Tap slices as one tensor [·, channels, taps, rows, columns], or [channels, taps, ·, rows, columns] where batches come second. */
function stackTaps(builder: GraphBuilder, taps: readonly string[], geometry: Geometry, folded: boolean): string {
  const { batch, groups, inputs, outputSize } = geometry;
  const channels = groups * inputs;
  const shape = folded ? [channels, 1, batch] : [batch, channels, 1];
  const apart = taps.map((tap) => reshape(builder, tap, [...shape, ...outputSize]));
  return builder.emit('Concat', apart, { axis: folded ? 1 : 2 });
}

/** The composition for dtypes without a Conv kernel: weights times the patches under them. */
function convByPatches(builder: GraphBuilder, x: string, w: string, geometry: Geometry): string {
  const { batch, groups, inputs, outputs, kernel, outputSize } = geometry;
  const patches = stackTaps(builder, tapSlices(builder, x, geometry), geometry, false);
  const columns = inputs * area(kernel);
  const y = builder.emit('MatMul', [
    reshape(builder, w, [groups, outputs, columns]),
    reshape(builder, patches, [batch, groups, columns, area(outputSize)]),
  ]);
  return reshape(builder, y, [batch, groups * outputs, ...outputSize]);
}

/** A·Bᵀ over the last two axes; the fused operator has no float64 kernel. */
function timesTransposed(builder: GraphBuilder, a: string, b: string, rank: number, dtype: DType): string {
  if (dtype === 'float32') return builder.emit('FusedMatMul', [a, b], { transB: 1 }, 'com.microsoft');
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const swapped = [...axes.slice(0, -2), rank - 1, rank - 2];
  return builder.emit('MatMul', [a, transpose(builder, b, swapped)]);
}

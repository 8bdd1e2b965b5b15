import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape } from '../core/shape.js';
import type { Tensor, TensorType } from '../core/tensor.js';
import { zeros } from '../lowering/rearrange.js';
import { commonDType, expectRank } from './checks.js';
import { type Role, overBatch } from './convolution-batching.js';
import {
  type ConvAttributes,
  eachAxis,
  extent,
  geometryOf,
  type LinePadding,
  linePadding,
  outputSize,
  type Padding,
  type Pair,
  pairOf,
  resolvePadding,
  spatial,
} from './convolution-geometry.js';
import { lowerConv, lowerInputGradient, lowerWeightGradient } from './convolution-lowering.js';
import { expandDims, squeeze } from './structure.js';

/*
 * A convolution is the trilinear form T(x, w, g) = Σ g · conv(x, w), and each of the three operators here is its
 * derivative by one argument: conv by g, the transposed convolution by x, the weight gradient by w. The gradient of
 * each by one of its inputs is therefore again one of the three, to any order.
 */

const floating = ['float32', 'float64'] as const;

const convOp: Op<ConvAttributes> = defineOp<ConvAttributes>({
  name: 'conv2d',
  infer([x, w], attributes) {
    const dtype = expectChannels('conv2d', x!, w!, x!.shape[1]! / attributes.groups, w!.shape[1]!, attributes.groups);
    const size = outputSize('conv2d', attributes);
    return [{ dtype, shape: [x!.shape[0]!, w!.shape[0]!, ...size] }];
  },
  lower: lowering(['x', 'w'], 'y', lowerConv),
  vjp: ({ inputs: [x, w], cotangents: [g], needs, attributes }) => [
    needs[0] ? inputGradient(g!, w!, attributes) : undefined,
    needs[1] ? weightGradient(x!, g!, attributes) : undefined,
  ],
  batch: (inputs, batched, attributes) => [overBatch(convOp, ['x', 'w'], 'y', inputs, batched, attributes)],
});

const inputGradientOp: Op<ConvAttributes> = defineOp<ConvAttributes>({
  name: 'convTranspose2d',
  infer([g, w], { groups, inputSize }) {
    const dtype = expectChannels('convTranspose2d', g!, w!, g!.shape[1]!, w!.shape[0]!, groups);
    return [{ dtype, shape: [g!.shape[0]!, w!.shape[1]! * groups, ...inputSize] }];
  },
  lower: lowering(['y', 'w'], 'x', lowerInputGradient),
  vjp: ({ inputs: [g, w], cotangents: [c], needs, attributes }) => [
    needs[0] ? applyOne(convOp, [c!, w!], attributes) : undefined,
    needs[1] ? weightGradient(c!, g!, attributes) : undefined,
  ],
  batch: (inputs, batched, attributes) => [overBatch(inputGradientOp, ['y', 'w'], 'x', inputs, batched, attributes)],
});

const weightGradientOp: Op<ConvAttributes> = defineOp<ConvAttributes>({
  name: 'conv2dWeightGradient',
  infer: ([x, g], { groups, kernel }) => [{ dtype: x!.dtype, shape: [g!.shape[1]!, x!.shape[1]! / groups, ...kernel] }],
  lower: lowering(['x', 'y'], 'w', lowerWeightGradient),
  vjp: ({ inputs: [x, g], cotangents: [c], needs, attributes }) => [
    needs[0] ? inputGradient(g!, c!, attributes) : undefined,
    needs[1] ? applyOne(convOp, [x!, c!], attributes) : undefined,
  ],
  batch: (inputs, batched, attributes) => [overBatch(weightGradientOp, ['x', 'y'], 'w', inputs, batched, attributes)],
});

const inputGradient = (g: Tensor, w: Tensor, attributes: ConvAttributes): Tensor => applyOne(inputGradientOp, [g, w], attributes);

const weightGradient = (x: Tensor, g: Tensor, attributes: ConvAttributes): Tensor => applyOne(weightGradientOp, [x, g], attributes);

/** A lowering given two of the tensors x, w and y and asked for the third. */
function lowering(given: readonly [Role, Role], wanted: Role, lower: typeof lowerConv): Op<ConvAttributes>['lower'] {
  return (builder, [a, b], { inputs, outputs, attributes }) => {
    const typeOf = (role: Role) => (role === wanted ? outputs[0]! : inputs[given.indexOf(role)]!);
    const { dtype, shape } = outputs[0]!;
    if ([...inputs, ...outputs].some(({ size }) => size === 0)) return [zeros(builder, dtype, shape)];
    return [lower(builder, a!, b!, geometryOf(typeOf('x'), typeOf('w'), typeOf('y'), attributes), dtype)];
  };
}

/** Dtype and channels of an image and a kernel that go together. */
function expectChannels(operator: string, image: TensorType, kernel: TensorType, given: number, expected: number, groups: number) {
  const dtype = commonDType(operator, [image, kernel], floating);
  if (given !== expected || kernel.shape[0]! % groups !== 0) {
    throw operatorError(
      ShapeError,
      operator,
      `an input ${formatShape(image.shape)} of ${image.shape[1]} channels does not go with a kernel ${formatShape(kernel.shape)} in ${groups} group${groups === 1 ? '' : 's'}; ${
        operator.startsWith('convTranspose')
          ? 'expected kernels [channels, outputs / groups, rows, columns] and channels divisible by groups'
          : 'expected kernels [outputs, channels / groups, rows, columns] and outputs divisible by groups'
      }`,
    );
  }
  return dtype;
}

export interface ConvOptions {
  /** Step between windows, 1 by default. */
  readonly stride?: number | Pair;
  /** Zeros around the input, none by default. */
  readonly padding?: Padding;
  /** Distance between the taps of the kernel, 1 by default. */
  readonly dilation?: number | Pair;
  /** Groups of channels convolved apart, 1 by default; as many as channels make the convolution depthwise. */
  readonly groups?: number;
}

/**
 * Cross-correlation of images with kernels: y[n, o, i, j] = Σ_{c,k,l} w[o, c, k, l] x[n, c, i·stride + k·dilation, …].
 * x is [N, C, H, W], w is [O, C / groups, kh, kw], the result [N, O, H′, W′]; float32 or float64.
 * Throws ShapeError where channels, groups or sizes do not fit, DTypeError for other or different dtypes.
 */
export function conv2d(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  expectRank('conv2d', 'an input [N, C, H, W]', x, 4);
  expectRank('conv2d', 'a kernel [O, C / groups, kh, kw]', w, 4);
  return convolve('conv2d', x, w, options);
}

function convolve(operator: string, x: Tensor, w: Tensor, options: ConvOptions): Tensor {
  const stride = pairOf(operator, 'stride', options.stride ?? 1, 1);
  const dilation = pairOf(operator, 'dilation', options.dilation ?? 1, 1);
  const window = eachAxis((axis) => extent(spatial(w)[axis], dilation[axis]));
  const padding = resolvePadding(operator, options.padding ?? 0, spatial(x), window, stride);
  const groups = expectGroups(operator, options.groups ?? 1);
  const [inputSize, kernel] = [spatial(x), spatial(w)];
  const attributes = { stride, padding, dilation, groups, inputSize, kernel };
  expectChannels(operator, x, w, x.shape[1]! / groups, w.shape[1]!, groups);
  outputSize(operator, attributes);
  return applyOne(convOp, [x, w], attributes);
}

export interface ConvTransposeOptions {
  readonly stride?: number | Pair;
  /** Rows and columns taken off the result, none by default. */
  readonly padding?: Exclude<Padding, string>;
  /** Rows and columns added at the end of the result, fewer than the stride: it tells sizes apart that the forward
   * convolution maps to one. */
  readonly outputPadding?: number | Pair;
  readonly dilation?: number | Pair;
  readonly groups?: number;
}

/**
 * The adjoint of `conv2d` by its input: every element of x adds a copy of its kernel to the result.
 * x is [N, C, H, W], w is [C, O / groups, kh, kw], the result [N, O, H′, W′] with
 * H′ = (H − 1)·stride − padding + dilation·(kh − 1) + 1 + outputPadding.
 * Throws ShapeError where channels, groups or sizes do not fit, DTypeError for other or different dtypes.
 */
export function convTranspose2d(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  expectRank('convTranspose2d', 'an input [N, C, H, W]', x, 4);
  expectRank('convTranspose2d', 'a kernel [C, O / groups, kh, kw]', w, 4);
  return convolveTransposed('convTranspose2d', x, w, options);
}

function convolveTransposed(operator: string, x: Tensor, w: Tensor, options: ConvTransposeOptions): Tensor {
  const stride = pairOf(operator, 'stride', options.stride ?? 1, 1);
  const dilation = pairOf(operator, 'dilation', options.dilation ?? 1, 1);
  const extra = pairOf(operator, 'outputPadding', options.outputPadding ?? 0, 0);
  const padding = resolvePadding(operator, options.padding ?? 0, [0, 0], [1, 1], stride);
  const inputSize = eachAxis((axis) => {
    const full = (spatial(x)[axis] - 1) * stride[axis] + extent(spatial(w)[axis], dilation[axis]);
    return full - padding[axis][0] - padding[axis][1] + extra[axis];
  });
  if (extra.some((n, axis) => n >= stride[axis]!) || inputSize.some((n) => n < 1) || spatial(x).includes(0)) {
    throw operatorError(
      ShapeError,
      operator,
      `an input ${formatShape(x.shape)} with stride ${formatShape(stride)}, padding ${JSON.stringify(padding)} and outputPadding ${formatShape(extra)} would give images of ${formatShape(inputSize)}; expected at least one row and column, and less outputPadding than stride`,
    );
  }
  const groups = expectGroups(operator, options.groups ?? 1);
  expectChannels(operator, x, w, x.shape[1]!, w.shape[0]!, groups);
  return inputGradient(x, w, { stride, padding, dilation, groups, inputSize, kernel: spatial(w) });
}

function expectGroups(operator: string, groups: number): number {
  if (Number.isInteger(groups) && groups >= 1) return groups;
  throw operatorError(ShapeError, operator, `expected groups to be a whole number of 1 or more, given ${groups}`);
}

export interface Conv1dOptions {
  readonly stride?: number;
  /** Zeros at both ends, `[before, after]`, `'valid'` for none, `'same'` for an output of ⌈length / stride⌉. */
  readonly padding?: LinePadding;
  readonly dilation?: number;
  readonly groups?: number;
}

/** `conv2d` over one axis: x is [N, C, L], w is [O, C / groups, k], the result [N, O, L′]. */
export function conv1d(x: Tensor, w: Tensor, options: Conv1dOptions = {}): Tensor {
  expectRank('conv1d', 'an input [N, C, L]', x, 3);
  expectRank('conv1d', 'a kernel [O, C / groups, k]', w, 3);
  const { stride = 1, dilation = 1, groups = 1, padding = 0 } = options;
  const y = convolve('conv1d', expandDims(x, 2), expandDims(w, 2), {
    stride: [1, stride],
    dilation: [1, dilation],
    padding: linePadding(padding),
    groups,
  });
  return squeeze(y, 2);
}

export interface ConvTranspose1dOptions {
  readonly stride?: number;
  readonly padding?: number | Pair;
  readonly outputPadding?: number;
  readonly dilation?: number;
  readonly groups?: number;
}

/** `convTranspose2d` over one axis: x is [N, C, L], w is [C, O / groups, k], the result [N, O, L′]. */
export function convTranspose1d(x: Tensor, w: Tensor, options: ConvTranspose1dOptions = {}): Tensor {
  expectRank('convTranspose1d', 'an input [N, C, L]', x, 3);
  expectRank('convTranspose1d', 'a kernel [C, O / groups, k]', w, 3);
  const { stride = 1, dilation = 1, groups = 1, padding = 0, outputPadding = 0 } = options;
  const y = convolveTransposed('convTranspose1d', expandDims(x, 2), expandDims(w, 2), {
    stride: [1, stride],
    dilation: [1, dilation],
    padding: [[0, 0], typeof padding === 'number' ? [padding, padding] : padding],
    outputPadding: [0, outputPadding],
    groups,
  });
  return squeeze(y, 2);
}

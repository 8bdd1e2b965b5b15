import {
  add,
  conv1d as convolve1d,
  type Conv1dOptions,
  conv2d as convolve2d,
  type ConvOptions,
  type FloatDType,
  type Pair,
  random,
  reshape,
  ShapeError,
  type Tensor,
} from '@sardonyx/tensor';
import { type Initializer, kaiming, zeros } from './initializers.js';

export interface ConvParameters {
  /** [outputs, inputs / groups, ...kernel] */
  readonly weight: Tensor;
  /** [outputs] */
  readonly bias?: Tensor;
}

export interface ConvSizes {
  /** Channels. */
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width, or one number for both; of a `conv1d` its length. */
  readonly kernel: number | Pair;
  /** Groups of channels that do not mix, 1 by default; give the same to the application. */
  readonly groups?: number;
}

export interface ConvInitOptions {
  /** Whether there is a bias; true by default. */
  readonly bias?: boolean;
  /** Normal of variance 2/fanIn by default, which suits relu. */
  readonly weightInitializer?: Initializer;
  /** Zeros by default. */
  readonly biasInitializer?: Initializer;
  readonly dtype?: FloatDType;
}

/** Parameters of a convolution over images. Throws ShapeError where groups do not divide the channels. */
export function initConv2d(key: Tensor, sizes: ConvSizes, options: ConvInitOptions = {}): ConvParameters {
  const kernel = typeof sizes.kernel === 'number' ? [sizes.kernel, sizes.kernel] : sizes.kernel;
  return initConv('initConv2d', key, sizes, kernel, options);
}

/** Parameters of a convolution along a line. Throws ShapeError where groups do not divide the channels. */
export const initConv1d = (key: Tensor, sizes: ConvSizes & { readonly kernel: number }, options: ConvInitOptions = {}): ConvParameters =>
  initConv('initConv1d', key, sizes, [sizes.kernel], options);

function initConv(
  name: string,
  key: Tensor,
  { inputs, outputs, groups = 1 }: ConvSizes,
  kernel: readonly number[],
  options: ConvInitOptions,
): ConvParameters {
  if (!Number.isInteger(inputs / groups) || !Number.isInteger(outputs / groups)) {
    throw new ShapeError('shape', `${name}: expected groups that divide ${inputs} inputs and ${outputs} outputs, given ${groups}`);
  }
  const { bias = true, weightInitializer = kaiming(), biasInitializer = zeros, dtype } = options;
  const weight = weightInitializer(key, [outputs, inputs / groups, ...kernel], dtype);
  // See initLinear for the key.
  return bias ? { weight, bias: biasInitializer(random.foldIn(key, 1), [outputs], dtype) } : { weight };
}

/** Cross-correlation with the kernel, plus bias: x [batch, inputs, height, width] to [batch, outputs, height′, width′]. */
export const conv2d = (params: ConvParameters, x: Tensor, options: ConvOptions = {}): Tensor =>
  addBias(convolve2d(x, params.weight, options), params.bias);

/** `conv2d` along one axis: x [batch, inputs, length] to [batch, outputs, length′]. */
export const conv1d = (params: ConvParameters, x: Tensor, options: Conv1dOptions = {}): Tensor =>
  addBias(convolve1d(x, params.weight, options), params.bias);

/** A bias [channels] on axis 1. */
const addBias = (y: Tensor, bias: Tensor | undefined): Tensor =>
  bias ? add(y, reshape(bias, [y.shape[1]!, ...y.shape.slice(2).map(() => 1)])) : y;

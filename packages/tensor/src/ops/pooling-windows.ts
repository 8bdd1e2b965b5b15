import { operatorError, ShapeError } from '../core/errors.js';
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { allowedDType, expectRank } from './checks.js';
import {
  type ConvAttributes,
  eachAxis,
  extent,
  type LinePadding,
  linePadding,
  outputSize,
  type Padding,
  type Pair,
  pairOf,
  resolvePadding,
  spatial,
} from './convolution-geometry.js';

/* What poolings of all kinds share: windows that slide over images. */

export const poolingDTypes = ['float32', 'float64'] as const;

/** A pooling is a convolution's geometry without channels: `groups` stays 1. */
export type Windows = ConvAttributes;

export const poolAttributes = ({ kernel, stride, dilation, padding: [rows, columns] }: Windows) => ({
  kernel_shape: kernel,
  strides: stride,
  dilations: dilation,
  pads: [rows[0], columns[0], rows[1], columns[1]],
});

export const pooledShape = (shape: Shape, windows: Windows): Shape => [...shape.slice(0, 2), ...outputSize('pooling', windows)];

export interface PoolOptions {
  /** Step between windows; the kernel's size by default. */
  readonly stride?: number | Pair;
  /** Room around the input, at most half a kernel; none by default. */
  readonly padding?: Padding;
}

/** The windows a call describes. Throws ShapeError where they do not fit or padding exceeds half a kernel, DTypeError for other dtypes. */
export function windowsOf(
  operator: string,
  x: Tensor,
  size: number | Pair,
  options: PoolOptions & { readonly dilation?: number | Pair },
): Windows {
  expectRank(operator, 'images [N, C, H, W]', x, 4);
  allowedDType(operator, x.dtype, poolingDTypes);
  const kernel = pairOf(operator, 'the kernel', size, 1);
  const stride = pairOf(operator, 'stride', options.stride ?? kernel, 1);
  const dilation = pairOf(operator, 'dilation', options.dilation ?? 1, 1);
  const inputSize = spatial(x);
  const window = eachAxis((axis) => extent(kernel[axis], dilation[axis]));
  const padding = resolvePadding(operator, options.padding ?? 0, inputSize, window, stride);
  if (padding.some((sides, axis) => Math.max(...sides) > kernel[axis]! / 2)) {
    throw operatorError(
      ShapeError,
      operator,
      `expected padding of at most half a kernel, given ${JSON.stringify(padding)} around windows of ${JSON.stringify(kernel)}`,
    );
  }
  const windows = { kernel, stride, dilation, padding, inputSize, groups: 1 };
  outputSize(operator, windows);
  return windows;
}

export interface Pool1dOptions {
  readonly stride?: number;
  readonly padding?: LinePadding;
}

/** Options of a line as those of an image with one row. */
export const asRow = ({ stride, padding = 0 }: Pool1dOptions, kernel: number): Required<PoolOptions> => ({
  stride: [1, stride ?? kernel],
  padding: linePadding(padding),
});

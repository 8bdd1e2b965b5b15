import { operatorError, ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import type { TensorType } from '../core/tensor.js';

/* Sizes of a convolution and how they follow from its options; x [N, C, H, W], w [O, C/groups, kh, kw], y [N, O, …]. */

/** One number for each of the two spatial axes, rows first. */
export type Pair = readonly [number, number];

export interface ConvAttributes {
  readonly stride: Pair;
  /** Zeros before and after: rows, then columns. */
  readonly padding: readonly [Pair, Pair];
  readonly dilation: Pair;
  readonly groups: number;
  /** Rows and columns of x and of w: they do not follow from y's. */
  readonly inputSize: Pair;
  readonly kernel: Pair;
}

/** All sizes of one convolution, channels counted in each group. */
export interface Geometry extends ConvAttributes {
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly outputSize: Pair;
}

export const spatial = (type: TensorType): Pair => [type.shape[2]!, type.shape[3]!];

export const eachAxis = <T>(f: (axis: 0 | 1) => T): [T, T] => [f(0), f(1)];

/** The geometry of y = conv(x, w), whichever of the three tensors is the one computed. */
export function geometryOf(x: TensorType, w: TensorType, y: TensorType, attributes: ConvAttributes): Geometry {
  return {
    ...attributes,
    batch: x.shape[0]!,
    inputs: w.shape[1]!,
    outputs: w.shape[0]! / attributes.groups,
    outputSize: spatial(y),
  };
}

/** Extent of a kernel with its gaps: d(k − 1) + 1. */
export const extent = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1;

/** ⌊(n + before + after − extent) / stride⌋ + 1; below 1 where the kernel does not fit. */
export const windows = (size: number, window: number, padding: Pair, stride: number): number =>
  Math.floor((size + padding[0] + padding[1] - window) / stride) + 1;

/** Spatial sizes of conv(x, w). Throws ShapeError where the kernel does not fit in the padded input. */
export function outputSize(operator: string, attributes: ConvAttributes): Pair {
  const { stride, padding, dilation, inputSize, kernel } = attributes;
  return eachAxis((axis) => {
    const window = extent(kernel[axis], dilation[axis]);
    const count = windows(inputSize[axis], window, padding[axis], stride[axis]);
    if (kernel[axis] < 1 || count < 1) {
      throw operatorError(
        ShapeError,
        operator,
        `a kernel of ${formatShape(kernel)} with dilation ${formatShape(dilation)} does not fit an input of ${formatShape(inputSize)} with padding ${JSON.stringify(padding)}`,
      );
    }
    return count;
  });
}

/** One number for both axes or one for each. Throws ShapeError for anything but whole numbers of `least` or more. */
export function pairOf(operator: string, name: string, given: number | readonly number[], least: number): Pair {
  const pair = typeof given === 'number' ? [given, given] : given;
  if (pair.length !== 2 || pair.some((n) => !Number.isInteger(n) || n < least)) {
    throw operatorError(
      ShapeError,
      operator,
      `expected ${name} to be a whole number of ${least} or more, or two of them, given ${JSON.stringify(given)}`,
    );
  }
  return [pair[0]!, pair[1]!];
}

/**
 * Zeros around an image: a number for all sides, `[rows, columns]`, `[[top, bottom], [left, right]]`;
 * `'valid'` for none; `'same'` for as many as make the output ⌈size / stride⌉, the odd one at the end.
 */
export type Padding = number | Pair | readonly [Pair, Pair] | 'same' | 'valid';

/** The same at the two ends of a line. */
export type LinePadding = number | Pair | 'same' | 'valid';

/** Padding of a line as that of an image with one row. */
export function linePadding(padding: LinePadding): Padding {
  if (typeof padding === 'string') return padding;
  return [[0, 0], typeof padding === 'number' ? [padding, padding] : padding];
}

export function resolvePadding(operator: string, padding: Padding, input: Pair, window: Pair, stride: Pair): [Pair, Pair] {
  if (padding === 'valid')
    return [
      [0, 0],
      [0, 0],
    ];
  if (padding === 'same') {
    return eachAxis((axis) => {
      const count = Math.ceil(input[axis] / stride[axis]);
      const total = Math.max(0, (count - 1) * stride[axis] + window[axis] - input[axis]);
      return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
    });
  }
  if (typeof padding !== 'number' && padding.length === 2 && typeof padding[0] !== 'number') {
    return eachAxis((axis) => pairOf(operator, 'padding', padding[axis] as Pair, 0));
  }
  const [rows, columns] = pairOf(operator, 'padding', padding as number | Pair, 0);
  return [
    [rows, rows],
    [columns, columns],
  ];
}

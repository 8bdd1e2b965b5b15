import type { DType } from '../core/dtype.js';
import type { Shape } from '../core/shape.js';
import type { GraphBuilder } from './builder.js';

/* The ONNX operators that move elements about, as lowerings write them. */

export const reshape = (builder: GraphBuilder, x: string, shape: Shape): string =>
  builder.emit('Reshape', [x, builder.ints(shape)], { allowzero: 1 });

export const transpose = (builder: GraphBuilder, x: string, permutation: readonly number[]): string =>
  builder.emit('Transpose', [x], { perm: permutation });

/** Zeros before and after the given axes; negative amounts crop. */
export function pad(
  builder: GraphBuilder,
  x: string,
  axes: readonly number[],
  before: readonly number[],
  after: readonly number[],
): string {
  if ([...before, ...after].every((n) => n === 0)) return x;
  return builder.emit('Pad', [x, builder.ints([...before, ...after]), '', builder.ints(axes)]);
}

/** Elements `start, start + step, …` of each given axis, `count` of them. */
export function slice(
  builder: GraphBuilder,
  x: string,
  axes: readonly number[],
  starts: readonly number[],
  counts: readonly number[],
  steps: readonly number[] = axes.map(() => 1),
): string {
  const ends = starts.map((start, i) => start + (counts[i]! - 1) * steps[i]! + 1);
  return builder.emit('Slice', [x, ...[starts, ends, axes, steps].map((list) => builder.ints(list))]);
}

/** The elements of some axes in reverse order. */
export function flip(builder: GraphBuilder, x: string, axes: readonly number[]): string {
  // As an end, a number this small stands for "one before the first element".
  const [starts, ends, steps] = [-1, -(2 ** 31), -1].map((n) => axes.map(() => n));
  return builder.emit('Slice', [x, ...[starts!, ends!, axes, steps!].map((list) => builder.ints(list))]);
}

export const zeros = (builder: GraphBuilder, dtype: DType, shape: Shape): string =>
  builder.emit('Expand', [builder.scalar(dtype, 0), builder.ints(shape)]);

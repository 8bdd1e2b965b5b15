import type { Shape } from '../core/shape.js';

/** Where a slice starts along one axis, how many elements it takes and how far apart. */
export interface Range {
  readonly start: number;
  readonly size: number;
  readonly step: number;
}

/** ONNX's Slice: bounds count from the end when negative and are clipped to the tensor, as NumPy's. */
export function sliceRanges(
  shape: Shape,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] = starts.map((_, i) => i),
  steps: readonly number[] = starts.map(() => 1),
): Range[] {
  const ranges = shape.map((n): Range => ({ start: 0, size: n, step: 1 }));
  axes.forEach((given, i) => {
    const axis = given < 0 ? given + shape.length : given;
    ranges[axis] = rangeOf(shape[axis]!, starts[i]!, ends[i]!, steps[i]!);
  });
  return ranges;
}

function rangeOf(n: number, start: number, end: number, step: number): Range {
  const fromEnd = (bound: number) => (bound < 0 ? bound + n : bound);
  const [least, most] = step > 0 ? [0, n] : [-1, n - 1];
  const clipped = (bound: number) => Math.min(Math.max(fromEnd(bound), least), most);
  const first = clipped(start);
  return { start: first, size: Math.max(0, Math.ceil((clipped(end) - first) / step)), step };
}

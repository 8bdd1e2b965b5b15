import type { DType } from '../../src/index.js';
import type { HostArray } from './case.js';

/* What references are written with: plain loops over indices, nothing of the engine. */

type Index = readonly number[];

/** All indices of a shape in row-major order. */
export function* indicesOf(shape: readonly number[]): Generator<number[]> {
  const size = shape.reduce((product, n) => product * n, 1);
  for (let flat = 0; flat < size; flat++) {
    const index = new Array<number>(shape.length);
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    yield index;
  }
}

/** An array whose element at each index is what `f` says. */
export function build(dtype: DType, shape: readonly number[], f: (index: number[]) => number): HostArray {
  return { dtype, shape, data: Array.from(indicesOf(shape), f) };
}

/** The element at an index; axes of size 1 and missing leading axes broadcast. */
export function at(x: HostArray, index: Index): number {
  const own = index.slice(index.length - x.shape.length);
  return x.data[x.shape.reduce((flat, n, axis) => flat * n + (n === 1 ? 0 : own[axis]!), 0)]!;
}

/** The shape several arrays broadcast to; throws where they do not. */
export function broadcastShape(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((n) => n !== 1);
    if (sizes.some((n) => n !== sizes[0])) throw new Error('shapes do not broadcast');
    return sizes[0] ?? 1;
  });
}

/** A function of numbers as a function of broadcast arrays. */
export function elementwise(f: (...x: number[]) => number, result?: DType): (...inputs: HostArray[]) => HostArray {
  return (...inputs) =>
    build(result ?? inputs[0]!.dtype, broadcastShape(...inputs.map((x) => x.shape)), (index) =>
      Number(f(...inputs.map((x) => at(x, index)))),
    );
}

/** The elements along some axes (non-negative, in order) made into one by `f`. */
export function reduce(
  x: HostArray,
  axes: readonly number[],
  keepDims: boolean,
  f: (elements: number[]) => number,
  result?: DType,
): HostArray {
  const outer = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const inner = x.shape.map((n, axis) => (axes.includes(axis) ? n : 1));
  const reduced = build(result ?? x.dtype, outer, (start) =>
    f(
      Array.from(indicesOf(inner), (offset) =>
        at(
          x,
          start.map((i, axis) => i + offset[axis]!),
        ),
      ),
    ),
  );
  const kept = x.shape.filter((_, axis) => !axes.includes(axis));
  return keepDims ? reduced : { ...reduced, shape: kept };
}

/** An array of the same shape, each line along `axis` replaced by what `f` makes of it. */
export function alongAxis(x: HostArray, axis: number, f: (line: number[]) => number[]): HostArray {
  return build(x.dtype, x.shape, (index) => {
    const line = Array.from({ length: x.shape[axis]! }, (_, i) => at(x, index.with(axis, i)));
    return f(line)[index[axis]!]!;
  });
}

export const sumOf = (elements: readonly number[]): number => elements.reduce((total, x) => total + x, 0);

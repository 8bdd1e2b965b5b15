import { type DType, isFloat } from '../core/dtype.js';
import { broadcastShapes, resolveAxis, type Shape, sizeOf, stridesOf } from '../core/shape.js';
import { Constant } from './constant.js';
import type { NodeCall } from './node-call.js';
import type { OnnxOperator } from './operator.js';

/*
 * Known values computed at once. Shapes are small; what is larger than `foldingLimit` is left to the compiled program.
 */

type Fold = NonNullable<OnnxOperator['fold']>;

const foldingLimit = 2 ** 16;

export const isWorthFolding = (shape: Shape): boolean => sizeOf(shape) <= foldingLimit;

/** f of the elements of inputs that broadcast; the result has the last input's dtype unless one is named. */
export function foldElementwise(f: (...x: number[]) => number, dtype?: DType): Fold {
  return (_, inputs) => {
    const shape = broadcastShapes('constant', ...inputs.map((input) => input.shape));
    if (!isWorthFolding(shape)) return undefined;
    const elements = inputs.map((input) => broadcastNumbers(input, shape));
    const result = Array.from({ length: sizeOf(shape) }, (__, i) => f(...elements.map((x) => x[i]!)));
    return Constant.of(dtype ?? inputs.at(-1)!.dtype, shape, result);
  };
}

/** Division as ONNX defines it: of integers towards zero. */
export const foldDivision: Fold = (call, inputs) =>
  foldElementwise(isFloat(inputs[0]!.dtype) ? (a, b) => a / b : (a, b) => Math.trunc(a / b))(call, inputs);

/** The remainder: with the sign of the divisor, or of the dividend where the attribute `fmod` says so. */
export const foldRemainder: Fold = (call, inputs) =>
  foldElementwise(call.integer('fmod', 0) ? (a, b) => a % b : (a, b) => a - b * Math.floor(a / b))(call, inputs);

function broadcastNumbers(input: Constant, shape: Shape): number[] {
  return broadcastConstant(input, shape).numbers();
}

export const broadcastConstant = (input: Constant, shape: Shape): Constant =>
  rearrange(input, shape, (at) => {
    const first = shape.length - input.shape.length;
    return input.shape.map((n, axis) => (n === 1 ? 0 : at[axis + first]!));
  });

/** A constant whose element at some coordinates is `input`'s element at `source(coordinates)`. */
export function rearrange(input: Constant, shape: Shape, source: (at: readonly number[]) => readonly number[]): Constant {
  const strides = stridesOf(input.shape);
  const elements = input.elements.slice(0, 0).constructor as new (n: number) => typeof input.elements;
  const result = new elements(sizeOf(shape));
  const at = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < result.length; i++) {
    result[i] = input.elements[source(at).reduce((offset, n, axis) => offset + n * strides[axis]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis]! === shape[axis]; axis--) at[axis] = 0;
  }
  return new Constant(input.dtype, shape, result);
}

/** A reduction over the axes that `axesOf` gives. */
export function foldReduction(
  f: (elements: readonly number[]) => number,
  axesOf: (call: NodeCall, rank: number) => readonly number[],
): Fold {
  return (call, [input]) => {
    if (!isWorthFolding(input!.shape)) return undefined;
    const axes = axesOf(call, input!.shape.length);
    const kept = input!.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    const strides = stridesOf(kept);
    const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
    coordinates(input!.shape).forEach((at, i) => {
      const target = at.reduce((offset, n, axis) => offset + (axes.includes(axis) ? 0 : n * strides[axis]!), 0);
      groups[target]!.push(Number(input!.elements[i]!));
    });
    const shape = call.integer('keepdims', 1) ? kept : kept.filter((_, axis) => !axes.includes(axis));
    return Constant.of(input!.dtype, shape, groups.map(f));
  };
}

export function coordinates(shape: Shape): number[][] {
  return shape.reduce<number[][]>((list, n) => list.flatMap((at) => Array.from({ length: n }, (_, i) => [...at, i])), [[]]);
}

export const foldConcat: Fold = (call, inputs) => {
  const axis = resolveAxis('Concat', call.integer('axis', 0), inputs[0]!.shape.length);
  const total = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
  const shape = inputs[0]!.shape.with(axis, total);
  if (!isWorthFolding(shape)) return undefined;
  const starts: number[] = [];
  inputs.reduce((start, input, i) => (starts[i] = start) + input.shape[axis]!, 0);
  const numbers = new Array<number>(sizeOf(shape));
  const strides = stridesOf(shape);
  inputs.forEach((input, i) => {
    const elements = input.numbers();
    coordinates(input.shape).forEach((at, j) => {
      numbers[at.reduce((offset, n, k) => offset + (k === axis ? n + starts[i]! : n) * strides[k]!, 0)] = elements[j]!;
    });
  });
  return Constant.of(inputs[0]!.dtype, shape, numbers);
};

export const foldGather: Fold = (call, [data, indices]) => {
  const axis = resolveAxis('Gather', call.integer('axis', 0), data!.shape.length);
  const shape = [...data!.shape.slice(0, axis), ...indices!.shape, ...data!.shape.slice(axis + 1)];
  if (!isWorthFolding(shape)) return undefined;
  const n = data!.shape[axis]!;
  const places = indices!.numbers();
  const outside = places.find((place) => place < -n || place >= n);
  if (outside !== undefined) throw call.error(`index ${outside} is outside an axis of size ${n}`);
  const strides = stridesOf(indices!.shape);
  const behind = axis + indices!.shape.length;
  return rearrange(data!, shape, (at) => {
    const place = places[strides.reduce((offset, stride, k) => offset + stride * at[axis + k]!, 0)]!;
    return [...at.slice(0, axis), place < 0 ? place + n : place, ...at.slice(behind)];
  });
};

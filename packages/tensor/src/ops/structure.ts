import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp } from '../core/op.js';
import { formatShape, resolveAxis, sameShape, type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';

const reshapeOp = defineOp<{ readonly shape: Shape }>({
  name: 'reshape',
  infer: ([x], { shape }) => [{ dtype: x!.dtype, shape }],
  lower: (builder, [x], { attributes }) => [builder.emit('Reshape', [x!, builder.ints(attributes.shape)], { allowzero: 1 })],
  vjp: ({ inputs: [x], cotangents: [g] }) => [reshape(g!, x!.shape)],
  batch: ([x], _, { shape }) => [reshape(x!, [x!.shape[0]!, ...shape])],
});

/**
 * The same elements in row-major order under another shape; one entry may be −1, which takes what is left.
 * Throws ShapeError where the sizes differ.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const unknown = shape.filter((n) => n === -1).length;
  const known = sizeOf(shape.filter((n) => n !== -1));
  const target = shape.map((n) => (n === -1 ? (known === 0 ? 0 : x.size / known) : n));
  if (unknown > 1 || target.some((n) => !Number.isInteger(n) || n < 0) || sizeOf(target) !== x.size) {
    throw operatorError(ShapeError, 'reshape', `cannot give ${formatShape(x.shape)} (${x.size} elements) the shape ${formatShape(shape)}`);
  }
  return sameShape(target, x.shape) ? x : applyOne(reshapeOp, [x], { shape: target });
}

interface TransposeAttributes {
  readonly permutation: readonly number[];
}

export const transposeOp = defineOp<TransposeAttributes>({
  name: 'transpose',
  infer: ([x], { permutation }) => [{ dtype: x!.dtype, shape: permutation.map((axis) => x!.shape[axis]!) }],
  lower: (builder, [x], { attributes }) => [builder.emit('Transpose', [x!], { perm: attributes.permutation })],
  vjp: ({ cotangents: [g], attributes }) => [transpose(g!, inversePermutation(attributes.permutation))],
  batch: ([x], _, { permutation }) => [transpose(x!, [0, ...permutation.map((axis) => axis + 1)])],
});

export function inversePermutation(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((axis, i) => {
    inverse[axis] = i;
  });
  return inverse;
}

/** Axes in another order: axis i of the result is axis `permutation[i]` of `x`; without one, the order is reversed. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const axes = (permutation ?? x.shape.map((_, i) => x.rank - 1 - i)).map((axis) => resolveAxis('transpose', axis, x.rank));
  if (axes.length !== x.rank || new Set(axes).size !== x.rank) {
    throw operatorError(
      ShapeError,
      'transpose',
      `expected a permutation of the ${x.rank} axes of ${formatShape(x.shape)}, given ${formatShape(permutation ?? [])}`,
    );
  }
  return axes.every((axis, i) => axis === i) ? x : applyOne(transposeOp, [x], { permutation: axes });
}

/** Two axes exchanged. */
export function swapAxes(x: Tensor, a: number, b: number): Tensor {
  const [i, j] = [resolveAxis('swapAxes', a, x.rank), resolveAxis('swapAxes', b, x.rank)];
  return transpose(
    x,
    x.shape.map((_, axis) => (axis === i ? j : axis === j ? i : axis)),
  );
}

/** One axis moved to another place, the others keeping their order. */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  const source = resolveAxis('moveAxis', from, x.rank);
  const target = resolveAxis('moveAxis', to, x.rank);
  const rest = x.shape.map((_, axis) => axis).filter((axis) => axis !== source);
  return transpose(x, [...rest.slice(0, target), source, ...rest.slice(target)]);
}

/** A new axis of size 1. */
export function expandDims(x: Tensor, axis: number): Tensor {
  const at = resolveAxis('expandDims', axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Axes of size 1 removed: all of them, or the one named. */
export function squeeze(x: Tensor, axis?: number): Tensor {
  if (axis === undefined) {
    return reshape(
      x,
      x.shape.filter((n) => n !== 1),
    );
  }
  const at = resolveAxis('squeeze', axis, x.rank);
  if (x.shape[at] !== 1) {
    throw operatorError(ShapeError, 'squeeze', `axis ${axis} of ${formatShape(x.shape)} has size ${x.shape[at]}, expected 1`);
  }
  return reshape(
    x,
    x.shape.filter((_, i) => i !== at),
  );
}

/** All elements in one axis. */
export const flattenElements = (x: Tensor): Tensor => reshape(x, [x.size]);

export const stopGradientOp = defineOp<object>({
  name: 'stopGradient',
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  lower: (_, [x]) => [x!],
  vjp: () => [undefined],
  batch: ([x]) => [stopGradient(x!)],
});

/** The same values, through which no gradient flows. */
export const stopGradient = (x: Tensor): Tensor => applyOne(stopGradientOp, [x], {});

export const markOp = defineOp<object>({
  name: 'mark',
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  lower: (_, [x]) => [x!],
  vjp: ({ cotangents: [g] }) => [g],
  batch: ([x]) => [mark(x!)],
});

/** The same values as a new point of the graph, with respect to which one can differentiate. */
export const mark = (x: Tensor): Tensor => applyOne(markOp, [x], {});

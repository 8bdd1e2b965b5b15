import { operatorError, ShapeError } from './errors.js';

export type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a === b || (a.length === b.length && a.every((n, i) => n === b[i]));

export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** NumPy's broadcasting rule over any number of shapes; throws a ShapeError that shows all of them. */
export function broadcastShapes(operator: string, ...shapes: Shape[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      const n = shape[i]!;
      if (n === 1 || n === result[axis]) continue;
      if (result[axis] !== 1) {
        throw operatorError(
          ShapeError,
          operator,
          `shapes ${shapes.map(formatShape).join(' and ')} do not broadcast: axis ${axis - rank} has sizes ${result[axis]} and ${n}`,
        );
      }
      result[axis] = n;
    }
  }
  return result;
}

/** An axis counted from the end when negative, made non-negative. */
export function resolveAxis(operator: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= Math.max(rank, 1)) {
    throw operatorError(
      ShapeError,
      operator,
      `axis ${axis} is outside a tensor of rank ${rank}; expected ${rank === 0 ? 'no axis' : `an integer from ${-rank} to ${rank - 1}`}`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Several axes, sorted; `undefined` means all of them. Repeated axes are refused. */
export function resolveAxes(operator: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const resolved = (typeof axes === 'number' ? [axes] : axes).map((a) => resolveAxis(operator, a, rank));
  if (new Set(resolved).size !== resolved.length) {
    throw operatorError(ShapeError, operator, `axes ${formatShape(resolved)} name one axis twice`);
  }
  return resolved.sort((a, b) => a - b);
}

/** The shape left after reducing `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((n, i) => (axes.includes(i) ? 1 : n));
  return shape.filter((_, i) => !axes.includes(i));
}

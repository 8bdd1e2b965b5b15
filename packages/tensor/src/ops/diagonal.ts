import type { DType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { formatShape, resolveAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { sum } from './broadcast.js';
import { zeros } from './full.js';
import { oneHot } from './one-hot.js';
import { arange } from './sequence.js';
import { padBy, sliceAxis } from './slice.js';
import { moveAxis, reshape } from './structure.js';

/*
 * In row-major order the elements of a diagonal of an n × m matrix are m + 1 apart: diagonals are strided slices of the
 * flattened matrix, and so their gradients are too.
 */

export interface DiagonalOptions {
  /** Which diagonal: 0 the main one, positive above it, negative below. */
  readonly offset?: number;
  /** The two axes of the matrices; the last two by default. */
  readonly axes?: readonly [number, number];
}

/**
 * The diagonals of the matrices in two axes, along a new last axis in their place.
 * Throws ShapeError for rank 0 or 1 or where both axes are the same.
 */
export function diagonal(x: Tensor, options: DiagonalOptions = {}): Tensor {
  return diagonalFor('diagonal', x, options);
}

function diagonalFor(operator: string, x: Tensor, { offset = 0, axes = [-2, -1] }: DiagonalOptions): Tensor {
  if (x.rank < 2 || !Number.isInteger(offset)) {
    throw operatorError(ShapeError, operator, `expected matrices and a whole offset, given ${formatShape(x.shape)} and ${offset}`);
  }
  const [rowAxis, columnAxis] = [resolveAxis(operator, axes[0], x.rank), resolveAxis(operator, axes[1], x.rank)];
  if (rowAxis === columnAxis) {
    throw operatorError(ShapeError, operator, `expected two different axes, given ${formatShape(axes)}`);
  }
  const rowsLast = moveAxis(x, rowAxis, -1);
  const matrices = moveAxis(rowsLast, columnAxis > rowAxis ? columnAxis - 1 : columnAxis, -1);
  const [rows, columns] = matrices.shape.slice(-2) as [number, number];
  const batch = matrices.shape.slice(0, -2);
  const length = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
  if (length === 0) return zeros([...batch, 0], x.dtype);
  const start = offset >= 0 ? offset : -offset * columns;
  const elements = reshape(matrices, [...batch, rows * columns]);
  return sliceAxis(elements, -1, start, start + (length - 1) * (columns + 1) + 1, columns + 1);
}

/** The sum of the diagonals; see `diagonal`. */
export const trace = (x: Tensor, options: DiagonalOptions = {}): Tensor => sum(diagonalFor('trace', x, options), -1);

/** Square matrices with the vectors in the last axis of `x` on their diagonal and zeros elsewhere. */
export function diag(x: Tensor): Tensor {
  if (x.rank === 0) throw operatorError(ShapeError, 'diag', 'expected a vector, given a scalar');
  const n = x.shape.at(-1)!;
  const batch = x.shape.slice(0, -1);
  if (n === 0) return zeros([...batch, 0, 0], x.dtype);
  // Every element followed by n zeros, the last of them cut off.
  const cells = reshape(x, [...batch, n, 1]);
  const spread = padBy(
    cells,
    cells.shape.map(() => 0),
    [...batch.map(() => 0), 0, n],
    0,
  );
  const elements = sliceAxis(reshape(spread, [...batch, n * (n + 1)]), -1, 0, n * n);
  return reshape(elements, [...batch, n, n]);
}

export interface EyeOptions {
  /** Columns; as many as rows by default. */
  readonly columns?: number;
  /** Which diagonal holds the ones: 0 the main one, positive above it, negative below. */
  readonly offset?: number;
  /** float32 by default. */
  readonly dtype?: DType;
}

/** A matrix with ones on a diagonal and zeros elsewhere. */
export function eye(rows: number, options: EyeOptions = {}): Tensor {
  const { columns = rows, offset = 0, dtype = 'float32' } = options;
  if (![rows, columns].every((n) => Number.isInteger(n) && n >= 0) || !Number.isInteger(offset)) {
    throw operatorError(ShapeError, 'eye', `expected whole sizes of 0 or more and a whole offset, given ${rows}, ${columns}, ${offset}`);
  }
  return oneHot(arange(offset, rows + offset), columns, dtype);
}

import { LinalgError } from './errors.js';
import { type Matrix, orderOf, type Precision, precisionOf, zeros } from './matrix.js';

/**
 * `alpha·A + beta·B`, in the precision of `A`.
 * @throws {LinalgError} `shape` where the extents differ, `invalid-argument` where the precisions do
 */
export function add(a: Matrix, b: Matrix, alpha = 1, beta = 1): Matrix {
  expectSameExtents(a, b, 'add');
  const data = zeros(a.data.length, expectSamePrecision(a, b, 'add'));
  for (let i = 0; i < data.length; i++) data[i] = alpha * a.data[i]! + beta * b.data[i]!;
  return { rows: a.rows, columns: a.columns, data };
}

/** `A − B`; throws like {@link add}. */
export const subtract = (a: Matrix, b: Matrix): Matrix => add(a, b, 1, -1);

/** `factor·A`. */
export function scale(a: Matrix, factor: number): Matrix {
  const data = a.data.slice();
  for (let i = 0; i < data.length; i++) data[i] = factor * data[i]!;
  return { rows: a.rows, columns: a.columns, data };
}

/** `Aᵀ`. */
export function transpose({ rows, columns, data }: Matrix): Matrix {
  const turned = data.slice();
  const tile = 16;
  for (let i0 = 0; i0 < rows; i0 += tile) {
    for (let j0 = 0; j0 < columns; j0 += tile) {
      for (let i = i0; i < Math.min(i0 + tile, rows); i++) {
        for (let j = j0; j < Math.min(j0 + tile, columns); j++) turned[j * rows + i] = data[i * columns + j]!;
      }
    }
  }
  return { rows: columns, columns: rows, data: turned };
}

/**
 * `(A + Aᵀ)/2`: undoes the drift apart of the two halves of a statistic that is symmetric but for rounding.
 * @throws {LinalgError} `not-square`
 */
export function symmetrize(a: Matrix): Matrix {
  const n = orderOf(a, 'symmetrize');
  const data = a.data.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      // Halving first keeps the sum of two huge elements finite; it is exact but for subnormal numbers.
      const mean = a.data[i * n + j]! / 2 + a.data[j * n + i]! / 2;
      data[i * n + j] = mean;
      data[j * n + i] = mean;
    }
  }
  return { rows: n, columns: n, data };
}

/** `A + shift·I`. @throws {LinalgError} `not-square` */
export function addToDiagonal(a: Matrix, shift: number): Matrix {
  const n = orderOf(a, 'addToDiagonal');
  const data = a.data.slice();
  for (let i = 0; i < n; i++) data[i * n + i] = data[i * n + i]! + shift;
  return { rows: n, columns: n, data };
}

/**
 * The Kronecker product `A ⊗ B`: block (i, j) is `aᵢⱼ·B`. With row-major `vec`, `(A ⊗ B)·vec(X) = vec(A·X·Bᵀ)`, hence
 * `(A ⊗ I)·vec(X) = vec(A·X)`.
 * @throws {LinalgError} `invalid-argument` where the precisions differ
 */
export function kronecker(a: Matrix, b: Matrix): Matrix {
  const rows = a.rows * b.rows;
  const columns = a.columns * b.columns;
  const data = zeros(rows * columns, expectSamePrecision(a, b, 'kronecker'));
  for (let i = 0; i < rows; i++) {
    const left = Math.floor(i / b.rows) * a.columns;
    const right = (i % b.rows) * b.columns;
    for (let j = 0; j < columns; j++) {
      data[i * columns + j] = a.data[left + Math.floor(j / b.columns)]! * b.data[right + (j % b.columns)]!;
    }
  }
  return { rows, columns, data };
}

/** The precision that two operands share. @throws {LinalgError} `invalid-argument` */
export function expectSamePrecision(a: Matrix, b: Matrix, operation: string): Precision {
  const precision = precisionOf(a);
  if (precisionOf(b) !== precision) {
    throw new LinalgError(
      'invalid-argument',
      `${operation}: expected operands of one precision, got ${precision} and ${precisionOf(b)}; convert one with toPrecision`,
    );
  }
  return precision;
}

function expectSameExtents(a: Matrix, b: Matrix, operation: string): void {
  if (a.rows === b.rows && a.columns === b.columns) return;
  throw new LinalgError(
    'shape',
    `${operation}: expected operands of the same extents, got ${a.rows} × ${a.columns} and ${b.rows} × ${b.columns}`,
  );
}

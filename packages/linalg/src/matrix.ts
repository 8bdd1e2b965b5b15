import { LinalgError } from './errors.js';

/** Elements of a matrix; their type decides the precision. */
export type Floats = Float64Array | Float32Array;

/** Precision of arithmetic and storage. */
export type Precision = 'f64' | 'f32';

/** A dense matrix, row-major: element (i, j) is `data[i·columns + j]`. A vector is a matrix of one column. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Floats;
}

/** Distance from 1 to the next number. */
export const machineEpsilon: Readonly<Record<Precision, number>> = { f64: 2 ** -52, f32: 2 ** -23 };

/** An array of zeros in a precision. */
export function zeros(length: number, precision: Precision): Floats {
  return precision === 'f64' ? new Float64Array(length) : new Float32Array(length);
}

/** The precision of a matrix's elements. */
export function precisionOf({ data }: Matrix): Precision {
  return data instanceof Float32Array ? 'f32' : 'f64';
}

/**
 * A matrix over the given elements, which are not copied; of zeros without them.
 * @throws {LinalgError} `shape` where an extent is no whole number or `data` has another length than `rows · columns`
 */
export function matrix(rows: number, columns: number, data: Floats = new Float64Array(Math.max(0, rows * columns) || 0)): Matrix {
  for (const extent of [rows, columns]) {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new LinalgError('shape', `matrix: expected whole extents from 0 up, got ${rows} × ${columns}; give rows and columns`);
    }
  }
  if (data.length !== rows * columns) {
    throw new LinalgError('shape', `matrix: expected ${rows * columns} elements for ${rows} × ${columns}, got ${data.length}`);
  }
  return { rows, columns, data };
}

/**
 * A matrix from an array of rows.
 * @throws {LinalgError} `shape` where the rows differ in length
 */
export function matrixFromRows(rows: readonly (readonly number[])[], precision: Precision = 'f64'): Matrix {
  const columns = rows[0]?.length ?? 0;
  const data = zeros(rows.length * columns, precision);
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw new LinalgError('shape', `matrixFromRows: expected rows of length ${columns}, got ${row.length} in row ${i}`);
    }
    data.set(row, i * columns);
  });
  return { rows: rows.length, columns, data };
}

/** The identity of order `n`. */
export function identity(n: number, precision: Precision = 'f64'): Matrix {
  return diagonalMatrix(zeros(n, precision).fill(1), precision);
}

/** The square matrix with the given diagonal. */
export function diagonalMatrix(diagonal: ArrayLike<number>, precision: Precision = 'f64'): Matrix {
  const n = diagonal.length;
  const data = zeros(n * n, precision);
  for (let i = 0; i < n; i++) data[i * n + i] = diagonal[i]!;
  return { rows: n, columns: n, data };
}

/** A copy in the given precision. Float64 to float32 rounds once, to nearest. */
export function toPrecision({ rows, columns, data }: Matrix, precision: Precision): Matrix {
  return { rows, columns, data: precision === 'f64' ? Float64Array.from(data) : Float32Array.from(data) };
}

/** The order of a square matrix. @throws {LinalgError} `not-square` */
export function orderOf({ rows, columns }: Matrix, operation: string): number {
  if (rows !== columns) {
    throw new LinalgError('not-square', `${operation}: expected a square matrix, got ${rows} × ${columns}`, { rows, columns });
  }
  return rows;
}

/**
 * Refuses NaN and infinities.
 * @throws {LinalgError} `non-finite`, with `nan`, `infinite`, and the extremes `minimum` and `maximum` of the finite elements
 */
export function expectFinite({ data }: Matrix, operation: string): void {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!));
  if (Number.isFinite(largest)) return;
  let nan = 0;
  let infinite = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (const value of data) {
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
    }
  }
  throw new LinalgError(
    'non-finite',
    `${operation}: expected finite elements, got ${nan} NaN and ${infinite} infinite of ${data.length} (finite ones from ${minimum} to ${maximum}); look for what overflowed before`,
    { nan, infinite, minimum, maximum },
  );
}

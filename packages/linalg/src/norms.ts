import { type Matrix, orderOf } from './matrix.js';

/** The sum of the diagonal, in float64. @throws {LinalgError} `not-square` */
export function trace(a: Matrix): number {
  const n = orderOf(a, 'trace');
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a.data[i * n + i]!;
  return sum;
}

/** `‖A‖_F`, the square root of the sum of squares, in float64 and scaled against overflow. NaN where an element is. */
export function frobeniusNorm(a: Matrix): number {
  const largest = maximumNorm(a);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** `max |aᵢⱼ|`, zero for an empty matrix. NaN where an element is. */
export function maximumNorm({ data }: Matrix): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!));
  return largest;
}

/** `‖A‖_∞`, the largest sum of absolute values in a row. NaN where an element is. */
export function infinityNorm({ rows, columns, data }: Matrix): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += Math.abs(data[i * columns + j]!);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** `‖A‖₁`, the largest sum of absolute values in a column. NaN where an element is. */
export function oneNorm({ rows, columns, data }: Matrix): number {
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) sums[j] = sums[j]! + Math.abs(data[i * columns + j]!);
  }
  return sums.reduce((largest, sum) => Math.max(largest, sum), 0);
}

/** `⟨A, B⟩ = Tr(AᵀB)`, summed in float64, of matrices with the same extents. */
export function innerProduct(a: Matrix, b: Matrix): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

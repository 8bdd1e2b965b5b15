import { LinalgError } from './errors.js';
import { machineEpsilon, matrix, type Matrix, type Precision, precisionOf, toPrecision } from './matrix.js';
import { qr } from './qr.js';

/**
 * An orthonormal basis of the columns of an m × n matrix of full column rank, m ≥ n: column j spans, with those before it, the
 * first j + 1 columns, and `qⱼ·aⱼ > 0`.
 * @throws {LinalgError} `rank-deficient` with `index` of the first dependent column; `shape` where m < n; `non-finite`
 */
export function orthonormalize(a: Matrix): Matrix {
  const { rows: m, columns: n } = a;
  if (m < n) throw new LinalgError('shape', `orthonormalize: expected at least as many rows as columns, got ${m} × ${n}`);
  const { q, r } = qr(a, { positiveDiagonal: true });
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, r.data[i * n + i]!);
  const limit = Math.max(m, n) * machineEpsilon[precisionOf(a)] * largest;
  for (let i = 0; i < n; i++) {
    if (r.data[i * n + i]! > limit) continue;
    throw new LinalgError(
      'rank-deficient',
      `orthonormalize: expected independent columns, got column ${i} within rounding of the span of those before`,
      { index: i },
    );
  }
  return q;
}

/**
 * An orthogonal matrix of order `n`, uniformly distributed (Haar): the factor `Q` of normal numbers, with the diagonal of `R`
 * made positive (Mezzadri, Notices AMS 54(5), 2007).
 * @param normal draws from the standard normal distribution; the only source of randomness
 */
export function haarOrthogonal(n: number, normal: () => number, precision: Precision = 'f64'): Matrix {
  const draws = Float64Array.from({ length: n * n }, normal);
  const { q } = qr(matrix(n, n, draws), { positiveDiagonal: true });
  return precision === 'f64' ? q : toPrecision(q, 'f32');
}

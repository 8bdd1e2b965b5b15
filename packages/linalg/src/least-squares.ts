import { expectSamePrecision } from './arithmetic.js';
import { LinalgError } from './errors.js';
import { expectFinite, machineEpsilon, type Matrix, precisionOf } from './matrix.js';
import { multiply } from './multiply.js';
import { qr } from './qr.js';
import { svd } from './svd.js';
import { solveTriangular } from './triangular.js';

/** Options of {@link leastSquares}. */
export interface LeastSquaresOptions {
  /** `qr` for full column rank; `svd` for the solution of least norm whatever the rank. Default `qr`. */
  readonly method?: 'qr' | 'svd';
  /** Singular values, or diagonal elements of `R`, up to this part of the largest count as zero; default `max(m, n)·eps`. */
  readonly relativeTolerance?: number;
}

/** The minimiser of `‖A·X − B‖_F`. */
export interface LeastSquaresSolution {
  readonly solution: Matrix;
  readonly rank: number;
  readonly method: 'qr' | 'svd';
}

/**
 * Least squares with an m × n matrix `A` and right-hand sides in the columns of `B` (Golub and Van Loan, sections 5.3.3 and
 * 5.5.1). `qr` takes `2mn² − 2n³/3` flops for the reduction and as much again for the orthogonal factor.
 * @throws {LinalgError} `rank-deficient` with `rank` (method `qr`), `shape`, `invalid-argument`, `non-finite`
 */
export function leastSquares(a: Matrix, b: Matrix, { method = 'qr', relativeTolerance }: LeastSquaresOptions = {}): LeastSquaresSolution {
  if (a.rows !== b.rows) {
    throw new LinalgError('shape', `leastSquares: expected as many rows in B as in A, got ${b.rows} and ${a.rows}`);
  }
  expectSamePrecision(a, b, 'leastSquares');
  expectFinite(b, 'leastSquares');
  const tolerance = relativeTolerance ?? Math.max(a.rows, a.columns) * machineEpsilon[precisionOf(a)];
  return method === 'qr' ? byQr(a, b, tolerance) : bySvd(a, b, tolerance);
}

function byQr(a: Matrix, b: Matrix, tolerance: number): LeastSquaresSolution {
  const { q, r } = qr(a);
  const n = a.columns;
  const diagonal = Array.from({ length: r.rows }, (_, i) => Math.abs(r.data[i * n + i]!));
  const largest = diagonal.reduce((most, value) => Math.max(most, value), 0);
  const rank = diagonal.filter((value) => value > tolerance * largest).length;
  if (rank < n) {
    throw new LinalgError(
      'rank-deficient',
      `leastSquares: expected full column rank ${n}, got ${rank}; use method "svd" for the solution of least norm`,
      {
        rank,
        columns: n,
      },
    );
  }
  const projected = multiply(q, b, { transposeLeft: true });
  return { solution: solveTriangular(r, projected, { triangle: 'upper' }), rank, method: 'qr' };
}

function bySvd(a: Matrix, b: Matrix, tolerance: number): LeastSquaresSolution {
  const { u, values, v } = svd(a);
  const rank = values.filter((value) => value > tolerance * (values[0] ?? 0)).length;
  const projected = multiply(u, b, { transposeLeft: true });
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j < b.columns; j++) {
      const at = i * b.columns + j;
      projected.data[at] = i < rank ? projected.data[at]! / values[i]! : 0;
    }
  }
  return { solution: multiply(v, projected), rank, method: 'svd' };
}

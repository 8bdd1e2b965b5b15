import { type Matrix, matrix, multiply, diagonalMatrix, haarOrthogonal, symmetrize, toPrecision, type Precision } from '@sardonyx/linalg';

/** Uniform numbers in (0, 1): multiplicative congruential, of period 2³¹ − 2 (Park and Miller, CACM 31(10), 1988). */
export function uniform(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normal(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

/** A matrix of normal numbers. */
export function randomMatrix(rows: number, columns: number, seed: number, precision: Precision = 'f64'): Matrix {
  return toPrecision(matrix(rows, columns, Float64Array.from({ length: rows * columns }, normal(seed))), precision);
}

/** `Q·diag(spectrum)·Qᵀ` with a Haar-distributed `Q`. */
export function withSpectrum(spectrum: readonly number[], seed: number, precision: Precision = 'f64'): Matrix {
  const q = haarOrthogonal(spectrum.length, normal(seed));
  return toPrecision(symmetrize(multiply(multiply(q, diagonalMatrix(spectrum)), q, { transposeRight: true })), precision);
}

/** `n` eigenvalues from 1 down to 1/condition, evenly in the logarithm. */
export function logarithmicSpectrum(n: number, condition: number): number[] {
  return Array.from({ length: n }, (_, i) => condition ** (-i / Math.max(1, n - 1)));
}

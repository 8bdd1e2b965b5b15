import { Float } from './float';
import { dot } from './rows';

/**
 * Cholesky factor of a symmetric matrix of order `n`, in place in the lower triangle, row by row.
 * Returns the row whose pivot is not positive, or −1.
 */
export function choleskyRows(n: i32, a: i32, stride: i32): i32 {
  const size = <usize>sizeof<Float>();
  for (let i = 0; i < n; i++) {
    const row = a + i * stride;
    for (let j = 0; j < i; j++) {
      const to = <usize>(row + j) * size;
      const other = a + j * stride;
      store<Float>(to, (load<Float>(to) - dot(j, row, other)) / load<Float>(<usize>(other + j) * size));
    }
    const to = <usize>(row + i) * size;
    const pivot = load<Float>(to) - dot(i, row, row);
    if (!(pivot > <Float>0)) return i;
    store<Float>(to, sqrt<Float>(pivot));
  }
  return -1;
}

/** `B ← B·L⁻ᵀ` for `m` rows of length `n`, `L` lower triangular. */
export function solveRows(m: i32, n: i32, l: i32, lStride: i32, b: i32, bStride: i32): void {
  const size = <usize>sizeof<Float>();
  for (let i = 0; i < m; i++) {
    const row = b + i * bStride;
    for (let j = 0; j < n; j++) {
      const to = <usize>(row + j) * size;
      const pivot = load<Float>(<usize>(l + j * lStride + j) * size);
      store<Float>(to, (load<Float>(to) - dot(j, row, l + j * lStride)) / pivot);
    }
  }
}

/** Copies the lower triangle of a matrix of order `n` onto the upper one. */
export function mirrorLower(n: i32, a: i32, stride: i32): void {
  const size = <usize>sizeof<Float>();
  const tile = 8;
  for (let i0 = 0; i0 < n; i0 += tile) {
    const iEnd = min(i0 + tile, n);
    for (let j0 = 0; j0 <= i0; j0 += tile) {
      for (let i = i0; i < iEnd; i++) {
        const jEnd = min(j0 + tile, i);
        for (let j = j0; j < jEnd; j++) store<Float>(<usize>(a + j * stride + i) * size, load<Float>(<usize>(a + i * stride + j) * size));
      }
    }
  }
}

/**
 * The loops that cost the time, in one precision, over one working memory. Offsets and strides count elements: of the
 * precision for matrices and vectors, of float64 for the arguments of the secular equation and for rotation pairs, of
 * int32 for orders and places. Matrices are row-major.
 */
export interface Kernels {
  /** `C ← alpha·op(A)·op(B) + beta·C`, `C` of m × n, depth k; with `lower` at least the lower triangle of `C` and nothing beyond its tiles. */
  multiply(
    transposeLeft: number,
    transposeRight: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: number,
    lda: number,
    b: number,
    ldb: number,
    beta: number,
    c: number,
    ldc: number,
    lower: number,
  ): void;
  /** `x·y`. */
  dot(n: number, x: number, y: number): number;
  /** `outᵣ = Mᵣ·x` for `m` rows of length `n`. */
  rowDots(m: number, n: number, matrix: number, stride: number, x: number, out: number): void;
  /** `y ← y + alpha·Σᵣ coefficientᵣ·Mᵣ` for `m` rows of length `n`. */
  addRows(m: number, n: number, alpha: number, coefficients: number, matrix: number, stride: number, y: number): void;
  /** `y = A·x` for a symmetric `A` of which the lower triangle is read. */
  symmetricTimesVector(n: number, a: number, stride: number, x: number, y: number): void;
  /** `x ← cosine·x + sine·y`, `y ← cosine·y − sine·x`. */
  rotatePair(n: number, x: number, y: number, cosine: number, sine: number): void;
  /** Rotations of neighbouring rows from the pair (`top + count − 1`, `top + count`) upwards. */
  rotateRows(count: number, pairs: number, top: number, stride: number, n: number): void;
  /** `out[j, i] = matrix[order[i], j]`. */
  transposeRows(m: number, n: number, order: number, matrix: number, stride: number, out: number, outStride: number): void;
  /** `Σ wᵢ/δᵢ` and `Σ wᵢ/δᵢ²` over `begin ≤ i < end`, `δᵢ = (poleᵢ − origin) − shift`. */
  secularSums(begin: number, end: number, poles: number, weights: number, origin: number, shift: number, out: number): void;
  /** `productᵢ ← productᵢ·(dᵢ − λ)/(dᵢ − dⱼ)` for `i ≠ j`, `productⱼ ← productⱼ·(dⱼ − λ)`, `λ = origin + shift`. */
  secularProducts(k: number, j: number, poles: number, origin: number, shift: number, products: number): void;
  /** `vᵢ = weightᵢ/(dᵢ − λ)`, normalised, to `row + placeᵢ`. */
  secularVector(
    k: number,
    poles: number,
    weights: number,
    origin: number,
    shift: number,
    places: number,
    scratch: number,
    row: number,
  ): void;
  /** Cholesky factor in place in the lower triangle; the row whose pivot is not positive, or −1. */
  choleskyRows(n: number, a: number, stride: number): number;
  /** `B ← B·L⁻ᵀ` for `m` rows of length `n`. */
  solveRows(m: number, n: number, l: number, lStride: number, b: number, bStride: number): void;
  /** Copies the lower triangle onto the upper one. */
  mirrorLower(n: number, a: number, stride: number): void;
}

/** `webassembly`: SIMD kernels compiled from AssemblyScript. `typescript`: the same in plain loops. */
export type KernelName = 'webassembly' | 'typescript';

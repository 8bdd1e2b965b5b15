import { kronecker, type Matrix, matrix, orderOf, symmetricEigen, symmetricSquareRoot, trace } from '@sardonyx/linalg';
import { PreconditionerError } from './errors.js';
import { applySpectral } from './roots/spectral-root.js';

const largestIterations = 10_000;

/**
 * `argmin ⟨M, H⁻¹⟩ + Tr H` over Kronecker products `A ⊗ B`, which are not closed under addition and form no well-structured set.
 * Alternates the exact minima over one factor: with `B` fixed, `A = (Tr₂[(I ⊗ B⁻¹)M]/Tr B)^{1/2}`. The objective is convex along
 * the geodesics of both factors, so that the limit is the minimum.
 * @param m positive definite, of order `left·right`
 * @throws {PreconditionerError} `shape`, `singular`, `no-convergence`
 */
export function kroneckerProductRoot(m: Matrix, left: number, right: number): Matrix {
  if (orderOf(m, 'kroneckerProductRoot') !== left * right) {
    throw new PreconditionerError('shape', `kroneckerProductRoot: expected a matrix of order ${left}·${right}, got ${m.rows}`);
  }
  if (!(symmetricEigen(m, { vectors: false }).values[0]! > 0)) {
    throw new PreconditionerError('singular', 'kroneckerProductRoot: expected a positive definite matrix, got one that is not; use ε > 0');
  }
  let b = identityOf(right);
  let previous = Infinity;
  for (let iteration = 0; iteration < largestIterations; iteration++) {
    const a = rootOver(partialTraceRight(m, inverse(b), left, right), trace(b));
    b = rootOver(partialTraceLeft(m, inverse(a), left, right), trace(a));
    // After an exact half step ⟨M, H⁻¹⟩ = Tr H, so that the objective is twice the trace.
    const value = 2 * trace(a) * trace(b);
    if (previous - value <= 1e-15 * value && iteration > 100) return kronecker(a, b);
    previous = value;
  }
  throw new PreconditionerError('no-convergence', `kroneckerProductRoot: expected convergence within ${largestIterations} iterations`);
}

/** A basis of the tridiagonal symmetric matrices of order `n`: a linear space that is not closed under products. */
export function tridiagonalBasis(n: number): Matrix[] {
  const single = (entries: readonly (readonly [number, number])[]): Matrix => {
    const b = matrix(n, n);
    for (const [i, j] of entries) b.data[i * n + j] = 1;
    return b;
  };
  const diagonal = Array.from({ length: n }, (_, i) => single([[i, i]]));
  const beside = Array.from({ length: n - 1 }, (_, i) =>
    single([
      [i, i + 1],
      [i + 1, i],
    ]),
  );
  return [...diagonal, ...beside];
}

function identityOf(n: number): Matrix {
  return matrix(
    n,
    n,
    Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0)),
  );
}

function inverse(a: Matrix): Matrix {
  const { values, vectors } = symmetricEigen(a);
  return applySpectral(
    vectors,
    Array.from(values, (value) => 1 / value),
    identityOf(a.rows),
  );
}

function rootOver(a: Matrix, divisor: number): Matrix {
  return symmetricSquareRoot({ ...a, data: a.data.map((value) => value / divisor) });
}

/** `Tr₂[(I ⊗ C)·M]`: element (i, j) is `⟨C, M[i·;j·]⟩`. */
function partialTraceRight(m: Matrix, c: Matrix, left: number, right: number): Matrix {
  const result = matrix(left, left);
  for (let i = 0; i < left; i++) {
    for (let j = 0; j < left; j++) {
      let sum = 0;
      for (let p = 0; p < right; p++) {
        for (let q = 0; q < right; q++) sum += c.data[p * right + q]! * m.data[(i * right + q) * m.rows + j * right + p]!;
      }
      result.data[i * left + j] = sum;
    }
  }
  return symmetrized(result);
}

/** `Tr₁[(C ⊗ I)·M]`. */
function partialTraceLeft(m: Matrix, c: Matrix, left: number, right: number): Matrix {
  const result = matrix(right, right);
  for (let p = 0; p < right; p++) {
    for (let q = 0; q < right; q++) {
      let sum = 0;
      for (let i = 0; i < left; i++) {
        for (let j = 0; j < left; j++) sum += c.data[i * left + j]! * m.data[(j * right + p) * m.rows + i * right + q]!;
      }
      result.data[p * right + q] = sum;
    }
  }
  return symmetrized(result);
}

const symmetrized = (a: Matrix): Matrix => ({
  ...a,
  data: a.data.map((value, at) => (value + a.data[(at % a.rows) * a.rows + Math.floor(at / a.rows)]!) / 2),
});

/** `λ_min(P(M') − P(M))`, which operator monotonicity keeps at or above zero; a set is audited with pairs `M ⪯ M'`. */
export function monotonicityGap(smaller: Matrix, larger: Matrix): number {
  const difference = matrix(
    smaller.rows,
    smaller.rows,
    Float64Array.from(larger.data, (value, at) => value - smaller.data[at]!),
  );
  return symmetricEigen(difference, { vectors: false, symmetryTolerance: 1e-6 }).values[0]!;
}

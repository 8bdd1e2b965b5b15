import { LinalgError } from '../errors.js';
import { type Floats, machineEpsilon, type Matrix, precisionOf, zeros } from '../matrix.js';
import { svd } from '../svd.js';
import { expectRidge } from './report.js';

/** `P = (AAᵀ + ε·I)^{1/2}` of a d × t factor `A`, kept as its singular vectors and values. */
export interface LowRankRoot {
  /** d × rank, orthonormal columns. */
  readonly basis: Matrix;
  /** Singular values of `A` that were kept, descending. */
  readonly singularValues: Floats;
  readonly rank: number;
  /** Singular values dropped as zero. */
  readonly dropped: number;
  readonly epsilon: number;
  /** `Tr P`. */
  readonly trace: number;
  /** `P†·g` (ε = 0) or `P⁻¹·g` for a vector of length d. @throws {LinalgError} `shape` */
  applyInverse(g: Floats): Floats;
}

/**
 * The full-matrix root from its factor: with `A = [g₁ … g_t] = UΣVᵀ`, `P†g = UΣ⁻¹Uᵀg`, and for ε > 0
 * `P⁻¹g = U(Σ² + ε)^{−1/2}Uᵀg + ε^{−1/2}(g − UUᵀg)`. The singular values come from `A` itself: `AAᵀ` would square their spread.
 * One decomposition of d × t; then `4·d·rank` flops a vector.
 * @param relativeTolerance singular values up to this part of the largest count as zero; default `max(d, t)·eps`
 * @throws {LinalgError} `invalid-argument` where ε < 0 or is NaN; `non-finite`, `no-convergence`
 */
export function lowRankRoot(
  a: Matrix,
  { epsilon = 0, relativeTolerance }: { readonly epsilon?: number; readonly relativeTolerance?: number } = {},
): LowRankRoot {
  expectRidge(epsilon, 'lowRankRoot');
  const precision = precisionOf(a);
  const d = a.rows;
  const { u, values } = svd(a);
  const cut = (relativeTolerance ?? Math.max(d, a.columns) * machineEpsilon[precision]) * (values[0] ?? 0);
  const rank = values.filter((value) => value > cut).length;
  const basis = { rows: d, columns: rank, data: zeros(d * rank, precision) };
  for (let i = 0; i < d; i++) basis.data.set(u.data.subarray(i * u.columns, i * u.columns + rank), i * rank);
  const singularValues = values.slice(0, rank);
  const lengths = Float64Array.from(singularValues, (value) => Math.hypot(value, Math.sqrt(epsilon)));
  const outside = epsilon > 0 ? 1 / Math.sqrt(epsilon) : 0;
  const trace = lengths.reduce((sum, value) => sum + value, 0) + (d - rank) * Math.sqrt(epsilon);
  return {
    basis,
    singularValues,
    rank,
    dropped: values.length - rank,
    epsilon,
    trace,
    applyInverse(g) {
      if (g.length !== d) throw new LinalgError('shape', `applyInverse: expected a vector of length ${d}, got ${g.length}`);
      const coefficients = new Float64Array(rank);
      for (let i = 0; i < d; i++) for (let j = 0; j < rank; j++) coefficients[j] = coefficients[j]! + basis.data[i * rank + j]! * g[i]!;
      const result = zeros(d, precision);
      for (let i = 0; i < d; i++) {
        let sum = outside * g[i]!;
        for (let j = 0; j < rank; j++) sum += basis.data[i * rank + j]! * coefficients[j]! * (1 / lengths[j]! - outside);
        result[i] = sum;
      }
      return result;
    },
  };
}

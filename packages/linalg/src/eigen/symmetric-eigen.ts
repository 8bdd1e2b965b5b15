import { LinalgError } from '../errors.js';
import { type Floats, type Matrix, type Precision, precisionOf } from '../matrix.js';
import { eigenRows, type EigenMethod, type EigenRows } from './eigen-rows.js';
import { symmetricPart } from './symmetric-part.js';

/** Options of {@link symmetricEigen}. */
export interface EigenOptions {
  /** Default `divide-and-conquer`; `jacobi` for the small eigenvalues of graded matrices. */
  readonly method?: EigenMethod;
  /** Precision of storage and arithmetic; that of the matrix unless given. */
  readonly precision?: Precision;
  /** Whether to compute eigenvectors; default true. */
  readonly vectors?: boolean;
  /**
   * How far `A` may be from symmetric, `max |aᵢⱼ − aⱼᵢ| ≤ symmetryTolerance·max |aᵢⱼ|`. Default 1e-4 for float32 and
   * 1e-8 for float64: room for the drift of a statistic summed over thousands of steps, not for a wrong matrix.
   */
  readonly symmetryTolerance?: number;
}

/** `A = Q·Λ·Qᵀ`. */
export interface SymmetricEigen {
  /** Eigenvalues, ascending. */
  readonly values: Floats;
  /** Eigenvectors, one a column; of no columns where they were not asked for. */
  readonly vectors: Matrix;
  readonly method: EigenMethod;
  readonly precision: Precision;
  /** Sweeps of the Jacobi method, 0 for the others. */
  readonly sweeps: number;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, which is symmetrised first.
 *
 * Residual and loss of orthogonality are a small multiple of `n·eps·‖A‖`, by which every eigenvalue may be off: those of a
 * graded matrix below it are lost under `divide-and-conquer` and `ql`. `jacobi` gives them to high relative accuracy where the
 * matrix is positive definite, in float32 too, at several times the cost. In float32 the matrices and their products are
 * float32, the tridiagonal problem of O(n) numbers between is float64.
 * @throws {LinalgError} `not-square`, `non-finite`, `not-symmetric`, `no-convergence`, `invalid-argument`, `too-large`
 */
export function symmetricEigen(a: Matrix, options: EigenOptions = {}): SymmetricEigen {
  const { method = 'divide-and-conquer', precision = precisionOf(a), vectors = true } = options;
  if (!['ql', 'jacobi', 'divide-and-conquer'].includes(method)) {
    throw new LinalgError('invalid-argument', `symmetricEigen: expected method "ql", "jacobi" or "divide-and-conquer", got "${method}"`);
  }
  const part = symmetricPart(a, 'symmetricEigen', { precision, symmetryTolerance: options.symmetryTolerance });
  return eigenRows(part, { method, precision, vectors, blocks: [[part.matrix.rows, part.matrix.rows]] }, (solution) => ({
    ...sorted(solution, precision),
    method,
    precision,
    sweeps: solution.sweeps,
  }));
}

/** Eigenvalues in ascending order, and the rows as columns in the same order. */
function sorted({ workspace, eigenvalues, rows }: EigenRows, precision: Precision): Pick<SymmetricEigen, 'values' | 'vectors'> {
  const n = eigenvalues.length;
  const order = Array.from(eigenvalues, (_, i) => i).sort((i, j) => eigenvalues[i]! - eigenvalues[j]!);
  const ascending = order.map((i) => eigenvalues[i]!);
  const values = precision === 'f64' ? Float64Array.from(ascending) : Float32Array.from(ascending);
  if (rows === undefined) return { values, vectors: { rows: n, columns: 0, data: values.slice(0, 0) } };
  const places = workspace.takeIntegers(n);
  order.forEach((from, i) => void (workspace.integers[places + i] = from));
  const turned = workspace.takeBlock(n, n);
  workspace.kernels.transposeRows(n, n, places, rows.offset, rows.stride, turned.offset, turned.stride);
  return { values, vectors: workspace.read(turned, n, n) };
}

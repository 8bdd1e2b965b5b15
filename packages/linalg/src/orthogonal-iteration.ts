import { symmetricPart } from './eigen/symmetric-part.js';
import { LinalgError } from './errors.js';
import { type Floats, type Matrix, precisionOf, zeros } from './matrix.js';
import { multiply } from './multiply.js';
import { qr } from './qr.js';

/** Options of {@link orthogonalIteration}. */
export interface OrthogonalIterationOptions {
  /** Iterations at most; default 1. */
  readonly iterations?: number;
  /**
   * Stops, before the first iteration too, where `‖B − diag B‖_F ≤ tolerance·‖B‖_F` with `B = QᵀAQ`; from 0 to 1, default 0:
   * never for a matrix that rounds.
   */
  readonly tolerance?: number;
  /** Sorts the columns of the basis by descending `diag B` before each iteration; default true. */
  readonly sort?: boolean;
}

/** An approximate eigenbasis. */
export interface ApproximateEigenbasis {
  /** Orthogonal, one approximate eigenvector a column. */
  readonly basis: Matrix;
  /** `diag(QᵀAQ)`. */
  readonly values: Floats;
  /** `‖B − diag B‖_F/‖B‖_F` of the basis returned; 0 for the zero matrix. */
  readonly offDiagonal: number;
  /** Iterations done; 0 where the basis given was good enough. */
  readonly iterations: number;
}

/**
 * Improves an eigenbasis of a slowly changing symmetric matrix by orthogonal iteration, `Q ← qr(A·Q)` (Golub and Van Loan,
 * section 8.2.4). An iteration costs two products, one QR factorization and one product for the test: about `9n³` flops.
 * Neighbouring eigenvalues part at the rate of their ratio: this follows a basis, it does not replace an eigensolver.
 * @param previous orthogonal, of the order and precision of `A`
 * @throws {LinalgError} `not-square`, `not-symmetric`, `non-finite`, `shape`, `invalid-argument`
 */
export function orthogonalIteration(
  a: Matrix,
  previous: Matrix,
  { iterations = 1, tolerance = 0, sort = true }: OrthogonalIterationOptions = {},
): ApproximateEigenbasis {
  const { matrix: symmetric } = symmetricPart(a, 'orthogonalIteration');
  if (previous.rows !== a.rows || previous.columns !== a.rows) {
    throw new LinalgError(
      'shape',
      `orthogonalIteration: expected a basis of ${a.rows} × ${a.rows}, got ${previous.rows} × ${previous.columns}`,
    );
  }
  if (!(tolerance >= 0 && tolerance <= 1) || !Number.isInteger(iterations) || iterations < 0) {
    throw new LinalgError(
      'invalid-argument',
      `orthogonalIteration: expected a tolerance from 0 to 1 and whole iterations, got ${tolerance} and ${iterations}`,
    );
  }
  let basis = previous;
  let image = multiply(symmetric, basis);
  let state = rayleigh(basis, image);
  let done = 0;
  for (; done < iterations && state.offDiagonal > tolerance; done++) {
    const ordered = sort ? sortedColumns(image, state.values) : image;
    basis = qr(ordered, { positiveDiagonal: true }).q;
    image = multiply(symmetric, basis);
    state = rayleigh(basis, image);
  }
  return { basis, ...state, iterations: done };
}

/** `diag B` and the share of `B = Qᵀ(AQ)` off its diagonal. */
function rayleigh(basis: Matrix, image: Matrix): Pick<ApproximateEigenbasis, 'values' | 'offDiagonal'> {
  const n = basis.rows;
  const { data } = multiply(basis, image, { transposeLeft: true });
  const values = zeros(n, precisionOf(basis));
  let off = 0;
  let on = 0;
  for (let i = 0; i < n; i++) {
    values[i] = data[i * n + i]!;
    for (let j = 0; j < n; j++) {
      if (i === j) on += data[i * n + j]! ** 2;
      else off += data[i * n + j]! ** 2;
    }
  }
  return { values, offDiagonal: off === 0 ? 0 : Math.sqrt(off / (on + off)) };
}

function sortedColumns({ rows: n, data }: Matrix, values: Floats): Matrix {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[j]! - values[i]!);
  const sorted = data.slice();
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sorted[i * n + j] = data[i * n + order[j]!]!;
  return { rows: n, columns: n, data: sorted };
}

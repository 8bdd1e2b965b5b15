import { symmetricPart } from './eigen/symmetric-part.js';
import { LinalgError } from './errors.js';
import { expectFinite, type Matrix, precisionOf } from './matrix.js';
import { solveTriangular } from './triangular.js';
import { inWorkspace } from './workspace.js';

/** Order of the diagonal blocks. */
const blockOrder = 48;

/**
 * The lower triangular `L` with `A = L·Lᵀ`, positive on the diagonal; `n³/3` flops. Blocked, outer products (Golub and Van
 * Loan, section 4.2.6). The residual is at most a small multiple of `n·eps·‖A‖`.
 * @throws {LinalgError} `not-positive-definite` with `index` of the first pivot that is not positive; `not-square`,
 * `not-symmetric`, `non-finite`
 */
export function cholesky(a: Matrix): Matrix {
  const { matrix: symmetric } = symmetricPart(a, 'cholesky');
  const n = symmetric.rows;
  return inWorkspace(precisionOf(a), { blocks: [[n, n]] }, (workspace) => {
    const { kernels, values } = workspace;
    const block = workspace.load(symmetric);
    const { stride } = block;
    for (let first = 0; first < n; first += blockOrder) {
      const count = Math.min(blockOrder, n - first);
      const corner = block.offset + first * stride + first;
      const failed = kernels.choleskyRows(count, corner, stride);
      if (failed >= 0) throw notPositiveDefinite(first + failed);
      const rest = n - first - count;
      const panel = corner + count * stride;
      kernels.solveRows(rest, count, corner, stride, panel, stride);
      kernels.multiply(0, 1, rest, rest, count, -1, panel, stride, panel, stride, 1, panel + count, stride, 1);
    }
    for (let i = 0; i < n; i++) values.fill(0, block.offset + i * stride + i + 1, block.offset + i * stride + n);
    return workspace.read(block, n, n);
  });
}

function notPositiveDefinite(index: number): LinalgError {
  return new LinalgError(
    'not-positive-definite',
    `cholesky: expected a positive definite matrix, got a pivot that is not positive in row ${index}; add a ridge or use symmetricEigen`,
    { index },
  );
}

/**
 * The solution `X` of `A·X = B` from the factor of {@link cholesky}; `2·n²` flops a column.
 * @throws {LinalgError} `shape`, `invalid-argument`, `non-finite`
 */
export function choleskySolve(factor: Matrix, b: Matrix): Matrix {
  expectFinite(b, 'choleskySolve');
  const halfway = solveTriangular(factor, b, { triangle: 'lower' });
  return solveTriangular(factor, halfway, { triangle: 'lower', transpose: true });
}

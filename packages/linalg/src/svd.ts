import { transpose } from './arithmetic.js';
import { symmetricEigen } from './eigen/symmetric-eigen.js';
import { LinalgError } from './errors.js';
import { expectFinite, type Floats, identity, machineEpsilon, type Matrix, precisionOf, zeros } from './matrix.js';
import { multiply, symmetricRankUpdate } from './multiply.js';
import { maximumNorm } from './norms.js';
import { qr } from './qr.js';
import { type Block, inWorkspace, type Workspace } from './workspace.js';

/** Sweeps over all pairs of columns; six to ten are usual. */
const largestSweeps = 40;

/** `A = U·diag(s)·Vᵀ` of an m × n matrix, `k = min(m, n)`. */
export interface SingularValueDecomposition {
  /** m × k, orthonormal columns. */
  readonly u: Matrix;
  /** Singular values, descending, nonnegative. */
  readonly values: Floats;
  /** n × k, orthonormal columns. */
  readonly v: Matrix;
  readonly sweeps: number;
}

/**
 * `jacobi`: one-sided Jacobi rotations of the columns. `preconditioned`: the same after the columns were made nearly orthogonal by the
 * eigenvectors of `AᵀA`, several times as fast and accurate relative to the largest singular value only.
 */
export type SvdMethod = 'jacobi' | 'preconditioned';

/**
 * Thin singular value decomposition, by one-sided Jacobi rotations unless told otherwise, after a QR factorization where the
 * matrix is tall (Golub and Van Loan, section 8.6.3; Drmač and Veselić, SIAM J. Matrix Anal. Appl. 29(4), 2008). Columns of
 * very different lengths do not spoil the accuracy of small singular values: the relative error is about `eps` times the
 * condition of the matrix with its columns scaled to length one; under `preconditioned` the absolute error is about `n·eps·‖A‖`.
 * @throws {LinalgError} `non-finite`, `no-convergence`, `invalid-argument` for an unknown method
 */
export function svd(a: Matrix, { method = 'jacobi' }: { readonly method?: SvdMethod } = {}): SingularValueDecomposition {
  if (method !== 'jacobi' && method !== 'preconditioned') {
    throw new LinalgError('invalid-argument', `svd: expected method "jacobi" or "preconditioned", got "${String(method)}"`);
  }
  expectFinite(a, 'svd');
  if (a.rows < a.columns) {
    const { u, values, v, sweeps } = svd(transpose(a), { method });
    return { u: v, values, v: u, sweeps };
  }
  const { matrix: scaled, factor } = inSafeRange(a);
  const tall = scaled.rows > scaled.columns;
  const { q, r } = tall ? qr(scaled) : { q: scaled, r: scaled };
  const square = method === 'jacobi' ? oneSidedJacobi(r, identity(r.columns, precisionOf(r))) : fromEigenvectors(r);
  const u = tall ? multiply(q, square.u) : square.u;
  return { ...square, u, values: square.values.map((value) => value / factor) };
}

function fromEigenvectors(a: Matrix): SingularValueDecomposition {
  const { vectors } = symmetricEigen(symmetricRankUpdate(a, undefined, { transpose: true }));
  return oneSidedJacobi(multiply(a, vectors), vectors);
}

/** Scales by a power of two, which is exact, where squares would over- or underflow. */
function inSafeRange(a: Matrix): { matrix: Matrix; factor: number } {
  const largest = maximumNorm(a);
  const safe = precisionOf(a) === 'f64' ? 2 ** 400 : 2 ** 40;
  if (largest === 0 || (largest < safe && largest > 1 / safe)) return { matrix: a, factor: 1 };
  const factor = 2 ** -Math.floor(Math.log2(largest));
  return { matrix: { ...a, data: a.data.map((value) => value * factor) }, factor };
}

/** The decomposition of a square matrix `B·Vᵀ`, from `B` and an orthogonal `V`. */
function oneSidedJacobi(b: Matrix, start: Matrix): SingularValueDecomposition {
  const n = b.columns;
  const precision = precisionOf(b);
  const blocks = [[n, n] as const, [n, n] as const];
  return inWorkspace(precision, { blocks }, (workspace) => {
    // Columns of the product so far, and of V, as rows.
    const columns = workspace.load(transpose(b));
    const basis = workspace.load(transpose(start));
    const squares = new Float64Array(n);
    const sweeps = orthogonalizeColumns(workspace, n, columns, basis, squares);
    const order = Array.from(squares, (_, i) => i).sort((i, j) => squares[j]! - squares[i]!);
    const values = zeros(n, precision);
    order.forEach((from, i) => void (values[i] = Math.sqrt(squares[from]!)));
    const left = gatherRows(workspace.read(columns, n, n), order);
    const rank = normalizeRows(left, values);
    completeRows(left, rank);
    const right = gatherRows(workspace.read(basis, n, n), order);
    return { u: transpose(left), values, v: transpose(right), sweeps };
  });
}

/** Rotates pairs of rows until all are orthogonal to rounding; fills in their squared lengths and returns the sweeps. */
function orthogonalizeColumns(
  { kernels, precision, values }: Workspace,
  n: number,
  columns: Block,
  basis: Block,
  squares: Float64Array,
): number {
  const tolerance = machineEpsilon[precision] * Math.sqrt(n);
  // A column that depends on others shrinks by eps a sweep, until products with it are subnormal and tell no angle any more.
  const negligible = precision === 'f64' ? 2 ** -1000 : 2 ** -120;
  const at = ({ offset, stride }: Block, i: number): number => offset + i * stride;
  const rotate = (p: number, q: number, cosine: number, sine: number): void => {
    kernels.rotatePair(n, at(columns, p), at(columns, q), cosine, sine);
    kernels.rotatePair(n, at(basis, p), at(basis, q), cosine, sine);
  };
  const measure = (): void => {
    for (let i = 0; i < n; i++) squares[i] = kernels.dot(n, at(columns, i), at(columns, i));
  };
  for (let sweep = 1; sweep <= largestSweeps; sweep++) {
    measure();
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      let longest = p;
      for (let i = p + 1; i < n; i++) if (squares[i]! > squares[longest]!) longest = i;
      if (longest !== p) {
        for (const block of [columns, basis]) exchangeRows(values, n, at(block, p), at(block, longest));
        [squares[p], squares[longest]] = [squares[longest]!, squares[p]!];
      }
      for (let q = p + 1; q < n; q++) {
        if (squares[q]! < negligible) continue;
        const product = kernels.dot(n, at(columns, p), at(columns, q));
        if (!(Math.abs(product) > tolerance * Math.sqrt(squares[p]!) * Math.sqrt(squares[q]!))) continue;
        const theta = (squares[q]! - squares[p]!) / (2 * product);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cosine = 1 / Math.hypot(tangent, 1);
        rotate(p, q, cosine, -tangent * cosine);
        squares[p] = squares[p]! - tangent * product;
        squares[q] = Math.max(0, squares[q]! + tangent * product);
        rotated = true;
      }
    }
    if (!rotated) {
      measure();
      return sweep;
    }
  }
  throw new LinalgError('no-convergence', `svd: expected orthogonal columns within ${largestSweeps} sweeps`, { sweeps: largestSweeps });
}

function exchangeRows(values: Floats, n: number, x: number, y: number): void {
  for (let i = 0; i < n; i++) {
    const value = values[x + i]!;
    values[x + i] = values[y + i]!;
    values[y + i] = value;
  }
}

function gatherRows({ rows, columns, data }: Matrix, order: readonly number[]): Matrix {
  const gathered = data.slice();
  order.forEach((from, i) => gathered.set(data.subarray(from * columns, (from + 1) * columns), i * columns));
  return { rows, columns, data: gathered };
}

/** Divides rows by their lengths; those that are zero to rounding count as not there. Returns how many are. */
function normalizeRows({ columns: n, data }: Matrix, lengths: Floats): number {
  const smallest = (lengths[0] ?? 0) * Number.MIN_VALUE;
  for (let i = 0; i < lengths.length; i++) {
    if (!(lengths[i]! > smallest)) return i;
    for (let j = i * n; j < (i + 1) * n; j++) data[j] = data[j]! / lengths[i]!;
  }
  return lengths.length;
}

/** Replaces the rows from `rank` on by unit vectors made orthogonal, twice, to all rows before (Golub and Van Loan, section 5.2.9). */
function completeRows({ rows, columns: n, data }: Matrix, rank: number): void {
  let candidate = 0;
  for (let i = rank; i < rows; ) {
    const row = new Float64Array(n);
    row[candidate++] = 1;
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < i; other++) {
        let product = 0;
        for (let j = 0; j < n; j++) product += row[j]! * data[other * n + j]!;
        for (let j = 0; j < n; j++) row[j] = row[j]! - product * data[other * n + j]!;
      }
    }
    const length = Math.hypot(...row);
    // Of n unit vectors one at least keeps 1/√n of its length beside fewer than n rows.
    if (length < 0.5 / Math.sqrt(n)) continue;
    for (let j = 0; j < n; j++) data[i * n + j] = row[j]! / length;
    i++;
  }
}

import { symmetrize } from '../arithmetic.js';
import { LinalgError } from '../errors.js';
import { expectFinite, type Floats, type Matrix, orderOf, type Precision, precisionOf, toPrecision } from '../matrix.js';
import { maximumNorm } from '../norms.js';
import { reflectorNeed, takeReflectorScratch } from '../reflectors.js';
import { type Block, inWorkspace, type Need, type Workspace } from '../workspace.js';
import { divideAndConquer, divideAndConquerNeed } from './divide-and-conquer.js';
import { implicitQl, rotationElements } from './implicit-ql.js';
import { jacobi } from './jacobi.js';
import { backTransform, tridiagonalize, tridiagonalNeed } from './tridiagonal.js';

/** `ql`: tridiagonal form and implicit QL. `divide-and-conquer`: tridiagonal form, torn and merged. `jacobi`: two-sided Jacobi. */
export type EigenMethod = 'ql' | 'jacobi' | 'divide-and-conquer';

/** Options of {@link symmetricEigen}. */
export interface EigenOptions {
  /** Default `divide-and-conquer`. */
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
 * Residual and loss of orthogonality are a small multiple of `n·eps·‖A‖`. `jacobi` also gives the tiny eigenvalues of a
 * graded positive definite matrix to high relative accuracy, at several times the cost. In float32 the matrices and their
 * products are float32, the tridiagonal problem of O(n) numbers between is float64.
 * @throws {LinalgError} `not-square`, `non-finite`, `not-symmetric`, `no-convergence`, `invalid-argument`, `too-large`
 */
export function symmetricEigen(a: Matrix, options: EigenOptions = {}): SymmetricEigen {
  const { method = 'divide-and-conquer', precision = precisionOf(a), vectors = true } = options;
  if (!['ql', 'jacobi', 'divide-and-conquer'].includes(method)) {
    throw new LinalgError('invalid-argument', `symmetricEigen: expected method "ql", "jacobi" or "divide-and-conquer", got "${method}"`);
  }
  const symmetric = symmetricPart(a, 'symmetricEigen', options.symmetryTolerance);
  const { matrix, exponent } = inSafeRange(precisionOf(a) === precision ? symmetric : toPrecision(symmetric, precision), precision);
  const solution = solveSymmetric(matrix, method, precision, vectors);
  // A power of two: exact.
  for (let i = 0; i < solution.values.length; i++) solution.values[i] = solution.values[i]! * 2 ** exponent;
  return { ...solution, method, precision };
}

/**
 * The symmetric part of a matrix that is symmetric to a tolerance.
 * @throws {LinalgError} `not-square`, `non-finite`, `not-symmetric` with `asymmetry` (relative to the largest element), `row`, `column`
 */
export function symmetricPart(a: Matrix, operation: string, tolerance = precisionOf(a) === 'f32' ? 1e-4 : 1e-8): Matrix {
  const n = orderOf(a, operation);
  expectFinite(a, operation);
  const limit = tolerance * maximumNorm(a);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const difference = Math.abs(a.data[i * n + j]! - a.data[j * n + i]!);
      if (difference <= limit) continue;
      const asymmetry = (difference * tolerance) / limit;
      throw new LinalgError(
        'not-symmetric',
        `${operation}: expected a symmetric matrix, got elements (${i}, ${j}) and (${j}, ${i}) that differ by ${asymmetry.toExponential(2)} of the largest (tolerance ${tolerance}); symmetrize it if this is meant`,
        { asymmetry, row: i, column: j },
      );
    }
  }
  return symmetrize(a);
}

/** Scales by a power of two where squares of elements would over- or underflow. */
function inSafeRange(a: Matrix, precision: Precision): { matrix: Matrix; exponent: number } {
  const largest = maximumNorm(a);
  const safe = precision === 'f64' ? 400 : 40;
  const exponent = largest === 0 ? 0 : Math.floor(Math.log2(largest));
  if (Math.abs(exponent) <= safe) return { matrix: a, exponent: 0 };
  const data = a.data.slice();
  // Two factors, since 2^−exponent itself may overflow.
  const half = 2 ** Math.trunc(-exponent / 2);
  const rest = 2 ** (-exponent - Math.trunc(-exponent / 2));
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * half * rest;
  return { matrix: { ...a, data }, exponent };
}

type Solution = Pick<SymmetricEigen, 'values' | 'vectors' | 'sweeps'>;

function solveSymmetric(a: Matrix, method: EigenMethod, precision: Precision, vectors: boolean): Solution {
  const n = a.rows;
  const square = [n, n] as const;
  if (method === 'jacobi') {
    return inWorkspace(precision, { blocks: [square, square, square], scalars: n }, (workspace) => {
      const block = workspace.load(a);
      const rows = workspace.takeBlock(n, n);
      workspace.clear(rows, n, n);
      for (let i = 0; i < n; i++) workspace.values[rows.offset + i * rows.stride + i] = 1;
      const sweeps = jacobi(workspace, n, block, rows);
      const eigenvalues = Float64Array.from({ length: n }, (_, i) => workspace.values[block.offset + i * block.stride + i]!);
      return { ...sorted(workspace, eigenvalues, rows, vectors), sweeps };
    });
  }
  const conquer = divideAndConquerNeed(n);
  const blocks = [square, square, square, ...tridiagonalNeed(n), ...reflectorNeed(n, n), ...(conquer.blocks ?? [])];
  const need: Need = { blocks: vectors ? blocks : [square, ...tridiagonalNeed(n)], scalars: 5 * n + (conquer.scalars ?? 0) };
  return inWorkspace(precision, need, (workspace) => {
    const block = workspace.load(a);
    const tridiagonal = tridiagonalize(workspace, n, block);
    const { diagonal, coupling } = tridiagonal;
    const eigenvalues = (): Float64Array => workspace.doubles.slice(diagonal, diagonal + n);
    if (!vectors || n === 0) {
      if (n > 0) implicitQl(workspace, diagonal, coupling, 0, n, workspace.takeDoubles(rotationElements(n)));
      return { ...sorted(workspace, eigenvalues(), block, false), sweeps: 0 };
    }
    const rows = workspace.takeBlock(n, n);
    if (method === 'ql') qlFromIdentity(workspace, n, diagonal, coupling, rows);
    else divideAndConquer(workspace, n, diagonal, coupling, rows);
    backTransform(workspace, tridiagonal, block, takeReflectorScratch(workspace, n, n), rows, n);
    return { ...sorted(workspace, eigenvalues(), rows, true), sweeps: 0 };
  });
}

function qlFromIdentity(workspace: Workspace, n: number, diagonal: number, coupling: number, rows: Block): void {
  workspace.clear(rows, n, n);
  for (let i = 0; i < n; i++) workspace.values[rows.offset + i * rows.stride + i] = 1;
  const pairs = workspace.takeDoubles(rotationElements(n));
  implicitQl(workspace, diagonal, coupling, 0, n, pairs, { ...rows, columns: n });
}

/** Eigenvalues in ascending order, and the rows as columns in the same order. */
function sorted(
  workspace: Workspace,
  eigenvalues: Float64Array,
  rows: Block,
  vectors: boolean,
): Pick<SymmetricEigen, 'values' | 'vectors'> {
  const n = eigenvalues.length;
  const order = Array.from(eigenvalues, (_, i) => i).sort((i, j) => eigenvalues[i]! - eigenvalues[j]!);
  const ascending = order.map((i) => eigenvalues[i]!);
  const values = workspace.precision === 'f64' ? Float64Array.from(ascending) : Float32Array.from(ascending);
  if (!vectors) return { values, vectors: { rows: n, columns: 0, data: values.slice(0, 0) } };
  const places = workspace.takeIntegers(n);
  order.forEach((from, i) => void (workspace.integers[places + i] = from));
  const turned = workspace.takeBlock(n, n);
  workspace.kernels.transposeRows(n, n, places, rows.offset, rows.stride, turned.offset, turned.stride);
  return { values, vectors: workspace.read(turned, n, n) };
}

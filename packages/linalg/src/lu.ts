import { expectSamePrecision } from './arithmetic.js';
import { LinalgError } from './errors.js';
import { expectFinite, type Matrix, matrix, orderOf, precisionOf, zeros } from './matrix.js';
import { solveTriangular } from './triangular.js';
import { type Block, inWorkspace, type Workspace } from './workspace.js';

/** Columns eliminated between two updates of the rest. */
const panelColumns = 32;

/** `P·A = L·U`: row i of `P·A` is row `permutation[i]` of `A`. */
export interface LuFactorization {
  /** `U` in the upper triangle, `L` without its unit diagonal below. */
  readonly factors: Matrix;
  readonly permutation: Int32Array;
  /** Determinant of the permutation, 1 or −1. */
  readonly sign: 1 | -1;
}

/**
 * LU factorization with partial pivoting, blocked (Golub and Van Loan, algorithm 3.4.1, section 3.2.11); `2n³/3` flops.
 * A singular matrix is factored too; {@link luSolve} refuses it.
 * @throws {LinalgError} `not-square`, `non-finite`
 */
export function lu(a: Matrix): LuFactorization {
  const n = orderOf(a, 'lu');
  expectFinite(a, 'lu');
  const permutation = Int32Array.from({ length: n }, (_, i) => i);
  let swaps = 0;
  return inWorkspace(precisionOf(a), { blocks: [[n, n]] }, (workspace) => {
    const { kernels } = workspace;
    const block = workspace.load(a);
    const { offset, stride } = block;
    for (let first = 0; first < n; first += panelColumns) {
      const count = Math.min(panelColumns, n - first);
      swaps += eliminatePanel(workspace, n, block, first, count, permutation);
      const rest = n - first - count;
      const right = offset + first * stride + first + count;
      // U₁₂ = L₁₁⁻¹·A₁₂, row by row, then A₂₂ ← A₂₂ − L₂₁·U₁₂.
      for (let r = 1; r < count; r++) {
        kernels.addRows(r, rest, -1, offset + (first + r) * stride + first, right, stride, right + r * stride);
      }
      const below = offset + (first + count) * stride + first;
      kernels.multiply(0, 0, rest, rest, count, -1, below, stride, right, stride, 1, below + count, stride, 0);
    }
    return { factors: workspace.read(block, n, n), permutation, sign: swaps % 2 === 0 ? 1 : -1 };
  });
}

/** Eliminates columns `first` to `first + count` with pivots from all rows below; returns the number of swaps. */
function eliminatePanel(
  { values }: Workspace,
  n: number,
  { offset, stride }: Block,
  first: number,
  count: number,
  permutation: Int32Array,
): number {
  let swaps = 0;
  for (let k = first; k < first + count; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(values[offset + i * stride + k]!) > Math.abs(values[offset + pivot * stride + k]!)) pivot = i;
    }
    if (pivot !== k) {
      swapRows(values, n, offset + k * stride, offset + pivot * stride);
      [permutation[k], permutation[pivot]] = [permutation[pivot]!, permutation[k]!];
      swaps++;
    }
    const row = offset + k * stride;
    const head = values[row + k]!;
    if (head === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const target = offset + i * stride;
      const factor = values[target + k]! / head;
      values[target + k] = factor;
      for (let j = k + 1; j < first + count; j++) values[target + j] = values[target + j]! - factor * values[row + j]!;
    }
  }
  return swaps;
}

function swapRows(values: Workspace['values'], n: number, x: number, y: number): void {
  for (let j = 0; j < n; j++) {
    const value = values[x + j]!;
    values[x + j] = values[y + j]!;
    values[y + j] = value;
  }
}

/**
 * The solution `X` of `A·X = B` from {@link lu}.
 * @throws {LinalgError} `singular` with `index` of the zero pivot; `shape`, `invalid-argument`, `non-finite`
 */
export function luSolve({ factors, permutation }: LuFactorization, b: Matrix): Matrix {
  const n = factors.rows;
  const precision = expectSamePrecision(factors, b, 'luSolve');
  expectFinite(b, 'luSolve');
  if (b.rows !== n) throw new LinalgError('shape', `luSolve: expected a right-hand side of ${n} rows, got ${b.rows}`);
  const permuted = zeros(b.data.length, precision);
  permutation.forEach((from, i) => permuted.set(b.data.subarray(from * b.columns, (from + 1) * b.columns), i * b.columns));
  const halfway = solveTriangular(factors, matrix(n, b.columns, permuted), { triangle: 'lower', unitDiagonal: true });
  return solveTriangular(factors, halfway, { triangle: 'upper' });
}

/** The solution of `A·X = B` by LU factorization; throws like {@link lu} and {@link luSolve}. */
export const solve = (a: Matrix, b: Matrix): Matrix => luSolve(lu(a), b);

/** The determinant of `A`, the product of the pivots; throws like {@link lu}. */
export function determinant(a: Matrix): number {
  const { factors, sign } = lu(a);
  let product: number = sign;
  for (let i = 0; i < a.rows; i++) product *= factors.data[i * a.rows + i]!;
  return product;
}

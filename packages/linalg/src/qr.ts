import { expectFinite, type Matrix, precisionOf, zeros } from './matrix.js';
import {
  applyReflectors,
  formTriangle,
  makeReflector,
  reflectorBlock,
  reflectorNeed,
  type ReflectorScratch,
  takeReflectorScratch,
} from './reflectors.js';
import { type Block, inWorkspace, type Workspace } from './workspace.js';

/** Options of {@link qr}. */
export interface QrOptions {
  /** Makes the diagonal of `R` nonnegative, which makes the factorization of a matrix of full rank unique; default false. */
  readonly positiveDiagonal?: boolean;
}

/** `A = Q·R` of an m × n matrix with `k = min(m, n)`. */
export interface QrFactorization {
  /** m × k, orthonormal columns. */
  readonly q: Matrix;
  /** k × n, upper trapezoidal. */
  readonly r: Matrix;
}

/**
 * Thin QR factorization by Householder reflectors in blocks (Golub and Van Loan, section 5.2.3); `4mn² − 4n³/3` flops for
 * both factors where m ≥ n. `‖QᵀQ − I‖` and `‖A − QR‖/‖A‖` are small multiples of `n·eps`, whatever the rank of `A`.
 * @throws {LinalgError} `non-finite`
 */
export function qr(a: Matrix, { positiveDiagonal = false }: QrOptions = {}): QrFactorization {
  expectFinite(a, 'qr');
  const { rows: m, columns: n } = a;
  const k = Math.min(m, n);
  const need = { blocks: [[n, m] as const, [k, m] as const, ...reflectorNeed(n, m), [m, k] as const, [m, n] as const], scalars: k + m + n };
  return inWorkspace(precisionOf(a), need, (workspace) => {
    // The columns of A and of Q are kept as rows, so that reflectors are contiguous.
    const columns = transposedInto(workspace, workspace.load(a), m, n, workspace.takeBlock(n, m));
    const scratch = takeReflectorScratch(workspace, n, m);
    const factors = workspace.takeDoubles(k);
    const diagonal = reduceColumns(workspace, columns, m, n, factors, scratch);
    const r = upperTriangle(workspace, columns, k, n, diagonal);
    const unit = workspace.takeBlock(k, m);
    formColumns(workspace, columns, m, k, factors, scratch, unit);
    const q = workspace.read(transposedInto(workspace, unit, k, m, workspace.takeBlock(m, k)), m, k);
    if (positiveDiagonal) flipNegative(q, r);
    return { q, r };
  });
}

/** The orthogonal factor of a QR factorization in compact form, `Q = I − V·T·Vᵀ`. */
export interface HouseholderFactorization {
  /** `V`, m × k with `k = min(m, n)`: lower trapezoidal with ones on the diagonal. */
  readonly vectors: Matrix;
  /** `T`, k × k, upper triangular. */
  readonly triangle: Matrix;
  /** k × n, upper trapezoidal. */
  readonly r: Matrix;
}

/**
 * `A = (I − V·T·Vᵀ)·[R; 0]` of an m × n matrix: what {@link qr} forms `Q` from, for those who apply it to matrices elsewhere;
 * `2mn² − 2n³/3` flops where m ≥ n, and as many again at most for `T`.
 * @throws {LinalgError} `non-finite`
 */
export function householder(a: Matrix): HouseholderFactorization {
  expectFinite(a, 'householder');
  const { rows: m, columns: n } = a;
  const k = Math.min(m, n);
  const need = { blocks: [[m, n] as const, [n, m] as const, ...reflectorNeed(n, m), [k, k] as const, [m, k] as const], scalars: k + m + n };
  return inWorkspace(precisionOf(a), need, (workspace) => {
    const columns = transposedInto(workspace, workspace.load(a), m, n, workspace.takeBlock(n, m));
    const factors = workspace.takeDoubles(k);
    const scratch = takeReflectorScratch(workspace, n, m);
    const diagonal = reduceColumns(workspace, columns, m, n, factors, scratch);
    const r = upperTriangle(workspace, columns, k, n, diagonal);
    for (let j = 0; j < k; j++) workspace.values.fill(0, columns.offset + j * columns.stride, columns.offset + j * columns.stride + j);
    const triangle = workspace.takeBlock(k, k);
    formTriangle(workspace, columns, triangle, scratch.products, k, m, factors);
    const vectors = transposedInto(workspace, columns, k, m, workspace.takeBlock(m, k));
    return { vectors: workspace.read(vectors, m, k), triangle: workspace.read(triangle, k, k), r };
  });
}

function transposedInto(workspace: Workspace, from: Block, rows: number, columns: number, to: Block): Block {
  const order = workspace.takeIntegers(rows);
  for (let i = 0; i < rows; i++) workspace.integers[order + i] = i;
  workspace.kernels.transposeRows(rows, columns, order, from.offset, from.stride, to.offset, to.stride);
  return to;
}

/** Reduces the columns, kept as `n` rows of length `m`, in place; returns the diagonal of `R`. */
function reduceColumns(
  workspace: Workspace,
  columns: Block,
  m: number,
  n: number,
  factors: number,
  scratch: ReflectorScratch,
): Float64Array {
  const { kernels, values, doubles } = workspace;
  const k = Math.min(m, n);
  const diagonal = new Float64Array(k);
  for (let first = 0; first < k; first += reflectorBlock) {
    const count = Math.min(reflectorBlock, k - first);
    for (let j = first; j < first + count; j++) {
      const row = columns.offset + j * columns.stride;
      const { factor, value } = makeReflector(workspace, row + j, row + j + 1, m - j - 1);
      diagonal[j] = value;
      doubles[factors + j] = factor;
      for (let other = j + 1; other < first + count; other++) {
        const target = columns.offset + other * columns.stride + j;
        const projection = factor * kernels.dot(m - j, target, row + j);
        values[scratch.products.offset] = projection;
        kernels.addRows(1, m - j, -1, scratch.products.offset, row + j, columns.stride, target);
      }
    }
    const rest = n - first - count;
    if (rest === 0) continue;
    loadReflectors(workspace, columns, m, first, count, scratch);
    const target = { offset: columns.offset + (first + count) * columns.stride + first, stride: columns.stride };
    applyReflectors(workspace, scratch, count, m - first, factors + first, target, rest, false);
  }
  return diagonal;
}

/** Copies reflectors `first` to `first + count` to the scratch, from component `first` on, zero before their own. */
function loadReflectors(
  { values }: Workspace,
  columns: Block,
  m: number,
  first: number,
  count: number,
  { vectors }: ReflectorScratch,
): void {
  for (let r = 0; r < count; r++) {
    const to = vectors.offset + r * vectors.stride;
    const from = columns.offset + (first + r) * columns.stride + first;
    values.fill(0, to, to + r);
    values.copyWithin(to + r, from + r, from + m - first);
  }
}

function upperTriangle({ values, precision }: Workspace, columns: Block, k: number, n: number, diagonal: Float64Array): Matrix {
  const data = zeros(k * n, precision);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < Math.min(j, k); i++) data[i * n + j] = values[columns.offset + j * columns.stride + i]!;
    if (j < k) data[j * n + j] = diagonal[j]!;
  }
  return { rows: k, columns: n, data };
}

/** The columns of `Q`, as rows: unit vectors times the reflectors, last first. */
function formColumns(
  workspace: Workspace,
  columns: Block,
  m: number,
  k: number,
  factors: number,
  scratch: ReflectorScratch,
  unit: Block,
): void {
  workspace.clear(unit, k, m);
  if (k === 0) return;
  for (let i = 0; i < k; i++) workspace.values[unit.offset + i * unit.stride + i] = 1;
  const last = Math.floor((k - 1) / reflectorBlock) * reflectorBlock;
  for (let first = last; first >= 0; first -= reflectorBlock) {
    const count = Math.min(reflectorBlock, k - first);
    loadReflectors(workspace, columns, m, first, count, scratch);
    // Unit vectors before `first` are not touched by these reflectors.
    const target = { offset: unit.offset + first * unit.stride + first, stride: unit.stride };
    applyReflectors(workspace, scratch, count, m - first, factors + first, target, k - first, true);
  }
}

function flipNegative(q: Matrix, r: Matrix): void {
  for (let i = 0; i < r.rows; i++) {
    if (r.data[i * r.columns + i]! >= 0) continue;
    for (let j = i; j < r.columns; j++) r.data[i * r.columns + j] = -r.data[i * r.columns + j]!;
    for (let row = 0; row < q.rows; row++) q.data[row * q.columns + i] = -q.data[row * q.columns + i]!;
  }
}

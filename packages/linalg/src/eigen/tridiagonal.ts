import { applyReflectors, makeReflector, reflectorBlock, reflectorNeed, type ReflectorScratch } from '../reflectors.js';
import type { Block, Need, Workspace } from '../workspace.js';

/** Rows reduced between two updates of the remaining matrix. */
const panelRows = 32;

/** A symmetric tridiagonal matrix similar to the one reduced; offsets of float64 elements. */
export interface Tridiagonal {
  readonly order: number;
  /** Diagonal, `order` elements. */
  readonly diagonal: number;
  /** Element i couples i and i + 1; `order` elements, the last unused. */
  readonly coupling: number;
  /** Factor of the reflector kept in row i of the reduced block, `order` elements. */
  readonly factors: number;
}

/** Blocks that {@link tridiagonalize} takes beside the matrix. */
export function tridiagonalNeed(n: number): NonNullable<Need['blocks']> {
  return [
    [2 * panelRows, n],
    [2 * panelRows, n],
    [1, 2 * panelRows],
    [1, 2 * panelRows],
    [1, n],
  ];
}

/**
 * Householder reduction to tridiagonal form from the last row upwards; of the matrix only the lower triangle is read and
 * overwritten. Row i keeps the vector of its reflector, which acts on the components before i. Half the `4n³/3` flops are
 * symmetric matrix–vector products, half rank-`2·panelRows` updates of one triangle (Golub and Van Loan, section 8.3.1;
 * Dongarra, Sorensen and Hammarling, J. Comput. Appl. Math. 27, 1989). Small elements at the top of a graded
 * matrix keep most of their digits.
 */
export function tridiagonalize(workspace: Workspace, n: number, { offset: a, stride }: Block): Tridiagonal {
  const { kernels, values, doubles } = workspace;
  const diagonal = workspace.takeDoubles(n);
  const coupling = workspace.takeDoubles(n);
  const factors = workspace.takeDoubles(n);
  // Rows V₀, W₀, V₁, W₁, … and W₀, V₀, W₁, V₁, …: the rank-two updates A − Σ VₚᵀWₚ + WₚᵀVₚ are products of the two.
  const left = workspace.takeBlock(2 * panelRows, n);
  const right = workspace.takeBlock(2 * panelRows, n);
  const coefficients = workspace.takeBlock(1, 2 * panelRows).offset;
  const dots = workspace.takeBlock(1, 2 * panelRows).offset;
  const product = workspace.takeBlock(1, n).offset;

  let high = n;
  while (high > 1) {
    const low = Math.max(1, high - panelRows);
    for (let i = high - 1, p = 0; i >= low; i--, p++) {
      const row = a + i * stride;
      for (let r = 0; r < 2 * p; r++) values[coefficients + r] = values[left.offset + r * left.stride + i]!;
      kernels.addRows(2 * p, i + 1, -1, coefficients, right.offset, right.stride, row);
      doubles[diagonal + i] = values[row + i]!;
      const { factor, value } = makeReflector(workspace, row + i - 1, row, i - 1);
      doubles[coupling + i - 1] = value;
      doubles[factors + i] = factor;
      // w = factor·(A − updates)·v, then made orthogonal to v as far as the symmetric update needs.
      kernels.symmetricTimesVector(i, a, stride, row, product);
      kernels.rowDots(2 * p, i, right.offset, right.stride, row, dots);
      kernels.addRows(2 * p, i, -1, dots, left.offset, left.stride, product);
      const correction = -0.5 * factor * factor * kernels.dot(i, product, row);
      const v = left.offset + 2 * p * left.stride;
      const w = v + left.stride;
      values.copyWithin(v, row, row + i);
      for (let j = 0; j < i; j++) values[w + j] = factor * values[product + j]! + correction * values[row + j]!;
      const mirrored = right.offset + 2 * p * right.stride;
      values.copyWithin(mirrored, w, w + i);
      values.copyWithin(mirrored + right.stride, v, v + i);
    }
    const rank = 2 * (high - low);
    kernels.multiply(1, 0, low, low, rank, -1, left.offset, left.stride, right.offset, right.stride, 1, a, stride, 1);
    high = low;
  }
  if (n > 0) doubles[diagonal] = values[a]!;
  return { order: n, diagonal, coupling, factors };
}

/** Blocks of the scratch of {@link backTransform}. */
export const backTransformNeed = reflectorNeed;

/**
 * Takes `m` rows, eigenvectors of the tridiagonal matrix, to those of the matrix it was reduced from; `2·m·n²` flops.
 */
export function backTransform(
  workspace: Workspace,
  { order: n, factors }: Tridiagonal,
  { offset: a, stride }: Block,
  scratch: ReflectorScratch,
  rows: Block,
  m: number,
): void {
  const { values } = workspace;
  const { vectors } = scratch;
  for (let first = 1; first < n; first += reflectorBlock) {
    const count = Math.min(reflectorBlock, n - first);
    const length = first + count - 1;
    for (let r = 0; r < count; r++) {
      const to = vectors.offset + r * vectors.stride;
      const from = a + (first + r) * stride;
      values.copyWithin(to, from, from + first + r);
      values.fill(0, to + first + r, to + length);
    }
    applyReflectors(workspace, scratch, count, length, factors + first, rows, m, false);
  }
}

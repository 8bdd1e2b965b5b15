import type { Block, Need, Workspace } from './workspace.js';

/** Reflectors that are applied together. */
export const reflectorBlock = 32;

/** A Householder reflector `I − factor·v·vᵀ` that sends a vector to a multiple of a unit vector. */
export interface Reflector {
  readonly factor: number;
  /** What is left of the vector. */
  readonly value: number;
}

/**
 * Turns a vector into the reflector that leaves only its element `pivot`: on return the vector holds `v`, with one at
 * `pivot`. `rest` and `length` delimit the other elements. Golub and Van Loan, Matrix Computations, 4th ed., algorithm 5.1.1.
 */
export function makeReflector({ kernels, values }: Workspace, pivot: number, rest: number, length: number): Reflector {
  const head = values[pivot]!;
  const tail = Math.sqrt(kernels.dot(length, rest, rest));
  values[pivot] = 1;
  if (tail === 0) return { factor: 0, value: head };
  const norm = Math.hypot(head, tail);
  const value = head > 0 ? -norm : norm;
  const scale = 1 / (head - value);
  for (let i = rest; i < rest + length; i++) values[i] = values[i]! * scale;
  return { factor: (value - head) / value, value };
}

/** Space to apply blocks of reflectors to `m` rows of length `n`. */
export interface ReflectorScratch {
  readonly vectors: Block;
  readonly triangle: Block;
  readonly products: Block;
  readonly triangleProducts: Block;
}

/** What {@link takeReflectorScratch} takes. */
export function reflectorNeed(m: number, n: number): NonNullable<Need['blocks']> {
  const size = reflectorBlock;
  return [
    [size, n],
    [size, size],
    [m, size],
    [m, size],
  ];
}

/** Takes the space for {@link applyReflectors} to at most `m` rows of length at most `n`. */
export function takeReflectorScratch(workspace: Workspace, m: number, n: number): ReflectorScratch {
  const size = reflectorBlock;
  return {
    vectors: workspace.takeBlock(size, n),
    triangle: workspace.takeBlock(size, size),
    products: workspace.takeBlock(m, size),
    triangleProducts: workspace.takeBlock(m, size),
  };
}

/**
 * The upper triangular `T` of the compact form `H₁·H₂···H_k = I − VᵀTV`, the `vᵢ` being the first `count` rows of `vectors`, of
 * length `n`; zero below the diagonal (Schreiber and Van Loan, SIAM J. Sci. Stat. Comput. 10(1), 1989). Blocks of columns beyond
 * the first follow by `T₁₂ = −T₁₁·(V₁V₂ᵀ)·T₂₂`, with `scratch` of count × `reflectorBlock`.
 */
export function formTriangle(
  workspace: Pick<Workspace, 'kernels' | 'values' | 'doubles'>,
  vectors: Block,
  triangle: Block,
  scratch: Block,
  count: number,
  n: number,
  factors: number,
): void {
  const { kernels, values } = workspace;
  const { offset: t, stride } = triangle;
  const v = vectors.offset;
  kernels.multiply(0, 1, count, count, n, 1, v, vectors.stride, v, vectors.stride, 0, t, stride, 0);
  for (let first = 0; first < count; first += reflectorBlock) {
    const width = Math.min(reflectorBlock, count - first);
    const corner = t + first * stride + first;
    formDiagonalTriangle(workspace, corner, stride, width, factors + first);
    for (let i = first; i < first + width; i++) values.fill(0, t + i * stride, t + i * stride + first);
    if (first === 0) continue;
    const above = t + first;
    kernels.multiply(0, 0, first, width, width, 1, above, stride, corner, stride, 0, scratch.offset, scratch.stride, 0);
    kernels.multiply(0, 0, first, width, first, -1, t, stride, scratch.offset, scratch.stride, 0, above, stride, 0);
  }
}

/** Column by column, in place of the products of the vectors; zeros below the diagonal. */
function formDiagonalTriangle(
  { values, doubles }: Pick<Workspace, 'values' | 'doubles'>,
  t: number,
  stride: number,
  count: number,
  factors: number,
): void {
  const column = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    const factor = doubles[factors + j]!;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let l = i; l < j; l++) sum += values[t + i * stride + l]! * values[t + l * stride + j]!;
      column[i] = -factor * sum;
    }
    for (let i = 0; i < j; i++) values[t + i * stride + j] = column[i]!;
    values[t + j * stride + j] = factor;
    values.fill(0, t + j * stride, t + j * stride + j);
  }
}

/**
 * Multiplies rows from the right by `H₁·H₂···H_k` (`reverse`: by `H_k···H₁`), `H_i = I − factorᵢ·vᵢvᵢᵀ`, the `vᵢ` being
 * the first `count` rows of `scratch.vectors`, of length `n`, in their compact form; `4·m·n·count` flops.
 */
export function applyReflectors(
  { kernels, values, doubles }: Workspace,
  { vectors, triangle, products, triangleProducts }: ReflectorScratch,
  count: number,
  n: number,
  factors: number,
  rows: Block,
  m: number,
  reverse: boolean,
): void {
  formTriangle({ kernels, values, doubles }, vectors, triangle, triangleProducts, count, n, factors);
  const v = vectors.offset;
  const t = triangle.offset;
  const p = products.offset;
  const q = triangleProducts.offset;
  kernels.multiply(0, 1, m, count, n, 1, rows.offset, rows.stride, v, vectors.stride, 0, p, products.stride, 0);
  kernels.multiply(0, Number(reverse), m, count, count, 1, p, products.stride, t, triangle.stride, 0, q, triangleProducts.stride, 0);
  kernels.multiply(0, 0, m, n, count, -1, q, triangleProducts.stride, v, vectors.stride, 1, rows.offset, rows.stride, 0);
}

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
 * Multiplies rows from the right by `H₁·H₂···H_k` (`reverse`: by `H_k···H₁`), `H_i = I − factorᵢ·vᵢvᵢᵀ`, the `vᵢ` being
 * the first `count` rows of `scratch.vectors`, of length `n`. In the compact form `I − VᵀTV` with `T` upper triangular
 * (Schreiber and Van Loan, SIAM J. Sci. Stat. Comput. 10(1), 1989); `4·m·n·count` flops.
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
  const v = vectors.offset;
  const t = triangle.offset;
  kernels.multiply(0, 1, count, count, n, 1, v, vectors.stride, v, vectors.stride, 0, t, triangle.stride, 0);
  const column = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    const factor = doubles[factors + j]!;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let l = i; l < j; l++) sum += values[t + i * triangle.stride + l]! * values[t + l * triangle.stride + j]!;
      column[i] = -factor * sum;
    }
    for (let i = 0; i < j; i++) values[t + i * triangle.stride + j] = column[i]!;
    values[t + j * triangle.stride + j] = factor;
  }
  for (let i = 1; i < count; i++) values.fill(0, t + i * triangle.stride, t + i * triangle.stride + i);
  const p = products.offset;
  const q = triangleProducts.offset;
  kernels.multiply(0, 1, m, count, n, 1, rows.offset, rows.stride, v, vectors.stride, 0, p, products.stride, 0);
  kernels.multiply(0, Number(reverse), m, count, count, 1, p, products.stride, t, triangle.stride, 0, q, triangleProducts.stride, 0);
  kernels.multiply(0, 0, m, n, count, -1, q, triangleProducts.stride, v, vectors.stride, 1, rows.offset, rows.stride, 0);
}

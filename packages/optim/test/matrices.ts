/* Small matrices as arrays of rows, by plain loops: what optimizers are checked against. */

type Rows = readonly (readonly number[])[];

export const transposed = (a: Rows): number[][] => a[0]!.map((_, j) => a.map((row) => row[j]!));

export const multiplied = (a: Rows, b: Rows): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));

/**
 * A^{−1/2} of a positive definite 2 × 2 matrix: A^{1/2} = (A + √det A·I)/t with t = √(tr A + 2√det A), by Cayley and
 * Hamilton, and its inverse.
 */
export function inverseRootOfTwo(a: Rows): number[][] {
  const [[p, q], [r, s]] = a as [[number, number], [number, number]];
  const root = Math.sqrt(p * s - q * r);
  const t = Math.sqrt(p + s + 2 * root);
  const factor = 1 / (t * root);
  return [
    [(s + root) * factor, -q * factor],
    [-r * factor, (p + root) * factor],
  ];
}

/** U·Vᵀ = (G·Gᵀ)^{−1/2}·G of a matrix G of two rows and rank 2. */
export const polarFactorOfTwo = (g: Rows): number[][] => multiplied(inverseRootOfTwo(multiplied(g, transposed(g))), g);

/** X ← a·X + b·(X·Xᵀ)·X + c·(X·Xᵀ)²·X from G/(‖G‖ + 1e-7), for a wide matrix. */
export function newtonSchulz(g: Rows, steps: number, [a, b, c]: readonly [number, number, number]): number[][] {
  const norm = Math.sqrt(g.flat().reduce((sum, x) => sum + x * x, 0)) + 1e-7;
  let x = g.map((row) => row.map((v) => v / norm));
  for (let step = 0; step < steps; step++) {
    const gram = multiplied(x, transposed(x));
    const once = multiplied(gram, x);
    const twice = multiplied(gram, once);
    x = x.map((row, i) => row.map((v, j) => a * v + b * once[i]![j]! + c * twice[i]![j]!));
  }
  return x;
}

/* Nodes and change of basis of the 15th-order Gauss–Radau scheme (Everhart 1985; Rein & Spiegel 2015, arXiv:1409.4779). */

/** Gauss–Radau nodes with 0, as fractions of a step. */
export const nodes: readonly number[] = [
  0, 0.056_262_560_536_922_15, 0.180_240_691_736_892_36, 0.352_624_717_113_169_6, 0.547_153_626_330_555_4, 0.734_210_177_215_410_5,
  0.885_320_946_839_095_8, 0.977_520_613_561_287_5,
];

/** Terms after the constant one: a(h) = a_0 + Σ_k b_k·h^{k+1}, k = 0 … 6. */
export const terms = 7;

/** 1/(h_n − h_k) at [n][k], for the divided differences. */
export const inverseDifferences: readonly (readonly number[])[] = nodes.map((node, n) =>
  nodes.slice(0, n).map((other) => 1 / (node - other)),
);

/**
 * Monomial coefficients of the Newton basis: h(h − h_1)…(h − h_j) = Σ_k c[j][k]·h^{k+1}. A change δ of g_j changes b_k by
 * c[j][k]·δ.
 */
export const monomialOfNewton: readonly (readonly number[])[] = tabulate((j, k, table) => {
  if (k === 0) return -nodes[j]! * table[j - 1]![0]!;
  return table[j - 1]![k - 1]! - nodes[j]! * table[j - 1]![k]!;
});

/** The inverse: h^{j+1} = Σ_k d[j][k]·h(h − h_1)…(h − h_k), so g_k = b_k + Σ_{j>k} d[j][k]·b_j. */
export const newtonOfMonomial: readonly (readonly number[])[] = tabulate((j, k, table) => {
  if (k === 0) return nodes[1]! * table[j - 1]![0]!;
  return table[j - 1]![k - 1]! + nodes[k + 1]! * table[j - 1]![k]!;
});

/** Binomial coefficients C(j + 1, k + 1) at [j][k], which move a polynomial's origin from 0 to 1. */
export const shiftToEnd: readonly (readonly number[])[] = Array.from({ length: terms }, (_, j) =>
  Array.from({ length: j + 1 }, (_, k) => binomial(j + 1, k + 1)),
);

function tabulate(entry: (j: number, k: number, table: number[][]) => number): number[][] {
  const table: number[][] = [];
  for (let j = 0; j < terms; j++) {
    table.push([]);
    for (let k = 0; k < j; k++) table[j]!.push(entry(j, k, table));
    table[j]!.push(1);
  }
  return table;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

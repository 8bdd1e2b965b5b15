import { matrix, type Matrix, symmetricEigen, symmetricRankUpdate, svd } from '@sardonyx/linalg';

export type { Matrix };

/** The singular values of `[G₁ … G_t]`, the roots of the eigenvalues of `Σ GGᵀ`; from the factor while it is small. */
export function singularValuesOf(gradients: readonly Matrix[]): number[] {
  const { rows, columns } = gradients[0]!;
  const width = gradients.length * columns;
  if (width <= 4 * rows) {
    const beside = matrix(rows, width);
    gradients.forEach(({ data }, t) => {
      for (let i = 0; i < rows; i++) beside.data.set(data.subarray(i * columns, (i + 1) * columns), i * width + t * columns);
    });
    return Array.from(svd(beside).values);
  }
  let sum = matrix(rows, rows);
  for (const gradient of gradients) sum = symmetricRankUpdate(gradient, sum);
  return Array.from(symmetricEigen(sum, { vectors: false }).values, (value) => Math.sqrt(Math.max(0, value)));
}

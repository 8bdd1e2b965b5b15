import { type Matrix, matrix, svd } from '@sardonyx/linalg';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { maximumOf } from '../reductions.js';
import { diagonalSet, fullSet, leftSet, scalarSet } from '../sets/standard-sets.js';
import { diagonalSmoothness } from '../smoothness/diagonal-smoothness.js';
import { euclideanNorm } from '../norms.js';
import { symmetricEigen, trace } from '@sardonyx/linalg';

/** A loss `½⟨H, (X − X*)(X − X*)ᵀ⟩` with `Tr H ≤ 1` and `‖X*‖_op ≤ 1`. */
export interface WorstCase {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly hessian: Matrix;
  readonly star: Matrix;
}

/** The methods of the table, in its order, with the set each uses on a rows × columns matrix. */
export const ratedSets = {
  'AdaGrad-Norm': (rows: number, columns: number) => scalarSet(rows * columns),
  AdaGrad: (rows: number, columns: number) => diagonalSet(rows * columns),
  'full-matrix': (rows: number, columns: number) => fullSet(rows * columns),
  'one-sided Shampoo': leftSet,
} satisfies Record<string, (rows: number, columns: number) => PreconditionerSet>;
export type RatedMethod = keyof typeof ratedSets;
export const ratedMethods = Object.keys(ratedSets) as RatedMethod[];

/**
 * `‖X*‖²·H(L, H)` for each method, the factor of its 1/T rate: `‖X*‖_F²·λ_max`, `‖X*‖_max²·dR·H(H, diag)`, `‖X*‖_F²·dR·Tr H`,
 * `‖X*‖_op²·Tr H`. The Hessian `H ⊗ I` repeats H on dR columns, which multiplies its diagonal smoothness by dR.
 */
export function rateFactors({ columns, hessian, star }: WorstCase): Record<RatedMethod, number> {
  const frobenius = euclideanNorm(star.data) ** 2;
  const largest = Math.max(...star.data.map(Math.abs)) ** 2;
  const operator = maximumOf(svd(star).values) ** 2;
  return {
    'AdaGrad-Norm': frobenius * symmetricEigen(hessian, { vectors: false }).values.at(-1)!,
    AdaGrad: largest * columns * diagonalSmoothness(hessian, 1e-9).upper,
    'full-matrix': frobenius * columns * trace(hessian),
    'one-sided Shampoo': operator * trace(hessian),
  };
}

/** The most each factor can be: `min(dL, dR)`, `dL·dR`, `min(dL, dR)·dR`, 1. */
export function largestFactors(rows: number, columns: number): Record<RatedMethod, number> {
  const rank = Math.min(rows, columns);
  return { 'AdaGrad-Norm': rank, AdaGrad: rows * columns, 'full-matrix': rank * columns, 'one-sided Shampoo': 1 };
}

/** The instances that reach them: each method at its worst. */
export function extremalInstances(rows: number, columns: number): (WorstCase & { readonly worstFor: readonly RatedMethod[] })[] {
  const corner = matrix(rows, rows);
  corner.data[0] = 1;
  const ones = matrix(rows, rows, new Float64Array(rows * rows).fill(1 / rows));
  const isometry = matrix(rows, columns);
  for (let i = 0; i < Math.min(rows, columns); i++) isometry.data[i * columns + i] = 1;
  const single = matrix(rows, columns);
  single.data[0] = 1;
  const shape = { rows, columns };
  return [
    {
      ...shape,
      name: 'H = e₁e₁ᵀ, X* an isometry',
      hessian: corner,
      star: isometry,
      worstFor: ['AdaGrad-Norm', 'full-matrix', 'one-sided Shampoo'],
    },
    { ...shape, name: 'H = 11ᵀ/dL, X* = e₁e₁ᵀ', hessian: ones, star: single, worstFor: ['AdaGrad', 'one-sided Shampoo'] },
  ];
}

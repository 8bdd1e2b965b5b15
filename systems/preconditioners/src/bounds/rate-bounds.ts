import { type Matrix, singularValuesOf } from './singular-values.js';
import { expectCount, PreconditionerError } from '../errors.js';

/** What the rate of the stochastic smooth convex case is made of. */
export interface StochasticRate {
  /** T. */
  readonly steps: number;
  /** `‖X‖_H`, the radius of the domain; the learning rate is `√2` times it. */
  readonly radius: number;
  /** `H(L, H)`. */
  readonly smoothness: number;
  /** `σ = Tr P_H(Σ)` of the covariance bound; 0 without noise. */
  readonly noise: number;
  readonly dimension: number;
  readonly epsilon?: number;
  /** β₂ of a weighted statistic; 1, the default, for a sum. */
  readonly beta2?: number;
}

/**
 * `E L(x̄) − L* ≤ (16/T)·‖X‖²·H + (4√2/√T)·‖X‖·σ + (4√2·d√ε/T)·‖X‖` (arXiv:2503.10537, rate for smooth stochastic convex losses), and its weighted form, in which
 * `T` becomes `Σ β₂^{(T−t)/2}` in the first two terms and `Σ β₂^{−t/2}` in the last.
 * @throws {PreconditionerError} `argument`
 */
export function stochasticRateBound({ steps, radius, smoothness, noise, dimension, epsilon = 0, beta2 = 1 }: StochasticRate): number {
  expectCount(steps, 'stochasticRateBound: steps');
  if (!(beta2 > 0 && beta2 <= 1))
    throw new PreconditionerError('argument', `stochasticRateBound: expected β₂ above 0 and up to 1, got ${beta2}`);
  let recent = 0;
  let early = 0;
  for (let t = 1; t <= steps; t++) {
    recent += beta2 ** ((steps - t) / 2);
    early += beta2 ** (-t / 2);
  }
  const first = (16 * radius ** 2 * smoothness) / recent;
  const second = (4 * Math.SQRT2 * radius * noise) / Math.sqrt(recent);
  return first + second + (4 * Math.SQRT2 * radius * dimension * Math.sqrt(epsilon)) / early;
}

/** One-sided Shampoo on `‖X‖_op ≤ radius`: `2√2·radius·(Tr[(Σ GGᵀ)^{1/2}] + (d/√dR)·√ε)`, with `η = √(2/dR)·radius`. */
export function oneSidedBound(radius: number, gradients: readonly Matrix[], epsilon = 0): number {
  const { rows, columns } = firstOf(gradients);
  const nuclear = singularValuesOf(gradients).reduce((sum, value) => sum + value, 0);
  return 2 * Math.SQRT2 * radius * (nuclear + rows * Math.sqrt(columns * epsilon));
}

/**
 * Two-sided Shampoo (Gupta, Koren and Singer, arXiv:1802.09568): `2√(2r)·‖X‖_F·Tr(L^{1/4})·Tr(R^{1/4})` at its best
 * learning rate, with `r` the largest rank of a gradient.
 * @param radius `‖X‖_F` of the domain
 */
export function twoSidedBound(radius: number, leftTrace: number, rightTrace: number, rank: number): number {
  return 2 * Math.sqrt(2 * rank) * radius * leftTrace * rightTrace;
}

function firstOf(gradients: readonly Matrix[]): Matrix {
  if (gradients[0] === undefined) throw new PreconditionerError('empty', 'bound: expected at least one gradient, got none');
  return gradients[0];
}

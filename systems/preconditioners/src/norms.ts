import { type Floats, type Matrix, symmetricEigen, symmetricRankUpdate } from '@sardonyx/linalg';
import { PreconditionerError } from './errors.js';
import { framesOf, type PreconditionerSet, type Summand } from './preconditioner-set.js';
import { SetStatistic, type StatisticForm } from './statistics/set-statistic.js';

/**
 * `‖x‖_H = sup √(xᵀHx)` over `H ∈ H`, `Tr H ≤ 1`. For an algebra it is `√λ_max(Proj_K(x·xᵀ))`: the projection is a member,
 * and so is the spectral projector onto its largest eigenvalue, divided by its trace, which attains the supremum.
 * @throws {PreconditionerError} `not-applicable` where the set is not well structured, `shape`
 */
export function setNorm(set: PreconditionerSet, x: Floats): number {
  expectWellStructured(set, 'setNorm');
  return framesOf(set, x).reduce((most, frame, i) => Math.max(most, frameNorm(set.summands[i]!, frame)), 0);
}

/** `‖·‖_H` of one summand. */
function frameNorm({ structure, multiplicity }: Summand, frame: Matrix): number {
  switch (structure.kind) {
    case 'diagonal': {
      let largest = 0;
      for (let i = 0; i < frame.rows; i++)
        largest = Math.max(largest, euclideanNorm(frame.data.subarray(i * frame.columns, (i + 1) * frame.columns)));
      return largest / Math.sqrt(multiplicity);
    }
    case 'symmetric':
      return (frame.columns === 1 ? euclideanNorm(frame.data) : Math.sqrt(largestEigenvalue(frame))) / Math.sqrt(multiplicity);
    default: {
      const projected = structure.kind === 'subspace' ? structure.project(symmetricRankUpdate(frame)) : symmetricRankUpdate(frame);
      return Math.sqrt(Math.max(0, symmetricEigen(projected, { vectors: false }).values.at(-1)!));
    }
  }
}

/** `λ_max(F·Fᵀ)`, through the smaller of the two Gram matrices; its root is accurate to eps, as is every largest singular value so found. */
function largestEigenvalue(frame: Matrix): number {
  const gram = symmetricRankUpdate(frame, undefined, { transpose: frame.columns < frame.rows });
  return Math.max(0, symmetricEigen(gram, { vectors: false }).values.at(-1)!);
}

/** `‖x‖₂`, scaled against overflow. */
export function euclideanNorm(x: Floats): number {
  let largest = 0;
  for (const value of x) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const value of x) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/**
 * `|||g_{1:t}|||_H = inf √⟨Σ g·gᵀ, H⁻¹⟩` over `H ∈ H`, `Tr H ≤ 1`, which is `Tr P_H(Σ g·gᵀ)`. For one gradient, the dual norm of
 * `‖·‖_H`. Uses the factor of gradients, not the sum of squares, unless `form` says `dense`.
 * @throws {PreconditionerError} `not-applicable`, `empty`, `shape`
 */
export function adaptiveGradientNorm(set: PreconditionerSet, gradients: readonly Floats[], form?: StatisticForm): number {
  expectWellStructured(set, 'adaptiveGradientNorm');
  if (gradients.length === 0) throw new PreconditionerError('empty', 'adaptiveGradientNorm: expected at least one gradient, got none');
  const factored = set.summands.every(({ structure }) => structure.kind === 'symmetric' || structure.kind === 'diagonal');
  const statistic = new SetStatistic(set, { form: form ?? (factored ? 'factor' : 'dense') });
  for (const gradient of gradients) statistic.add(gradient, 1, 1);
  return statistic.root().trace;
}

/** `sup ⟨g, x⟩` over `‖x‖_H ≤ 1`: the dual norm. */
export function dualNorm(set: PreconditionerSet, gradient: Floats): number {
  return adaptiveGradientNorm(set, [gradient]);
}

/**
 * The `x` with `‖x‖_H ≤ 1` and `⟨g, x⟩ = |||g|||_H`: normalised steepest descent in `‖·‖_H`. Sign (diagonal), `√d·g/‖g‖` (scalar),
 * `g/‖g‖` (full), `√dR` times the polar factor (one-sided): Muon as the memoryless member.
 */
export function steepestDirection(set: PreconditionerSet, gradient: Floats): Floats {
  expectWellStructured(set, 'steepestDirection');
  const factored = set.summands.every(({ structure }) => structure.kind === 'symmetric' || structure.kind === 'diagonal');
  const statistic = new SetStatistic(set, { form: factored ? 'factor' : 'dense' });
  statistic.add(gradient, 1, 1);
  return statistic.root().applyInverse(gradient);
}

/** Throws `not-applicable` unless the set is an algebra's. */
export function expectWellStructured(set: PreconditionerSet, operation: string): void {
  if (set.wellStructured) return;
  throw new PreconditionerError(
    'not-applicable',
    `${operation}: expected a well-structured set, got ${set.name}, which is not closed under products; bounds do not apply`,
  );
}

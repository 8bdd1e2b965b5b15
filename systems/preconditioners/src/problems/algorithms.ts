import type { Precision } from '@sardonyx/linalg';
import { AdaptiveMethod, type Accumulation } from '../adaptive-method.js';
import { PreconditionerError } from '../errors.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import type { RootOptions } from '../roots/root-options.js';
import { diagonalSet, fullSet, leftSet, scalarSet } from '../sets/standard-sets.js';
import type { StatisticForm } from '../statistics/set-statistic.js';
import { TwoSidedShampoo } from '../two-sided-shampoo.js';
import { type CenteredQuadratic, inEigenbasis, inGivenBasis, type MatrixQuadratic, reducedToRows } from './matrix-quadratic.js';

/** The methods compared on the matrix quadratic. */
export const algorithms = ['AdaGrad-Norm', 'AdaGrad', 'full-matrix', 'two-sided Shampoo', 'one-sided Shampoo'] as const;
export type Algorithm = (typeof algorithms)[number];

/**
 * How the experiment computes.
 *
 * - `accurate`: float64; full-matrix AdaGrad from the gradient factor; methods that commute with rotations in H's eigenbasis
 * - `paper`: float32 throughout, dense statistics, in the basis the problem was drawn in; the pseudo-inverse cuts eigenvalues at
 *   `d·eps` of the largest for full-matrix AdaGrad, and at `eps`, or another multiple of it, for Shampoo
 */
export type Regime = 'accurate' | 'paper';

/** How the statistic runs over gradients, and with it the average of iterates. */
export interface Memory {
  readonly accumulation: Exclude<Accumulation, 'ema'>;
  readonly beta2: number;
}

/** A problem and a method on it, ready to descend. */
export interface Contest {
  readonly problem: CenteredQuadratic;
  readonly method: { update(x: CenteredQuadratic['star'], gradient: CenteredQuadratic['star']): CenteredQuadratic['star'] };
}

/**
 * An algorithm at a learning rate, on the form of the problem that its regime asks for; one-sided Shampoo is plain, as published.
 * @param cut in the regime `paper`, eigenvalues up to this many units of rounding of the largest count as zero for Shampoo
 */
export function contestOf(
  quadratic: MatrixQuadratic,
  algorithm: Algorithm,
  learningRate: number,
  regime: Regime,
  memory: Memory,
  cut = 1,
): Contest {
  const { order } = quadratic;
  const precision: Precision = regime === 'paper' ? 'f32' : 'f64';
  const rootOf = (units: number): RootOptions => (regime === 'paper' ? { relativeTolerance: units * 2 ** -23 } : {});
  const rotated = regime === 'paper' ? inGivenBasis(quadratic, precision) : inEigenbasis(quadratic, precision);
  const adaptive = (set: PreconditionerSet, units = 1, form: StatisticForm = 'dense'): AdaptiveMethod =>
    new AdaptiveMethod({
      set,
      learningRate,
      precision,
      form,
      root: rootOf(units),
      normalize: 'plain',
      accumulation: memory.accumulation,
      ...(memory.accumulation === 'weighted' && { beta2: memory.beta2 }),
    });
  switch (algorithm) {
    case 'AdaGrad-Norm':
      return { problem: rotated, method: adaptive(scalarSet(order * order)) };
    case 'AdaGrad':
      return { problem: inGivenBasis(quadratic, precision), method: adaptive(diagonalSet(order * order)) };
    case 'full-matrix':
      return {
        problem: reducedToRows(quadratic, precision),
        method: adaptive(fullSet(order), order, regime === 'paper' ? 'dense' : 'factor'),
      };
    case 'one-sided Shampoo':
      return { problem: rotated, method: adaptive(leftSet(order, order), cut) };
    case 'two-sided Shampoo':
      return {
        problem: rotated,
        method: new TwoSidedShampoo({ rows: order, columns: order, learningRate, precision, root: rootOf(cut), decay: memory.beta2 }),
      };
    default:
      throw new PreconditionerError('argument', `algorithm: expected one of ${algorithms.join(', ')}, got "${String(algorithm)}"`);
  }
}

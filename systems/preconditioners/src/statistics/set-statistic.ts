import type { Floats, Matrix, Precision } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import { type Element, framesOf, type PreconditionerSet, type Summand } from '../preconditioner-set.js';
import { Preconditioner } from '../preconditioner.js';
import type { RootOptions } from '../roots/root-options.js';
import { DenseStatistic } from './dense-statistic.js';
import { DiagonalStatistic } from './diagonal-statistic.js';
import { FactorStatistic } from './factor-statistic.js';
import type { SummandStatistic } from './statistic.js';

/**
 * `theory`: `Proj_K(g·gᵀ)`, which averages over the `m` copies of a block; the meta-algorithm as the paper states it.
 * `plain`: the sum over the copies, as most software has it. With `plain`, `η = √m·η_theory` and `ε = m·ε_theory`.
 */
export type Normalization = 'theory' | 'plain';

/** `dense`: symmetric blocks as matrices. `factor`: as the factor `A` of `A·Aᵀ`, which keeps the condition number. */
export type StatisticForm = 'dense' | 'factor';

/** What a statistic starts from. */
export interface StatisticOptions {
  /** The ridge: `M₀ = ε·I`; default 0. */
  readonly epsilon?: number;
  readonly normalize?: Normalization;
  readonly form?: StatisticForm;
  /** Precision of the statistic; default `f64`. */
  readonly precision?: Precision;
}

/** `Proj_K` of a running weighted sum of `g·gᵀ`, summand by summand. */
export class SetStatistic {
  private readonly parts: readonly SummandStatistic[];
  private readonly normalize: Normalization;

  /** @throws {PreconditionerError} `argument` for ε < 0 or a form the set does not have, `too-large` */
  constructor(
    readonly set: PreconditionerSet,
    { epsilon = 0, normalize = 'theory', form = 'dense', precision = 'f64' }: StatisticOptions = {},
  ) {
    if (!(epsilon >= 0 && Number.isFinite(epsilon))) {
      throw new PreconditionerError('argument', `epsilon: expected a finite number of at least 0, got ${epsilon}`);
    }
    this.normalize = normalize;
    this.parts = set.summands.map((summand) => statisticOf(summand, epsilon, form, precision));
  }

  /** `M ← decay·M + weight·g·gᵀ`. @throws {PreconditionerError} `shape` */
  add(gradient: Floats, decay: number, weight: number): void {
    framesOf(this.set, gradient, 'gradient').forEach((frame, i) => {
      const share = this.normalize === 'theory' ? weight / frame.columns : weight;
      this.parts[i]!.add(frame, decay, share);
    });
  }

  /**
   * `P_H(scale·M)`.
   * @param start bases for `orthogonal-iteration`, one a summand
   * @throws {PreconditionerError} those of the root
   */
  root(options: RootOptions = {}, scale = 1, start: readonly (Matrix | undefined)[] = []): Preconditioner {
    const roots = this.parts.map((part, i) => part.root(options, scale, start[i]));
    return new Preconditioner(this.set, roots);
  }

  /** `Proj_K(M)`, block by block. */
  element(): Element {
    return this.parts.map((part) => part.matrix());
  }

  /** The multiple of the identity in the statistic. */
  get ridge(): number {
    return this.parts[0]!.ridge;
  }

  /** Copies of all arrays, by name. */
  state(): Record<string, Floats> {
    return Object.fromEntries(
      this.parts.flatMap((part, i) => Object.entries(part.arrays()).map(([name, array]) => [`${i}.${name}`, array.slice()])),
    );
  }

  /** @throws {PreconditionerError} `state` */
  restore(state: Readonly<Record<string, Floats>>): void {
    this.parts.forEach((part, i) => {
      const own = Object.entries(state).filter(([name]) => name.startsWith(`${i}.`));
      part.restore(Object.fromEntries(own.map(([name, array]) => [name.slice(`${i}.`.length), array])));
    });
  }
}

function statisticOf(summand: Summand, epsilon: number, form: StatisticForm, precision: Precision): SummandStatistic {
  const { order, multiplicity, structure } = summand;
  if (structure.kind === 'diagonal') return new DiagonalStatistic(order, multiplicity, epsilon, precision);
  if (form === 'dense') return new DenseStatistic(summand, epsilon, precision);
  if (structure.kind === 'symmetric') return new FactorStatistic(order, multiplicity, epsilon, precision);
  throw new PreconditionerError('argument', 'form: expected "dense" for a set given by a projection, got "factor"');
}

import type { Floats } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import { setNorm } from '../norms.js';
import type { Preconditioner } from '../preconditioner.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { addScaled } from '../reductions.js';
import { type Normalization, SetStatistic } from '../statistics/set-statistic.js';

/** Rounding that a ratio above one may be due to. */
export const ratioTolerance = 1e-9;

/** A bound beside what it bounds. */
export interface BoundReport {
  readonly name: string;
  /** The realised quantity. */
  readonly realised: number;
  readonly bound: number;
  /** `realised/bound`; above 1 a bug, or a loss that is not convex. */
  readonly ratio: number;
  /** Empty where the bound applies; otherwise why it does not. */
  readonly notApplicable: string;
}

/** Options of {@link RegretMeter}. */
export interface RegretMeterOptions {
  readonly set: PreconditionerSet;
  /** The comparator `x*`. */
  readonly star: Floats;
  readonly learningRate: number;
  readonly epsilon?: number;
  readonly normalize?: Normalization;
  /** β₂ of a weighted statistic; 1, the default, for a sum. An EMA is one with `ε/(1 − β₂)` and `η/√(1 − β₂)`. */
  readonly beta2?: number;
  readonly domainRadius?: number;
  readonly preconditionEvery?: number;
}

/** What a method did in one round. */
export interface Round {
  /** Iterate before the step. */
  readonly x: Floats;
  readonly gradient: Floats;
  /** `L_t(x_t)` and `L_t(x*)`. */
  readonly loss: number;
  readonly starLoss: number;
  /** `P_H(M_t)` of the step. */
  readonly preconditioner: Preconditioner;
  /** Iterate after the step. */
  readonly next: Floats;
}

/**
 * Regret beside its bounds (arXiv:2503.10537), for convex losses and the iterates of the meta-algorithm:
 * the master inequality, `(D²/(2η) + η)·(|||g|||_H + d√ε)` with `D = max ‖x_t − x*‖_H`, and `2√2·‖X‖_H·(…)` on a domain with
 * `η = √2·‖X‖_H`. Weighted statistics have `Σ β₂^{(T−t)/2}·(L_t(x_t) − L_t(x*))` in place of the regret.
 */
export class RegretMeter {
  private readonly statistic: SetStatistic;
  private readonly eta: number;
  private readonly epsilon: number;
  private readonly factor: number;
  private readonly obstacle: string;
  private regret = 0;
  private telescope = 0;
  private diameter = 0;
  private trace = 0;
  private rounds = 0;

  /** @throws {PreconditionerError} `outside-domain` for a comparator outside the domain, `argument` */
  constructor(private readonly options: RegretMeterOptions) {
    const { set, star, learningRate, epsilon = 0, beta2 = 1, domainRadius, normalize = 'theory' } = options;
    const multiplicities = new Set(set.summands.map(({ multiplicity }) => multiplicity));
    const copies = normalize === 'plain' ? set.summands[0]!.multiplicity : 1;
    this.factor = Math.sqrt(copies);
    this.eta = learningRate / this.factor;
    this.epsilon = epsilon / copies;
    this.obstacle = obstacleOf(options, normalize === 'plain' && multiplicities.size > 1);
    this.statistic = new SetStatistic(set);
    if (!(beta2 > 0 && beta2 <= 1)) throw new PreconditionerError('argument', `beta2: expected a number above 0 and up to 1, got ${beta2}`);
    if (domainRadius === undefined || !set.wellStructured) return;
    const norm = setNorm(set, star);
    if (norm > domainRadius * (1 + ratioTolerance)) {
      throw new PreconditionerError(
        'outside-domain',
        `bound: expected x* with ‖x*‖_H ≤ ${domainRadius}, got ${norm}; choose a comparator in the domain`,
        { norm },
      );
    }
  }

  observe({ x, gradient, loss, starLoss, preconditioner, next }: Round): void {
    const { set, star, beta2 = 1 } = this.options;
    this.rounds++;
    this.regret = Math.sqrt(beta2) * this.regret + loss - starLoss;
    if (this.obstacle !== '') return;
    const before = addScaled(x, star, -1);
    const after = addScaled(next, star, -1);
    this.telescope += (preconditioner.norm(before) ** 2 - preconditioner.norm(after) ** 2) / this.factor;
    this.diameter = Math.max(this.diameter, setNorm(set, before));
    this.trace = preconditioner.trace / this.factor;
    this.statistic.add(gradient, beta2, 1);
  }

  /** @throws {PreconditionerError} `empty` before the first round */
  report(): BoundReport[] {
    if (this.rounds === 0) throw new PreconditionerError('empty', 'bound: expected at least one round, got none');
    const { set, beta2 = 1, domainRadius } = this.options;
    if (this.obstacle !== '') return [{ name: 'regret', realised: this.regret, bound: NaN, ratio: NaN, notApplicable: this.obstacle }];
    const { eta, epsilon, regret, diameter, trace } = this;
    const d = set.dimension;
    const bounds: (readonly [name: string, bound: number])[] = [];
    if (beta2 === 1) {
      const size = this.statistic.root().trace + d * Math.sqrt(epsilon);
      bounds.push(['master inequality', eta * trace - (eta * d * Math.sqrt(epsilon)) / 2 + this.telescope / (2 * eta)]);
      bounds.push(['regret, measured diameter', ((diameter * diameter) / (2 * eta) + eta) * size]);
      if (domainRadius !== undefined && Math.abs(eta / (Math.SQRT2 * domainRadius) - 1) < ratioTolerance) {
        bounds.push(['regret, bounded domain', 2 * Math.SQRT2 * domainRadius * size]);
      }
    } else {
      bounds.push(['weighted regret, measured diameter', ((diameter * diameter) / (2 * eta) + eta) * trace]);
    }
    return bounds.map(([name, bound]) => ({ name, realised: regret, bound, ratio: regret / bound, notApplicable: '' }));
  }
}

function obstacleOf({ set, preconditionEvery = 1 }: RegretMeterOptions, mixed: boolean): string {
  if (!set.wellStructured) return 'not applicable (not well structured)';
  if (preconditionEvery > 1) return 'not applicable (stale root)';
  return mixed ? 'not applicable (plain normalisation of blocks with different multiplicities)' : '';
}

/** The reports whose ratio exceeds one beyond rounding: bugs, or losses that are not convex. */
export function violations(reports: readonly BoundReport[]): BoundReport[] {
  return reports.filter(
    ({ ratio, bound, realised, notApplicable }) => notApplicable === '' && ratio > 1 + ratioTolerance && realised - bound > ratioTolerance,
  );
}

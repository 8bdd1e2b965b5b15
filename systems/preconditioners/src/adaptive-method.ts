import type { Floats, Matrix } from '@sardonyx/linalg';
import { expectCount, expectPositive, PreconditionerError } from './errors.js';
import { expectFiniteGradient, type NonFinitePolicy } from './gradient-check.js';
import { setNorm } from './norms.js';
import type { Preconditioner } from './preconditioner.js';
import type { PreconditionerSet } from './preconditioner-set.js';
import { projectOntoBall } from './projections/ball-projection.js';
import { addScaled } from './reductions.js';
import type { RootOptions } from './roots/root-options.js';
import { SetStatistic, type StatisticOptions } from './statistics/set-statistic.js';

/**
 * How gradients enter the statistic (arXiv:2503.10537, Algorithms 1 to 3).
 *
 * - `cumulative`: `M ← M + g·gᵀ`
 * - `ema`: `M ← β₂·M + (1 − β₂)·g·gᵀ`
 * - `weighted`: `M ← β₂·M + g·gᵀ`
 */
export type Accumulation = 'cumulative' | 'ema' | 'weighted';

/** Options of {@link AdaptiveMethod}. */
export interface AdaptiveMethodOptions extends StatisticOptions {
  readonly set: PreconditionerSet;
  /** η, or η of a step counted from 1. */
  readonly learningRate: number | ((step: number) => number);
  /** Default `cumulative`. */
  readonly accumulation?: Accumulation;
  /** β₂ in (0, 1) for `ema`, in (0, 1] for `weighted`; not for `cumulative`. */
  readonly beta2?: number;
  /** Divides an `ema` statistic by `1 − β₂ᵗ`, as Adam does; default false, as in the paper. */
  readonly biasCorrection?: boolean;
  readonly root?: RootOptions;
  /** Steps between roots; default 1. Beyond 1 the root is stale, and no regret bound applies. */
  readonly preconditionEvery?: number;
  /** Radius of the domain `‖x‖_H ≤ radius` that iterates are projected onto; none without it. */
  readonly domainRadius?: number;
  /** Default `error`. */
  readonly nonFinite?: NonFinitePolicy;
  /** What the parameters are called in messages; default `x`. */
  readonly parameterName?: string;
}

/** What {@link AdaptiveMethod.state} returns; arrays beside a step count. */
export interface AdaptiveMethodState {
  readonly version: 1;
  readonly step: number;
  readonly arrays: Readonly<Record<string, Floats>>;
}

/**
 * The meta-algorithm: `M_t` of the gradients, `H_t = (1/η)·P_H(M_t)`, `x_{t+1} = Π(x_t − η·P_H(M_t)†·g_t)`. η enters after the
 * root, so that it may change between steps; with ε = 0 the pseudo-inverse extends the step by continuity.
 */
export class AdaptiveMethod {
  readonly set: PreconditionerSet;
  private readonly statistic: SetStatistic;
  private readonly decay: number;
  private readonly weight: number;
  private readonly every: number;
  private steps = 0;
  private current: Preconditioner | undefined;
  /** What the current root was made of, kept where a later step still needs that root. */
  private refreshed:
    | { readonly arrays: Readonly<Record<string, Floats>>; readonly step: number; readonly start: readonly (Matrix | undefined)[] }
    | undefined;

  /** @throws {PreconditionerError} `argument`, `too-large`, `pseudo-inverse-with-ridge` */
  constructor(private readonly options: AdaptiveMethodOptions) {
    const { set, learningRate, preconditionEvery = 1, domainRadius, epsilon = 0, root = {} } = options;
    this.set = set;
    this.statistic = new SetStatistic(set, options);
    [this.decay, this.weight] = weightsOf(options);
    if (typeof learningRate === 'number') expectPositive(learningRate, 'learningRate');
    expectCount(preconditionEvery, 'preconditionEvery');
    if (domainRadius !== undefined) expectPositive(domainRadius, 'domainRadius');
    if (root.smallEigenvalues === 'pseudo-inverse' && epsilon !== 0) {
      throw new PreconditionerError(
        'pseudo-inverse-with-ridge',
        `root: expected ε = 0 with the pseudo-inverse, got ε = ${epsilon}; leave one of them out`,
      );
    }
    this.every = preconditionEvery;
  }

  /** Steps taken. */
  get step(): number {
    return this.steps;
  }

  /** `P_H(M_t)` of the last root. @throws {PreconditionerError} `empty` before the first step */
  get preconditioner(): Preconditioner {
    if (this.current === undefined) throw new PreconditionerError('empty', 'preconditioner: expected a step before, none was taken');
    return this.current;
  }

  /** η of the next step. */
  get learningRate(): number {
    const { learningRate } = this.options;
    return typeof learningRate === 'number' ? learningRate : learningRate(this.steps + 1);
  }

  /**
   * One step.
   * @param x iterate, d elements, row-major where it is a matrix
   * @param gradient at `x`
   * @returns the next iterate, in the precision of `x`
   * @throws {PreconditionerError} `shape`, `non-finite`, `outside-domain`, `argument` for a scheduled η that is not positive, those of the root
   */
  update(x: Floats, gradient: Floats): Floats {
    const { parameterName = 'x', nonFinite = 'error', domainRadius } = this.options;
    this.expectShapes(x, gradient, parameterName);
    const usable = expectFiniteGradient(gradient, parameterName, this.steps + 1, nonFinite);
    if (usable === undefined) return x.slice();
    if (domainRadius !== undefined && this.steps === 0) expectInside(this.set, x, domainRadius, parameterName);
    const rate = this.learningRate;
    expectPositive(rate, `learning rate at step ${this.steps + 1}`);
    this.statistic.add(usable, this.decay, this.weight);
    if (this.steps % this.every === 0) this.refresh(this.steps + 1);
    this.steps++;
    const direction = this.current!.applyInverse(usable);
    const next = addScaled(x, direction, -rate);
    return domainRadius === undefined ? next : projectOntoBall(this.current!, next, domainRadius);
  }

  /** All that is needed to go on bit for bit. */
  state(): AdaptiveMethodState {
    const arrays: Record<string, Floats> = withPrefix('statistic.', this.statistic.state());
    if (this.refreshed !== undefined) {
      Object.assign(arrays, withPrefix('refreshed.', this.refreshed.arrays));
      arrays['refreshedStep'] = Float64Array.of(this.refreshed.step);
      this.refreshed.start.forEach((basis, i) => void (basis && (arrays[`start.${i}`] = basis.data.slice())));
    }
    return { version: 1, step: this.steps, arrays };
  }

  /** @throws {PreconditionerError} `state` for another version, set, form or precision */
  restore({ version, step, arrays }: AdaptiveMethodState): void {
    if (version !== 1) throw new PreconditionerError('state', `restore: expected a state of version 1, got ${String(version)}`);
    const refreshedStep = arrays['refreshedStep']?.[0];
    this.current = undefined;
    this.refreshed = undefined;
    if (refreshedStep !== undefined) {
      // The root in use is older than the statistic: it is made again from what it was made of.
      this.statistic.restore(underPrefix('refreshed.', arrays));
      const start = this.set.summands.map(({ order }, i) => {
        const data = arrays[`start.${i}`];
        return data && { rows: order, columns: order, data: data.slice() };
      });
      this.refresh(refreshedStep, start);
    }
    this.statistic.restore(underPrefix('statistic.', arrays));
    if (refreshedStep === undefined && step > 0) this.current = this.statistic.root(this.options.root, this.scaleAt(step));
    this.steps = step;
  }

  private refresh(step: number, given?: readonly (Matrix | undefined)[]): void {
    const { root = {} } = this.options;
    const warm = root.method === 'orthogonal-iteration';
    const start = given ?? (warm ? (this.current?.roots ?? []).map((part) => part.eigenpairs().vectors) : []);
    this.current = this.statistic.root(root, this.scaleAt(step), start);
    if (this.every > 1 || warm) this.refreshed = { arrays: this.statistic.state(), step, start };
  }

  private scaleAt(step: number): number {
    return this.options.biasCorrection ? 1 / (1 - this.decay ** step) : 1;
  }

  private expectShapes(x: Floats, gradient: Floats, name: string): void {
    for (const [what, array] of [
      ['parameter', x],
      ['gradient of', gradient],
    ] as const) {
      if (array.length === this.set.dimension) continue;
      throw new PreconditionerError(
        'shape',
        `step ${this.steps + 1}: expected the ${what} "${name}" with ${this.set.dimension} elements, got ${array.length}`,
        {
          expected: this.set.dimension,
          given: array.length,
          step: this.steps + 1,
        },
      );
    }
  }
}

/** Decay and weight of the statistic. */
function weightsOf({ accumulation = 'cumulative', beta2, biasCorrection = false }: AdaptiveMethodOptions): [number, number] {
  if (biasCorrection && accumulation !== 'ema') {
    throw new PreconditionerError(
      'argument',
      `biasCorrection: expected accumulation "ema", got "${accumulation}"; a sum has no bias to correct`,
    );
  }
  if (accumulation === 'cumulative') {
    if (beta2 === undefined || beta2 === 1) return [1, 1];
    throw new PreconditionerError('argument', `beta2: expected none with accumulation "cumulative", got ${beta2}; use "ema" or "weighted"`);
  }
  const largest = accumulation === 'ema' ? 'below 1' : 'up to 1';
  if (beta2 === undefined || !(beta2 > 0 && beta2 <= 1) || (accumulation === 'ema' && beta2 === 1)) {
    throw new PreconditionerError(
      'argument',
      `beta2: expected a number above 0 and ${largest} with accumulation "${accumulation}", got ${beta2}`,
    );
  }
  return [beta2, accumulation === 'ema' ? 1 - beta2 : 1];
}

function expectInside(set: PreconditionerSet, x: Floats, radius: number, name: string): void {
  const norm = setNorm(set, x);
  // Room for the rounding of a start that was itself projected.
  if (norm <= radius * (1 + 1e-9)) return;
  throw new PreconditionerError(
    'outside-domain',
    `step 1: expected "${name}" with ‖x‖_H ≤ ${radius}, got ${norm}; project the starting point`,
    { norm, radius },
  );
}

function withPrefix(prefix: string, arrays: Readonly<Record<string, Floats>>): Record<string, Floats> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [prefix + name, array]));
}

function underPrefix(prefix: string, arrays: Readonly<Record<string, Floats>>): Record<string, Floats> {
  const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]));
}

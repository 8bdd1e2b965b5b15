import { bracketMinimum, descendFrom, type LossAt, lowestOf } from '../learning-rate-search.js';
import { logarithmicGrid } from '../learning-rate-sweep.js';
import type { Algorithm, Memory, Regime } from '../problems/algorithms.js';
import type { AveragedPoints, Basis } from '../problems/matrix-quadratic.js';

/** The shape of a sweep. */
export interface SweepShape {
  readonly order: number;
  readonly steps: number;
  readonly seeds: number;
  readonly rates: number;
  readonly lowestRate: number;
  readonly highestRate: number;
  readonly search: 'grid' | 'bracket';
  readonly regime: Regime;
  readonly cut: number;
  readonly basis: Basis;
  readonly c: number;
  readonly averageOver: AveragedPoints;
}

/** An algorithm with its memory, under the name of its curves. */
export interface Contender {
  readonly series: string;
  readonly algorithm: Algorithm;
  readonly memory: Memory;
}

/** Which point of a run a loss is taken at. */
export const metrics = ['last', 'average'] as const;
export type Metric = (typeof metrics)[number];

/** Multiples of d³ flops in one step: a root costs about 10d³, the products around it 6d³; a two-sided method has two. */
export const cubes: Readonly<Record<Algorithm, number>> = {
  'AdaGrad-Norm': 0,
  AdaGrad: 2,
  'full-matrix': 12,
  'two-sided Shampoo': 32,
  'one-sided Shampoo': 16,
};

/** The runs of a sweep, by contender, problem and learning rate, as far as they are done. */
export class SweepRuns {
  readonly grid: readonly number[];
  /** A row a run: the loss at the start, after every step, and at the average after every step. */
  readonly curves: Float64Array;
  readonly done: Uint8Array;

  constructor(
    readonly shape: SweepShape,
    readonly contenders: readonly Contender[],
    saved?: { readonly curves: Float64Array; readonly done: Uint8Array },
  ) {
    this.grid = logarithmicGrid(shape.lowestRate, shape.highestRate, shape.rates);
    this.curves = saved?.curves.slice() ?? new Float64Array(this.count * this.width);
    this.done = saved?.done.slice() ?? new Uint8Array(this.count);
  }

  /** Runs that the sweep would have at every rate on every problem. */
  get count(): number {
    return this.contenders.length * this.shape.seeds * this.shape.rates;
  }

  /** Numbers kept of a run. */
  get width(): number {
    return 2 * this.shape.steps + 1;
  }

  at(contender: number, seed: number, rate: number): number {
    return (contender * this.shape.seeds + seed) * this.shape.rates + rate;
  }

  /** What a run index stands for. */
  placeOf(run: number): { readonly contender: number; readonly seed: number; readonly rate: number } {
    const { seeds, rates } = this.shape;
    return { contender: Math.floor(run / (seeds * rates)), seed: Math.floor(run / rates) % seeds, rate: run % rates };
  }

  /** The loss of a run after a number of steps; undefined unless it is done. */
  loss(run: number, metric: Metric, step = this.shape.steps): number | undefined {
    if (this.done[run] === 0) return undefined;
    return this.curves[run * this.width + (metric === 'last' || step === 0 ? step : this.shape.steps + step)]!;
  }

  /** Losses of a contender at a rate, one a problem; undefined unless all are done. */
  losses(contender: number, rate: number, metric: Metric, step?: number): number[] | undefined {
    const all = Array.from({ length: this.shape.seeds }, (_, seed) => this.loss(this.at(contender, seed, rate), metric, step));
    return all.includes(undefined) ? undefined : (all as number[]);
  }

  /** Runs to do next, those that take longest first; none when the sweep is complete. */
  next(): number[] {
    const due = this.contenders.flatMap((_, contender) =>
      this.shape.search === 'grid' ? this.missingOf(contender) : this.bracketOf(contender),
    );
    const cost = (run: number): number => cubes[this.contenders[this.placeOf(run).contender]!.algorithm];
    return [...new Set(due)].sort((a, b) => cost(b) - cost(a) || a - b);
  }

  private missingOf(contender: number): number[] {
    const { seeds, rates } = this.shape;
    const first = this.at(contender, 0, 0);
    return Array.from({ length: seeds * rates }, (_, i) => first + i).filter((run) => this.done[run] === 0);
  }

  /** The first problem's bracket, for both metrics; then, around its minimum, the rates that enclose the best mean over all problems. */
  private bracketOf(contender: number): number[] {
    const { seeds, rates } = this.shape;
    const indices = Array.from({ length: rates }, (_, rate) => rate);
    const onFirst =
      (metric: Metric): LossAt =>
      (rate) =>
        this.loss(this.at(contender, 0, rate), metric);
    const bracket = metrics.flatMap((metric) => bracketMinimum(rates, onFirst(metric)));
    if (bracket.length > 0) return bracket.map((rate) => this.at(contender, 0, rate));
    return metrics.flatMap((metric) => {
      const known = indices.filter((rate) => onFirst(metric)(rate) !== undefined);
      const start = lowestOf(known, onFirst(metric));
      const mean: LossAt = (rate) => this.losses(contender, rate, metric)?.reduce((sum, loss) => sum + loss / seeds, 0);
      return descendFrom(start, rates, mean).flatMap((rate) =>
        Array.from({ length: seeds }, (_, seed) => this.at(contender, seed, rate)).filter((run) => this.done[run] === 0),
      );
    });
  }
}

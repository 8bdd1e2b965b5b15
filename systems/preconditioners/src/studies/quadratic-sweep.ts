import type { Expectation, Results, StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { bestLearningRate, type BestRate, logarithmicGrid } from '../learning-rate-sweep.js';
import { type Algorithm, algorithms, contestOf, type Memory, type Regime } from '../problems/algorithms.js';
import { type AveragedPoints, type Basis, descend, drawMatrixQuadratic, type LossCurves } from '../problems/matrix-quadratic.js';

/** Parameters of every study that sweeps learning rates on the matrix quadratic. */
export const sweepParameters = {
  order: z.int().min(12).max(4000).default(1000).describe('d, of d × d matrices'),
  steps: z.int().min(1).max(100_000).default(100).describe('steps of every run'),
  seeds: z.int().min(1).max(100).default(5).describe('problems drawn'),
  rates: z.int().min(1).max(1000).default(60).describe('learning rates of the grid, evenly spaced on a logarithmic scale'),
  lowestRate: z.number().positive().default(1e-4).describe('lowest learning rate'),
  highestRate: z.number().positive().default(100).describe('highest learning rate'),
  regime: z.enum(['accurate', 'paper']).default('accurate').describe('float64 with the gradient factor, or float32 with dense statistics'),
  basis: z.enum(['haar', 'diagonal']).default('haar').describe('basis of the Hessian: random, or its own'),
  c: z.number().positive().default(0.5).describe('factor of the loss'),
  averageOver: z
    .enum(['visited', 'updated'])
    .default('visited')
    .describe('points of the average: x1 to xT, where gradients were taken, or x2 to xT+1'),
};

/** The shape of a sweep. */
export interface SweepShape {
  readonly order: number;
  readonly steps: number;
  readonly seeds: number;
  readonly rates: number;
  readonly lowestRate: number;
  readonly highestRate: number;
  readonly regime: Regime;
  readonly basis: Basis;
  readonly c: number;
  readonly averageOver: AveragedPoints;
}

/** One run of a sweep. */
export interface SweepCell {
  readonly series: string;
  readonly algorithm: Algorithm;
  readonly memory: Memory;
  readonly learningRate: number;
  readonly seed: number;
}

/** An algorithm with its memory, under the name of its curves. */
export interface Contender {
  readonly series: string;
  readonly algorithm: Algorithm;
  readonly memory: Memory;
}

/** The algorithms with a memory. */
export const contenders = (
  memory: Memory,
  names: readonly Algorithm[] = algorithms,
  label: (name: Algorithm) => string = (name) => name,
): Contender[] => names.map((algorithm) => ({ series: label(algorithm), algorithm, memory }));

export const cumulative: Memory = { accumulation: 'cumulative', beta2: 1 };

/** Which point of a run a loss is taken at. */
export const metrics = ['last', 'average'] as const;
export type Metric = (typeof metrics)[number];

/**
 * Runs all contenders at all learning rates on all problems, and records the tables `sweep` (a row a run), `rates` (mean over the
 * seeds), `best` and `curves` (at the best rate), and the results `<series> <metric>`. Interrupted, it goes on with the next run.
 */
export async function sweepLearningRates(ctx: StudyContext, shape: SweepShape, all: readonly Contender[]): Promise<void> {
  const grid = logarithmicGrid(shape.lowestRate, shape.highestRate, shape.rates);
  const cells = all.flatMap((contender) =>
    Array.from({ length: shape.seeds }, (_, seed) => grid.map((learningRate): SweepCell => ({ ...contender, learningRate, seed }))).flat(),
  );
  const width = 2 * shape.steps + 1;
  const curves = Float64Array.from(
    (ctx.restored?.arrays['curves']?.data as Float64Array | undefined) ?? new Float64Array(cells.length * width),
  );
  let quadratic: ReturnType<typeof drawMatrixQuadratic> | undefined;
  let drawn = -1;
  for (let at = ctx.restored?.step ?? 0; at < cells.length; at++) {
    const cell = cells[at]!;
    if (cell.seed !== drawn || quadratic === undefined) {
      quadratic = drawMatrixQuadratic(shape.order, shape.basis, ctx.seed * 1000 + cell.seed, shape.c);
      drawn = cell.seed;
    }
    const contest = contestOf(quadratic, cell.algorithm, cell.learningRate, shape.regime, cell.memory);
    const { start, last, average }: LossCurves = await descend(contest.problem, (x, gradient) => contest.method.update(x, gradient), {
      steps: shape.steps,
      weighting: cell.memory.beta2,
      averageOver: shape.averageOver,
      pause: () => ctx.yield(),
    });
    curves.set([start, ...last, ...average], at * width);
    ctx.progress(at + 1, cells.length, `${cell.series}, η ${cell.learningRate.toPrecision(2)}`);
    if (ctx.dueCheckpoint())
      await ctx.checkpoint({
        step: at + 1,
        arrays: { curves: { dtype: 'float64', shape: [cells.length, width], data: curves } },
        state: null,
      });
  }
  record(ctx, shape, all, cells, curves);
}

function record(
  ctx: StudyContext,
  { steps, rates, seeds }: SweepShape,
  all: readonly Contender[],
  cells: readonly SweepCell[],
  curves: Float64Array,
): void {
  const width = 2 * steps + 1;
  const final = (at: number, metric: Metric): number => curves[at * width + (metric === 'last' ? steps : 2 * steps)]!;
  const sweep = ctx.table('sweep', { series: 'utf8', rate: 'float64', seed: 'int32', last: 'float64', average: 'float64' });
  cells.forEach(({ series, learningRate, seed }, at) =>
    sweep.append({ series, rate: learningRate, seed, last: final(at, 'last'), average: final(at, 'average') }),
  );
  const mean = ctx.table('rates', { series: 'utf8', metric: 'utf8', rate: 'float64', loss: 'float64', label: 'utf8' });
  const chosen = ctx.table('best', {
    series: 'utf8',
    metric: 'utf8',
    rate: 'float64',
    mean: 'float64',
    deviation: 'float64',
    divergedRuns: 'int32',
    atEdge: 'bool',
  });
  const paths = ctx.table('curves', { series: 'utf8', metric: 'utf8', step: 'int32', loss: 'float64', label: 'utf8' });
  ctx.result('loss at the start', curves[0]!);
  all.forEach(({ series }, index) => {
    const first = index * seeds * rates;
    for (const metric of metrics) {
      const label = `${series}, ${metric}`;
      const at = (rate: number, seed: number): number => first + seed * rates + rate;
      const losses = Array.from({ length: rates }, (_, rate) => ({
        learningRate: cells[at(rate, 0)]!.learningRate,
        losses: Array.from({ length: seeds }, (_, seed) => final(at(rate, seed), metric)),
      }));
      for (const { learningRate, losses: own } of losses) {
        mean.append({ series, metric, rate: learningRate, loss: own.reduce((a, b) => a + b, 0) / own.length, label });
      }
      const best: BestRate = bestLearningRate(losses, label);
      const { learningRate, deviation, divergedRuns, atEdge } = best;
      chosen.append({ series, metric, rate: learningRate, mean: best.mean, deviation, divergedRuns, atEdge });
      if (atEdge) ctx.log(`${label}: the best learning rate, ${learningRate}, lies at the edge of the grid; widen it`);
      ctx.result(label, best.mean);
      ctx.result(`${label}: learning rate`, learningRate);
      ctx.result(`${label}: standard deviation`, deviation);
      ctx.result(`${label}: diverged runs`, divergedRuns);
      const rate = losses.findIndex((row) => row.learningRate === learningRate);
      for (let step = 0; step <= steps; step++) {
        const offset = metric === 'last' ? step : step === 0 ? 0 : steps + step;
        const values = Array.from({ length: seeds }, (_, seed) => curves[at(rate, seed) * width + offset]!);
        paths.append({ series, metric, step, loss: values.reduce((a, b) => a + b, 0) / seeds, label });
      }
    }
  });
}

/** Runs and flops of a sweep, for a dry run. */
export function sweepCost(
  { order, steps, seeds, rates }: SweepShape,
  all: readonly Contender[],
): { runs: number; flops: number; memoryBytes: number } {
  // A root costs about 10d³, the products around it 6d³; a two-sided method has two.
  const cubes: Record<Algorithm, number> = {
    'AdaGrad-Norm': 0,
    AdaGrad: 2,
    'full-matrix': 12,
    'two-sided Shampoo': 32,
    'one-sided Shampoo': 16,
  };
  const perStep = all.reduce((sum, { algorithm }) => sum + cubes[algorithm], 0) * order ** 3;
  return { runs: all.length * seeds * rates, flops: seeds * rates * steps * perStep, memoryBytes: 30 * 8 * order * order };
}

/** Whether one series is below all others on both metrics; with what is behind it. */
export function lowest(results: Results, winner: string, others: readonly string[]): { ours: string; verdict: 'holds' | 'fails' } {
  const lines = metrics.map((metric) => {
    const own = results.number(`${winner}, ${metric}`);
    const next = Math.min(...others.map((name) => results.number(`${name}, ${metric}`)));
    return { text: `${metric} ${own.toExponential(1)} against ${next.toExponential(1)}`, holds: own < next };
  });
  return { ours: lines.map(({ text }) => text).join('; '), verdict: lines.every(({ holds }) => holds) ? 'holds' : 'fails' };
}

/** The published losses beside ours, not judged: [last, average] of every series. */
export function besidePublished(
  published: Readonly<Record<string, readonly [last: number, average: number]>>,
  claim: string,
): Expectation[] {
  return Object.entries(published).flatMap(([series, values]) =>
    metrics.map((metric, at) => ({
      name: `${series}, ${metric}`,
      paper: values[at]!,
      claim,
      evaluate: (results) => ({ ours: results.number(`${series}, ${metric}`), verdict: 'reported' }),
    })),
  );
}

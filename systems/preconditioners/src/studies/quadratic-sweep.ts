import { map } from '@sardonyx/parallel';
import type { StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { type Algorithm, algorithms, type Memory } from '../problems/algorithms.js';
import { type QuadraticRun, quadraticRuns } from '../problems/quadratic-run.js';
import { type Contender, cubes, SweepRuns, type SweepShape } from './sweep-runs.js';
import { recordSweep } from './sweep-tables.js';

/** Parameters of every study that sweeps learning rates on the matrix quadratic. */
export const sweepParameters = {
  order: z.int().min(12).max(4000).default(1000).describe('d, of d × d matrices'),
  steps: z.int().min(1).max(100_000).default(100).describe('steps of every run'),
  seeds: z.int().min(1).max(100).default(5).describe('problems drawn'),
  rates: z.int().min(1).max(1000).default(60).describe('learning rates of the grid, evenly spaced on a logarithmic scale'),
  lowestRate: z.number().positive().default(1e-4).describe('lowest learning rate'),
  highestRate: z.number().positive().default(100).describe('highest learning rate'),
  search: z
    .enum(['grid', 'bracket'])
    .default('grid')
    .describe('every rate on every problem, or only those that enclose the best on the first problem and, around it, on all'),
  regime: z.enum(['accurate', 'paper']).default('accurate').describe('float64 with the gradient factor, or float32 with dense statistics'),
  cut: z
    .number()
    .min(0)
    .max(1000)
    .default(1)
    .describe('in the regime paper, Shampoo inverts no eigenvalue up to this many units of rounding, 2⁻²³, of the largest'),
  basis: z.enum(['haar', 'diagonal']).default('haar').describe('basis of the Hessian: random, or its own'),
  c: z.number().positive().default(0.5).describe('factor of the loss'),
  averageOver: z
    .enum(['visited', 'updated'])
    .default('visited')
    .describe('points of the average: x1 to xT, where gradients were taken, or x2 to xT+1'),
};

/** The algorithms with a memory. */
export const contenders = (
  memory: Memory,
  names: readonly Algorithm[] = algorithms,
  label: (name: Algorithm) => string = (name) => name,
): Contender[] => names.map((algorithm) => ({ series: label(algorithm), algorithm, memory }));

export const cumulative: Memory = { accumulation: 'cumulative', beta2: 1 };

/**
 * Runs the contenders over learning rates and problems, on worker threads, and records the tables `sweep` (a row a run), `rates` (mean
 * over the problems), `best` and `curves` (at the best rate), and the results `<series>, <metric>`. Interrupted, it goes on with the
 * runs that are not done.
 */
export async function sweepLearningRates(ctx: StudyContext, shape: SweepShape, all: readonly Contender[]): Promise<void> {
  const { curves, done } = ctx.restored?.arrays ?? {};
  const saved = curves && done && { curves: curves.data as Float64Array, done: done.data as Uint8Array };
  const runs = new SweepRuns(shape, all, saved);
  let finished = runs.done.reduce((sum, value) => sum + value, 0);
  const save = (): Promise<void> =>
    ctx.checkpoint({
      step: finished,
      arrays: {
        curves: { dtype: 'float64', shape: [runs.count, runs.width], data: runs.curves },
        done: { dtype: 'uint8', shape: [runs.count], data: runs.done },
      },
      state: null,
    });
  for (let due = runs.next(); due.length > 0; due = runs.next()) {
    const total = Math.max(expectedRuns(shape, all), finished + due.length);
    try {
      await map(
        due.map((run) => quadraticRun(runs, run, ctx.seed)),
        quadraticRuns,
        {
          workers: ctx.workers,
          signal: ctx.signal,
          pause: () => ctx.yield(),
          onResult: async (result, index) => {
            const run = due[index]!;
            runs.curves.set(result, run * runs.width);
            runs.done[run] = 1;
            const { contender, rate } = runs.placeOf(run);
            ctx.progress(++finished, total, `${all[contender]!.series}, η ${runs.grid[rate]!.toPrecision(2)}`);
            if (ctx.dueCheckpoint()) await save();
          },
        },
      );
    } catch (error) {
      if (ctx.signal.aborted) await save();
      throw error;
    }
  }
  ctx.progress(finished, finished);
  recordSweep(ctx, runs);
}

function quadraticRun(runs: SweepRuns, run: number, studySeed: number): QuadraticRun {
  const { order, basis, c, regime, cut, steps, averageOver } = runs.shape;
  const { contender, seed, rate } = runs.placeOf(run);
  const { algorithm, memory } = runs.contenders[contender]!;
  const problem = studySeed * 1000 + seed;
  return { order, basis, c, problem, algorithm, memory, learningRate: runs.grid[rate]!, regime, cut, steps, averageOver };
}

/** Runs of a sweep: exactly for a grid, about as many as usual for a bracket, whose end depends on the losses. */
function expectedRuns({ seeds, rates, search }: SweepShape, all: readonly Contender[]): number {
  // Both metrics' brackets share half of their rates; then about five rates enclose both minima on the other problems.
  const each = search === 'grid' ? seeds * rates : Math.min(rates, 4 + 3 * Math.log2(rates / 2)) + 5 * (seeds - 1);
  return Math.round(all.length * each);
}

/** Runs, flops and memory of a sweep in one thread, for a dry run. */
export function sweepCost(shape: SweepShape, all: readonly Contender[]): { runs: number; flops: number; memoryBytes: number } {
  const runs = expectedRuns(shape, all);
  const { order, steps } = shape;
  const perStep = (all.reduce((sum, { algorithm }) => sum + cubes[algorithm], 0) / all.length) * order ** 3;
  return { runs, flops: Math.round(runs * steps * perStep), memoryBytes: 30 * 8 * order * order };
}

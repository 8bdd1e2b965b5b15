import type { Kernel } from '@sardonyx/parallel';
import { type Algorithm, contestOf, type Memory, type Regime } from './algorithms.js';
import { type AveragedPoints, type Basis, descend, drawMatrixQuadratic, type MatrixQuadratic } from './matrix-quadratic.js';

/** One method at one learning rate on one problem of the matrix quadratic. */
export interface QuadraticRun {
  readonly order: number;
  readonly basis: Basis;
  readonly c: number;
  /** Seed of the problem. */
  readonly problem: number;
  readonly algorithm: Algorithm;
  readonly memory: Memory;
  readonly learningRate: number;
  readonly regime: Regime;
  /** Cut of Shampoo's eigenvalues in the regime `paper`, in units of rounding. */
  readonly cut: number;
  readonly steps: number;
  readonly averageOver: AveragedPoints;
}

/** The loss at the start, at the iterate after every step, and at the average after every step: `2·steps + 1` numbers. */
export type RunCurves = Float64Array;

/** Runs of one method, for any thread. */
export const quadraticRuns: Kernel<QuadraticRun, RunCurves> = {
  module: import.meta.url,
  name: 'quadraticRuns',
  async run({ order, basis, c, problem, algorithm, memory, learningRate, regime, cut, steps, averageOver }, { pause }) {
    const { problem: quadratic, method } = contestOf(drawn(order, basis, problem, c), algorithm, learningRate, regime, memory, cut);
    const { start, last, average } = await descend(quadratic, (x, gradient) => method.update(x, gradient), {
      steps,
      weighting: memory.beta2,
      averageOver,
      pause,
    });
    return Float64Array.of(start, ...last, ...average);
  },
};

/** The problem drawn last in this thread: runs on one problem follow each other, and at d = 1000 drawing takes half a second. */
let latest: { readonly key: string; readonly quadratic: MatrixQuadratic } | undefined;

function drawn(...[order, basis, seed, c]: Required<Parameters<typeof drawMatrixQuadratic>>): MatrixQuadratic {
  const key = JSON.stringify([order, basis, seed, c]);
  if (latest?.key !== key) latest = { key, quadratic: drawMatrixQuadratic(order, basis, seed, c) };
  return latest.quadratic;
}

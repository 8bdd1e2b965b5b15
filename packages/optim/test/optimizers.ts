import { adafactor, adam, adamW, momentum, type Optimizer, type Schedule, schedules, sgd } from '../src/index.js';

/** One optimizer in the conformance table: everything in conformance.test.ts is checked for every row. */
export interface OptimizerRow {
  readonly name: string;
  readonly make: (learningRate: Schedule) => Optimizer;
  /** Learning rate for a quadratic of curvatures ½ to 4, which 300 steps must solve to 1e-4 of its first value. */
  readonly quadratic: Schedule;
  /** Learning rate and steps that bring Rosenbrock's function from 24.2 below 0.01. */
  readonly rosenbrock: { readonly learningRate: Schedule; readonly steps: number };
  /** The parameter after the first step from p with gradient g, for a matrix [rows][columns] by hand. */
  readonly firstStep: (p: readonly number[][], g: readonly number[][], learningRate: number) => number[][];
}

const elementwise =
  (f: (p: number, g: number, learningRate: number) => number): OptimizerRow['firstStep'] =>
  (p, g, learningRate) =>
    p.map((row, i) => row.map((x, j) => f(x, g[i]![j]!, learningRate)));

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const rootMeanSquare = (x: readonly number[][]) => Math.sqrt(mean(x.flat().map((v) => v * v)));

const decaying: Schedule = (step) => step.cast('float64').pow(-0.5).mul(0.5);

export const optimizers: readonly OptimizerRow[] = [
  {
    name: 'sgd',
    make: (learningRate) => sgd({ learningRate }),
    quadratic: 0.2,
    rosenbrock: { learningRate: 1.5e-3, steps: 6000 },
    firstStep: elementwise((p, g, rate) => p - rate * g),
  },
  {
    name: 'sgd with decay',
    make: (learningRate) => sgd({ learningRate, weightDecay: 1e-3 }),
    quadratic: 0.2,
    rosenbrock: { learningRate: 1.5e-3, steps: 6000 },
    firstStep: elementwise((p, g, rate) => p - rate * (g + 1e-3 * p)),
  },
  {
    name: 'momentum',
    make: (learningRate) => momentum({ learningRate }),
    quadratic: 0.05,
    rosenbrock: { learningRate: 5e-4, steps: 3000 },
    firstStep: elementwise((p, g, rate) => p - rate * g),
  },
  {
    name: 'Nesterov momentum',
    make: (learningRate) => momentum({ learningRate, nesterov: true }),
    quadratic: 0.05,
    rosenbrock: { learningRate: 5e-4, steps: 3000 },
    firstStep: elementwise((p, g, rate) => p - rate * 1.9 * g),
  },
  {
    name: 'adam',
    make: (learningRate) => adam({ learningRate, epsilon: 1e-6 }),
    quadratic: 0.1,
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    firstStep: elementwise((p, g, rate) => p - (rate * g) / (Math.abs(g) + 1e-6)),
  },
  {
    name: 'adamW',
    make: (learningRate) => adamW({ learningRate, epsilon: 1e-6, weightDecay: 1e-3 }),
    quadratic: 0.1,
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    firstStep: elementwise((p, g, rate) => p * (1 - rate * 1e-3) - (rate * g) / (Math.abs(g) + 1e-6)),
  },
  {
    name: 'adafactor',
    make: (learningRate) => adafactor({ learningRate }),
    quadratic: schedules.cosine(0.2, 300),
    // Steps relative to a coordinate are short while it changes its sign, and must shrink for it to settle.
    rosenbrock: { learningRate: schedules.cosine(0.02, 4000), steps: 4000 },
    firstStep(p, g, rate) {
      const rows = g.map((row) => mean(row.map((x) => x * x)));
      const columns = g[0]!.map((_, j) => mean(g.map((row) => row[j]! ** 2)));
      const update = g.map((row, i) => row.map((x, j) => x / Math.sqrt((rows[i]! * columns[j]!) / mean(rows))));
      const scale = (rate * Math.max(1e-3, rootMeanSquare(p))) / Math.max(1, rootMeanSquare(update));
      return p.map((row, i) => row.map((x, j) => x - scale * update[i]![j]!));
    },
  },
  {
    name: 'adafactor with momentum, unscaled',
    make: (learningRate) => adafactor({ learningRate, scaleParameter: false, momentum: 0.9, weightDecay: 1e-3 }),
    quadratic: decaying,
    rosenbrock: { learningRate: 0.01, steps: 4000 },
    firstStep(p, g, rate) {
      const rows = g.map((row) => mean(row.map((x) => x * x)));
      const columns = g[0]!.map((_, j) => mean(g.map((row) => row[j]! ** 2)));
      const update = g.map((row, i) => row.map((x, j) => x / Math.sqrt((rows[i]! * columns[j]!) / mean(rows))));
      const scale = (0.1 * rate) / Math.max(1, rootMeanSquare(update));
      return p.map((row, i) => row.map((x, j) => x * (1 - rate * 1e-3) - scale * update[i]![j]!));
    },
  },
];

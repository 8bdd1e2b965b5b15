import {
  accelerated,
  adafactor,
  adam,
  adamW,
  asgo,
  dasgo,
  lowRankAdaGrad,
  momentum,
  muon,
  normalizedSteepestDescent,
  type Optimizer,
  type Schedule,
  schedules,
  sgd,
  shampoo,
  soap,
  structuredAdaGrad,
} from '../src/index.js';
import { inverseRootOfTwo, multiplied, newtonSchulz, polarFactorOfTwo, transposed } from './matrices.js';

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
  /** Whether parameters still move at a learning rate of 0, by what earlier steps left behind. */
  readonly coasts?: boolean;
}

const elementwise =
  (f: (p: number, g: number, learningRate: number) => number): OptimizerRow['firstStep'] =>
  (p, g, learningRate) =>
    p.map((row, i) => row.map((x, j) => f(x, g[i]![j]!, learningRate)));

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const rootMeanSquare = (x: readonly number[][]) => Math.sqrt(mean(x.flat().map((v) => v * v)));

/** p − rate·direction(g), with the parameter multiplied by `keep` before. */
const along =
  (direction: (g: readonly number[][]) => number[][], keep: (learningRate: number) => number = () => 1): OptimizerRow['firstStep'] =>
  (p, g, learningRate) => {
    const moves = direction(g);
    return p.map((row, i) => row.map((x, j) => x * keep(learningRate) - learningRate * moves[i]![j]!));
  };

const times = (a: readonly number[][], factor: number) => a.map((row) => row.map((x) => x * factor));
const frobenius = (a: readonly number[][]) => Math.sqrt(a.flat().reduce((sum, x) => sum + x * x, 0));
/** Scaled to a root mean square of 0.2. */
const rescaled = (a: readonly number[][]) => times(a, (0.2 * Math.sqrt(a.flat().length)) / frobenius(a));

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
    coasts: true,
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
  {
    name: 'muon',
    make: (learningRate) => muon({ learningRate, adamW: { learningRate } }),
    quadratic: schedules.cosine(0.2, 300),
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    // Nesterov's direction of the first step is (1 − β²)·g.
    firstStep: along((g) => times(newtonSchulz(times(g, 1 - 0.95 ** 2), 5, [3.4445, -4.775, 2.0315]), Math.sqrt(3 / 2))),
  },
  {
    name: 'muon with Polar Express, as large as AdamW',
    make: (learningRate) =>
      muon({
        learningRate,
        coefficients: 'polar-express',
        iterations: 30,
        scale: 'match-adamW',
        nesterov: false,
        weightDecay: 1e-3,
        adamW: { learningRate },
      }),
    quadratic: schedules.cosine(0.5, 300),
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    firstStep: along(
      (g) => times(polarFactorOfTwo(g), 0.2 * Math.sqrt(3)),
      (rate) => 1 - rate * 1e-3,
    ),
  },
  {
    name: 'soap',
    make: (learningRate) => soap({ learningRate, weightDecay: 0, epsilon: 1e-6, preconditionEvery: 5 }),
    quadratic: 0.1,
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    firstStep: (p) => p.map((row) => [...row]),
  },
  {
    name: 'one-sided Shampoo',
    make: (learningRate) => structuredAdaGrad({ learningRate, set: 'left', normalize: 'plain', epsilon: 0 }),
    quadratic: 1,
    rosenbrock: { learningRate: 0.5, steps: 3000 },
    firstStep: along(polarFactorOfTwo),
  },
  {
    name: 'one-sided Shampoo on the right, weighted, with stale roots',
    make: (learningRate) =>
      structuredAdaGrad({ learningRate, set: 'right', form: 'weighted', beta2: 0.9, epsilon: 0, preconditionEvery: 2, weightDecay: 1e-3 }),
    quadratic: schedules.cosine(0.5, 300),
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    firstStep: along(
      (g) => times(polarFactorOfTwo(g), Math.sqrt(2)),
      (rate) => 1 - rate * 1e-3,
    ),
  },
  {
    name: 'one-sided Shampoo with momentum and Newton–Schulz in the step',
    make: (learningRate) =>
      structuredAdaGrad({
        learningRate,
        form: 'ema',
        beta2: 0.9,
        momentum: 0.8,
        biasCorrection: true,
        root: 'ns',
        relativeRidge: 0,
        epsilon: 1e-2,
      }),
    quadratic: schedules.cosine(0.2, 300),
    rosenbrock: { learningRate: 0.05, steps: 3000 },
    // M₁ = β₂·ε·I + (1 − β₂)·g·gᵀ/3, corrected by 1 − β₂; the correction of the momentum leaves g itself.
    firstStep: along((g) => {
      const square = times(multiplied(g, transposed(g)), 0.1 / 3);
      const m = square.map((row, i) => row.map((x, j) => (i === j ? x + 0.9 * 1e-2 : x)));
      return times(multiplied(inverseRootOfTwo(m), g), Math.sqrt(0.1));
    }),
  },
  {
    name: 'AdaGrad-Norm',
    make: (learningRate) => structuredAdaGrad({ learningRate, set: 'scalar', epsilon: 0 }),
    quadratic: 2,
    rosenbrock: { learningRate: 0.5, steps: 3000 },
    firstStep: along((g) => times(g, Math.sqrt(6) / frobenius(g))),
  },
  {
    name: 'AdaGrad',
    make: (learningRate) => structuredAdaGrad({ learningRate, set: 'diagonal', epsilon: 0 }),
    quadratic: 1,
    rosenbrock: { learningRate: 0.5, steps: 3000 },
    firstStep: elementwise((p, g, rate) => p - rate * Math.sign(g)),
  },
  {
    name: 'row-wise AdaGrad',
    make: (learningRate) => structuredAdaGrad({ learningRate, set: 'rows', epsilon: 0 }),
    quadratic: 1,
    rosenbrock: { learningRate: 0.5, steps: 3000 },
    firstStep: along((g) => g.map((row) => row.map((x) => x / rootMeanSquare([row])))),
  },
  {
    name: 'full-matrix AdaGrad',
    make: (learningRate) => structuredAdaGrad({ learningRate, set: 'full', epsilon: 0 }),
    quadratic: 2,
    rosenbrock: { learningRate: 0.5, steps: 3000 },
    firstStep: along((g) => times(g, 1 / frobenius(g))),
  },
  {
    name: 'full-matrix AdaGrad from a factor',
    make: (learningRate) => lowRankAdaGrad({ learningRate }),
    quadratic: 2,
    rosenbrock: { learningRate: 0.5, steps: 3000 },
    firstStep: along((g) => times(g, 1 / frobenius(g))),
  },
  {
    name: 'full-matrix AdaGrad from a sketch of rank 2, weighted, with momentum',
    make: (learningRate) =>
      lowRankAdaGrad({ learningRate, rank: 2, form: 'weighted', beta2: 0.95, momentum: 0.5, epsilon: 1e-6, weightDecay: 1e-3 }),
    quadratic: schedules.cosine(0.5, 300),
    rosenbrock: { learningRate: schedules.cosine(0.05, 3000), steps: 3000 },
    // Half the gradient, and M = 0.95·ε·I + g·gᵀ.
    firstStep: along(
      (g) => times(g, 0.5 / Math.sqrt(frobenius(g) ** 2 + 0.95e-6)),
      (rate) => 1 - rate * 1e-3,
    ),
  },
  {
    name: 'accelerated AdaGrad',
    make: (learningRate) => accelerated(structuredAdaGrad({ learningRate, set: 'diagonal', epsilon: 0 })),
    coasts: true,
    quadratic: 1,
    rosenbrock: { learningRate: 0.5, steps: 3000 },
    firstStep: elementwise((p, g, rate) => p - rate * Math.sign(g)),
  },
  {
    name: 'accelerated one-sided Shampoo',
    make: (learningRate) => accelerated(structuredAdaGrad({ learningRate, set: 'left', normalize: 'plain', epsilon: 0 })),
    coasts: true,
    quadratic: 1,
    rosenbrock: { learningRate: 0.5, steps: 3000 },
    firstStep: along(polarFactorOfTwo),
  },
  {
    name: 'shampoo',
    make: (learningRate) => shampoo({ learningRate, epsilon: 0, beta1: 0.5, beta2: 0.99, mergeDimensions: false }),
    quadratic: schedules.cosine(0.5, 300),
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    firstStep: along(polarFactorOfTwo),
  },
  {
    name: 'shampoo in blocks, grafted',
    make: (learningRate) => shampoo({ learningRate, epsilon: 1e-6, maxDimension: 2, preconditionEvery: 3, grafting: 'adam' }),
    quadratic: schedules.cosine(0.2, 300),
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    // Before there are roots: Adam's step without its momentum.
    firstStep: elementwise((p, g, rate) => p - (rate * g) / (Math.abs(g) + 1e-8)),
  },
  {
    name: 'asgo',
    make: (learningRate) => asgo({ learningRate, weightDecay: 1e-3, root: 'eig', epsilon: 0, adamW: { learningRate } }),
    quadratic: schedules.cosine(0.5, 300),
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    firstStep: along(
      (g) => rescaled(polarFactorOfTwo(g)),
      (rate) => 1 - rate * 1e-3,
    ),
  },
  {
    name: 'dasgo',
    make: (learningRate) => dasgo({ learningRate, weightDecay: 0, epsilon: 0, adamW: { learningRate } }),
    quadratic: schedules.cosine(1, 300),
    rosenbrock: { learningRate: 0.02, steps: 3000 },
    firstStep: along((g) => {
      const norms = transposed(g).map((column) => frobenius([column]));
      return rescaled(g.map((row) => row.map((x, j) => x / norms[j]!)));
    }),
  },
  {
    name: 'normalised steepest descent in the spectral norm',
    make: (learningRate) => normalizedSteepestDescent({ learningRate, momentum: 0.9 }),
    quadratic: schedules.cosine(0.2, 300),
    rosenbrock: { learningRate: schedules.cosine(0.01, 3000), steps: 3000 },
    firstStep: along(polarFactorOfTwo),
  },
  {
    name: 'normalised steepest descent by rows, with momentum',
    make: (learningRate) => normalizedSteepestDescent({ learningRate, norm: 'rows', momentum: 0.9, nesterov: true }),
    quadratic: schedules.cosine(0.2, 300),
    rosenbrock: { learningRate: schedules.cosine(0.01, 3000), steps: 3000 },
    firstStep: along((g) => g.map((row) => row.map((x) => x / frobenius([row])))),
  },
];

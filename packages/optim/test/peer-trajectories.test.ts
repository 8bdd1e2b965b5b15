import { readFileSync } from 'node:fs';
import { evaluate, type FloatDType, tensor, type Tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { dasgo, muon, type Optimizer, parameterGroups, sgd, shampoo, soap } from '../src/index.js';
import { after, start } from './runs.js';

/** The parameters' elements after some of the steps, by number of the step. */
type Trajectory = Readonly<Record<string, readonly (readonly number[])[]>>;

/** Made by fixtures/make_peer_trajectories.py with the authors' own files and PyTorch 2.13. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/peer-trajectories.json', import.meta.url), 'utf8')) as {
  readonly trajectories: Readonly<Record<string, Readonly<Record<'float32' | 'float64', Trajectory>>>>;
};

/** Muon's references take matrices only, and leave the others where they are. */
const matricesOnly = (optimizer: Optimizer): Optimizer =>
  parameterGroups([
    { name: 'matrices', where: (_path, { rank }) => rank === 2, optimizer },
    { name: 'rest', where: () => true, optimizer: sgd({ learningRate: () => tensor(0, [], 'float64') }) },
  ]);

/** PyTorch's matrices are [out, in]. */
const outputAxis = () => 0;

const optimizers: Readonly<Record<string, Optimizer>> = {
  soap: soap({ learningRate: 0.02 }),
  'soap, small axes': soap({ learningRate: 0.02, preconditionEvery: 3, maxDimension: 2, weightDecay: 0.1 }),
  'soap, merged': soap({ learningRate: 0.02, preconditionEvery: 1, maxDimension: 5, mergeDimensions: true }),
  'soap, normalized': soap({
    learningRate: 0.02,
    beta1: 0.9,
    beta2: 0.98,
    shampooBeta: 0.8,
    normalizeSteps: true,
    biasCorrection: false,
    preconditionEvery: 5,
  }),
  muon: matricesOnly(muon({ learningRate: 0.05, weightDecay: 0.1, outputAxis })),
  'torch muon': matricesOnly(muon({ learningRate: 0.05, weightDecay: 0.1, scale: 'match-adamW', nesterov: false, outputAxis })),
  dasgo: matricesOnly(dasgo({ learningRate: 0.05 })),
  // The reference keeps its learning rate in float32: one that is exact there.
  shampoo: shampoo({ learningRate: 1 / 64, epsilon: 1e-2 }),
  'shampoo, blocked and grafted': shampoo({
    learningRate: 1 / 64,
    epsilon: 1e-2,
    beta1: 0.8,
    beta2: 0.95,
    weightDecay: 0.1,
    maxDimension: 4,
    preconditionEvery: 3,
    startStep: 6,
    grafting: 'adam',
    graftingBeta2: 0.99,
    graftingEpsilon: 1e-6,
  }),
  'shampoo, one-sided': shampoo({
    learningRate: 1 / 64,
    epsilon: 1e-2,
    beta1: 0,
    roots: { 2: [2, 0] },
    grafting: 'adagrad',
    graftingEpsilon: 1e-6,
  }),
};

const shapes = [[6, 6], [5, 6], [6], [2, 2, 4]];

/** Numbers between −1 and 1, as the script makes them. */
function tensors(stream: number, dtype: FloatDType): Tensor[] {
  let next = 0;
  return shapes.map((shape) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const elements = Float64Array.from({ length: size }, () => (2 * hashOf(next++, stream)) / 2 ** 32 - 1);
    return tensor(elements, shape, dtype);
  });
}

function hashOf(i: number, stream: number): number {
  let h = i + 1 + Math.imul(0x9e3779b9, stream + 1);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

async function trajectory(optimizer: Optimizer, dtype: FloatDType, shown: readonly number[]): Promise<Trajectory> {
  const params = tensors(0, dtype);
  const constant = tensors(1, dtype);
  const gradients = (step: number) => evaluate(tensors(step + 1, dtype).map((r, i) => constant[i]!.add(r.mul(0.5))));
  const found: Record<string, number[][]> = {};
  let current = await start<Tensor[]>(optimizer, params);
  for (let done = 0; done < Math.max(...shown); done++) {
    current = await after(optimizer, current.params, [await gradients(done + 1)], current);
    if (!shown.includes(done + 1)) continue;
    found[done + 1] = await Promise.all(current.params.map(async (p) => Array.from(await p.data(), Number)));
  }
  return found;
}

/** The largest difference, relative to the largest number. */
function difference(a: readonly number[], b: readonly number[]): number {
  const size = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]!))) / size;
}

describe.each(Object.entries(optimizers))('%s', (name, optimizer) => {
  test.each([
    // The same formulas in another order of operations. torch.optim.Muon divides by max(‖u‖, ε), the reference by ‖u‖ + ε.
    ['float64', name === 'torch muon' ? 1.5e-7 : 1e-13],
    // Roundings of 6e-8, a few a step; inverse square roots of statistics of condition 10⁴ make more of them.
    ['float32', name === 'shampoo, one-sided' ? 3e-5 : 1e-5],
  ] as const)('follows its reference over 50 steps in %s', async (dtype, tolerance) => {
    const expected = fixture.trajectories[name]![dtype];
    const found = await trajectory(optimizer, dtype, Object.keys(expected).map(Number));
    for (const [step, params] of Object.entries(expected)) {
      params.forEach((p, i) => expect(difference(found[step]![i]!, p)).toBeLessThan(tolerance));
    }
  });
});

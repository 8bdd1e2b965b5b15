import { readFileSync } from 'node:fs';
import { type FloatDType, jit, mean, minimum, square, tanh, tensor, type Tensor, valueAndGrad } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { adafactor, adam, adamW, momentum, type Optimizer, sgd } from '../src/index.js';
import { start, type TrainingState } from './runs.js';

interface Trajectory {
  readonly losses: readonly number[];
  readonly params: readonly number[][];
}

/** Made by fixtures/make_trajectories.py with PyTorch 2.13. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/trajectories.json', import.meta.url), 'utf8')) as {
  readonly steps: number;
  readonly params: readonly number[][];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly trajectories: Readonly<Record<string, Readonly<Record<'float32' | 'float64', Trajectory>>>>;
};

const optimizers: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ learningRate: 0.1 }),
  'sgd with decay': sgd({ learningRate: 0.1, weightDecay: 0.05 }),
  momentum: momentum({ learningRate: 0.05, weightDecay: 0.01 }),
  nesterov: momentum({ learningRate: 0.05, nesterov: true }),
  adam: adam({ learningRate: 0.02, beta2: 0.99, epsilon: 1e-6 }),
  'adam with decay': adam({ learningRate: 0.02, weightDecay: 0.1 }),
  adamW: adamW({ learningRate: 0.02, weightDecay: 0.1 }),
};

const shapes = [[3, 4], [4], [4, 2]];

function problem(dtype: FloatDType) {
  const [x, y] = [tensor([...fixture.x], [8, 3], dtype), tensor([...fixture.y], [8, 2], dtype)];
  const params = fixture.params.map((numbers, i) => tensor([...numbers], shapes[i]!, dtype));
  const loss = ([w, b, v]: readonly Tensor[]) => mean(square(tanh(x.matmul(w!).add(b!)).matmul(v!).sub(y)));
  return { params, loss };
}

async function trajectory(optimizer: Optimizer, dtype: FloatDType): Promise<Trajectory> {
  const { params, loss } = problem(dtype);
  const step = jit(({ params: p, state }: TrainingState<readonly Tensor[]>) => {
    const [value, gradients] = valueAndGrad(loss)(p);
    const [next, nextState] = optimizer.update(gradients, state, p);
    return { value, next: { params: next, state: nextState } };
  });
  let current = await start<readonly Tensor[]>(optimizer, params);
  const losses: number[] = [];
  for (let i = 0; i < fixture.steps; i++) {
    const { value, next } = step(current);
    losses.push(await value.item());
    current = next;
  }
  return { losses, params: await Promise.all(current.params.map(async (p) => Array.from(await p.data(), Number))) };
}

/** The largest difference, relative to the largest number. */
function difference(a: readonly number[], b: readonly number[]): number {
  const size = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]!))) / size;
}

describe.each(Object.entries(optimizers))('%s', (name, optimizer) => {
  test.each([
    // The same formulas in another order of operations: 20 steps of a few roundings of 1e-16 each, little amplified.
    ['float64', 1e-13],
    // The same with roundings of 6e-8, of which 20 steps make several.
    ['float32', 1e-6],
  ] as const)('follows PyTorch over 20 steps in %s', async (dtype, tolerance) => {
    const found = await trajectory(optimizer, dtype);
    const expected = fixture.trajectories[name]![dtype];
    expect(difference(found.losses, expected.losses)).toBeLessThan(tolerance);
    found.params.forEach((p, i) => expect(difference(p, expected.params[i]!)).toBeLessThan(tolerance));
  });
});

test('adafactor follows PyTorch, whose learning rate is a bound on 1/√step', async () => {
  // PyTorch's decay is times the rate given, not the bounded one; over 20 steps 0.05 < 1/√step, so that both agree.
  const rate = (step: Tensor) => minimum(step.cast('float64').pow(-0.5), 0.05);
  const found = await trajectory(adafactor({ learningRate: rate, weightDecay: 0.1 }), 'float64');
  const expected = fixture.trajectories['adafactor']!.float64;
  // As above.
  expect(difference(found.losses, expected.losses)).toBeLessThan(1e-13);
  found.params.forEach((p, i) => expect(difference(p, expected.params[i]!)).toBeLessThan(1e-13));
});

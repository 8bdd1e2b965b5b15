import { evaluate, jit, type Tensor, tensor, valueAndGrad } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { accelerated, type AcceleratedOptimizer, explain, type Optimizer, structuredAdaGrad } from '../src/index.js';
import { refreshed, start, type TrainingState } from './runs.js';

/** ½·Σ cᵢ·(xᵢ − bᵢ)², of condition 10⁴. */
const curvatures = [1, 0.1, 0.01, 1e-3, 1e-4];
const solution = [1, -2, 3, -4, 5];
const loss = (x: Tensor) =>
  x
    .sub(tensor(solution, undefined, 'float64'))
    .square()
    .mul(tensor(curvatures, undefined, 'float64'))
    .sum()
    .mul(0.5);
const lossOf = (x: readonly number[]) => x.reduce((sum, xi, i) => sum + 0.5 * curvatures[i]! * (xi - solution[i]!) ** 2, 0);
const origin = () => tensor([0, 0, 0, 0, 0], undefined, 'float64');

async function train(optimizer: Optimizer, steps: number): Promise<TrainingState<Tensor>> {
  const step = jit(({ params, state }: TrainingState<Tensor>) => {
    const [next, nextState] = optimizer.update(valueAndGrad(loss)(params)[1], state, params);
    return { params: next, state: nextState };
  });
  let current = await start<Tensor>(optimizer, origin());
  for (let i = 0; i < steps; i++) current = await refreshed(optimizer, step(current));
  return evaluate(current);
}

const numbers = async (x: Tensor) => Array.from(await x.data(), Number);
const averageOf = async (optimizer: AcceleratedOptimizer, { state }: TrainingState<Tensor>) =>
  numbers(await evaluate(optimizer.average(state)));

/** The method as it is written, with AdaGrad: M and x by coordinate. */
function reference(steps: number, rate: number): { point: number[]; average: number[] } {
  let [x, average] = [solution.map(() => 0), solution.map(() => 0)];
  const squares = solution.map(() => 0);
  const mix = (alpha: number) => x.map((xi, i) => alpha * xi + (1 - alpha) * average[i]!);
  for (let t = 0; t < steps; t++) {
    const alpha = 2 / (t + 2);
    const g = mix(alpha).map((y, i) => (curvatures[i]! * (y - solution[i]!)) / alpha);
    x = x.map((xi, i) => {
      squares[i]! += g[i]! ** 2;
      return xi - (rate * g[i]!) / Math.sqrt(squares[i]!);
    });
    average = mix(alpha);
  }
  return { point: mix(2 / (steps + 2)), average };
}

const make = (set: 'diagonal' | 'full') => accelerated(structuredAdaGrad({ learningRate: 5, set, epsilon: 0 }));

test.each([1, 2, 10, 40])('follows the algorithm for %i updates', async (steps) => {
  const optimizer = make('diagonal');
  const current = await train(optimizer, steps);
  const { point, average } = reference(steps, 5);
  // The same formulas in float64; roundings of steps that shrink.
  (await numbers(current.params)).forEach((x, i) => expect(x).toBeCloseTo(point[i]!, 11));
  (await averageOf(optimizer, current)).forEach((x, i) => expect(x).toBeCloseTo(average[i]!, 11));
});

describe.each(['diagonal', 'full'] as const)('with the set "%s"', (set) => {
  test('the error of the average falls as 1/t²', async () => {
    const optimizer = make(set);
    const [early, late] = [
      lossOf(await averageOf(optimizer, await train(optimizer, 50))),
      lossOf(await averageOf(optimizer, await train(optimizer, 400))),
    ];
    // By 64 for eight times the steps; half of that is left for the constants, which the later steps have not reached.
    expect(early / late).toBeGreaterThan(32);
  });

  test('it starts at the parameters', async () => {
    const optimizer = make(set);
    const { state } = await start<Tensor>(optimizer, tensor([3, 4], undefined, 'float64'));
    expect(await numbers(optimizer.average(state))).toEqual([3, 4]);
  });
});

test('it keeps two copies of the parameters beside what the optimizer keeps', () => {
  const params = { w: tensor([1, 2, 3]) };
  const [plain, faster] = [structuredAdaGrad({ set: 'diagonal' }), make('diagonal')].map((optimizer) => explain(optimizer, params));
  expect(faster!.stateFloats).toBe(plain!.stateFloats + 6);
  expect(faster!.parameters[0]!.treatment).toBe('diagonal, accelerated');
  expect(faster!.optimizer).toBe('accelerated structuredAdaGrad');
});

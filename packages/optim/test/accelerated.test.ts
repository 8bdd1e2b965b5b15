import { evaluate, fromArrays, mul, random, square, sub, sum, tensor, type Tensor, toArrays, valueAndGrad } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { accelerated, acceleratedAverage, adamW, explain, type Optimizer, structuredAdaGrad } from '../src/index.js';
import { inverseRootOfTwo, multiplied, transposed } from './matrices.js';
import { after, copy, elements, gradientsOf, model, start, type TrainingState } from './runs.js';

const curvatures = [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5];
const target = [1, -1, 1, -1, 1, -1];
const quadratic = ({ x }: { x: Tensor }): Tensor =>
  sum(mul(square(sub(x, tensor(target, [6], 'float64'))), tensor(curvatures, [6], 'float64'))).mul(0.5);

/** Losses at the average of an accelerated run and at the average of the points of a plain one, after `steps` updates. */
async function averageLoss(optimizer: Optimizer, steps: number, isAccelerated: boolean): Promise<number> {
  let current = await start(optimizer, { x: tensor([0, 0, 0, 0, 0, 0], [6], 'float64') });
  const visited = new Float64Array(6);
  for (let step = 0; step < steps; step++) {
    const point = await current.params.x.data();
    point.forEach((value, i) => (visited[i] = visited[i]! + Number(value) / steps));
    const [, gradients] = valueAndGrad(quadratic)(current.params);
    current = await after(optimizer, current.params, [await evaluate(gradients)], current);
  }
  return quadratic(isAccelerated ? acceleratedAverage(current.state) : { x: tensor(visited, [6]) }).item();
}

describe('acceleration', () => {
  test('of AdaGrad is its formula', async () => {
    const p = [0.5, -1, 2];
    const gradients = [
      [1, -0.5, 0.25],
      [2, 0.125, -1],
      [-1, 1, 0.5],
      [0.5, 0.25, 2],
    ];
    const optimizer = accelerated(structuredAdaGrad({ learningRate: 0.1, set: 'diagonal', epsilon: 0 }));
    const given = gradients.map((g) => ({ w: tensor(g, [3], 'float64') }));
    const { params, state } = await after(optimizer, { w: tensor(p, [3], 'float64') }, given);

    const [x, average, squares] = [[...p], [...p], [0, 0, 0]];
    gradients.forEach((g, t) => {
      const weight = 2 / (t + 2);
      g.forEach((value, i) => {
        squares[i]! += (value / weight) ** 2;
        x[i]! -= (0.1 * value) / weight / Math.sqrt(squares[i]!);
        average[i] = weight * x[i]! + (1 - weight) * average[i]!;
      });
    });
    const next = 2 / (gradients.length + 2);
    const query = x.map((value, i) => next * value + (1 - next) * average[i]!);
    const found = await elements({ params, average: acceleratedAverage(state) });
    // Both in float64; the order of operations differs by a few roundings.
    found['params.w']!.forEach((value, i) => expect(value).toBeCloseTo(query[i]!, 13));
    found['average.w']!.forEach((value, i) => expect(value).toBeCloseTo(average[i]!, 13));
  });

  test('of one-sided Shampoo is its formula, with the host’s roots', async () => {
    const g = [
      [
        [1, -0.5, 0.25],
        [2, 0.125, -1],
      ],
      [
        [0.5, 1, -1],
        [0.25, -2, 1],
      ],
      [
        [1, 1, -0.5],
        [-0.25, 0.5, 1],
      ],
    ];
    const optimizer = accelerated(structuredAdaGrad({ learningRate: 0.1, set: 'left', normalize: 'plain', epsilon: 0 }));
    const given = g.map((value) => ({ w: tensor(value, undefined, 'float64') }));
    const { params, state } = await after(optimizer, { w: tensor([0, 0, 0, 0, 0, 0], [2, 3], 'float64') }, given);

    let statistic = [
      [0, 0],
      [0, 0],
    ];
    let [x, average] = [0, 0].map(() => [0, 0].map(() => [0, 0, 0])) as [number[][], number[][]];
    g.forEach((gradient, t) => {
      const weight = 2 / (t + 2);
      const scaled = gradient.map((row) => row.map((value) => value / weight));
      const square = multiplied(scaled, transposed(scaled));
      statistic = statistic.map((row, i) => row.map((value, j) => value + square[i]![j]!));
      const move = multiplied(inverseRootOfTwo(statistic), scaled);
      x = x.map((row, i) => row.map((value, j) => value - 0.1 * move[i]![j]!));
      average = average.map((row, i) => row.map((value, j) => weight * x[i]![j]! + (1 - weight) * value));
    });
    const next = 2 / (g.length + 2);
    const found = await elements({ params, average: acceleratedAverage(state) });
    const query = x.flatMap((row, i) => row.map((value, j) => next * value + (1 - next) * average[i]![j]!));
    // Roots are computed in float64 by eigenvectors.
    found['params.w']!.forEach((value, i) => expect(value).toBeCloseTo(query[i]!, 12));
    found['average.w']!.forEach((value, i) => expect(value).toBeCloseTo(average.flat()[i]!, 12));
  });

  test('gains an order in the number of steps', async () => {
    const make = () => structuredAdaGrad({ learningRate: Math.sqrt(6), set: 'scalar' });
    const [early, late] = [await averageLoss(accelerated(make()), 50, true), await averageLoss(accelerated(make()), 200, true)];
    const [plainEarly, plainLate] = [await averageLoss(make(), 50, false), await averageLoss(make(), 200, false)];
    // 1/T² makes four times the steps 16 times better, 1/T four times; curvatures over five decades keep either from ending sooner.
    expect(early / late).toBeGreaterThan(8);
    expect(plainEarly / plainLate).toBeLessThan(8);
    expect(late).toBeLessThan(plainLate);
  });

  test.each<[string, () => Optimizer]>([
    ['in the compiled step', () => accelerated(structuredAdaGrad({ learningRate: 0.1, set: 'diagonal' }))],
    ['with the host’s work', () => accelerated(structuredAdaGrad({ learningRate: 0.1, preconditionEvery: 2, startStep: 2 }))],
  ])('goes on from a checkpoint, bit for bit, %s', async (_name, make) => {
    const gradients = await gradientsOf([2, 3, 4, 5]);
    const whole = await after(make(), model(1), gradients);
    const half = await toArrays(await after(make(), model(1), gradients.slice(0, 2)));
    const restored = fromArrays(await start(make(), model(9)), half) as TrainingState<ReturnType<typeof model>>;
    const on = await after(make(), model(9), gradients.slice(2), restored);
    expect(await elements(on)).toEqual(await elements(whole));
  });

  test('may be donated, takes any optimizer, and says what it keeps', async () => {
    const weight = random.normal(random.key(1), [3, 4]);
    const optimizer = accelerated(adamW({ learningRate: 0.1, weightDecay: 0 }));
    const first = await after(optimizer, await copy({ weight }), [{ weight }]);
    // Adam's first step, at α = 1, is the learning rate against the signs, and all three points agree.
    const expected = (await sub(weight, mul(0.1, weight.sign())).data()) as Float32Array;
    (await elements(first.params))['weight']!.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    expect(await elements(acceleratedAverage(first.state))).toEqual(await elements(first.params));
    // Two moments, the iterate and the average.
    expect(explain(optimizer, { weight }).stateFloats).toBe(4 * 12);
  });
});

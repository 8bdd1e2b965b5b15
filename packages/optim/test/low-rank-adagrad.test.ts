import { type Matrix, matrix, multiply, subtract, symmetricEigen } from '@sardonyx/linalg';
import { evaluate, random, tensor, type Tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { explain, lowRankAdaGrad, type LowRankAdaGradOptions, OptimizerError, structuredAdaGrad } from '../src/index.js';
import { after, start } from './runs.js';

const draw = (seed: number, shape: number[]) => random.normal(random.key(seed), shape, { dtype: 'float64' });
const largestDifference = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

/** The state after updates from zero by given gradients. */
async function run(options: LowRankAdaGradOptions, gradients: readonly Tensor[]) {
  const optimizer = lowRankAdaGrad({ learningRate: 0.1, ...options });
  const given = await evaluate(gradients.map((g) => [g.add(0)]));
  return after(optimizer, [await evaluate(given[0]![0]!.mul(0))], given);
}

async function path(optimizer: Parameters<typeof after>[0], gradients: readonly Tensor[]): Promise<number[]> {
  const given = await evaluate(gradients.map((g) => [g.add(0)]));
  const { params } = await after(optimizer, [await evaluate(given[0]![0]!.mul(0))], given);
  return Array.from(await params[0]!.data(), Number);
}

const gradients = (count: number, shape = [2, 4]) => Array.from({ length: count }, (_, i) => draw(i + 1, shape));

describe('of as many gradients as the factor has columns, it is full-matrix AdaGrad', () => {
  const forms: LowRankAdaGradOptions[] = [
    { epsilon: 1e-2 },
    { epsilon: 1e-2, form: 'ema', beta2: 0.9, biasCorrection: true },
    { epsilon: 1e-2, form: 'weighted', beta2: 0.8, momentum: 0.6 },
    { epsilon: 0 },
    { epsilon: 0, form: 'ema', beta2: 0.5, momentum: 0.6, biasCorrection: true },
  ];
  test.each(forms)('%o', async (options) => {
    const full = structuredAdaGrad({ learningRate: 0.1, set: 'full', ...options });
    const low = lowRankAdaGrad({ learningRate: 0.1, rank: 5, ...options });
    // The matrix form has the squared condition of the gradients, about 10², and float64.
    expect(largestDifference(await path(low, gradients(5)), await path(full, gradients(5)))).toBeLessThan(1e-11);
  });

  test('for as long as one likes, where it has as many columns as the parameter has elements', async () => {
    const full = structuredAdaGrad({ learningRate: 0.1, set: 'full', epsilon: 1e-3 });
    const low = lowRankAdaGrad({ learningRate: 0.1, epsilon: 1e-3 });
    expect(largestDifference(await path(low, gradients(30)), await path(full, gradients(30)))).toBeLessThan(1e-11);
  });
});

test('gradients of four decades keep their digits in float32, which their squares lose', async () => {
  const scales = [1, 1e-2, 1e-4];
  const graded = gradients(3).map((g, i) => g.mul(scales[i]!));
  const single = (await evaluate(graded)).map((g) => g.cast('float32'));
  // The same gradients, rounded, in float64 throughout.
  const exact = await path(
    lowRankAdaGrad({ learningRate: 0.1 }),
    single.map((g) => g.cast('float64')),
  );
  const low = await path(lowRankAdaGrad({ learningRate: 0.1 }), single);
  const full = await path(structuredAdaGrad({ learningRate: 0.1, set: 'full', epsilon: 0 }), single);
  // Directions are rounded by 6e-8, which is 6e-4 of the smallest gradient, for a step of 0.1.
  expect(largestDifference(low, exact)).toBeLessThan(1e-4);
  expect(largestDifference(full, exact)).toBeGreaterThan(0.01);
});

describe('of more gradients it is a sketch', () => {
  const rank = 3;
  const d = 8;
  const least = (a: Matrix) => symmetricEigen(a, { symmetryTolerance: 1e-8 }).values[0]!;

  test.each([
    ['cumulative', 1, 1],
    ['ema', 0.9, 0.1],
    ['weighted', 0.9, 1],
  ] as const)('%s: below the statistic, and with its ridge above', async (form, keep, weight) => {
    const given = gradients(20);
    const epsilon = 1e-3;
    const { state } = await run({ rank, form, beta2: 0.9, epsilon }, given);
    const memory = (state.slots['memory'] as unknown as Record<string, Tensor>[])[0]!;
    const [basis, values, ridge] = [await memory['basis']!.data(), await memory['values']!.data(), await memory['ridge']!.item()];
    const factor = matrix(
      d,
      rank,
      Float64Array.from({ length: d * rank }, (_, i) => Number(basis[i]) * Number(values[i % rank])),
    );
    const sketch = multiply(factor, factor, { transposeRight: true });
    const statistic = matrix(d, d);
    for (let i = 0; i < d; i++) statistic.data[i * d + i] = epsilon;
    for (const g of given) {
      const x = await g.data();
      statistic.data.forEach((m, i) => {
        statistic.data[i] = keep * m + weight * Number(x[Math.floor(i / d)]) * Number(x[i % d]);
      });
    }
    const above = matrix(
      d,
      d,
      sketch.data.map((x, i) => x + (i % (d + 1) === 0 ? ridge ** 2 : 0)),
    );
    expect(ridge ** 2).toBeGreaterThan(epsilon * keep ** 20);
    // Roundings of matrices of norm 30 at most.
    expect(least(subtract(statistic, sketch))).toBeGreaterThan(-1e-12);
    expect(least(subtract(above, statistic))).toBeGreaterThan(-1e-12);
  });
});

describe('memory', () => {
  test('is a factor, not a matrix', () => {
    const params = { w: tensor(new Float32Array(60), [6, 10]) };
    // The factor, the direction that waits and the gradient; values, their inverses and two numbers.
    expect(explain(lowRankAdaGrad({ rank: 4 }), params).stateFloats).toBe(60 * 4 + 60 + 60 + 2 * 4 + 2);
    expect(explain(lowRankAdaGrad({ rank: 4 }), params).parameters[0]!.treatment).toBe('full matrix by a factor of 60 × 4');
    expect(explain(lowRankAdaGrad(), { b: tensor([1, 2]) }).parameters[0]!.treatment).toBe('full matrix by a factor of 2 × 2');
  });

  test('beyond the limit is refused with the way out', () => {
    const wide = { embedding: tensor(new Float32Array(4000), [200, 20]) };
    const refuse = () => lowRankAdaGrad({ rank: 100, memoryLimit: 2 ** 20 }).init(wide);
    expect(refuse).toThrow(OptimizerError);
    expect(refuse).toThrow(/at most 1 MiB for embedding, given a factor of 4000 × 100, 1.53 MiB\. Choose a lower rank/);
  });
});

test('a gradient that is not finite is named with parameter and step', async () => {
  const optimizer = lowRankAdaGrad();
  const params = { w: tensor([1, 2]) };
  const { params: p, state } = await start(optimizer, params);
  const [moved, next] = optimizer.update({ w: tensor([Number.NaN, 1]) }, state, p);
  const refused = optimizer.refresh!(await evaluate(next), await evaluate(moved));
  await expect(refused).rejects.toThrow(/lowRankAdaGrad: expected a statistic of w with singular values at step 1/);
});

import { matmul, random, swapAxes, type Tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { initializers, type Initializer } from '../src/index.js';
import { numbers } from './arrays.js';

const key = random.key(11);

async function moments(x: Tensor) {
  const values = await numbers(x);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: Math.max(...values.map(Math.abs)) };
}

/** Standard deviation after cutting a normal distribution at ±2. */
const truncated = 0.8796256610342398;

const rows: readonly [string, Initializer, readonly number[], number][] = [
  ['normal', initializers.normal(0.3), [200, 100], 0.09],
  ['uniform', initializers.uniform(0.6), [200, 100], 0.12],
  ['truncated normal', initializers.truncatedNormal(0.5), [200, 100], (0.5 * truncated) ** 2],
  ['xavier uniform', initializers.xavier(), [300, 100], 2 / 400],
  ['xavier normal', initializers.xavier('normal', 2), [300, 100], (4 * 2) / 400],
  ['kaiming normal', initializers.kaiming(), [300, 100], 2 / 300],
  ['kaiming uniform over fan-out', initializers.kaiming('uniform', { fan: 'out' }), [300, 100], 2 / 100],
  ['kaiming of a kernel', initializers.kaiming('normal', { gain: 1 }), [64, 32, 3, 5], 1 / (32 * 15)],
  ['kaiming of a kernel over fan-out', initializers.kaiming('normal', { gain: 1, fan: 'out' }), [64, 32, 3, 5], 1 / (64 * 15)],
];

describe.each(rows)('%s', (_, initializer, shape, variance) => {
  test('has mean 0 and the variance of its fans', async () => {
    const found = await moments(initializer(key, shape));
    const count = shape.reduce((product, n) => product * n, 1);
    // Four standard errors of the mean; of the variance, whose relative error is at most √(2/count) for these tails.
    expect(Math.abs(found.mean)).toBeLessThan(4 * Math.sqrt(variance / count));
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  });

  test('makes the same of the same key, in either precision', async () => {
    expect(await numbers(initializer(key, [4, 6]))).toEqual(await numbers(initializer(key, [4, 6])));
    expect(initializer(key, [4, 6], 'float64').dtype).toBe('float64');
    expect(await numbers(initializer(random.key(12), [4, 6]))).not.toEqual(await numbers(initializer(key, [4, 6])));
  });
});

test('bounds of uniform and truncated numbers', async () => {
  expect((await moments(initializers.uniform(0.6)(key, [5000]))).largest).toBeLessThanOrEqual(0.6);
  expect((await moments(initializers.truncatedNormal(0.5)(key, [5000]))).largest).toBeLessThanOrEqual(1);
});

test('zeros, ones, constants', async () => {
  expect(await numbers(initializers.zeros(key, [2]))).toEqual([0, 0]);
  expect(await numbers(initializers.ones(key, [2], 'float64'))).toEqual([1, 1]);
  expect(await numbers(initializers.constant(0.5)(key, [2]))).toEqual([0.5, 0.5]);
});

test.each([[[40, 40]], [[20, 50]], [[50, 20]], [[16, 3, 2, 2]], [[1, 7]]])('orthogonal of shape %j', async (shape) => {
  const w = initializers
    .orthogonal(3)(key, shape, 'float64')
    .reshape([shape[0]!, shape.slice(1).reduce((a, b) => a * b)]);
  const [rows, columns] = w.shape as [number, number];
  const gram = rows <= columns ? matmul(w, swapAxes(w, 0, 1)) : matmul(swapAxes(w, 0, 1), w);
  const size = Math.min(rows, columns);
  const error = (await numbers(gram)).map((v, i) => Math.abs(v - (Math.floor(i / size) === i % size ? 9 : 0)));
  // Sums of up to 50 products in float64.
  expect(Math.max(...error)).toBeLessThan(1e-12);
});

test('shapes without fans are refused', () => {
  expect(() => initializers.xavier()(key, [4])).toThrow(/expected a matrix .* given \[4\]/);
});

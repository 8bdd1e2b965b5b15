import { describe, expect, test } from 'vitest';
import { jit, random, tensor, type Tensor } from '../../src/index.js';

const numbersOf = async (x: Tensor): Promise<number[]> => Array.from(await x.data(), Number);

/** Pearson's statistic Σ (observed − expected)²/expected. */
const chiSquare = (observed: readonly number[], expected: readonly number[]): number =>
  observed.reduce((total, n, i) => total + (n - expected[i]!) ** 2 / expected[i]!, 0);

const countsOf = (draws: readonly number[], categories: number): number[] => {
  const counts = new Array<number>(categories).fill(0);
  for (const draw of draws) counts[draw]!++;
  return counts;
};

describe('random.permutation', () => {
  test('holds every number once and depends on the key alone', async () => {
    const order = await numbersOf(random.permutation(random.key(3), 1000));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(await numbersOf(random.permutation(random.key(3), 1000))).toEqual(order);
    expect(await numbersOf(random.permutation(random.key(4), 1000))).not.toEqual(order);
    expect(await numbersOf(random.permutation(random.key(3), 0))).toEqual([]);
  });

  test('all orders of four are equally likely', async () => {
    const draw = jit((key: Tensor) => random.permutation(key, 4));
    const orders = await Promise.all(Array.from({ length: 2400 }, (_, seed) => numbersOf(draw(random.key(seed)))));
    const names = [...new Set(orders.map(String))];
    expect(names).toHaveLength(24);
    const counts = names.map((name) => orders.filter((order) => String(order) === name).length);
    // χ² with 23 degrees of freedom exceeds 49.7 once in a thousand; the seeds are fixed.
    expect(
      chiSquare(
        counts,
        names.map(() => 100),
      ),
    ).toBeLessThan(49.7);
  });

  test('refuses fractions', () => {
    expect(() => random.permutation(random.key(0), 2.5)).toThrow(/^random\.permutation: .*2\.5/);
  });
});

describe('random.choice', () => {
  test('without replacement draws different numbers, with it all of them evenly', async () => {
    const few = await numbersOf(random.choice(random.key(1), 100, [5, 4], { replace: false }));
    expect(new Set(few).size).toBe(20);
    const many = random.choice(random.key(1), 10, [100, 100]);
    expect(many.shape).toEqual([100, 100]);
    // χ² with 9 degrees of freedom exceeds 27.9 once in a thousand.
    expect(chiSquare(countsOf(await numbersOf(many), 10), new Array<number>(10).fill(1000))).toBeLessThan(27.9);
  });

  test('refuses what cannot be drawn', () => {
    expect(() => random.choice(random.key(0), 3, [4], { replace: false })).toThrow(/4 different numbers from 3/);
    expect(() => random.choice(random.key(0), 0, [1])).toThrow(/1 numbers from 0/);
  });
});

describe('random.categorical', () => {
  const probabilities = [0.5, 0.25, 0.2, 0.05, 0];
  const logits = tensor(probabilities.map(Math.log));

  test('draws with the probabilities of the softmax and never what is excluded', async () => {
    const draws = await numbersOf(random.categorical(random.key(7), logits, { shape: [20_000] }));
    const counts = countsOf(draws, 5);
    expect(counts[4]).toBe(0);
    // χ² with 3 degrees of freedom exceeds 16.3 once in a thousand.
    expect(
      chiSquare(
        counts.slice(0, 4),
        probabilities.slice(0, 4).map((p) => p * 20_000),
      ),
    ).toBeLessThan(16.3);
  });

  test('draws along any axis, with leading axes for more draws', () => {
    const stacked = tensor(new Float32Array(24), [2, 4, 3]);
    expect(random.categorical(random.key(0), stacked).shape).toEqual([2, 4]);
    expect(random.categorical(random.key(0), stacked, { axis: 1, shape: [5] }).shape).toEqual([5, 2, 3]);
  });

  test('refuses scalars and integers', () => {
    expect(() => random.categorical(random.key(0), tensor(1))).toThrow(/^random\.categorical: .*scalar/);
    expect(() => random.categorical(random.key(0), tensor([1], [1], 'int32'))).toThrow(/int32/);
  });
});

test('random.gumbel has the mean and variance of its distribution', async () => {
  const draws = Array.from(await random.gumbel(random.key(11), [40_000], { dtype: 'float64' }).data(), Number);
  const mean = draws.reduce((a, b) => a + b) / draws.length;
  const variance = draws.reduce((total, x) => total + (x - mean) ** 2, 0) / draws.length;
  // Mean γ, variance π²/6 = 1.645, fourth central moment 27/5 of its square: standard errors 0.0064 and 0.017; four each.
  expect(Math.abs(mean - 0.5772156649)).toBeLessThan(0.026);
  expect(Math.abs(variance - Math.PI ** 2 / 6)).toBeLessThan(0.069);
});

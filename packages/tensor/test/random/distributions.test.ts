import { describe, expect, test } from 'vitest';
import * as engine from '../../src/index.js';
import { dropout, grad, ones, random, tensor, type Tensor } from '../../src/index.js';

/* Seeds are fixed, so these tests are exact repetitions; bounds are such that a right generator with another seed would
   pass them but for one in 10⁵ times (4.4 standard errors). */
const sigmas = 4.4;
const count = 1 << 17;
const key = (seed: number) => random.key(seed);
const numbers = async (x: Tensor) => Array.from((await x.data()) as ArrayLike<number | bigint>, Number);

function moments(x: readonly number[]) {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const central = (p: number) => x.reduce((sum, v) => sum + (v - mean) ** p, 0) / x.length;
  const variance = central(2);
  return { mean, variance, skewness: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 };
}

/** Pearson's statistic of equally likely cells, and whether it lies within `sigmas` of what chance gives. */
function expectUniform(cells: readonly number[], size: number) {
  const counts = new Array<number>(size).fill(0);
  for (const cell of cells) counts[cell]!++;
  const expected = cells.length / size;
  const statistic = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  const freedom = size - 1;
  // Normal approximation with Wilson and Hilferty's cube root: good for tens of degrees of freedom and more.
  const z = (Math.cbrt(statistic / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
  expect(Math.abs(z), `chi-square ${statistic} with ${freedom} degrees of freedom`).toBeLessThan(sigmas);
}

describe('bits', () => {
  test.each([0, 8, 16, 24])('bytes at bit %d are uniform', async (shift) => {
    expectUniform(
      (await numbers(random.bits(key(1), [count]))).map((word) => (word >>> shift) & 255),
      256,
    );
  });

  test('neighbours are independent: pairs of four-bit digits are uniform', async () => {
    const words = await numbers(random.bits(key(2), [count]));
    expectUniform(
      words.slice(1).map((word, i) => ((word >>> 28) << 4) | (words[i]! >>> 28)),
      256,
    );
  });

  test('neighbouring seeds, split keys and folded keys give unrelated bits', async () => {
    const firsts = await Promise.all(
      Array.from({ length: 256 }, async (_, i) => [
        await random.bits(key(i), []).item(),
        await random.bits(random.foldIn(key(5), i), []).item(),
      ]),
    );
    expect(new Set(firsts.flat()).size).toBe(512);
    expectUniform(
      firsts.flat().map((word) => word >>> 28),
      16,
    );
  });
});

describe('uniform', () => {
  test.each([
    ['float32', 24],
    ['float64', 53],
  ] as const)('%s: in [0, 1), multiples of 2^-%d, flat', async (dtype, precision) => {
    const x = await numbers(random.uniform(key(3), [count], { dtype }));
    expect(x.every((v) => v >= 0 && v < 1)).toBe(true);
    // In float64 the products are whole below 2^53, hence exact.
    expect(x.every((v) => Number.isInteger(v * 2 ** precision))).toBe(true);
    expect(x.some((v) => !Number.isInteger(v * 2 ** (precision - 1)))).toBe(true);
    expectUniform(
      x.map((v) => Math.floor(v * 100)),
      100,
    );
    const { mean, variance } = moments(x);
    expect(Math.abs(mean - 0.5)).toBeLessThan(sigmas * Math.sqrt(1 / 12 / count));
    // Var of (x − ½)² is 1/80 − 1/144 = 1/180.
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(sigmas * Math.sqrt(1 / 180 / count));
  });

  test('float16 stays below 1', async () => {
    const bits = await numbers(random.uniform(key(4), [4096], { dtype: 'float16' }));
    const x = bits.map(engine.decodeFloat16);
    expect(x.every((v) => v >= 0 && v < 1)).toBe(true);
    expectUniform(
      x.map((v) => Math.floor(v * 16)),
      16,
    );
  });

  test('between bounds', async () => {
    const x = await numbers(random.uniform(key(5), [count], { min: -3, max: 5 }));
    expect(Math.min(...x.slice(0, 10000))).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...x.slice(0, 10000))).toBeLessThan(5);
    expect(Math.abs(moments(x).mean - 1)).toBeLessThan(sigmas * 8 * Math.sqrt(1 / 12 / count));
  });
});

describe('integers', () => {
  test.each([
    [0, 10],
    [-7, 30],
    [5, 6],
  ])('from %d to below %d are uniform', async (low, high) => {
    const x = await numbers(random.integers(key(6), [count], low, high));
    expect(x.every((v) => Number.isInteger(v) && v >= low && v < high)).toBe(true);
    if (high - low > 1)
      expectUniform(
        x.map((v) => v - low),
        high - low,
      );
  });

  test('the whole range of 32 bits, as int64', async () => {
    const x = random.integers(key(7), [count], -(2 ** 31), 2 ** 31, { dtype: 'int64' });
    expect(x.dtype).toBe('int64');
    expectUniform(
      (await numbers(x)).map((v) => Math.floor((v + 2 ** 31) / 2 ** 26)),
      64,
    );
  });

  test('empty and overlong ranges are refused', () => {
    for (const [low, high] of [
      [3, 3],
      [4, 3],
      [0, 2 ** 32 + 1],
      [0.5, 3],
    ] as const) {
      expect(() => random.integers(key(0), [2], low, high)).toThrow(/random.integers: expected whole numbers/);
    }
  });
});

describe('bernoulli', () => {
  test.each([0, 0.1, 0.5, 0.999, 1])('true with probability %d', async (p) => {
    const x = await numbers(random.bernoulli(key(8), p, [count]));
    const frequency = x.reduce((sum, v) => sum + v, 0) / count;
    expect(Math.abs(frequency - p)).toBeLessThanOrEqual(sigmas * Math.sqrt((p * (1 - p)) / count));
  });

  test('a tensor of probabilities', async () => {
    const x = random.bernoulli(key(9), tensor([[0.2], [0.7]]), [2, count]);
    expect([x.dtype, x.shape]).toEqual(['bool', [2, count]]);
    const data = await numbers(x);
    for (const [row, p] of [0.2, 0.7].entries()) {
      const frequency = data.slice(row * count, (row + 1) * count).reduce((sum, v) => sum + v, 0) / count;
      expect(Math.abs(frequency - p)).toBeLessThan(sigmas * Math.sqrt((p * (1 - p)) / count));
    }
  });

  test('no probability is refused', () => {
    expect(() => random.bernoulli(key(0), 1.5, [2])).toThrow(/random.bernoulli: expected a probability/);
  });
});

/** Standard normal distribution function, by the series of erf with positive terms. */
function normalCdf(x: number): number {
  let term = x;
  let series = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(series); n++) series += term *= (x * x) / (2 * n + 1);
  return 0.5 + (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

describe('normal', () => {
  test.each(['float32', 'float64'] as const)('%s: moments and distribution', async (dtype) => {
    const x = await numbers(random.normal(key(10), [count], { dtype }));
    const { mean, variance, skewness, kurtosis } = moments(x);
    // Variances of the sample moments of n normal numbers: 1/n, 2/n, 6/n, 24/n.
    expect(Math.abs(mean)).toBeLessThan(sigmas * Math.sqrt(1 / count));
    expect(Math.abs(variance - 1)).toBeLessThan(sigmas * Math.sqrt(2 / count));
    expect(Math.abs(skewness)).toBeLessThan(sigmas * Math.sqrt(6 / count));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(sigmas * Math.sqrt(24 / count));
    expectUniform(
      x.map((v) => Math.floor(normalCdf(v) * 64)),
      64,
    );
  });

  test('mean and standard deviation', async () => {
    const { mean, variance } = moments(await numbers(random.normal(key(11), [count], { mean: 3, std: 2 })));
    expect(Math.abs(mean - 3)).toBeLessThan(sigmas * 2 * Math.sqrt(1 / count));
    expect(Math.abs(variance - 4)).toBeLessThan(sigmas * 4 * Math.sqrt(2 / count));
  });

  test('odd counts, scalars, nothing and half precision', async () => {
    expect((await numbers(random.normal(key(12), [3, 3]))).every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(await random.normal(key(12), []).item())).toBe(true);
    expect(await numbers(random.normal(key(12), [0, 4]))).toEqual([]);
    const half = (await numbers(random.normal(key(12), [999], { dtype: 'float16' }))).map(engine.decodeFloat16);
    expect(Math.abs(moments(half).variance - 1)).toBeLessThan(sigmas * Math.sqrt(2 / 999));
  });
});

describe('truncatedNormal', () => {
  test.each([
    [-2, 2],
    [-0.5, 3],
    [1, 2],
  ])('between %d and %d', async (lower, upper) => {
    const x = await numbers(random.truncatedNormal(key(13), [count], { lower, upper }));
    expect(x.every((v) => v >= lower && v <= upper)).toBe(true);
    const [low, high] = [normalCdf(lower), normalCdf(upper)];
    expectUniform(
      x.map((v) => Math.min(49, Math.floor(((normalCdf(v) - low) / (high - low)) * 50))),
      50,
    );
  });

  test('bounds out of order are refused', () => {
    expect(() => random.truncatedNormal(key(0), [2], { lower: 1, upper: 1 })).toThrow(/expected lower < upper/);
  });
});

describe('dropout', () => {
  test('drops at its rate and keeps the expectation', async () => {
    const y = await numbers(dropout(ones([count]), 0.25, key(14)));
    const kept = y.filter((v) => v !== 0);
    expect(kept.every((v) => Math.abs(v - 4 / 3) < 1e-6)).toBe(true);
    expect(Math.abs(kept.length / count - 0.75)).toBeLessThan(sigmas * Math.sqrt(0.1875 / count));
  });

  test('the gradient passes where elements are kept', async () => {
    const x = ones([64]);
    const gradient = await grad((v: Tensor) => dropout(v, 0.5, key(15)).sum())(x).data();
    expect(gradient).toEqual(await dropout(x, 0.5, key(15)).data());
  });

  test('rate 0 changes nothing, rate 1 is refused', () => {
    const x = ones([3]);
    expect(dropout(x, 0, key(0))).toBe(x);
    expect(() => dropout(x, 1, key(0))).toThrow(/dropout: expected a rate/);
  });
});

const vmap = Reflect.get(engine, 'vmap') as ((f: (key: Tensor) => Tensor) => (keys: Tensor) => Tensor) | undefined;

test.skipIf(!vmap)('a batch of keys gives what the keys give one by one', async () => {
  const keys = random.split(key(16), 3);
  const rows = await numbers(keys);
  for (const draw of [
    (k: Tensor) => random.normal(k, [2, 3], { dtype: 'float64' }),
    (k: Tensor) => random.uniform(k, [5], { dtype: 'float64' }),
    (k: Tensor) => random.integers(k, [4], 0, 100),
    (k: Tensor) => random.split(random.foldIn(k, 1), 3),
  ]) {
    const batch = await numbers(vmap!(draw)(keys));
    const alone = await Promise.all([0, 1, 2].map((i) => numbers(draw(tensor(Uint32Array.from(rows.slice(2 * i, 2 * i + 2)))))));
    // Normal numbers at the end of an array take another path through the vectorised logarithm: a few 2^-53 apart.
    alone.flat().forEach((x, i) => expect(Math.abs(batch[i]! - x)).toBeLessThan(1e-14));
  }
});

import { describe, expect, test } from 'vitest';
import { LoopSampler, type LoopSampling } from '../src/training/loop-sampling.js';

const draw = (sampling: LoopSampling, count: number, seed = 1): number[] => {
  const sampler = new LoopSampler(sampling, seed);
  return Array.from({ length: count }, () => sampler.next());
};
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b) / x.length;

describe('numbers of loops', () => {
  test('are fixed', () => expect(new Set(draw({ kind: 'fixed', loops: 4 }, 50))).toEqual(new Set([4])));

  test('are uniform', () => {
    const seen = draw({ kind: 'uniform', maximum: 6 }, 12_000);
    for (let loops = 1; loops <= 6; loops++) {
      // 2,000 expected, with a standard deviation of 41.
      expect(Math.abs(seen.filter((x) => x === loops).length - 2000)).toBeLessThan(200);
    }
    expect(Math.max(...seen)).toBe(6);
  });

  test('are Poisson where the rate does not vary', () => {
    const seen = draw({ kind: 'poissonLogNormal', mean: 4, deviation: 0, maximum: 1000 }, 20_000);
    let probability = Math.exp(-3);
    for (let count = 0; count < 8; count++) {
      const share = seen.filter((x) => x === count + 1).length / 20_000;
      // Five standard deviations of a share at 20,000 draws are at most 0.018.
      expect(Math.abs(share - probability)).toBeLessThan(0.018);
      probability *= 3 / (count + 1);
    }
  });

  test('have the mean asked for, and the variance of a Poisson of log-normal rate', () => {
    const seen = draw({ kind: 'poissonLogNormal', mean: 32, maximum: 10_000 }, 20_000);
    const m = mean(seen);
    // Var = r + r²(e^{σ²} − 1) with r = 31 and σ = ½, about 304: the mean of 20,000 is good to 0.12.
    expect(Math.abs(m - 32)).toBeLessThan(0.6);
    const variance = mean(seen.map((x) => (x - m) ** 2));
    expect(Math.abs(variance / (31 + 31 ** 2 * Math.expm1(0.25)) - 1)).toBeLessThan(0.1);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(1);
  });

  test('end at the maximum, of large rates too', () => {
    const sampler = new LoopSampler({ kind: 'poissonLogNormal', mean: 3 }, 1);
    expect(sampler.maximum).toBe(12);
    const all = Array.from({ length: 5000 }, () => sampler.next());
    expect(Math.max(...all)).toBeLessThanOrEqual(12);
    const large = draw({ kind: 'poissonLogNormal', mean: 2000, deviation: 0, maximum: 4000 }, 50);
    expect(Math.abs(mean(large) - 2000)).toBeLessThan(40);
  });

  test('go on from where they were', () => {
    for (const sampling of [
      { kind: 'uniform', maximum: 9 },
      { kind: 'poissonLogNormal', mean: 8 },
    ] as const) {
      const whole = draw(sampling, 30, 5);
      const first = new LoopSampler(sampling, 5);
      for (let i = 0; i < 11; i++) first.next();
      const second = new LoopSampler(sampling, 5);
      second.restore(JSON.parse(JSON.stringify(first.state())) as ReturnType<LoopSampler['state']>);
      expect(Array.from({ length: 19 }, () => second.next())).toEqual(whole.slice(11));
      expect(draw(sampling, 30, 6)).not.toEqual(whole);
    }
  });

  test('are refused where they are none', () => {
    expect(() => new LoopSampler({ kind: 'fixed', loops: 0 }, 1)).toThrow(/loops of the sampled loops must be a positive integer, given 0/);
    expect(() => new LoopSampler({ kind: 'uniform', maximum: 2.5 }, 1)).toThrow(/given 2.5/);
    expect(() => new LoopSampler({ kind: 'poissonLogNormal', mean: 1 }, 1)).toThrow(/mean number of loops must be above 1, given 1/);
    expect(() => new LoopSampler({ kind: 'poissonLogNormal', mean: 4, deviation: -1 }, 1)).toThrow(/0 or more, given -1/);
  });
});

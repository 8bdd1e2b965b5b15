import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, pairedRatio, spread } from '../src/statistics.js';

describe('median', () => {
  it('is the middle of an odd sample and the mean of the middle two of an even one', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  it('sorts by value, not as text, and leaves its argument alone', () => {
    const sample = [10, 9, 100];
    expect(median(sample)).toBe(10);
    expect(sample).toEqual([10, 9, 100]);
  });

  it('refuses an empty sample', () => {
    expect(() => median([])).toThrow(/expected at least one value/);
  });

  it('has no more than half of the sample on either side', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (sample) => {
        const middle = median(sample);
        expect(sample.filter((value) => value < middle).length).toBeLessThanOrEqual(sample.length / 2);
        expect(sample.filter((value) => value > middle).length).toBeLessThanOrEqual(sample.length / 2);
      }),
      { seed: 1 },
    );
  });
});

it('spread gives the median and the extremes', () => {
  expect(spread([3, 1, 8])).toEqual({ median: 3, minimum: 1, maximum: 8 });
});

describe('pairedRatio', () => {
  it('divides round by round, so that a slow round weighs on both sides', () => {
    expect(pairedRatio([1, 10, 2], [2, 20, 4])).toEqual({ median: 0.5, minimum: 0.5, maximum: 0.5 });
    expect(pairedRatio([1, 3], [2, 2])).toEqual({ median: 1, minimum: 0.5, maximum: 1.5 });
  });

  it('refuses samples of different length', () => {
    expect(() => pairedRatio([1], [1, 2])).toThrow(/one figure per round on both sides, got 1 and 2/);
  });
});

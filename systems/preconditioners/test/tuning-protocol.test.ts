import { describe, expect, test } from 'vitest';
import {
  chooseRate,
  optimizerTable,
  ratesAround,
  studentInterval,
  studentProbability,
  studentQuantile,
  trialAt,
  trialsOf,
} from '../src/index.js';

describe('the tuning protocol', () => {
  const budget = { rates: 5, spacing: 0.5, seeds: 3 };

  test('gives every optimizer the same trials: all rates on one seed, then others', () => {
    expect(trialsOf(budget)).toBe(8);
    const trials = Array.from({ length: 8 }, (_, index) => trialAt(index, budget, 2));
    expect(trials.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((rate) => ({ kind: 'tuning', seed: 2000, rate })));
    expect(trials.slice(5)).toEqual([0, 1, 2].map((run) => ({ kind: 'evaluation', seed: 2001 + run, run })));
    for (const { centre } of optimizerTable) {
      const rates = ratesAround(centre, budget);
      expect(rates).toHaveLength(5);
      expect(rates[2]).toBe(centre);
      expect(rates[4]! / rates[0]!).toBeCloseTo(100, 10);
    }
  });

  test('chooses the lowest loss, the smaller rate of equals, and flags edges', () => {
    expect(chooseRate([3, 1, 2])).toEqual({ rate: 1, atEdge: false });
    expect(chooseRate([3, 1, 1])).toEqual({ rate: 1, atEdge: false });
    expect(chooseRate([1, 2, 3])).toEqual({ rate: 0, atEdge: true });
    expect(chooseRate([3, 2, 1])).toEqual({ rate: 2, atEdge: true });
    expect(chooseRate([2, Infinity, Infinity])).toEqual({ rate: 0, atEdge: true });
    expect(chooseRate([3, 2, NaN])).toEqual({ rate: 1, atEdge: false });
    expect(chooseRate([Infinity, NaN])).toBeUndefined();
  });
});

describe("Student's interval", () => {
  test('has the quantiles in closed form of one and two degrees of freedom', () => {
    for (const p of [0.6, 0.75, 0.9, 0.975, 0.995]) {
      expect(studentQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 10);
      expect(studentQuantile(p, 2)).toBeCloseTo((2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 10);
    }
  });

  test.each([
    // Abramowitz, Stegun, table 26.10, t with P(|T| ≤ t) = 0.95.
    [3, 3.182],
    [4, 2.776],
    [5, 2.571],
    [9, 2.262],
    [10, 2.228],
    [30, 2.042],
  ])('has the tabled quantile of %d degrees of freedom', (degrees, t) => {
    expect(studentQuantile(0.975, degrees)).toBeCloseTo(t, 3);
    expect(studentProbability(studentQuantile(0.975, degrees), degrees)).toBeCloseTo(0.95, 12);
  });

  test('is the mean with t·s/√n around it', () => {
    const { mean, low, high } = studentInterval([1, 2, 6]);
    expect(mean).toBe(3);
    // s² = (4 + 1 + 9)/2 = 7; t of two degrees of freedom: 0.95/√(2·0.975·0.025).
    const half = (0.95 / Math.sqrt(2 * 0.975 * 0.025)) * Math.sqrt(7 / 3);
    expect(high - mean).toBeCloseTo(half, 10);
    expect(mean - low).toBeCloseTo(half, 10);
    expect(studentInterval([2, 2])).toEqual({ mean: 2, low: 2, high: 2 });
    expect(studentInterval([2, Infinity])).toEqual({ mean: Infinity, low: -Infinity, high: Infinity });
  });

  test.each([
    [() => studentInterval([1]), 'empty'],
    [() => studentQuantile(1, 3), 'argument'],
    [() => studentProbability(1, 0), 'argument'],
  ])('refuses what has none', (ask, code) => {
    expect(ask).toThrow(expect.objectContaining({ code }));
  });
});

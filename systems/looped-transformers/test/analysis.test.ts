import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '@sardonyx/data';
import { resolveParameters, startRun } from '@sardonyx/study';
import { describe, expect, test } from 'vitest';
import { isoplotLines, meanAdvantage } from '../src/analysis/isoplot.js';
import { leastSquaresLine } from '../src/analysis/least-squares-line.js';
import { leastMemorizedBits, memorizedBits } from '../src/analysis/memorized-bits.js';
import { percentageGap, percentageGapRange } from '../src/analysis/percentage-gap.js';
import { reportedModel, reportedModels, reportedTasks, tasksOfGroup } from '../src/analysis/reported-results.js';
import { fitScalingLaw, slopeRatio } from '../src/analysis/scaling-law.js';
import { reportedResults } from '../src/studies/reported-results.js';

const baseDepths = (group: 'openBook' | 'primitives') =>
  reportedModels.filter(({ kind }) => kind === 'base').map(({ depth, accuracy }) => ({ depth, accuracy: accuracy[group] }));

describe('the line of least squares', () => {
  test('goes through points of a line', () => {
    const { slope, intercept, rSquared } = leastSquaresLine([1, 2, 5].map((x) => ({ x, y: 3 * x - 2 })));
    for (const [ours, expected] of [
      [slope, 3],
      [intercept, -2],
      [rSquared, 1],
    ] as const)
      expect(ours).toBeCloseTo(expected, 13);
  });

  test('keeps its digits far from the origin', () => {
    // Raw sums of squares would lose all sixteen digits at 1e8.
    const { slope } = leastSquaresLine([0, 1, 2, 3].map((x) => ({ x: 1e8 + x, y: x / 7 })));
    expect(slope).toBeCloseTo(1 / 7, 14);
  });

  test('needs two places', () => {
    expect(() =>
      leastSquaresLine([
        { x: 0.1, y: 1 },
        { x: 0.1, y: 2 },
        { x: 0.1, y: 2 },
      ]),
    ).toThrow(expect.objectContaining({ code: 'too-few-points' }));
    expect(() => leastSquaresLine([{ x: NaN, y: 1 }])).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('the scaling law', () => {
  test.each([
    ['openBook', 11.081, -0.8819, 0.9952],
    ['primitives', 15.7284, -2.4124, 0.9768],
  ] as const)('of the paper, %s', (group, alpha, beta, rSquared) => {
    const fit = fitScalingLaw(baseDepths(group), { seed: 1 });
    expect(fit.alpha.value).toBeCloseTo(alpha, 4);
    expect(fit.beta.value).toBeCloseTo(beta, 4);
    expect(fit.rSquared).toBeCloseTo(rSquared, 4);
    expect(fit.alpha.low).toBeLessThan(alpha);
    expect(fit.alpha.high).toBeGreaterThan(alpha);
  });

  test('has intervals that hold the truth about as often as they say', () => {
    const stream = new RandomStream(3, 'noise');
    const depths = Array.from({ length: 40 }, (_, i) => 1 + (i % 10));
    const hits = Array.from({ length: 100 }, (_, seed) => {
      const points = depths.map((depth) => ({ depth, accuracy: 5 * Math.log(depth) + 1 + stream.normal() }));
      const { alpha } = fitScalingLaw(points, { seed, replicates: 200, confidence: 0.9 });
      return alpha.low <= 5 && 5 <= alpha.high;
    }).filter(Boolean).length;
    // Binomial(100, 0.9) has deviation 3; the bootstrap's own error of some points comes to that.
    expect(hits).toBeGreaterThan(78);
    expect(hits).toBeLessThan(99);
  });

  test('is the same for the same seed', () => {
    const fit = (seed: number) => fitScalingLaw(baseDepths('openBook'), { seed, replicates: 100 });
    expect(fit(1)).toEqual(fit(1));
    expect(fit(2).alpha.low).not.toBe(fit(1).alpha.low);
  });

  test('gives the ratio of slopes', () => {
    const points = (slope: number) => [1, 2, 4, 8].map((depth) => ({ depth, accuracy: slope * Math.log(depth) + 3 }));
    const { value, low, high } = slopeRatio(points(6), points(4), { seed: 1, replicates: 100 });
    for (const x of [value, low, high]) expect(x).toBeCloseTo(1.5, 12);
    expect(() => slopeRatio(points(1), points(0), { seed: 1 })).toThrow(expect.objectContaining({ code: 'no-gap' }));
  });

  test('refuses what has no logarithm or no line', () => {
    const fit =
      (depths: readonly number[], options = {}) =>
      () =>
        fitScalingLaw(
          depths.map((depth) => ({ depth, accuracy: 1 })),
          { seed: 1, ...options },
        );
    expect(fit([0, 1])).toThrow('positive depths, given 0');
    expect(fit([2, 2])).toThrow(expect.objectContaining({ code: 'too-few-points' }));
    expect(fit([])).toThrow(expect.objectContaining({ code: 'too-few-points' }));
    expect(fit([1, 2], { replicates: 0 })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(fit([1, 2], { confidence: 1 })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('the percentage gap', () => {
  test('of accuracies and of perplexities', () => {
    expect(percentageGap({ looped: 30, isoParameter: 20, isoFlop: 40 })).toBe(50);
    expect(percentageGap({ looped: 8, isoParameter: 9, isoFlop: 7 })).toBe(50);
    expect(() => percentageGap({ looped: 8, isoParameter: 9, isoFlop: 9 })).toThrow(expect.objectContaining({ code: 'no-gap' }));
  });

  test('of the rounded table is not the printed one, which the rounding allows', () => {
    const math = { looped: 34.3, isoParameter: 26.7, isoFlop: 29.3 };
    expect(percentageGap(math)).toBeCloseTo(292.3, 1);
    expect(percentageGap({ looped: 26.5, isoParameter: 21.8, isoFlop: 26 })).toBeCloseTo(111.9, 1);
    const [low, high] = percentageGapRange(math, 0.05);
    expect(low).toBeCloseTo((100 * 7.6) / 2.7, 10);
    expect(low).toBeLessThan(282.5);
    expect(high).toBeGreaterThan(292.3);
    expect(() => percentageGapRange({ looped: 1, isoParameter: 1, isoFlop: 1.1 }, 0.05)).toThrow(
      expect.objectContaining({ code: 'no-gap' }),
    );
  });
});

describe('isoplots', () => {
  const series = (name: string, slope: number, intercept: number, perplexities: readonly number[]) =>
    perplexities.map((perplexity) => ({ series: name, perplexity, accuracy: slope * Math.log(perplexity) + intercept }));

  test('compare lines where both have perplexities', () => {
    const [a, b, c] = isoplotLines([
      ...series('a', -10, 40, [8, 9, 10]),
      ...series('b', -12, 45, [7, 8.5, 9.5]),
      ...series('c', -12, 45, [11, 12]),
    ]);
    expect(a!.slope).toBeCloseTo(-10, 10);
    const middle = (Math.log(8) + Math.log(9.5)) / 2;
    expect(meanAdvantage(a!, b!)).toBeCloseTo(2 * middle - 5, 10);
    expect(meanAdvantage(b!, a!)).toBeCloseTo(5 - 2 * middle, 10);
    expect(meanAdvantage(a!, c!)).toBeUndefined();
  });
});

describe('memorized bits', () => {
  test('by cross-entropy', () => {
    expect(memorizedBits({ facts: 100, values: 256 }, 0)).toBe(800);
    expect(memorizedBits({ facts: 100, values: 256 }, 4 * Math.LN2)).toBeCloseTo(400, 10);
    expect(memorizedBits({ facts: 100, values: 256 }, 100)).toBe(0);
    expect(() => memorizedBits({ facts: 1, values: 2 }, -1)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(() => memorizedBits({ facts: 0, values: 2 }, 1)).toThrow('facts');
  });

  test('by accuracy are no more than a model holds that spreads its errors evenly', () => {
    const table = { facts: 10, values: 8 };
    expect(leastMemorizedBits(table, 1)).toBe(30);
    expect(leastMemorizedBits(table, 1 / 8)).toBe(0);
    // p = 0.65 for the right value and 0.05 for each of the other seven: Fano's inequality is an equality.
    const entropy = -0.65 * Math.log2(0.65) - 7 * 0.05 * Math.log2(0.05);
    expect(leastMemorizedBits(table, 0.65)).toBeCloseTo(10 * (3 - entropy), 10);
    expect(() => leastMemorizedBits(table, 1.1)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('reported results', () => {
  test('have every task of every model that they list', () => {
    expect(reportedTasks).toHaveLength(13 * 4);
    for (const { model, group, accuracies } of reportedTasks) {
      expect(accuracies).toHaveLength(tasksOfGroup[group].length);
      expect(reportedModel(model).name).toBe(model);
    }
    expect(() => reportedModel('(5⊗1)')).toThrow('given (5⊗1)');
  });

  test('hold together as the paper says, as a study', async () => {
    const out = mkdtempSync(join(tmpdir(), 'sardonyx-reported-'));
    try {
      const outcome = await startRun({
        id: 'looped-transformers/reported-results',
        study: reportedResults,
        preset: 'quick',
        params: resolveParameters(reportedResults, 'quick', { replicates: 200 }),
        seed: 0,
        directory: join(out, 'run'),
      });
      expect(outcome.status).toBe('done');
      const verdicts = outcome.expect.map(({ name, verdict }) => `${verdict}: ${name}`);
      expect(verdicts).toHaveLength(8);
      expect(verdicts.filter((line) => line.startsWith('fails'))).toEqual([]);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
});

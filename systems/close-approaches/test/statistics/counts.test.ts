import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { j2000 } from '../../src/constants.js';
import { approachTimes, evenWeights } from '../../src/statistics/approach-times.js';
import { bootstrapIntervals, quantile } from '../../src/statistics/bootstrap.js';
import { frequencyOf, weightedCounts } from '../../src/statistics/frequency.js';
import { garwoodInterval, logFactorial, lowerGamma } from '../../src/statistics/garwood.js';
import { everShare, standingShare, windowShare } from '../../src/statistics/population-counts.js';
import { approach, clusters } from './synthetic-approaches.js';

const ascendingTimes = fc
  .array(fc.integer({ min: -50, max: 250 }), { maxLength: 12 })
  .map((years) => Float64Array.from(years.map((year) => year + 0.5)).sort());

describe('three definitions of a number', () => {
  // Times lie at half years; brute force looks at every whole year or, for windows, at every start in steps of half a year between them.
  test('windows agree with trying every one', () => {
    fc.assert(
      fc.property(ascendingTimes, fc.integer({ min: 1, max: 80 }), (times, window) => {
        const span = { from: 10, to: 200 };
        let hits = 0;
        let places = 0;
        for (let start = 10.25; start < 200 - window; start += 0.5) {
          places++;
          if (times.some((time) => time >= start && time <= start + window)) hits++;
        }
        expect(windowShare(times, span, window)).toBeCloseTo(hits / places, 12);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  test('standing agrees with asking at every time', () => {
    fc.assert(
      fc.property(ascendingTimes, fc.integer({ min: 1, max: 80 }), (times, gap) => {
        let hits = 0;
        for (let year = 10; year < 200; year += 0.5) {
          const now = year + 0.25;
          const last = times.findLast((time) => time <= now);
          const next = times.find((time) => time > now);
          if (last !== undefined && next !== undefined && next - last < gap) hits++;
        }
        expect(standingShare(times, { from: 10, to: 200 }, gap)).toBeCloseTo(hits / 380, 12);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  test('ever, at the ends of the span, and windows as long as it', () => {
    const span = { from: 0, to: 100 };
    expect(everShare([0], span)).toBe(0);
    expect(everShare([100], span)).toBe(1);
    expect(everShare([-3, 101], span)).toBe(0);
    expect(windowShare([50], span, 100)).toBe(1);
    expect(windowShare([150], span, 300)).toBe(0);
    expect(standingShare([], span)).toBe(0);
    expect(() => windowShare([1], { from: 5, to: 5 })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => windowShare([1], span, 0)).toThrow(/window: expected a number above 0, got 0/);
  });

  test('times are sorted by particle and planet; unknown particles are refused', () => {
    const events = [
      approach({ particle: 3, years: 8 }),
      approach({ particle: 1, years: 4 }),
      approach({ particle: 3, years: 2 }),
      approach({ particle: 3, years: 1, planet: 1 }),
    ];
    const times = approachTimes(events, 2, j2000, 4);
    expect([...times].map(([particle, years]) => [particle, [...years]])).toEqual([
      [1, [expect.closeTo(4, 9)]],
      [3, [expect.closeTo(2, 9), expect.closeTo(8, 9)]],
    ]);
    expect(() => approachTimes(events, 2, j2000, 3)).toThrow(/particles 0 to 2, got 3/);
  });
});

describe('Garwood', () => {
  test.each([
    // scipy.stats.chi2.ppf(0.025, 2n)/2 and chi2.ppf(0.975, 2n + 2)/2.
    [0, 0.0, 3.6888794541139354],
    [1, 0.025317807984289876, 5.571643390938898],
    [4, 1.0898653736263249, 10.241588675403694],
    [15, 8.395386132783315, 24.740218871485844],
    [66, 51.044395218641284, 83.9681824425068],
    [1000, 938.9730184076952, 1063.952136016302],
    [250000, 249020.96550432124, 250981.93076097712],
  ])('interval of %i', (count, low, high) => {
    const [ourLow, ourHigh] = garwoodInterval(count);
    expect(Math.abs(ourLow - low)).toBeLessThanOrEqual(1e-10 * low);
    expect(Math.abs(ourHigh / high - 1)).toBeLessThan(1e-10);
  });

  test('holds the mean at least as often as it says, for means of all sizes', () => {
    for (const mean of [0.3, 2.7, 11, 48]) {
      let coverage = 0;
      for (let n = 0; n < 300; n++) {
        const [low, high] = garwoodInterval(n);
        if (mean >= low && mean <= high) coverage += Math.exp(n * Math.log(mean) - mean - logFactorial(n));
      }
      expect(coverage).toBeGreaterThanOrEqual(0.95);
    }
  });

  test('incomplete gamma where series and fraction meet; factorials where Stirling begins', () => {
    // P(n, x) = 1 − e⁻ˣ Σ xᵏ/k! over k < n.
    for (const x of [3.999, 4.999, 5.001, 12]) {
      let [sum, term] = [0, 1];
      for (let k = 0; k < 4; term *= x / ++k) sum += term;
      expect(lowerGamma(4, x)).toBeCloseTo(1 - Math.exp(-x) * sum, 13);
    }
    expect(logFactorial(20) - logFactorial(19)).toBeCloseTo(Math.log(20), 13);
    expect(() => garwoodInterval(-1)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('frequencies', () => {
  test('count each particle with its weight, within the span only', () => {
    const sample = { weight: [2, 3, 5], asteroid: [0, 1, 1], stratum: [0, 0, 0] };
    const times = new Map([
      [0, [10, 20, 30]],
      [1, [20]],
      [2, [15, 99]],
    ]);
    const { events, contributors, effectiveContributors, perYear, poissonInterval } = frequencyOf(times, sample, { from: 10, to: 30 });
    expect([events, contributors, perYear]).toEqual([4, 2, (2 * 2 + 3 + 5) / 20]);
    // By asteroid 4 and 8: 144/80.
    expect(effectiveContributors).toBeCloseTo(144 / 80, 14);
    const [low, high] = garwoodInterval(4);
    expect(poissonInterval[0]).toBeCloseTo((low * 3) / 20, 12);
    expect(poissonInterval[1]).toBeCloseTo((high * 3) / 20, 12);
    expect([...weightedCounts(times, sample, { from: 10, to: 30 })]).toEqual([4, 3, 5]);
  });

  test('none at all still has an upper limit', () => {
    const none = frequencyOf(new Map(), evenWeights(100, 7), { from: 0, to: 50 });
    expect(none).toMatchObject({ events: 0, perYear: 0, effectiveContributors: 0 });
    expect(none.poissonInterval[1]).toBeCloseTo((3.688879454 * 7) / 50, 8);
  });
});

describe('bootstrap', () => {
  test('over asteroids covers the truth where approaches come in clusters; the Poisson interval does not', () => {
    const [years, asteroids, runs] = [1e6, 200, 200];
    const span = { from: 0, to: years };
    const sample = evenWeights(asteroids, 10);
    let [bootstrap, poisson] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const { events, expected } = clusters(asteroids, years, run);
      const times = approachTimes(events, 2, j2000, asteroids);
      const truth = (10 * expected) / years;
      const [interval] = bootstrapIntervals([weightedCounts(times, sample, span).map((count) => count / years)], sample, {
        replicates: 400,
        seed: run,
      });
      const { poissonInterval } = frequencyOf(times, sample, span);
      if (interval![0] <= truth && truth <= interval![1]) bootstrap++;
      if (poissonInterval[0] <= truth && truth <= poissonInterval[1]) poisson++;
    }
    // 95 % asked for; of 200 runs three deviations are 4.6 %, and percentile intervals of 60 clusters fall short by a per cent or two.
    expect(bootstrap / runs).toBeGreaterThan(0.88);
    expect(bootstrap / runs).toBeLessThan(0.996);
    expect(poisson / runs).toBeLessThan(0.6);
  });

  test('is that of the seed, draws asteroids and not clones, and strata apart', () => {
    const values = Float64Array.from({ length: 40 }, (_, k) => k);
    const alone = evenWeights(40, 1);
    expect(bootstrapIntervals([values], alone, { seed: 3 })).toEqual(bootstrapIntervals([values], alone, { seed: 3 }));
    expect(bootstrapIntervals([values], alone, { seed: 4 })).not.toEqual(bootstrapIntervals([values], alone, { seed: 3 }));
    // All particles clones of one asteroid, or each in a stratum of its own: nothing is left to chance.
    const total = [780, 780];
    expect(bootstrapIntervals([values], { ...alone, asteroid: new Uint32Array(40) })).toEqual([total]);
    expect(bootstrapIntervals([values], { ...alone, stratum: alone.asteroid })).toEqual([total]);
  });

  test('standard deviation of the mean of n values comes out', () => {
    const values = Float64Array.from({ length: 400 }, (_, k) => k % 20);
    const [[low, high]] = bootstrapIntervals([values], evenWeights(400, 1), { replicates: 4000 }) as [[number, number]];
    // √(400 · 33.25) = 115.3, ±1.96 of it; quantiles of 4000 draws are uncertain by 3 %.
    expect((high - low) / (2 * 1.96 * Math.sqrt(400 * 33.25))).toBeCloseTo(1, 1);
    expect(quantile([1, 2, 4], 0.75)).toBe(3);
    expect(() => bootstrapIntervals([values], evenWeights(400, 1), { replicates: 0 })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });
});

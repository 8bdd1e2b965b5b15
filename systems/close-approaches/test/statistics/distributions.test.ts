import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { auPerDayOfKmPerSecond, j2000 } from '../../src/constants.js';
import { hillRadius, planets } from '../../src/planets/bodies.js';
import { approachStatistics } from '../../src/statistics/approach-statistics.js';
import { evenWeights } from '../../src/statistics/approach-times.js';
import { completenessOf } from '../../src/statistics/completeness.js';
import { commonDistance, fiveHillRadii } from '../../src/statistics/critical-distances.js';
import { crossPlanetTable, transfers } from '../../src/statistics/cross-planet.js';
import { checkTheory, summarizeTheory } from '../../src/statistics/encounter-theory.js';
import { histogram, summaryOf } from '../../src/statistics/histogram.js';
import { twoSampleTest, uniformityTest } from '../../src/statistics/kolmogorov-smirnov.js';
import { impactRate, missDistanceTest, missProbability } from '../../src/statistics/miss-distances.js';
import { compareWithObserved } from '../../src/statistics/observed-approaches.js';
import { approach, clusters } from './synthetic-approaches.js';

const kmPerSecond = auPerDayOfKmPerSecond;
const earth = planets[2]!;

describe('Kolmogorov and Smirnov', () => {
  test('agree with an independent program', () => {
    // scipy.stats.kstest(values, 'uniform', mode='exact'); Stephens's approximation is good to some per cent.
    const { distance, pValue } = uniformityTest([0.05, 0.1, 0.12, 0.2, 0.31, 0.35, 0.42, 0.5, 0.66, 0.71]);
    expect(distance).toBeCloseTo(0.30000000000000004, 14);
    expect(Math.abs(pValue / 0.2705355748000001 - 1)).toBeLessThan(0.05);
    const two = twoSampleTest([1, 2, 2, 3, 5, 8, 13], [2, 4, 4, 6, 9, 10, 11, 12]);
    expect(two.distance).toBeCloseTo(0.44642857142857145, 14);
  });

  test('reject at the rate they say', () => {
    let rejected = 0;
    const runs = 2000;
    for (let run = 0; run < runs; run++) {
      const stream = new RandomStream(run, 'uniform');
      if (uniformityTest(Array.from({ length: 60 }, () => stream.uniform())).pValue < 0.05) rejected++;
    }
    // Four deviations of 2000 trials are 0.02.
    expect(Math.abs(rejected / runs - 0.05)).toBeLessThan(0.02);
    expect(uniformityTest([]).pValue).toBe(1);
    expect(uniformityTest([0.9, 0.91, 0.92, 0.93, 0.94]).pValue).toBeLessThan(0.001);
  });
});

describe('miss distances', () => {
  test('focusing changes less than 0.1 % at 5 Hill radii for the Earth at 15 km/s, and much near the surface', () => {
    const event = approach({ years: 0, rMin: 0.025, vInf: 15 * kmPerSecond });
    expect(missProbability(event, 0.05)).toBe(0.25);
    const focused = missProbability(event, 0.05, earth.gm);
    expect(focused / 0.25 - 1).toBeGreaterThan(4e-4);
    expect(focused / 0.25 - 1).toBeLessThan(1e-3);
    // At the surface 1 + (v_esc/15)², the escape speed being 11.25 km/s with the mass of the Moon; at r_crit 4.7e-4 less.
    const surface = missProbability({ ...event, rMin: earth.radius }, 0.05, earth.gm) / (earth.radius / 0.05) ** 2;
    expect(surface).toBeCloseTo(1 + (11.25 / 15) ** 2, 2);
  });

  test('drawn from a disk pass, drawn evenly in distance fail', () => {
    const stream = new RandomStream(1, 'aim');
    const drawn = (distance: () => number) => Array.from({ length: 300 }, (_, k) => approach({ years: k, rMin: distance() }));
    expect(
      missDistanceTest(
        drawn(() => 0.05 * Math.sqrt(stream.uniform())),
        0.05,
      ).pValue,
    ).toBeGreaterThan(0.01);
    expect(
      missDistanceTest(
        drawn(() => 0.05 * stream.uniform()),
        0.05,
      ).pValue,
    ).toBeLessThan(1e-6);
  });

  test('fifteen approaches a year to the Earth are one impact in some 6e4 years', () => {
    const events = Array.from({ length: 15 }, (_, k) => approach({ years: k / 15, vInf: 15.6 * kmPerSecond }));
    const rate = impactRate(events, [1], earth, 0.05, 1);
    expect(1 / rate).toBeGreaterThan(5.5e4);
    expect(1 / rate).toBeLessThan(6.5e4);
  });
});

describe('several planets', () => {
  const events = [
    approach({ particle: 0, years: 1, planet: 2 }),
    approach({ particle: 0, years: 5, planet: 1 }),
    approach({ particle: 0, years: 30, planet: 2 }),
    approach({ particle: 1, years: 5.5, planet: 3 }),
    approach({ particle: 2, years: 6, planet: 3 }),
    approach({ particle: 2, years: 7, planet: 2 }),
    approach({ particle: 2, years: 8, planet: 2 }),
  ];

  test('are counted by weight, symmetrically', () => {
    const table = crossPlanetTable(events, { weight: [1, 10, 100] } as never);
    expect(table).toEqual([
      [0, 0, 0, 0],
      [0, 1, 1, 0],
      [0, 1, 101, 100],
      [0, 0, 100, 110],
    ]);
  });

  test('transfers are consecutive, of one particle, between different planets, and short', () => {
    expect(transfers(events.toReversed(), j2000)).toEqual([
      expect.objectContaining({ particle: 0, from: 2, to: 1, time: expect.closeTo(1, 9), duration: expect.closeTo(4, 9) }),
      expect.objectContaining({ particle: 2, from: 3, to: 2, duration: expect.closeTo(1, 9) }),
    ]);
    expect(transfers(events, j2000, 30)).toHaveLength(3);
  });
});

describe('theory', () => {
  test('speeds follow Öpik within the tolerance of each planet', () => {
    expect(checkTheory(approach({ years: 0 }))).toEqual({ speedRatio: expect.closeTo(1, 12), holds: true });
    const faster = (planet: number, factor: number) => {
      const event = approach({ years: 0, planet });
      return checkTheory({ ...event, vInf: factor * event.vInf }).holds;
    };
    expect([faster(0, 1.15), faster(0, 1.25), faster(2, 1.04), faster(2, 1.06)]).toEqual([true, false, true, false]);
    expect(checkTheory(approach({ years: 0, opikU: 0 })).speedRatio).toBeNaN();
  });

  test('summary counts them, and compares Tisserand from one approach to the next', () => {
    const events = [
      approach({ particle: 4, years: 3, opikU: 0.4 }),
      approach({ particle: 4, years: 1, opikU: 0.5 }),
      approach({ particle: 4, years: 90, opikU: 0.1 }),
      approach({ particle: 5, years: 2, opikU: 0.3, vInf: 1 }),
    ];
    const { checked, withinTolerance, tisserandChange } = summarizeTheory(events);
    expect([checked, withinTolerance]).toEqual([4, 0.75]);
    expect(tisserandChange.median).toBeCloseTo(0.09, 12);
  });
});

describe('completeness', () => {
  const share = completenessOf({
    magnitudes: [18, 22],
    semiMajorAxes: [2, 3],
    shares: [
      [1, 0.8],
      [0.4, 0.2],
    ],
  });
  test('is linear between entries and constant beyond', () => {
    expect(share(18, 2)).toBe(1);
    expect(share(20, 2.5)).toBeCloseTo(0.6, 14);
    expect(share(30, 9)).toBe(0.2);
    expect(share(1, 1)).toBe(1);
    expect(() => completenessOf({ magnitudes: [18, 22], semiMajorAxes: [2], shares: [[1]] })).toThrow(/expected 2 rows of 1 shares/);
  });
});

describe('observed approaches', () => {
  const row = (time: number, parts: object = {}) => ({
    body: 'Earth',
    time: j2000 + time,
    distance: 0.03,
    speed: 15,
    absoluteMagnitude: 21,
    ...parts,
  });
  const rows = [
    row(0, { distance: 0.06 }),
    row(10),
    row(100, { absoluteMagnitude: 22.5 }),
    row(200, { absoluteMagnitude: NaN }),
    row(300, { body: 'Mars' }),
    row(400, { speed: 20 }),
    row(365.25 * 2),
  ];

  test('count the bright and near ones of the planet', () => {
    const simulated = [approach({ years: 1, vRel: 18 * kmPerSecond })];
    const { counted, withoutMagnitude, years, perYear, ratio, speeds } = compareWithObserved(rows, simulated, 3);
    expect([counted, withoutMagnitude, years, perYear, ratio]).toEqual([3, 1, 2, 1.5, 2]);
    expect(speeds.observed.mean).toBeCloseTo(50 / 3, 12);
    expect(speeds.simulated.mean).toBeCloseTo(18, 12);
    // A third of the observed above 18 km/s, none of the simulated.
    expect(speeds.test.distance).toBeCloseTo(2 / 3, 12);
  });

  test('too short a table is refused', () => {
    expect(() => compareWithObserved(rows.slice(0, 1), [], 1)).toThrow(/got 0 of 1 over 0 yr/);
  });
});

describe('all together', () => {
  test('frequency, numbers and their intervals of clusters of approaches', () => {
    const { events, expected } = clusters(300, 1e6, 5);
    const weights = evenWeights(300, 20);
    const { planets: table, span } = approachStatistics(
      { events, weights, start: j2000, years: 1e6 },
      { span: { from: 0, to: 1e6 }, longestGap: 1e5, replicates: 300 },
    );
    const [mercury, , ours] = table;
    expect(span).toEqual({ from: 0, to: 1e6 });
    expect(ours!.frequency.events).toBe(events.length);
    expect(ours!.frequency.interval[0]).toBeLessThan((20 * expected) / 1e6);
    expect(ours!.frequency.interval[1]).toBeGreaterThan((20 * expected) / 1e6);
    const { ever, standing, window } = ours!.numbers;
    expect(ever.value).toBe(20 * new Set(events.map(({ particle }) => particle)).size);
    // Standing objects approach every 10 000 years, windows are of 300.
    expect(standing.value).toBeLessThan(ever.value);
    expect(window.value).toBeCloseTo(ours!.frequency.perYear * 300, -1);
    expect(ours!.sensitivity).toHaveLength(5);
    expect(ours!.missDistances.plain.pValue).toBeGreaterThan(0.01);
    expect(mercury!.frequency).toMatchObject({ events: 0, perYear: 0, interval: [0, 0] });
  });

  test('critical distances: five Hill radii, as published, and never within the planet', () => {
    expect(fiveHillRadii.earth).toBe(0.05);
    // Published with three digits.
    for (const planet of planets.slice(0, 4)) {
      const published = fiveHillRadii[planet.name as keyof typeof fiveHillRadii];
      expect(Math.abs((5 * hillRadius(planet)) / published - 1)).toBeLessThan(5e-3);
    }
    const run = { events: [], weights: evenWeights(1, 1), start: j2000, years: 10 };
    const refused = (distance: number) => () => approachStatistics(run, { criticalDistances: { ...commonDistance(), venus: distance } });
    for (const distance of [0, -1, NaN, 4e-5]) expect(refused(distance)).toThrow(/critical distance of venus/);
    expect(() => approachStatistics(run, { span: { from: 3, to: 3 } })).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('only approaches within the critical distance count', () => {
    const events = [approach({ years: 5, rMin: 0.049 }), approach({ years: 6, rMin: 0.051 })];
    const { planets: table } = approachStatistics({ events, weights: evenWeights(1, 1), start: j2000, years: 10 });
    expect(table[2]!.frequency.events).toBe(1);
  });
});

describe('histograms', () => {
  test('add weights up, ends included', () => {
    expect(histogram([0, 1, 1.5, 4, 4.1], [1, 2, 3, 4, 5], 0, 4, 4)).toEqual({ edges: [0, 1, 2, 3, 4], counts: [1, 5, 0, 4], outside: 5 });
    expect(() => histogram([], [], 1, 1, 4)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(summaryOf([3, 1, 2])).toEqual({ mean: 2, lowerQuartile: 1.5, median: 2, upperQuartile: 2.5 });
  });
});

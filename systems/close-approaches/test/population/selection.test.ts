import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CatalogueAsteroid } from '../../src/population/catalogue-asteroid.js';
import { clone } from '../../src/population/clones.js';
import { selectMainBelt } from '../../src/population/main-belt.js';
import { drawSample, drawStratified } from '../../src/population/sampling.js';

const ceres: CatalogueAsteroid = {
  name: 'Ceres',
  epoch: 2_460_800.5,
  semiMajorAxis: 2.766,
  eccentricity: 0.079,
  inclination: 10.6,
  node: 80.3,
  argument: 73.3,
  meanAnomaly: 188.7,
  absoluteMagnitude: 3.34,
  numbered: true,
};
const { absoluteMagnitude: _, ...unmeasured } = ceres;

describe('main-belt cut', () => {
  const catalogue: CatalogueAsteroid[] = [
    ceres,
    { ...ceres, semiMajorAxis: 1.79 },
    { ...ceres, semiMajorAxis: 3.71 },
    { ...ceres, semiMajorAxis: 3.6, eccentricity: 0.6 },
    { ...ceres, semiMajorAxis: 2, eccentricity: 0.167 },
    { ...ceres, semiMajorAxis: 2, eccentricity: 0.1669 },
    { ...ceres, numbered: false, oppositions: 1 },
    { ...ceres, numbered: false, oppositions: 2 },
    unmeasured,
    { ...ceres, absoluteMagnitude: 22.1 },
    { ...ceres, semiMajorAxis: NaN },
  ];

  test('keeps what satisfies every limit and counts the rest by the first it fails', () => {
    const { indices, removed } = selectMainBelt(catalogue, { faintest: 22 });
    expect([...indices]).toEqual([0, 5, 7]);
    expect(removed).toEqual({ 'semi-major axis': 3, eccentricity: 1, perihelion: 1, 'single opposition': 1, 'no magnitude': 1, faint: 1 });
  });

  test('keeps more on request', () => {
    const kept = selectMainBelt(catalogue, { keepMarsCrossers: true, keepSingleOppositions: true, keepWithoutMagnitude: true });
    expect([...kept.indices]).toEqual([0, 4, 5, 6, 7, 8, 9]);
  });

  test('no survivors: says what removed them', () => {
    expect(() => selectMainBelt(catalogue.slice(1, 4))).toThrow(
      expect.objectContaining({
        code: 'no-survivors',
        message: expect.stringContaining(
          '(2 for semi-major axis, 1 for eccentricity; limits: a 1.8 to 3.7 au, q > 1.666 au, e < 0.6)',
        ) as string,
      }),
    );
    expect(() => selectMainBelt([])).toThrow(/the catalogue is empty/);
  });
});

describe('samples', () => {
  const selection = Uint32Array.from({ length: 500 }, (_, k) => 3 * k + 1);

  test('hold no asteroid twice, are ascending, grow with the count and differ with the seed', () => {
    const sample = drawSample(selection, 120, 4);
    expect(new Set(sample.indices).size).toBe(120);
    expect([...sample.indices]).toEqual([...sample.indices].sort((a, b) => a - b));
    expect(sample.indices.every((index) => index % 3 === 1 && index < 1500)).toBe(true);
    expect(sample.weights).toEqual(Float64Array.of(500 / 120));
    const larger = new Set(drawSample(selection, 200, 4).indices);
    expect([...sample.indices].every((index) => larger.has(index))).toBe(true);
    expect(drawSample(selection, 120, 5).indices).not.toEqual(sample.indices);
    expect(drawSample(selection, 120, 4)).toEqual(sample);
  });

  test('are uniform', () => {
    const counts = new Float64Array(500);
    for (let seed = 0; seed < 400; seed++) for (const index of drawSample(selection, 100, seed).indices) counts[(index - 1) / 3]!++;
    // Binomial, variance 400·0.2·0.8 (less 1 in the mean for the fixed sum): χ² over 500 cells has mean 499, deviation 31.6.
    const chi = counts.reduce((sum, count) => sum + (count - 80) ** 2 / 64, 0);
    expect(Math.abs(chi - 499)).toBeLessThan(4 * 31.6);
  });

  test('refuse more than there are, and counts that are none', () => {
    expect(() => drawSample(selection, 501, 0)).toThrow(expect.objectContaining({ code: 'too-few' }));
    expect(() => drawSample(selection, 0, 0)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => drawSample(selection, 1.5, 0)).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('stratified: weights give back the size of every bin, whatever the shares', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 2, max: 3.3, noNaN: true }), { minLength: 20, maxLength: 200 }),
        fc.integer({ min: 5, max: 20 }),
        fc.constantFrom('proportional' as const, 'equal' as const),
        (axes, count, share) => {
          const edges = [2, 2.5, 2.82, 3.3001];
          const places = Uint32Array.from(axes, (_, k) => k);
          const { indices, strata, weights } = drawStratified(places, axes, edges, count, 1, share);
          expect(indices.length).toBe(count);
          expect(new Set(indices).size).toBe(count);
          const bins = edges.slice(1).map((edge, bin) => axes.filter((a) => a >= edges[bin]! && a < edge).length);
          const estimated = [...weights].map((weight, k) => weight * [...strata].filter((stratum) => stratum === k).length);
          expect(estimated.map((value) => Math.round(value))).toEqual(bins.filter((bin) => bin > 0));
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  test('stratified in equal shares draws evenly', () => {
    const axes = Array.from({ length: 90 }, (_, k) => (k < 80 ? 2.2 : 2.7));
    const { strata, weights } = drawStratified(Uint32Array.from(axes.keys()), axes, [2, 2.5, 3], 12, 1, 'equal');
    expect([...strata].filter((stratum) => stratum === 1)).toHaveLength(6);
    expect([...weights]).toEqual([80 / 6, 10 / 6]);
    expect(() => drawStratified([0], [2], [2, 2], 1, 1)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('clones', () => {
  const spread = { semiMajorAxis: 0.01, eccentricity: 0.002, inclination: 0.1 };

  test('have the stated spread, and each depends on its id only', () => {
    const all = Array.from({ length: 4000 }, (_, id) => clone(ceres, spread, 3, id));
    const deviation = (value: (asteroid: CatalogueAsteroid) => number): number =>
      Math.sqrt(all.reduce((sum, asteroid) => sum + (value(asteroid) - value(ceres)) ** 2, 0) / all.length);
    // A deviation from 4000 values is uncertain by 1.1 %.
    expect(deviation(({ semiMajorAxis }) => semiMajorAxis) / spread.semiMajorAxis).toBeCloseTo(1, 1);
    expect(deviation(({ eccentricity }) => eccentricity) / spread.eccentricity).toBeCloseTo(1, 1);
    expect(deviation(({ inclination }) => inclination) / spread.inclination).toBeCloseTo(1, 1);
    expect(clone(ceres, spread, 3, 77)).toEqual(all[77]);
    expect(all[5]!.node).toBe(ceres.node);
  });

  test('stay orbits, or are refused', () => {
    for (let id = 0; id < 500; id++) expect(clone(ceres, { ...spread, eccentricity: 0.5 }, 3, id).eccentricity).toBeGreaterThanOrEqual(0);
    expect(() => clone(ceres, { ...spread, inclination: -1 }, 3, 0)).toThrow(/inclination of at least 0, got -1/);
    expect(() => clone({ ...ceres, eccentricity: 5 }, spread, 3, 0)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sphereResponse, thermalResponse } from '../../src/yarkovsky/sphere-response.js';
import { auPerDayOfAuPerMyr, largestDrift, rateOfPeriod, type ThermalBody, yarkovskyDrift } from '../../src/yarkovsky/yarkovsky-drift.js';

type Row = [
  density: number,
  conductivity: number,
  heatCapacity: number,
  radius: number,
  a: number,
  degrees: number,
  hours: number,
  absorption: number,
  emissivity: number,
];

function driftOf([density, conductivity, heatCapacity, radius, a, degrees, hours, absorption, emissivity]: Row) {
  const body = { density, conductivity, heatCapacity, diameter: 2 * radius, absorption, emissivity };
  const drift = yarkovskyDrift(body, { obliquity: (degrees * Math.PI) / 180, rate: rateOfPeriod(hours) }, a);
  const perMyr = (value: number): number => value / auPerDayOfAuPerMyr;
  return { diurnal: perMyr(drift.diurnal), seasonal: perMyr(drift.seasonal), total: perMyr(drift.total) };
}

describe('response of a sphere', () => {
  const reference = JSON.parse(readFileSync(new URL('fixtures/sphere-response.json', import.meta.url), 'utf8')) as {
    radius: number;
    response: [number, number, number];
  }[];

  test.each(reference)('at $radius penetration depths agrees with 60-digit arithmetic', ({ radius, response }) => {
    const { k1, k2, k3 } = sphereResponse(radius);
    // The closed form cancels one to two digits where it begins.
    for (const [k, value] of [k1, k2, k3].entries()) expect(Math.abs(value / response[k]! - 1)).toBeLessThan(1e-13);
  });

  test('printed values', () => {
    const printed = (radius: number): string[] => Object.values(sphereResponse(radius)).map((value) => (value as number).toFixed(9));
    expect(printed(1)).toEqual(['0.141242196', '0.711138783', '0.525667726']);
    expect(printed(5)).toEqual(['0.474096180', '0.376021068', '0.366159032']);
    // R′ and Θ as printed determine the six digits of W.
    expect(thermalResponse(3.5161e5, 0.80382).toFixed(6)).toBe('-0.188967');
  });

  test('limits: √2R′/10, 1/(√2R′), 1/(2R′²) for small spheres, ½ for large ones', () => {
    const r = 1e-3;
    const small = sphereResponse(r);
    // The next terms are of relative order R′.
    expect(Math.abs(small.k1 / ((Math.SQRT2 * r) / 10) - 1)).toBeLessThan(r);
    expect(Math.abs(small.k2 * Math.SQRT2 * r - 1)).toBeLessThan(r);
    expect(Math.abs(small.k3 * 2 * r * r - 1)).toBeLessThan(r);
    expect(sphereResponse(1e5)).toEqual({ k1: 0.5, k2: 0.5, k3: 0.5 });
  });

  test('nothing jumps, neither where the series ends, nor where the source switches to the limit, nor where the blend does', () => {
    for (const radius of [Math.SQRT2, 30, 3000, 10_000]) {
      const [below, above] = [thermalResponse(radius * (1 - 1e-9), 1), thermalResponse(radius * (1 + 1e-9), 1)];
      expect(Math.abs(above / below - 1)).toBeLessThan(1e-8);
    }
  });
});

describe('drift', () => {
  test.each<[Row, string]>([
    [[2500, 0.001, 680, 500, 2.5, 0, 6, 1, 1], '3.066310e-4'],
    [[2500, 0.001, 680, 70, 2.5, 0, 6, 1, 1], '2.190221e-3'],
    [[1500, 0.01, 680, 500, 2.0, 180, 6, 0.98, 0.9], '-6.134419e-4'],
  ])('known answers, au/Myr: %j', (row, diurnal) => {
    const drift = driftOf(row);
    expect(drift.diurnal.toExponential(6)).toBe(diurnal);
    // Upright spins have no seasons: sin² of the rounded π is 1.5e-32.
    expect(Math.abs(drift.seasonal)).toBeLessThan(1e-30);
  });

  test('like (101955) Bennu', () => {
    const { total } = driftOf([1190, 0.137, 750, 245, 1.126, 177.6, 4.297, 0.9843, 0.9]);
    expect(total.toExponential(3)).toBe('-1.916e-3');
  });

  test('prograde spins drift outward, retrograde ones inward, seasons always inward', () => {
    const row = (degrees: number): Row => [2000, 0.1, 680, 100, 2.3, degrees, 8, 0.98, 0.9];
    expect(driftOf(row(10)).diurnal).toBeGreaterThan(0);
    expect(driftOf(row(10)).diurnal).toBeCloseTo(-driftOf(row(170)).diurnal, 15);
    for (const degrees of [10, 90, 170]) expect(driftOf(row(degrees)).seasonal).toBeLessThan(0);
  });

  test.each([0.001, 0.1, 10])('the largest drift bounds that of every obliquity, and is reached (K = %f)', (conductivity) => {
    const body: ThermalBody = { density: 2500, conductivity, heatCapacity: 680, absorption: 0.98, emissivity: 0.9, diameter: 5 };
    const rate = rateOfPeriod(6);
    const largest = largestDrift(body, rate, 2.5);
    const all = Array.from({ length: 2001 }, (_, k) =>
      Math.abs(yarkovskyDrift(body, { obliquity: (Math.PI * k) / 2000, rate }, 2.5).total),
    );
    expect(Math.max(...all)).toBeLessThanOrEqual(largest * (1 + 1e-12));
    expect(Math.max(...all)).toBeGreaterThan(largest * (1 - 1e-5));
  });

  test('refuses what is not positive, naming it', () => {
    expect(() => driftOf([2500, 0, 680, 500, 2.5, 0, 6, 1, 1])).toThrow(/positive conductivity, got 0/);
    expect(() => driftOf([2500, 0.1, 680, NaN, 2.5, 0, 6, 1, 1])).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

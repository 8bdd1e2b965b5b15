import { syntheticBelt as drawnBelt } from '@sardonyx/close-approaches/population';
import { describe, expect, test } from 'vitest';
import { bodyTints, type TintRule } from '../../src/page/asteroids/data/body-tints.js';
import { foundBodies, indicesOf, passing } from '../../src/page/asteroids/data/body-filter.js';
import { selectBodies } from '../../src/page/asteroids/data/elements-table.js';
import { syntheticBelt } from '../../src/page/asteroids/data/synthetic-belt.js';
import { minuteText, dayText } from '../../src/page/asteroids/data/view-time.js';
import { densityCsv, densityOf } from '../../src/page/asteroids/figures/density.js';
import { boundsOf, histogramOf } from '../../src/page/asteroids/figures/histogram.js';
import { DrawnShare } from '../../src/page/asteroids/scene/drawn-share.js';
import { crossingCurves } from '../../src/page/asteroids/orbits/crossing-curves.js';
import { orbitClass, orbitClasses } from '../../src/page/asteroids/orbits/orbit-classes.js';
import { planetOrbits, planetStateAt } from '../../src/page/asteroids/orbits/planet-orbits.js';
import { beltGaps } from '../../src/page/asteroids/orbits/belt-gaps.js';

describe('planet-crossing curves', () => {
  const mars = { name: 'Mars', semiMajorAxis: 1.523679, eccentricity: 0.0934 };

  test('have perihelion at the planet’s aphelion, and aphelion at its perihelion', () => {
    const curves = crossingCurves(mars, 0.5, 3.7);
    expect(curves.map(({ kind }) => kind)).toEqual(['q', 'Q']);
    const [outer, inner] = curves;
    for (const [a, e] of outer!.points) expect(a * (1 - e)).toBeCloseTo(1.523679 * 1.0934, 12);
    for (const [a, e] of inner!.points) expect(a * (1 + e)).toBeCloseTo(1.523679 * (1 - 0.0934), 12);
    expect(outer!.points[0]).toEqual([1.523679 * 1.0934, 0]);
  });

  test('stay within the range; a planet outside of it has none', () => {
    const [only, ...others] = crossingCurves(mars, 1.8, 3.7);
    expect(others).toEqual([]);
    expect(only!.points[0]![0]).toBe(1.8);
    expect(only!.points.at(-1)![0]).toBeCloseTo(3.7, 12);
    expect(crossingCurves({ name: 'far', semiMajorAxis: 30, eccentricity: 0 }, 1.8, 3.7)).toEqual([]);
  });
});

test('the six gaps are where Kepler’s third law puts them', () => {
  // Published centres: 4:1 2.065, 3:1 2.502, 5:2 2.825, 7:3 2.958, 9:4 3.03, 2:1 3.279 au.
  const centres = beltGaps.map(({ name, semiMajorAxis }) => [name, Number(semiMajorAxis.toFixed(3))]);
  expect(centres).toEqual([
    ['ν6/4:1', 2.065],
    ['3:1', 2.502],
    ['5:2', 2.825],
    ['7:3', 2.958],
    ['9:4', 3.031],
    ['2:1', 3.279],
  ]);
});

describe('planets', () => {
  test('stand where they stood at J2000, and come round', () => {
    const earth = planetOrbits[2]!;
    const state = new Float64Array(6);
    planetStateAt(earth, 2_451_545, state);
    expect(state.slice(0, 2)).toEqual(Float64Array.of(-0.177158786243, 0.967219352081));
    planetStateAt(earth, 2_451_545 + 365.25, state);
    // The osculating orbit of that day has a period within half a day of the year.
    expect(Math.hypot(state[0]! + 0.177158786243, state[1]! - 0.967219352081)).toBeLessThan(0.02);
    expect(earth.elements.eccentricity).toBeCloseTo(0.0167, 3);
  });
});

describe('a synthetic belt', () => {
  const { table } = syntheticBelt(5000, 1);

  test('is that which runs draw from', () => {
    const [, second] = drawnBelt({ count: 2, seed: 1 });
    expect([table.name(1), table.a[1], table.i[1], table.meanAnomaly[1], table.H[1]]).toEqual([
      second!.name,
      second!.semiMajorAxis,
      second!.inclination,
      second!.meanAnomaly,
      second!.absoluteMagnitude,
    ]);
  });

  test('is the same from the same seed, and another from another', () => {
    expect(syntheticBelt(5000, 1).table.a).toEqual(table.a);
    expect(syntheticBelt(5000, 2).table.a).not.toEqual(table.a);
  });

  test('keeps out of the gaps and beyond Mars', () => {
    for (let index = 0; index < 5000; index++) {
      const [a, e] = [table.a[index]!, table.e[index]!];
      expect(a * (1 - e)).toBeGreaterThan(1.666);
      expect(beltGaps.some((gap) => Math.abs(gap.semiMajorAxis - a) < gap.halfWidth)).toBe(false);
    }
  });

  test('has the spread of Rayleigh’s distribution in inclination', () => {
    // Its mean is 8°·√(π/2) = 10.03°; the mean of 5000 scatters by 5.24°/√5000 = 0.074°. Four of these.
    const mean = table.i.reduce((sum, i) => sum + i, 0) / 5000;
    expect(Math.abs(mean - 8 * Math.sqrt(Math.PI / 2))).toBeLessThan(0.3);
  });
});

describe('filtering and colouring', () => {
  const { table } = syntheticBelt(1000, 3);

  test('lets through what lies within every range', () => {
    const mask = passing(table, { a: { least: 2.5 }, H: { most: 17 } });
    const indices = indicesOf(mask);
    expect(indices.length).toBeGreaterThan(0);
    expect(indices.length).toBeLessThan(1000);
    for (let index = 0; index < 1000; index++) expect(mask[index] === 1).toBe(table.a[index]! >= 2.5 && table.H[index]! <= 17);
    const selected = selectBodies(table, indices);
    expect(selected.name(0)).toBe(table.name(indices[0]!));
    expect(Math.min(...selected.a)).toBeGreaterThanOrEqual(2.5);
  });

  test('a body without H passes only where H is open', () => {
    const H = Float64Array.from(table.H).fill(NaN);
    expect(passing({ ...table, H }, { H: { most: 30 } }).includes(1)).toBe(false);
    expect(passing({ ...table, H }, { a: { most: 30 } }).includes(0)).toBe(false);
  });

  test('finds names among what is shown', () => {
    const mask = passing(table, {});
    expect(foundBodies(table, mask, 's99', 3).map((index) => table.name(index))).toEqual(['S99', 'S990', 'S991']);
    expect(foundBodies(table, new Uint8Array(1000), '', 3)).toEqual([]);
  });

  test('tells classes by colour and hides what does not pass', () => {
    const palette = orbitClasses.map((_, at) => [at, 2 * at, 3 * at] as const);
    const mask = Uint8Array.from({ length: 1000 }, (_, index) => index % 2);
    const planets = [0, 1, 2, 3, 4].map((at) => [100 + at, at, at] as const);
    const rule: TintRule = { colouring: 'orbit class', met: undefined, classes: palette, planets, ground: 'light' };
    const tints = bodyTints(table, mask, rule);
    for (let index = 0; index < 1000; index++) {
      const at = orbitClass(table.a[index]!, table.e[index]!);
      expect(tints.slice(4 * index, 4 * index + 4)).toEqual(Uint8Array.of(at, 2 * at, 3 * at, index % 2 === 1 ? 255 : 0));
    }
    const met = Uint8Array.from({ length: 1000 }, (_, index) => index % 5);
    const ofPlanets = bodyTints(table, mask, { ...rule, colouring: 'planet met', met });
    expect(ofPlanets.slice(4 * 13, 4 * 13 + 4)).toEqual(Uint8Array.of(103, 3, 3, 255));
  });
});

describe('counting', () => {
  test('a grid holds every point once', () => {
    const xs = Float64Array.of(0, 0.49, 0.5, 1, 1.01, NaN);
    const ys = Float64Array.of(0, 0, 1, 1, 0, 0);
    const density = densityOf(xs, ys, [0, 1, 2, 3, 4, 5], { columns: 2, rows: 2, x: [0, 1], y: [0, 1] });
    expect([...density.counts]).toEqual([2, 0, 0, 2]);
    expect(density.outside).toBe(2);
    expect(densityCsv(density, 'a', 'e')).toBe('a,e,count\n0.250000,0.250000,2\n0.750000,0.750000,2\n');
  });

  test('a histogram closes its last bin', () => {
    expect(histogramOf([0, 0.5, 1, 1.5, 2, 2.1, NaN], 0, 2, 2)).toEqual({ edges: [0, 1, 2], counts: [2, 3], outside: 2 });
    expect(boundsOf([3.2, NaN, 7.9], 0.5)).toEqual([3, 8]);
    expect(boundsOf([], 0.5)).toEqual([0, 0.5]);
  });
});

test('times are told as dates', () => {
  expect(dayText(2_451_545)).toBe('2000-01-01');
  expect(minuteText(2_451_545)).toBe('2000-01-01 12:00');
  expect(minuteText(2_462_240.407)).toBe('2029-04-13 21:46');
  expect(dayText(0)).toBe('−4712-01-01');
});

test('machines that draw slowly draw fewer bodies while they move, and more again when they are quick', () => {
  const share = new DrawnShare();
  let now = 0;
  const after = (interval: number, frames: number, bodies = 200_000): number => {
    let drawn = 1;
    for (let frame = 0; frame < frames; frame++) drawn = share.moving((now += interval), bodies);
    return drawn;
  };
  expect(after(16, 10)).toBe(1);
  expect(after(80, 3)).toBeCloseTo(0.75 ** 3, 12);
  // A pause says nothing about the machine.
  expect(after(5000, 3)).toBeCloseTo(0.75 ** 3, 12);
  expect(after(900, 9)).toBe(0.2);
  // Few bodies are not what takes long.
  expect(after(900, 1, 10_000)).toBe(0.5);
  expect(after(900, 1, 4000)).toBe(1);
  expect(after(16, 100)).toBe(1);
});

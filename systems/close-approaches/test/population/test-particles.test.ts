import { describe, expect, test } from 'vitest';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { gapsOf, isNearGap, jupiterSemiMajorAxis, nearestGap } from '../../src/population/gaps.js';
import { meanJupiterAxis } from '../../src/population/jupiter.js';
import { mainBelt, selectMainBelt } from '../../src/population/main-belt.js';
import { drawSample } from '../../src/population/sampling.js';
import { assumedAlbedo, diameterOf, diameterOfMagnitude, magnitudeOfDiameter } from '../../src/population/sizes.js';
import { defaultSpinRule } from '../../src/population/spins.js';
import { syntheticBelt } from '../../src/population/synthetic-belt.js';
import { defaultSurface, type ParticleRules, testParticles } from '../../src/population/test-particles.js';

const gaps = gapsOf(jupiterSemiMajorAxis);

describe('gaps', () => {
  test('lie where Kepler puts them', () => {
    expect(gaps.map(({ name, semiMajorAxis }) => [name, semiMajorAxis.toFixed(3)])).toEqual([
      ['ν6/4:1', '2.065'],
      ['3:1', '2.502'],
      ['5:2', '2.825'],
      ['7:3', '2.958'],
      ['9:4', '3.031'],
      ['2:1', '3.279'],
    ]);
  });

  test("are those of the run's own Jupiter", () => {
    // Osculating, and over other years: the published mean element is met to three digits behind the point.
    expect(Math.abs(meanJupiterAxis(planetsAt2000()) - jupiterSemiMajorAxis)).toBeLessThan(2e-3);
  });

  test('nearest gap, the way to it, and who comes near one', () => {
    expect(nearestGap(2.55, gaps)).toMatchObject({ gap: { name: '3:1' } });
    expect(nearestGap(2.55, gaps).way).toBeLessThan(0);
    expect(nearestGap(2.45, gaps).way).toBeGreaterThan(0);
    expect(isNearGap(2.502 - 0.029, 0, gaps)).toBe(true);
    expect(isNearGap(2.502 - 0.031, 0, gaps)).toBe(false);
    expect(isNearGap(2.502 - 0.13, 0.11, gaps)).toBe(true);
  });
});

describe('sizes', () => {
  test('of magnitudes, and back', () => {
    // Ceres, H = 3.34 and p = 0.09: 951.5 km; H = 22 and p = 0.14: 141 m, the size that the limit stands for.
    expect(diameterOfMagnitude(3.34, 0.09)).toBeCloseTo(951.49, 2);
    expect(diameterOfMagnitude(22, 0.14)).toBeCloseTo(0.1414, 4);
    expect(magnitudeOfDiameter(diameterOfMagnitude(17.3, 0.2), 0.2)).toBeCloseTo(17.3, 12);
    expect([2.2, 2.6, 3.1].map(assumedAlbedo)).toEqual([0.2, 0.14, 0.07]);
  });

  test('of albedos and diameters that none has are refused', () => {
    for (const albedo of [-1, 0, NaN]) {
      expect(() => diameterOfMagnitude(22, albedo)).toThrowError(
        new RangeError(`albedo: expected a number above 0, got ${albedo}; correct it`),
      );
      expect(() => magnitudeOfDiameter(1, albedo)).toThrowError(RangeError);
      expect(() => magnitudeOfDiameter(albedo, 0.1)).toThrowError(/^diameter: expected a number above 0/);
    }
  });

  test('measured ones come first, the rule before all', () => {
    const [asteroid] = syntheticBelt({ count: 1, seed: 0 });
    expect(diameterOf({ ...asteroid!, diameter: 4.5 }, 'catalogue')).toBe(4.5);
    expect(diameterOf({ ...asteroid!, diameter: 4.5 }, 0.14)).toBe(0.14);
    const { absoluteMagnitude: _, ...unmeasured } = asteroid!;
    expect(() => diameterOf(unmeasured, 'catalogue')).toThrow(/a diameter or absolute magnitude, got neither/);
  });
});

describe('synthetic belt', () => {
  const belt = syntheticBelt({ count: 20_000, seed: 9 });

  test('survives the cut whole, keeps out of the gaps, and asteroid k knows nothing of the others', () => {
    expect(selectMainBelt(belt).indices.length).toBe(belt.length);
    const inside = belt.filter(({ semiMajorAxis }) => gaps.some((gap) => Math.abs(semiMajorAxis - gap.semiMajorAxis) < gap.halfWidth));
    expect(inside).toEqual([]);
    expect(syntheticBelt({ count: 40, seed: 9 })).toEqual(belt.slice(0, 40));
  });

  test('inclinations follow Rayleigh, magnitudes 10^(0.35 H)', () => {
    const below = (values: readonly number[], limit: number): number => values.filter((value) => value < limit).length / values.length;
    // Shares of 20 000: four deviations are at most 0.0142.
    const inclinations = belt.map(({ inclination }) => inclination);
    for (const limit of [4, 8, 16])
      expect(Math.abs(below(inclinations, limit) - (1 - Math.exp(-0.5 * (limit / 8) ** 2)))).toBeLessThan(0.0142);
    const magnitudes = belt.map(({ absoluteMagnitude }) => absoluteMagnitude!);
    const share = (h: number): number => (10 ** (0.35 * (h - 18)) - 10 ** -2.1) / (1 - 10 ** -2.1);
    for (const limit of [14, 16, 17.5]) expect(Math.abs(below(magnitudes, limit) - share(limit))).toBeLessThan(0.0142);
    // Eccentricities are cut by the perihelion: where that is far, in the outer belt, they are Rayleigh's but for the tail.
    const outer = belt.filter(({ semiMajorAxis }) => semiMajorAxis > 3.1).map(({ eccentricity }) => eccentricity);
    const cut = 1 - mainBelt.perihelion / 3.1;
    const rayleigh = (e: number): number => 1 - Math.exp(-0.5 * (e / 0.15) ** 2);
    expect(Math.abs(below(outer, 0.15) - rayleigh(0.15) / rayleigh(cut))).toBeLessThan(0.04);
  });

  test('refuses no asteroids and magnitudes the wrong way round', () => {
    expect(() => syntheticBelt({ count: 0, seed: 0 })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => syntheticBelt({ count: 3, seed: 0, magnitudes: [18, 12] })).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('test particles', () => {
  const belt = syntheticBelt({ count: 3000, seed: 2 });
  const sample = drawSample(Uint32Array.from(belt.keys()), 600, 1);
  const rules: ParticleRules = {
    seed: 1,
    years: 1e8,
    gaps,
    size: 0.14,
    spin: defaultSpinRule,
    surface: defaultSurface,
    driftFactor: 1,
    clones: 1,
    spread: { semiMajorAxis: 0, eccentricity: 0, inclination: 0 },
  };

  test('of 140 m over 100 Myr are nearly all near a gap, and half of them drift towards it', () => {
    const particles = testParticles(belt, sample, rules);
    const near = particles.filter(({ nearGap }) => nearGap);
    expect(near.length / particles.length).toBeGreaterThan(0.9);
    const towards = near.filter(({ drift, asteroid }) => drift * nearestGap(asteroid.semiMajorAxis, gaps).way > 0);
    // Four deviations of a fair coin.
    expect(Math.abs(towards.length / near.length - 0.5)).toBeLessThan(2 / Math.sqrt(near.length));
    expect(near.every(({ spin }) => spin.obliquity === 0 || spin.obliquity === Math.PI)).toBe(true);
    const all = testParticles(belt, sample, { ...rules, spin: { ...defaultSpinRule, towards: 1 } }).filter(({ nearGap }) => nearGap);
    expect(all.every(({ drift, asteroid }) => drift * nearestGap(asteroid.semiMajorAxis, gaps).way > 0)).toBe(true);
  });

  test('far from gaps, or on request, spin at random', () => {
    const far = testParticles(belt, sample, { ...rules, size: 3, years: 1e6 }).filter(({ nearGap }) => !nearGap);
    expect(far.length).toBeGreaterThan(300);
    const cosines = far.map(({ spin }) => Math.cos(spin.obliquity));
    expect(Math.abs(cosines.reduce((sum, value) => sum + value, 0) / far.length)).toBeLessThan(4 / Math.sqrt(3 * far.length));
    const random = testParticles(belt, sample, { ...rules, spin: { ...defaultSpinRule, orientation: 'random' } });
    expect(random.filter(({ spin }) => spin.obliquity === 0)).toEqual([]);
  });

  test('clones share a source and its weight; the first is the asteroid itself', () => {
    const particles = testParticles(belt, sample, {
      ...rules,
      clones: 3,
      spread: { semiMajorAxis: 1e-4, eccentricity: 1e-4, inclination: 1e-3 },
    });
    expect(particles.length).toBe(1800);
    expect(particles.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(3000, 6);
    expect(particles[7]!.source).toBe(particles[6]!.source);
    expect(particles[6]!.asteroid).toBe(belt[particles[6]!.source]);
    expect(particles[7]!.asteroid.semiMajorAxis).not.toBe(particles[6]!.asteroid.semiMajorAxis);
  });

  test('known spins and drifts multiplied or switched off', () => {
    const name = belt[sample.indices[0]!]!.name;
    const known = { obliquity: 1, rate: 3e-4 };
    const [first] = testParticles(belt, sample, { ...rules, driftFactor: 0, knownSpins: new Map([[name, known]]) });
    expect(first).toMatchObject({ spin: known });
    expect(Math.abs(first!.drift)).toBe(0);
    const [one, ten] = [1, 10].map((driftFactor) => testParticles(belt, sample, { ...rules, years: 1e4, size: 3, driftFactor }));
    expect(ten![0]!.drift / one![0]!.drift).toBeCloseTo(10, 10);
  });
});

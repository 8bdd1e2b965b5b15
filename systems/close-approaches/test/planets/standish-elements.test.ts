import { describe, expect, test } from 'vitest';
import { daysPerYear, j2000, sunGm } from '../../src/constants.js';
import { stateOfKeplerian } from '../../src/orbit/index.js';
import { otherBodies, type PlanetName, planetNames } from '../../src/planets/bodies.js';
import type { StateVector } from '../../src/planets/initial-states.js';
import { approximatePlanet } from '../../src/planets/standish-elements.js';
import { SolarSystem } from '../../src/propagation/propagation.js';

const dateOf = (year: number): number => j2000 + (year - 2000) * daysPerYear;
const arcseconds = (180 / Math.PI) * 3600;

function angle(a: StateVector, b: StateVector): number {
  const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
  return Math.atan2(cross, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) * arcseconds;
}

describe('approximate elements of the planets', () => {
  const system = new SolarSystem();
  const moonShare = otherBodies.moon / (otherBodies.earth + otherBodies.moon);
  /** The Earth as its barycentre with the Moon. */
  const integrated = (name: PlanetName, jd: number): StateVector => {
    const state = system.state(name, jd);
    if (name !== 'earth') return state;
    const moon = system.state('moon', jd);
    return state.map((value, k) => value + moonShare * (moon[k]! - value)) as unknown as StateVector;
  };

  test('point to where the planets are, as far as fits do', () => {
    // Largest angles of 400 dates from 1800 to 2050, arcseconds, rounded up; the long fit trades nearness for its span.
    const bounds = {
      modern: { mercury: 26, venus: 28, earth: 23, mars: 101, jupiter: 520, saturn: 740, uranus: 125, neptune: 61 },
      long: { mercury: 26, venus: 35, earth: 40, mars: 175, jupiter: 670, saturn: 1270, uranus: 1030, neptune: 350 },
    };
    for (let year = 1970; year <= 2030; year += 3.7) {
      for (const fit of ['modern', 'long'] as const) {
        for (const name of planetNames) {
          const fitted = stateOfKeplerian(approximatePlanet(name, dateOf(year), fit), sunGm);
          expect(angle(fitted, integrated(name, dateOf(year))), `${fit} ${name} in ${year}`).toBeLessThan(bounds[fit][name]);
        }
      }
    }
  });

  test('take the closer fit where it holds, and refuse dates beyond both', () => {
    expect(approximatePlanet('jupiter', dateOf(1900))).toEqual(approximatePlanet('jupiter', dateOf(1900), 'modern'));
    expect(approximatePlanet('jupiter', dateOf(1700))).toEqual(approximatePlanet('jupiter', dateOf(1700), 'long'));
    expect(() => approximatePlanet('jupiter', dateOf(1700), 'modern')).toThrowError(
      /^approximate elements: expected a date from the year 1800 to 2050, got JD/,
    );
    for (const year of [-3001, 3001, NaN]) expect(() => approximatePlanet('mars', dateOf(year))).toThrowError(RangeError);
  });

  test('the Earth keeps an inclination of at least 0 as its orbit tilts through the ecliptic', () => {
    const [before, after] = [1990, 2010].map((year) => approximatePlanet('earth', dateOf(year)));
    expect(before!.inclination).toBeGreaterThan(0);
    expect(after!.inclination).toBeGreaterThan(0);
    expect(Math.abs(after!.node - before!.node)).toBe(180);
    const perihelion = ({ node, argument }: { node: number; argument: number }): number => (node + argument) % 360;
    expect(perihelion(after!) - perihelion(before!)).toBeCloseTo(0.2 * 0.32327364, 10);
  });
});

import { describe, expect, test } from 'vitest';
import { daysPerYear, sunGm } from '../../src/constants.js';
import { planets } from '../../src/planets/bodies.js';
import { nu6Axis, nu6Curve, perihelionRate } from '../../src/population/nu6.js';

const arcsecondsAYear = (radiansADay: number): number => ((radiansADay * 180) / Math.PI) * 3600 * daysPerYear;

/** Laplace's coefficient b of index 3/2 and order 1, by the trapezoidal rule, which converges like α^n. */
function laplace(alpha: number): number {
  const count = 2000;
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const angle = (2 * Math.PI * k) / count;
    sum += Math.cos(angle) / (1 - 2 * alpha * Math.cos(angle) + alpha * alpha) ** 1.5;
  }
  return (2 * sum) / count;
}

describe('rate of the perihelion', () => {
  test.each([2, 2.5, 3])('in the plane is that of Laplace and Lagrange at %f au', (a) => {
    const motion = Math.sqrt(sunGm / a) / a;
    const expected = planets.reduce((sum, { gm, semiMajorAxis }) => {
      const alpha = Math.min(a, semiMajorAxis) / Math.max(a, semiMajorAxis);
      return sum + (motion / 4) * (gm / sunGm) * alpha * (a < semiMajorAxis ? alpha : 1) * laplace(alpha);
    }, 0);
    // The plane itself is left by a twentieth of a degree, and the eccentricity is 0.003: of order 1e-5.
    expect(perihelionRate(a, 0) / arcsecondsAYear(expected)).toBeCloseTo(1, 4);
  });

  test.each([0, 10, 20, 30, 38])('about a distant ring is that of the quadrupole at %i°', (inclination) => {
    const [a, ring] = [1, { gm: 1e-3 * sunGm, semiMajorAxis: 50 }];
    const [sine, cosine] = [Math.sin((inclination * Math.PI) / 180), Math.cos((inclination * Math.PI) / 180)];
    const rate = (0.75 * (ring.gm / sunGm) * Math.sqrt(sunGm / a)) / a / (ring.semiMajorAxis / a) ** 3;
    const expected = rate * (Math.sqrt(4 - 10 * sine * sine) - cosine);
    // The next term is (a/a')² = 4e-4 of the first, times a few; near 39°, where the root vanishes, it counts most.
    expect(Math.abs(perihelionRate(a, inclination, [ring]) - arcsecondsAYear(expected)) / arcsecondsAYear(rate)).toBeLessThan(3e-3);
  });

  test('is not a number where a circular orbit is not stable', () => {
    expect(perihelionRate(1, 45, [{ gm: 1e-3 * sunGm, semiMajorAxis: 50 }])).toBeNaN();
  });
});

test('ν6 leaves the inner edge of the belt outwards as orbits tilt', () => {
  const curve = nu6Curve();
  expect(curve[0]!.semiMajorAxis).toBeGreaterThan(2);
  expect(curve[0]!.semiMajorAxis).toBeLessThan(2.1);
  curve.slice(1).forEach(({ semiMajorAxis }, k) => expect(semiMajorAxis).toBeGreaterThan(curve[k]!.semiMajorAxis));
  expect(nu6Axis(40)).toBeUndefined();
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { keplerDrift } from '../../src/dynamics/kepler-drift.js';
import {
  cometaryOf,
  definedAngles,
  eccentricAnomaly,
  equinoctialOf,
  hyperbolicAnomaly,
  keplerianOf,
  opikSpeed,
  stateOfCometary,
  stateOfEquinoctial,
  stateOfKeplerian,
  tisserand,
} from '../../src/orbit/index.js';
import type { StateVector } from '../../src/planets/initial-states.js';

/** Largest difference of positions relative to the distance, and of velocities relative to the speed. */
function relativeDistance(a: StateVector, b: StateVector): number {
  const of = (from: number): number => {
    const size = Math.hypot(b[from]!, b[from + 1]!, b[from + 2]!);
    return Math.hypot(a[from]! - b[from]!, a[from + 1]! - b[from + 1]!, a[from + 2]! - b[from + 2]!) / size;
  };
  return Math.max(of(0), of(3));
}

const degrees = fc.oneof(fc.constantFrom(0, 90, 180, 270), fc.double({ min: 0, max: 359.999, noNaN: true }));
const inclination = fc.oneof(fc.constantFrom(0, 1e-13, 1e-7, 90, 180 - 1e-7, 180), fc.double({ min: 0, max: 180, noNaN: true }));
const orientation = { inclination, node: degrees, argument: degrees };
/** Roundings of the angles (ω = u − ν and back, M from ν) add up to some 50 units of the last place. */
const rounding = 1e-13;

describe('Keplerian elements', () => {
  test('give back the state of an ellipse, circles included', () => {
    const eccentricity = fc.oneof(fc.constantFrom(0, 1e-14, 1e-8), fc.double({ min: 0, max: 0.97, noNaN: true }));
    fc.assert(
      fc.property(
        fc.record({ semiMajorAxis: fc.double({ min: 0.1, max: 100, noNaN: true }), eccentricity, ...orientation, meanAnomaly: degrees }),
        (elements) => {
          const state = stateOfKeplerian(elements, sunGm);
          const again = stateOfKeplerian(keplerianOf(state, sunGm), sunGm);
          // Near the perihelion of a long ellipse the speed turns a rounding of M into (1 − e)^−1.5 of one.
          expect(relativeDistance(again, state)).toBeLessThan(rounding / (1 - elements.eccentricity) ** 1.5);
        },
      ),
      { seed: 6, numRuns: 2000 },
    );
  });

  test('give back the state on a hyperbola', () => {
    fc.assert(
      fc.property(
        fc.record({
          semiMajorAxis: fc.double({ min: -50, max: -0.1, noNaN: true }),
          eccentricity: fc.double({ min: 1.05, max: 20, noNaN: true }),
          ...orientation,
          meanAnomaly: fc.double({ min: -1000, max: 1000, noNaN: true }),
        }),
        (elements) => {
          const state = stateOfKeplerian(elements, sunGm);
          const again = stateOfKeplerian(keplerianOf(state, sunGm), sunGm);
          expect(relativeDistance(again, state)).toBeLessThan((10 * rounding) / (elements.eccentricity - 1) ** 1.5);
        },
      ),
      { seed: 6, numRuns: 1000 },
    );
  });

  test('are those of a drift from the perihelion', () => {
    const elements = { semiMajorAxis: 2.5, eccentricity: 0.3, inclination: 10, node: 20, argument: 30, meanAnomaly: 0 };
    const state = Float64Array.from(stateOfKeplerian(elements, sunGm));
    const period = 2 * Math.PI * Math.sqrt(2.5 ** 3 / sunGm);
    keplerDrift(state, 0, sunGm, period / 3);
    const moved = keplerianOf(Array.from(state) as unknown as StateVector, sunGm);
    expect(moved.meanAnomaly).toBeCloseTo(120, 11);
    expect(moved.argument).toBeCloseTo(30, 11);
    expect(moved.semiMajorAxis).toBeCloseTo(2.5, 13);
  });

  test('know which of their angles mean something', () => {
    expect(definedAngles({ eccentricity: 0, inclination: 0 })).toEqual({ node: false, perihelion: false });
    expect(definedAngles({ eccentricity: 0.1, inclination: 180 })).toEqual({ node: false, perihelion: true });
    expect(definedAngles({ eccentricity: 0.1, inclination: 5 })).toEqual({ node: true, perihelion: true });
  });

  test('refuse what is no orbit', () => {
    const parabola = { semiMajorAxis: 1, eccentricity: 1, inclination: 0, node: 0, argument: 0, meanAnomaly: 0 };
    expect(() => stateOfKeplerian(parabola, sunGm)).toThrowError(expect.objectContaining({ code: 'parabola-has-no-axis' }));
    expect(() => stateOfKeplerian({ ...parabola, eccentricity: 1.5 }, sunGm)).toThrowError(
      expect.objectContaining({ code: 'not-an-orbit' }),
    );
    expect(() => keplerianOf([1, 0, 0, 0.01, 0, 0], sunGm)).toThrowError(expect.objectContaining({ code: 'not-an-orbit' }));
    expect(() => keplerianOf([1, NaN, 0, 0.01, 0, 0], sunGm)).toThrowError(expect.objectContaining({ code: 'not-an-orbit' }));
  });
});

describe('cometary elements', () => {
  test('give back the state of every conic', () => {
    const eccentricity = fc.oneof(
      fc.constantFrom(0, 0.9999999, 1 - 1e-15, 1, 1 + 1e-15, 1.0000001),
      fc.double({ min: 0, max: 3, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.record({ perihelionDistance: fc.double({ min: 0.1, max: 10, noNaN: true }), eccentricity, ...orientation }),
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        (shape, days) => {
          // A time of its own, so that a JD's rounding, 5e-10 d, stays out.
          const state = stateOfCometary({ ...shape, perihelionTime: 0 }, days, sunGm);
          const elements = cometaryOf(state, 0, sunGm);
          expect(elements.perihelionDistance / shape.perihelionDistance).toBeCloseTo(1, 11);
          const again = stateOfCometary(elements, 0, sunGm);
          // Several turns of a small ellipse lie between the two epochs.
          expect(relativeDistance(again, state)).toBeLessThan(30 * rounding);
        },
      ),
      { seed: 6, numRuns: 2000 },
    );
  });

  test("follow Barker's equation on a parabola", () => {
    const shape = { perihelionDistance: 1, eccentricity: 1, inclination: 0, node: 0, argument: 0, perihelionTime: 0 };
    // At a true anomaly of 90° the body is at (0, 2q), after √(2q³/μ)·(1 + 1/3).
    const [x, y] = stateOfCometary(shape, Math.sqrt(2 / sunGm) * (4 / 3), sunGm);
    expect(x).toBeCloseTo(0, 13);
    expect(y).toBeCloseTo(2, 13);
  });
});

describe('equinoctial elements', () => {
  test('give back the state, circles and the ecliptic included', () => {
    fc.assert(
      fc.property(
        fc.record({
          semiMajorAxis: fc.double({ min: 0.1, max: 100, noNaN: true }),
          eccentricity: fc.oneof(fc.constantFrom(0, 1e-14), fc.double({ min: 0, max: 0.95, noNaN: true })),
          inclination: fc.oneof(fc.constantFrom(0, 1e-13), fc.double({ min: 0, max: 170, noNaN: true })),
          node: degrees,
          argument: degrees,
          meanAnomaly: degrees,
        }),
        (elements) => {
          const state = stateOfKeplerian(elements, sunGm);
          const again = stateOfEquinoctial(equinoctialOf(state, sunGm), sunGm);
          expect(relativeDistance(again, state)).toBeLessThan((3 * rounding) / (1 - elements.eccentricity) ** 1.5);
        },
      ),
      { seed: 6, numRuns: 2000 },
    );
  });

  test('are what their definitions say', () => {
    const state = stateOfKeplerian(
      { semiMajorAxis: 2, eccentricity: 0.1, inclination: 60, node: 30, argument: 60, meanAnomaly: 45 },
      sunGm,
    );
    const { h, k, p, q, meanLongitude } = equinoctialOf(state, sunGm);
    expect(h).toBeCloseTo(0.1, 13);
    expect(k).toBeCloseTo(0, 13);
    expect(p).toBeCloseTo(Math.tan(Math.PI / 6) * 0.5, 13);
    expect(q).toBeCloseTo(Math.tan(Math.PI / 6) * Math.cos(Math.PI / 6), 13);
    expect(meanLongitude).toBeCloseTo(135, 11);
  });

  test('refuse hyperbolas and i = 180°', () => {
    expect(() => equinoctialOf([1, 0, 0, 0, 0.03, 0], sunGm)).toThrowError(expect.objectContaining({ code: 'open-orbit' }));
    expect(() => equinoctialOf([1, 0, 0, 0, -0.017, 0], sunGm)).toThrowError(expect.objectContaining({ code: 'retrograde-equinoctial' }));
  });
});

describe("Kepler's equation", () => {
  test('holds for eccentricities up to 1 − 10⁻¹²', () => {
    const gap = fc.double({ min: -12, max: 0, noNaN: true }).map((x) => 10 ** x);
    fc.assert(
      fc.property(fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }), gap, (m, oneMinusE) => {
        const e = 1 - oneMinusE;
        const x = eccentricAnomaly(m, e);
        // Terms of one sign: the residual is a few roundings of M.
        const residual =
          (1 - e) * x +
          e * (Math.abs(x) < 0.3 ? x ** 3 / 6 - x ** 5 / 120 + x ** 7 / 5040 - x ** 9 / 362880 + x ** 11 / 39916800 : x - Math.sin(x)) -
          m;
        expect(Math.abs(residual)).toBeLessThan(1e-14 * Math.abs(m) + 1e-300);
      }),
      { seed: 6, numRuns: 5000 },
    );
    expect(eccentricAnomaly(0, 0.5)).toBe(0);
    expect(eccentricAnomaly(Math.PI, 1 - 1e-12)).toBeCloseTo(Math.PI, 14);
  });

  test('takes whole turns off and puts them back', () => {
    for (const [m, e] of [
      [400, 0.3],
      [-400, 0.3],
      [3.2, 0.9],
      [-1e4, 0.99],
      [7 * Math.PI, 0.5],
      [20 * Math.PI, 0],
    ] as const) {
      const x = eccentricAnomaly(m, e);
      // Rounding of M and of its whole turns, a few times 2^-53 of it; Newton's slope 1 − e·cos E is above 0.01.
      expect(Math.abs(x - e * Math.sin(x) - m)).toBeLessThan(1e-15 * Math.abs(m) + 1e-15);
    }
    expect(eccentricAnomaly(0.5 + 128 * Math.PI, 0.7)).toBeCloseTo(eccentricAnomaly(0.5, 0.7) + 128 * Math.PI, 12);
  });

  test('holds on hyperbolas', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1.000001, max: 50, noNaN: true }), (m, e) => {
        const x = hyperbolicAnomaly(m, e);
        // Math.sinh and the difference cost a few roundings of e·sinh F.
        expect(Math.abs(e * Math.sinh(x) - x - m)).toBeLessThan(1e-14 * (Math.abs(m) + Math.abs(x)) + 1e-300);
      }),
      { seed: 6, numRuns: 5000 },
    );
  });

  test('refuses other conics', () => {
    for (const m of [NaN, Infinity, -Infinity])
      expect(() => eccentricAnomaly(m, 0.5)).toThrowError(expect.objectContaining({ code: 'kepler-equation' }));
    expect(() => eccentricAnomaly(1, 1)).toThrowError(expect.objectContaining({ code: 'kepler-equation' }));
    expect(() => hyperbolicAnomaly(1, 1)).toThrowError(expect.objectContaining({ code: 'kepler-equation' }));
  });
});

describe("Tisserand's parameter and Öpik's speed", () => {
  test('of Ceres to Jupiter and of a tangent circle', () => {
    // JPL gives 3.31 for Ceres.
    expect(tisserand({ semiMajorAxis: 2.767, eccentricity: 0.0785, inclination: 10.59 }, 5.2043)).toBeCloseTo(3.31, 2);
    expect(opikSpeed({ semiMajorAxis: 1, eccentricity: 0, inclination: 60 }, 1)).toBeCloseTo(1, 14);
  });

  test('is the speed at a crossing of a circle', () => {
    const [a, e, i] = [2.2, 0.6, 12];
    const elements = { semiMajorAxis: a, eccentricity: e, inclination: i, node: 0, meanAnomaly: 0 };
    // With the node at r = 1 the body meets the planet there.
    const cosine = (a * (1 - e * e) - 1) / e;
    const argument = (Math.acos(cosine) * 180) / Math.PI;
    const E = Math.atan2(-Math.sqrt(1 - e * e) * Math.sin((argument * Math.PI) / 180), e + cosine);
    const meanAnomaly = ((E - e * Math.sin(E)) * 180) / Math.PI;
    const [x, y, z, vx, vy, vz] = stateOfKeplerian({ ...elements, argument, meanAnomaly }, sunGm);
    expect([x, y, z].map((value) => Math.abs(value))).toEqual([expect.closeTo(1, 12), expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    const speed = Math.sqrt(sunGm);
    expect(Math.hypot(vx, vy - speed, vz) / speed).toBeCloseTo(opikSpeed(elements, 1), 12);
  });
});

import { describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { keplerDrift } from '../../src/dynamics/kepler-drift.js';
import { driftAcceleration, driftAlongVelocity, isStaleDrift } from '../../src/yarkovsky/drift-acceleration.js';
import { a2OfDrift, addNongravitational, asteroidLaw, cometLaw, distanceLaw, driftOfA2 } from '../../src/yarkovsky/nongravitational.js';

type Six = [number, number, number, number, number, number];

/** State at perihelion of an orbit tilted by a half about the line of apsides. */
function atPerihelion(a: number, e: number): Six {
  const v = Math.sqrt((sunGm / a) * ((1 + e) / (1 - e)));
  return [a * (1 - e), 0, 0, 0, v * Math.cos(0.5), v * Math.sin(0.5)];
}

function moved(state: Six, days: number): Six {
  const out = Float64Array.from(state);
  keplerDrift(out, 0, sunGm, days);
  return [...out] as Six;
}

/** da/dt = 2a²/μ v·a: the exact rate of the osculating semi-major axis under a force. */
function rateOfAxis(state: Six, acceleration: Float64Array): number {
  const [x, y, z, vx, vy, vz] = state;
  const axis = 1 / (2 / Math.hypot(x, y, z) - (vx * vx + vy * vy + vz * vz) / sunGm);
  return ((2 * axis * axis) / sunGm) * (vx * acceleration[0]! + vy * acceleration[1]! + vz * acceleration[2]!);
}

const phases = Array.from({ length: 40 }, (_, k) => k / 40);
const period = (a: number): number => 2 * Math.PI * Math.sqrt((a * a * a) / sunGm);

describe('drift by a transverse force', () => {
  test.each([
    [2.5, 0],
    [2.5, 0.1],
    [1.1, 0.7],
    [3.2, 0.95],
  ])('is the wanted one everywhere on an orbit of a = %f, e = %f, and has no radial part', (a, e) => {
    const out = new Float64Array(3);
    for (const phase of phases) {
      const state = moved(atPerihelion(a, e), phase * period(a));
      driftAcceleration(state, sunGm, 3e-12, out);
      expect(Math.abs(rateOfAxis(state, out) / 3e-12 - 1)).toBeLessThan(1e-10);
      const radial = (state[0] * out[0]! + state[1] * out[1]! + state[2] * out[2]!) / Math.hypot(...state.slice(0, 3));
      expect(Math.abs(radial)).toBeLessThan(1e-12 * Math.hypot(...out));
      driftAlongVelocity(state, sunGm, 3e-12, out);
      expect(Math.abs(rateOfAxis(state, out) / 3e-12 - 1)).toBeLessThan(1e-10);
    }
  });

  test('is none on unbound orbits', () => {
    const out = new Float64Array(3).fill(9);
    const fast: Six = [1, 0, 0, 0, 2 * Math.sqrt(sunGm), 0];
    driftAcceleration(fast, sunGm, 1e-10, out);
    expect([...out]).toEqual([0, 0, 0]);
    driftAlongVelocity(fast, sunGm, 1e-10, out);
    expect([...out]).toEqual([0, 0, 0]);
  });

  test('is computed anew after one per cent', () => {
    expect(isStaleDrift(2.5, 2.524)).toBe(false);
    expect(isStaleDrift(2.5, 2.526)).toBe(true);
    expect(isStaleDrift(2.5, 2.474)).toBe(true);
  });
});

describe('A1, A2, A3', () => {
  test('both laws are 1 at 1 au; that of comets falls as water ice does', () => {
    // α is published with ten digits, the exponents with five: together they give 1 to 2.4e-9.
    expect(Math.abs(distanceLaw(cometLaw, 1) - 1)).toBeLessThan(3e-9);
    expect(distanceLaw(asteroidLaw, 1)).toBe(1);
    expect(distanceLaw(asteroidLaw, 2)).toBe(0.25);
    const r = 2.808;
    expect(distanceLaw(cometLaw, r) / (0.1112620426 * 2 ** -4.6142)).toBeCloseTo(1, 12);
  });

  test.each([
    [0.9224, 0.1911, -2.9018e-14],
    [2.5, 0.1, 1e-14],
    [1.2, 0.8, -5e-14],
  ])('the mean of da/dt over an orbit of a = %f, e = %f is 2A₂/(n a² (1 − e²))', (a, e, a2) => {
    // The mean over the mean anomaly by the trapezoidal rule, which on a smooth periodic function converges exponentially.
    const count = 4096;
    let sum = 0;
    const out = new Float64Array(3);
    for (let k = 0; k < count; k++) {
      const state = moved(atPerihelion(a, e), (k / count) * period(a));
      out.fill(0);
      addNongravitational(state, { a1: 5e-13, a2, a3: 1e-13, law: asteroidLaw }, out);
      sum += rateOfAxis(state, out);
    }
    const expected = driftOfA2(a2, a, e, sunGm);
    expect(Math.abs(sum / count / expected - 1)).toBeLessThan(1e-9);
    expect(a2OfDrift(expected, a, e, sunGm)).toBeCloseTo(a2, 25);
  });

  test('Bennu: A2 ≈ −4.6e-14 au/d² is a drift of about −19e-4 au/Myr', () => {
    const perMyr = driftOfA2(-4.6e-14, 1.126, 0.2037, sunGm) * 365.25e6;
    expect(perMyr).toBeGreaterThan(-19.5e-4);
    expect(perMyr).toBeLessThan(-18.5e-4);
  });

  test('the three directions are radial, transverse and normal', () => {
    const state = atPerihelion(2, 0.3);
    const along = (parts: { a1?: number; a2?: number; a3?: number }): number[] => {
      const out = new Float64Array(3);
      addNongravitational(state, { a1: 0, a2: 0, a3: 0, ...parts, law: { ...asteroidLaw, r0: state[0] } }, out);
      return [...out];
    };
    const near = (given: number[], expected: number[]): void =>
      given.forEach((value, k) => {
        expect(value).toBeCloseTo(expected[k]!, 14);
      });
    near(along({ a1: 1 }), [1, 0, 0]);
    near(along({ a2: 1 }), [0, Math.cos(0.5), Math.sin(0.5)]);
    near(along({ a3: 1 }), [0, -Math.sin(0.5), Math.cos(0.5)]);
  });
});

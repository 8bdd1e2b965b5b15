import { describe, expect, test } from 'vitest';
import { particleStream } from '../../src/particle-stream.js';
import { cubicSpline } from '../../src/yarkovsky/cubic-spline.js';
import {
  nextSpin,
  randomBlocksPerSpinStep,
  reorientationTime,
  sheddingPeriod,
  torqued,
  torqueScale,
} from '../../src/yarkovsky/spin-evolution.js';
import { obliquityTorque, rateTorque } from '../../src/yarkovsky/spin-torques.js';
import { rateOfPeriod } from '../../src/yarkovsky/yarkovsky-drift.js';

const reference = { diameter: 2000, density: 2500, semiMajorAxis: 2.5 };

describe('cubic spline', () => {
  test('flat ends reproduce a cubic that is flat there, straight ends one without curvature', () => {
    const points = (f: (x: number) => number) => [0, 0.3, 1, 1.7, 2].map((x) => [x, f(x)] as const);
    const flat = (x: number): number => x * x * (3 - x);
    const spline = cubicSpline(points(flat), 'flat');
    for (const x of [0.1, 0.5, 1.2, 1.99]) expect(spline(x)).toBeCloseTo(flat(x), 12);
    const odd = (x: number): number => (x - 1) ** 3 - 3 * (x - 1);
    const half = cubicSpline(
      [1, 1.2, 2].map((x) => [x, x - 1] as const),
      'straight',
    );
    expect(half(1.55)).toBeCloseTo(0.55, 14);
    // Straight ends change an odd cubic least in the middle; at the points it is exact.
    const straight = cubicSpline(points(odd), 'straight');
    for (const x of [0, 0.3, 1, 1.7, 2]) expect(straight(x)).toBeCloseTo(odd(x), 14);
  });

  test('agrees with an independent solution', () => {
    // scipy.interpolate.CubicSpline([0, 1, 3, 4], [0, 2, -1, 1], bc_type='clamped' and 'natural') at 0.5, 2.2, 3.9.
    const points = [
      [0, 0],
      [1, 2],
      [3, -1],
      [4, 1],
    ] as const;
    const [flat, straight] = [cubicSpline(points, 'flat'), cubicSpline(points, 'straight')];
    expect([0.5, 2.2, 3.9].map(flat)).toEqual([
      expect.closeTo(0.8660714285714286, 13),
      expect.closeTo(-0.04685714285714315, 13),
      expect.closeTo(0.953642857142857, 13),
    ]);
    expect([0.5, 2.2, 3.9].map(straight)).toEqual([
      expect.closeTo(1.328125, 13),
      expect.closeTo(0.03199999999999914, 13),
      expect.closeTo(0.7133750000000001, 13),
    ]);
  });
});

describe('torques', () => {
  test('pass through the tables, and end as the symmetry of obliquity asks', () => {
    expect(rateTorque(92.7)).toBeCloseTo(1.089e-5, 18);
    expect(rateTorque(0)).toBe(-2e-5);
    expect(obliquityTorque(31.2)).toBeCloseTo(-1.182e-5, 18);
    expect(obliquityTorque(180)).toBe(0);
    for (const end of [0, 180]) {
      const inside = end === 0 ? 0.01 : 179.99;
      // Even: the change over 0.01° is of second order.
      expect(Math.abs(rateTorque(inside) - rateTorque(end))).toBeLessThan(1e-11);
    }
  });

  test('scale with density, distance and size', () => {
    expect(torqueScale(reference, 1)).toBe(1);
    expect(torqueScale({ diameter: 1000, density: 1250, semiMajorAxis: 5 }, 0.5)).toBeCloseTo(1, 15);
  });

  test('drive obliquities to 0° or 180° and slow those spins down, until nothing turns them', () => {
    const start = { obliquity: (60 * Math.PI) / 180, rate: rateOfPeriod(6) };
    const later = torqued(start, 1, 40e6, 5000);
    expect((later.obliquity * 180) / Math.PI).toBeLessThan(5);
    const frozen = torqued(later, 1, 400e6, 50_000);
    expect(frozen.rate).toBeCloseTo(rateOfPeriod(1000), 15);
    expect(torqued(frozen, 1, 1e6)).toEqual(frozen);
  });

  test('are integrated to fourth order', () => {
    const start = { obliquity: 1, rate: rateOfPeriod(6) };
    const exact = torqued(start, 1, 8e6, 5000).obliquity;
    const errors = [4e6, 2e6].map((step) => Math.abs(torqued(start, 1, 8e6, step).obliquity - exact));
    // Ratio 16 to the next order, and to the kinks in the third derivative of the splines.
    expect(errors[0]! / errors[1]!).toBeGreaterThan(10);
    expect(errors[0]! / errors[1]!).toBeLessThan(25);
  });
});

describe('chance', () => {
  test('collisions come with the published mean time and leave isotropic spins with periods about 10 h', () => {
    const body = { ...reference, diameter: 10 };
    const tau = reorientationTime(rateOfPeriod(5), 10);
    expect(tau).toBeCloseTo(0.9 * 84_500 * 5 ** (4 / 3), 6);
    const start = { obliquity: 0.3, rate: rateOfPeriod(5) };
    const trials = 20_000;
    const periods: number[] = [];
    let cosines = 0;
    for (let particle = 0; particle < trials; particle++) {
      const { spin, event } = nextSpin(start, body, 0.1 * tau, particleStream(5, 'spin', particle), { stepYears: tau, strength: 1e-9 });
      if (event !== 'collision') continue;
      periods.push((2 * Math.PI) / spin.rate / 3600);
      cosines += Math.cos(spin.obliquity);
    }
    const probability = 1 - Math.exp(-0.1);
    // Four standard deviations of each mean.
    expect(Math.abs(periods.length / trials - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / trials));
    expect(Math.abs(cosines / periods.length)).toBeLessThan(4 / Math.sqrt(3 * periods.length));
    // Mean of Maxwell's distribution with its peak at 10: 20/√π; variance 150 − 400/π.
    const mean = periods.reduce((sum, period) => sum + period, 0) / periods.length;
    expect(Math.abs(mean - 20 / Math.sqrt(Math.PI))).toBeLessThan(4 * Math.sqrt((150 - 400 / Math.PI) / periods.length));
  });

  test('mass is shed below 2.44 h, or below what cohesion holds in a small body; the obliquity stays', () => {
    expect(sheddingPeriod(reference)).toBe(2.44);
    // π · 100 m · √(2500 · 0.91138/500) = 670.6 s.
    expect(sheddingPeriod({ diameter: 100, density: 2500 }) * 3600).toBeCloseTo(670.63, 2);
    const fast = { obliquity: Math.PI / 2, rate: rateOfPeriod(2.4) };
    const { spin, event } = nextSpin(fast, reference, 100, particleStream(1, 'spin', 0), { collisions: false });
    expect(event).toBe('mass-shedding');
    expect(spin.rate).toBeLessThan(fast.rate);
    expect(spin.obliquity).toBeCloseTo(Math.PI / 2, 4);
  });

  test('a step takes no more numbers than it may, so that steps can be repeated on their own', () => {
    for (let particle = 0; particle < 300; particle++) {
      const stream = particleStream(3, 'spin', particle);
      nextSpin({ obliquity: 1, rate: rateOfPeriod(2) }, { ...reference, diameter: 3 }, 3e5, stream, { stepYears: 3e5 });
      expect(stream.position).toBeLessThanOrEqual(randomBlocksPerSpinStep);
    }
  });
});

import { eccentricAnomaly, stateOfKeplerian, sunGm } from '@sardonyx/close-approaches/mechanics';
import { describe, expect, test } from 'vitest';
import { elementColumns, type ElementsTable } from '../../src/page/asteroids/data/elements-table.js';
import { bodyPlace } from '../../src/page/asteroids/orbits/body-place.js';
import { circularSingle, eccentricAnomalySingle, placeOnEllipseSingle } from '../../src/page/asteroids/orbits/kepler-float32.js';
import { meanAnomaliesAt, meanMotions } from '../../src/page/asteroids/orbits/mean-anomalies.js';
import { axesOf, orbitLine } from '../../src/page/asteroids/orbits/orbit-line.js';

const eccentricities = [0, 1e-4, 0.05, 0.15, 0.4, 0.7, 0.9, 0.95, 0.99];
/** Near the perihelion as well, where E changes fastest: powers of ten, then even steps to π. */
const anomalies = [0, 1e-6, 1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, ...Array.from({ length: 315 }, (_, k) => 0.01 * k)];

describe('Kepler’s equation in single precision', () => {
  test('places bodies within 1.5e-6 of the semi-major axis for every e up to 0.99', () => {
    // Half a unit in the last place of M near π is 1.2e-7; at the end of the minor axis, where a·dE = a·dM/(1 − e·cos E), and of
    // e near 0.99, where dq = a·de, a few such errors add up.
    let worst = 0;
    for (const e of eccentricities) {
      for (const m of anomalies.flatMap((value) => [value, -value])) {
        // The shader is given numbers in single precision; both solve for the same ones.
        const [meanAnomaly, eccentricity] = [Math.fround(m), Math.fround(e)];
        const exact = eccentricAnomaly(meanAnomaly, eccentricity);
        const [along, ahead] = placeOnEllipseSingle(meanAnomaly, eccentricity);
        const minor = Math.sqrt(1 - eccentricity * eccentricity);
        worst = Math.max(worst, Math.hypot(along - (Math.cos(exact) - eccentricity), ahead - minor * Math.sin(exact)));
      }
    }
    expect(worst).toBeLessThan(1.5e-6);
    expect(worst).toBeGreaterThan(1e-8);
  });

  test('has converged: the equation’s residual is that of rounding', () => {
    for (const e of eccentricities) {
      for (const m of anomalies) {
        const anomaly = eccentricAnomalySingle(Math.fround(m), Math.fround(e));
        const residual = anomaly - Math.fround(e) * Math.sin(anomaly) - Math.fround(m);
        // Rounding of E up to π is 2.4e-7 with the form’s own error; without convergence it would be 1e-3.
        expect(Math.abs(residual)).toBeLessThan(1e-6);
      }
    }
  });

  test('circular functions hold for a whole revolution', () => {
    for (let x = -3.14; x <= Math.PI; x += 0.0137) {
      const at = Math.fround(x);
      const { sine, versine, excess } = circularSingle(at);
      expect(Math.abs(sine - Math.sin(at))).toBeLessThan(3e-7);
      expect(Math.abs(versine - (1 - Math.cos(at)))).toBeLessThan(4e-7);
      expect(Math.abs(excess - (at - Math.sin(at)))).toBeLessThan(5e-7);
    }
  });
});

const tableOf = (a: number, e: number, meanAnomaly: number, epoch: number): ElementsTable => {
  const columns = elementColumns(1);
  columns.a[0] = a;
  columns.e[0] = e;
  columns.i[0] = 12;
  columns.node[0] = 80;
  columns.peri[0] = 40;
  columns.meanAnomaly[0] = meanAnomaly;
  columns.epoch[0] = epoch;
  return { ...columns, name: () => 'one' };
};

describe('mean anomalies at a time', () => {
  test('are exact to single precision a million years from the epoch', () => {
    const table = tableOf(2.7, 0.1, 30, 2_460_000.5);
    const motions = meanMotions(table);
    const out = new Float32Array(1);
    const days = 3.6525e8 + 0.25;
    meanAnomaliesAt(table, motions, 2_460_000.5 + days, out);
    // The same in whole revolutions by integers: 2^20 pieces of the time, each reduced on its own.
    const period = (2 * Math.PI) / motions[0]!;
    const left = days - period * Math.floor(days / period);
    const expected = (30 * Math.PI) / 180 + motions[0]! * left;
    const difference = (out[0]! - expected) / (2 * Math.PI);
    // 2^-53 of 10^5 revolutions is 2e-11 of one; single precision keeps 2e-8 of one.
    expect(Math.abs(difference - Math.round(difference))).toBeLessThan(5e-8);
    expect(Math.abs(out[0]!)).toBeLessThanOrEqual(Math.fround(Math.PI));
  });

  test('give the place that the state of the elements has', () => {
    const table = tableOf(2.7, 0.3, 200, 2_460_000.5);
    const [x, y, z] = bodyPlace(table, 0, 2_460_000.5);
    const state = stateOfKeplerian(
      { semiMajorAxis: 2.7, eccentricity: 0.3, inclination: 12, node: 80, argument: 40, meanAnomaly: 200 },
      sunGm,
    );
    expect([x, y, z]).toEqual(state.slice(0, 3));
    const { p, q } = axesOf({ inclination: 12, node: 80, argument: 40 });
    const [along, ahead] = placeOnEllipseSingle((-160 * Math.PI) / 180, 0.3);
    for (let axis = 0; axis < 3; axis++) expect(2.7 * (along * p[axis]! + ahead * q[axis]!)).toBeCloseTo(state[axis]!, 5);
  });
});

describe('orbit lines', () => {
  const elements = { semiMajorAxis: 3, eccentricity: 0.97, inclination: 20, node: 10, argument: 70 };

  test('lie on the orbit, and their chords within 2e-4 of its size', () => {
    const points = orbitLine(elements);
    const { p, q } = axesOf(elements);
    const count = points.length / 3;
    const inPlane = (x: number, y: number, z: number): [number, number] => [
      x * p[0]! + y * p[1]! + z * p[2]!,
      x * q[0]! + y * q[1]! + z * q[2]!,
    ];
    const minor = Math.sqrt(1 - elements.eccentricity ** 2);
    /** Distance from the ellipse, measured along the line to its centre. */
    const off = ([along, ahead]: [number, number]): number => {
      const [x, y] = [along / 3 + elements.eccentricity, ahead / 3 / minor];
      return Math.abs(Math.hypot(x, y) - 1) * minor;
    };
    for (let k = 0; k + 1 < count; k++) {
      const [from, to] = [k, k + 1].map((at) => inPlane(points[3 * at]!, points[3 * at + 1]!, points[3 * at + 2]!)) as [
        [number, number],
        [number, number],
      ];
      expect(off(from)).toBeLessThan(1e-6);
      expect(off([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2])).toBeLessThan(2.5e-4);
    }
    expect(points.slice(0, 3)).toEqual(points.slice(-3));
  });

  test('are denser near the perihelion than halfway along', () => {
    const points = orbitLine(elements, 200);
    const step = (k: number): number => Math.hypot(...[0, 1, 2].map((axis) => points[3 * (k + 1) + axis]! - points[3 * k + axis]!));
    expect(step(0)).toBeLessThan(step(50) / 10);
  });
});

import { describe, expect, test } from 'vitest';
import { advanceBelt } from '../../src/belt/belt-step.js';
import { particleTable } from '../../src/belt/particle-table.js';
import { PlanetTrack, trackStride } from '../../src/belt/planet-track.js';
import { forceBits } from '../../src/belt/sun.js';
import { daysPerYear, sunGm } from '../../src/constants.js';
import { DemocraticHeliocentric } from '../../src/dynamics/democratic-heliocentric.js';
import { type MassiveBodies, massiveBodies, stateSize } from '../../src/dynamics/massive-bodies.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { stateOf } from './random-orbits.js';

const withoutPlanets: MassiveBodies = massiveBodies([]);

/** A heliocentric state after steps of h between planets, with a drift da/dt. */
function particleAfter(bodies: MassiveBodies, state: readonly number[], h: number, count: number, forces = 0, drift = 0): number[] {
  const planets = new PlanetTrack(bodies, Math.abs(h));
  const table = particleTable(1);
  const before = planets.sunVelocity();
  table.values.set([...state.map((value, k) => (k < 3 ? value : value - before[k - 3]!)), drift]);
  const rows = 100;
  const track = new Float64Array(rows * trackStride(bodies.gm.length));
  for (let done = 0; done < count; done += rows) {
    const steps = Math.min(rows, count - done);
    for (let row = 0; row < steps; row++) planets.record(1, track, [row]);
    const lastDrift = done + steps === count ? 0.5 * h : 0;
    const firstDrift = done === 0 ? 0.5 * h : h;
    advanceBelt(table.values, 1, 0, 1, { mu: sunGm, gm: planets.gm, track, firstRow: 0, steps, h, firstDrift, lastDrift, forces });
  }
  const after = planets.sunVelocity();
  return Array.from(table.values.slice(0, stateSize), (value, k) => (k < 3 ? value : value + after[k - 3]!));
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);

/** Semi-major axis, au. */
const axisOf = ([x, y, z, vx, vy, vz]: readonly number[]): number =>
  1 / (2 / Math.hypot(x!, y!, z!) - (vx! * vx! + vy! * vy! + vz! * vz!) / sunGm);

describe('massless particles between planets', () => {
  test('a massless body of the planets’ own integration is where the particle is', () => {
    const ceres = stateOf(2.55, 0.078, 1, 0.18, 1.4, 1.3);
    const planets = planetsAt2000();
    const bodies: MassiveBodies = {
      starGm: planets.starGm,
      gm: Float64Array.of(...planets.gm, 0),
      states: Float64Array.of(...planets.states, ...ceres),
    };
    const integration = new DemocraticHeliocentric(bodies);
    integration.advance(4, 2000);
    const body = integration.heliocentric().states.slice(-stateSize);
    // Two ways of solving for the same drifts: 2000 roundings of a few 10⁻¹⁶ that grow along the orbit.
    expect(distance(particleAfter(planetsAt2000(), ceres, 4, 2000), body)).toBeLessThan(1e-11);
  });

  test('planets in a track are the planets of their own integration, bit for bit', () => {
    const planets = new PlanetTrack(planetsAt2000(), 4);
    const alone = new DemocraticHeliocentric(planetsAt2000());
    const track = new Float64Array(31 * trackStride(8));
    for (let span = 0; span < 3; span++) {
      planets.record(5, track, [0, 16, 24, 28, 30]);
      alone.advance(4, 16);
    }
    expect(planets.heliocentric().states).toEqual(alone.heliocentric().states);
  });

  test('rows of longer steps hold the planets where those steps have their middle', () => {
    const finest = new Float64Array(7 * trackStride(8));
    new PlanetTrack(planetsAt2000(), 4).record(3, finest, [0, 4, 6]);
    const states = (steps: number): Float64Array => {
      const integration = new DemocraticHeliocentric(planetsAt2000());
      integration.advance(4, steps);
      return integration.heliocentric().states;
    };
    for (const [row, steps] of [
      [4, 1],
      [5, 3],
      [6, 2],
    ] as const) {
      for (let planet = 0; planet < 8; planet++) {
        for (let k = 0; k < 3; k++) {
          expect(finest[row * trackStride(8) + 9 + 3 * planet + k]).toBe(states(steps)[stateSize * planet + k]);
        }
      }
    }
  });

  test('the error falls with the square of the step', () => {
    const state = stateOf(2.4, 0.15, 0.5, 0.2, 1, 2);
    const at = (h: number): number[] => particleAfter(planetsAt2000(), state, h, 3200 / h);
    const reference = at(0.5);
    const ratio = distance(at(16), reference) / distance(at(8), reference);
    expect(ratio).toBeGreaterThan(3.6);
    expect(ratio).toBeLessThan(4.4);
  });

  test('the Yarkovsky drift moves the semi-major axis by da/dt, and backwards with the other sign', () => {
    const state = stateOf(2.25, 0.1, 0.3, 0.1, 1, 2);
    // A drift of 0.3 au/Myr shows over the rounding of a short run, and is still small: 3e-5 au a century.
    const drift = 0.3 / (1e6 * daysPerYear);
    for (const sign of [1, -1]) {
      const steps = 36_525;
      const moved = axisOf(particleAfter(withoutPlanets, state, 8, steps, forceBits.yarkovsky, sign * drift)) - axisOf(state);
      expect(moved / (sign * drift * 8 * steps)).toBeGreaterThan(0.999);
      expect(moved / (sign * drift * 8 * steps)).toBeLessThan(1.001);
    }
  });

  test('relativity turns the perihelion by 6πμ/(c²a(1 − e²)) a revolution', () => {
    const [q, e] = [0.3, 0.2];
    const a = q / (1 - e);
    const period = 2 * Math.PI * Math.sqrt(a ** 3 / sunGm);
    const perihelion = (forces: number): number => {
      const [x, y, , vx, vy] = particleAfter(withoutPlanets, stateOf(q, e, 0, 0, 0, 0), period / 400, 40_000, forces) as [
        number,
        number,
        number,
        number,
        number,
      ];
      const r = Math.hypot(x, y);
      const [v2, eta] = [vx * vx + vy * vy, x * vx + y * vy];
      return Math.atan2((v2 / sunGm - 1 / r) * y - (eta / sunGm) * vy, (v2 / sunGm - 1 / r) * x - (eta / sunGm) * vx);
    };
    const turned = perihelion(forceBits.relativity) - perihelion(0);
    const expected = (100 * 6 * Math.PI * sunGm) / (173.144_632_674_240_3 ** 2 * a * (1 - e * e));
    expect(turned / expected).toBeGreaterThan(0.999);
    expect(turned / expected).toBeLessThan(1.001);
  });
});

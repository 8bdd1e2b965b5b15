import { describe, expect, test } from 'vitest';
import { advanceBelt } from '../../src/belt/belt-step.js';
import { particleTable } from '../../src/belt/particle-table.js';
import { recordPlanets, TrackStep, trackStride } from '../../src/belt/planet-track.js';
import { forceBits } from '../../src/belt/sun.js';
import { daysPerYear, sunGm } from '../../src/constants.js';
import { type MassiveBodies, massiveBodies, stateSize } from '../../src/dynamics/massive-bodies.js';
import { democratic, PlanetSteps, starRecoil } from '../../src/encounters/planet-steps.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { stateOf } from './random-orbits.js';

const withoutPlanets: MassiveBodies = massiveBodies([]);

/** A heliocentric state after steps of h between planets, with a drift da/dt. */
function particleAfter(bodies: MassiveBodies, state: readonly number[], h: number, count: number, forces = 0, drift = 0): number[] {
  const planets = new PlanetSteps(democratic(bodies), h);
  const recoil = (): number[] => [0, 1, 2].map((k) => starRecoil(planets, planets.node, k));
  const table = particleTable(1);
  const before = recoil();
  table.values.set([...state.map((value, k) => (k < 3 ? value : value - before[k - 3]!)), drift]);
  const most = 100;
  const track = new Float64Array((most + 1) * trackStride(bodies.gm.length));
  for (let done = 0; done < count; done += most) {
    const steps = Math.min(most, count - done);
    recordPlanets(planets, track, steps);
    advanceBelt(table.values, 1, 0, 1, { mu: sunGm, gm: planets.gm, track, firstRow: 0, rowsPerStep: 1, steps, h, forces });
  }
  const after = recoil();
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
    const integration = new PlanetSteps(
      democratic({
        starGm: planets.starGm,
        gm: Float64Array.of(...planets.gm, 0),
        states: Float64Array.of(...planets.states, ...ceres),
      }),
      4,
    );
    for (let step = 0; step < 2000; step++) integration.advance();
    // Two ways of solving for the same drifts: 2000 roundings of a few 10⁻¹⁶ that grow along the orbit.
    expect(distance(particleAfter(planetsAt2000(), ceres, 4, 2000), integration.node.slice(-stateSize))).toBeLessThan(1e-11);
  });

  test('a step over several rows leaves the first node as the planets’ own step of its length does', () => {
    /** Largest distance between the ends of one step of h and of h single days. */
    const gap = (h: number): number => {
      const planets = new PlanetSteps(democratic(planetsAt2000()), 1);
      const track = new Float64Array((h + 1) * trackStride(8));
      recordPlanets(planets, track, h);
      const long = new TrackStep(track, planets.starGm, planets.gm, 0, h, h);
      const own = new PlanetSteps(democratic(planetsAt2000()), h);
      // Sums in another order.
      for (let at = 0; at < own.arcs.length; at++) expect(Math.abs(long.arcs[at]! - own.arcs[at]!)).toBeLessThan(1e-14);
      expect(long.next).toEqual(planets.node);
      return Math.max(...Array.from(planets.gm, (_, planet) => distance(long.next.subarray(6 * planet), own.next.subarray(6 * planet))));
    };
    // The error of one step, of third order: Mercury's, of the jump by 6e-5 au while it turns by half a radian, is the largest.
    expect(gap(8)).toBeLessThan(3e-6);
    expect(gap(8) / gap(4)).toBeGreaterThan(6);
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

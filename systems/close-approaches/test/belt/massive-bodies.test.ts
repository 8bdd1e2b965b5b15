import { describe, expect, test } from 'vitest';
import { BeltRun } from '../../src/belt/belt-run.js';
import { tableOfStates } from '../../src/belt/particle-table.js';
import { j2000 } from '../../src/constants.js';
import { bodiesOf, integratorOf } from '../../src/dynamics/integrate-bodies.js';
import type { MassiveBodies } from '../../src/dynamics/massive-bodies.js';
import { otherBodies, planetNames } from '../../src/planets/bodies.js';
import { asteroidStates2020, initialStates2000 } from '../../src/planets/initial-states.js';
import { eclipticToEquatorial } from '../../src/planets/solar-system.js';
import { planetsAt } from '../../src/propagation/planets-at.js';
import type { StateVector } from '../../src/planets/initial-states.js';

const stateAt = ({ states }: MassiveBodies, body: number): number[] => [...states.subarray(6 * body, 6 * body + 6)];
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);

describe('bodies beside the planets', () => {
  const all = planetsAt(j2000, ['pluto', 'ceres', 'pallas', 'vesta']);

  test('stand where they should', () => {
    expect(all.gm.slice(8)).toEqual(Float64Array.of(otherBodies.pluto, otherBodies.ceres, otherBodies.pallas, otherBodies.vesta));
    // The table of 2000 has twelve decimals and a clock good to 5e-10 d.
    expect(distance(stateAt(all, 8), initialStates2000.pluto)).toBeLessThan(1e-10);
    // JPL Horizons has them there 550 d after the states that are embedded; ours leaves out the asteroids' pull on each other.
    const later = planetsAt(2_459_399.5, ['pallas', 'vesta']);
    const [pallas, vesta] = [8, 9].map((body) => eclipticToEquatorial(stateAt(later, body) as unknown as StateVector));
    expect(distance(pallas!, [3.003651885045085, -1.249513208432394, 3.212066325868021e-2])).toBeLessThan(1e-7);
    expect(distance(vesta!, [-2.089587180453904, -7.82524382884376e-1, -3.825947594932905e-2])).toBeLessThan(1e-7);
    const start = planetsAt(asteroidStates2020.epoch, ['ceres']);
    expect(distance(eclipticToEquatorial(stateAt(start, 8) as unknown as StateVector), asteroidStates2020.ceres)).toBeLessThan(1e-14);
  });

  test('attract particles, through an encounter too, and let the planets be what they are with them', async () => {
    // 0.0005 au from Ceres at 40 m/s: a third of its Hill radius, and hours of free fall about it.
    const ceres = stateAt(all, 9);
    const particle = ceres.map((value, k) => value + [5e-4, 0, 0, 0, 2e-5, 1e-5][k]!);
    const [days, longestStep] = [256, 16];
    const together = { starGm: all.starGm, gm: Float64Array.of(...all.gm, 0), states: Float64Array.of(...all.states, ...particle) };
    const exact = integratorOf(together, { relativity: false });
    exact.integrateTo(days);
    const end = bodiesOf(exact, together);
    const names = [...planetNames, 'pluto', 'ceres', 'pallas', 'vesta'] as const;
    const run = new BeltRun(all, tableOfStates(particle), { longestStep, planets: names });
    await run.advance(days / longestStep);
    const without = new BeltRun(planetsAt(j2000), tableOfStates(particle), { longestStep });
    await without.advance(days / longestStep);
    const [near, far] = [run, without].map((one) => distance(one.heliocentric().values, stateAt(end, 12)));
    expect(far).toBeGreaterThan(3e-4);
    // What Kepler arcs of Ceres in steps of 16 d leave; a hundredth of what Ceres does.
    expect(near).toBeLessThan(0.01 * far!);
    for (const body of [8, 9, 10, 11]) expect(distance(stateAt(run.planets(), body), stateAt(end, body))).toBeLessThan(1e-6);
  });
});

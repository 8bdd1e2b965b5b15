import { describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { correctDemocratic } from '../../src/dynamics/democratic-corrector.js';
import { bodiesOf, integratorOf } from '../../src/dynamics/integrate-bodies.js';
import { energy, type MassiveBodies, stateSize } from '../../src/dynamics/massive-bodies.js';
import { democratic, heliocentricPlanets, PlanetSteps } from '../../src/encounters/planet-steps.js';
import { stateOfKeplerian } from '../../src/orbit/state-from-elements.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { syntheticBelt } from '../../src/population/synthetic-belt.js';

/** The map's bodies after `days` in steps of `h`, through the corrector there and back or without it. */
function mapped(
  bodies: MassiveBodies,
  h: number,
  days: number,
  isCorrected: boolean,
  onStep?: (now: MassiveBodies) => void,
): MassiveBodies {
  const steps = new PlanetSteps(democratic(isCorrected ? correctDemocratic(bodies, h, 1) : bodies), h);
  const now = (): MassiveBodies => (isCorrected ? correctDemocratic(heliocentricPlanets(steps), h, -1) : heliocentricPlanets(steps));
  for (let step = 0; step < days / h; step++) {
    steps.advance();
    onStep?.(now());
  }
  return now();
}

describe('corrector of the democratic heliocentric map', () => {
  const planets = planetsAt2000();

  test('there and back is nothing but the products of its stages', () => {
    const back = correctDemocratic(correctDemocratic(planets, 8, 1), 8, -1);
    // The stages of both directions are the same but for their signs, so that only the second power of the masses is left.
    back.states.forEach((value, k) => expect(Math.abs(value - planets.states[k]!)).toBeLessThan(1e-9));
  });

  test('leaves a thousandth of the energy error of planets', () => {
    const worst = (h: number, isCorrected: boolean): number => {
      let [largest, start] = [0, energy(planets)];
      mapped(planets, h, 2000, isCorrected, (now) => (largest = Math.max(largest, Math.abs(energy(now) / start - 1))));
      return largest;
    };
    const [without, at4, at2] = [worst(4, false), worst(4, true), worst(2, true)];
    expect(without).toBeGreaterThan(3e-8);
    expect(at4).toBeLessThan(1e-3 * without);
    // What is left is of the second power of the masses, and of the step: a quarter at half of it.
    expect(at4 / at2).toBeGreaterThan(3);
    expect(at4 / at2).toBeLessThan(5);
  });

  test('brings massless particles thirty times nearer to the orbits that IAS15 has them on', () => {
    const asteroids = syntheticBelt({ count: 12, seed: 1 }).flatMap((asteroid) => [...stateOfKeplerian(asteroid, sunGm)]);
    const all: MassiveBodies = {
      starGm: planets.starGm,
      gm: Float64Array.of(...planets.gm, ...Array.from({ length: 12 }, () => 0)),
      states: Float64Array.of(...planets.states, ...asteroids),
    };
    const days = 8 * 900;
    const exact = integratorOf(all, { relativity: false });
    exact.integrateTo(days);
    const reference = bodiesOf(exact, all).states;
    const axis = (states: Float64Array, p: number): number => {
      const [x, y, z, vx, vy, vz] = states.subarray(p, p + stateSize) as unknown as [number, number, number, number, number, number];
      return 1 / (2 / Math.hypot(x, y, z) - (vx * vx + vy * vy + vz * vz) / sunGm);
    };
    const median = (isCorrected: boolean): number => {
      const { states } = mapped(all, 8, days, isCorrected);
      const errors = Array.from({ length: 12 }, (_, k) => Math.abs(axis(states, 6 * (8 + k)) / axis(reference, 6 * (8 + k)) - 1));
      return errors.sort((a, b) => a - b)[6]!;
    };
    const [without, corrected] = [median(false), median(true)];
    expect(without).toBeGreaterThan(1e-8);
    expect(corrected).toBeLessThan(0.03 * without);
  });
});

import { describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { keplerDrift } from '../../src/dynamics/kepler-drift.js';
import { massiveBodies } from '../../src/dynamics/massive-bodies.js';
import { BeltRun } from '../../src/belt/belt-run.js';
import { tableOfStates } from '../../src/belt/particle-table.js';
import { defaultCriticalDistances, type Detector, type EncounterEvent } from '../../src/encounters/index.js';
import { planets, terrestrialPlanets } from '../../src/planets/bodies.js';
import { uniform } from './synthetic-orbits.js';

/** Masses so small that every path is a Kepler arc and no attraction is ever switched. */
const tinyGm = 1e-30;

interface Pass {
  readonly planet: number[];
  readonly particle: number[];
  /** Steps from the start to the minimum. */
  readonly moment: number;
  readonly distance: number;
}

/** A pass of a planet on a circle at a known distance (au), `moment` steps after the start. */
function pass(random: () => number, a: number, distance: number, moment: number, h: number): Pass {
  const speed = Math.sqrt(sunGm / a);
  const planet = [a, 0, 0, 0, speed, 0];
  const direction = [random() - 0.5, random() - 0.5, random() - 0.5];
  const length = Math.hypot(...direction);
  const gap = direction.map((value) => (distance * value) / length);
  // A relative velocity across the gap, of a bound orbit: 10 to 45 % of the planet's speed.
  const other = [random() - 0.5, random() - 0.5, random() - 0.5];
  const along = (other[0]! * gap[0]! + other[1]! * gap[1]! + other[2]! * gap[2]!) / (distance * distance);
  const across = other.map((value, k) => value - along * gap[k]!);
  const factor = ((0.1 + 0.35 * random()) * speed) / Math.hypot(...across);
  const particle = planet.map((value, k) => value + (k < 3 ? gap[k]! : factor * across[k - 3]!));
  const back = (state: number[]): number[] => {
    const moved = Float64Array.from(state);
    keplerDrift(moved, 0, sunGm, -moment * h);
    return [...moved];
  };
  return { planet: back(planet), particle: back(particle), moment, distance };
}

async function eventsOf(
  { planet, particle }: Pass,
  name: (typeof terrestrialPlanets)[number],
  h: number,
  detector: Detector,
): Promise<EncounterEvent[]> {
  const run = new BeltRun(massiveBodies([{ gm: tinyGm, state: planet }]), tableOfStates(particle), {
    longestStep: h,
    levels: 1,
    planets: [name],
    detector,
    hybrid: { pericentre: 0 },
  });
  // Slow ones are inside from the first step to the last.
  return [...(await run.advance(7)).events, ...run.finish().events];
}

describe.each<[Detector, number]>([
  // Shares of the critical distance: a hundredth is asked for; the arcs themselves leave the roundings of 1e-9 d.
  ['quintic', 1e-6],
  ['arcs', 1e-6],
])('%s detector', (detector, tolerance) => {
  test.each(terrestrialPlanets)('finds passes of %s at any phase of an 8 d step', async (name) => {
    const random = uniform(11);
    const a = planets.find((planet) => planet.name === name)!.semiMajorAxis;
    const critical = defaultCriticalDistances[name]!;
    for (let k = 0; k < 250; k++) {
      const moment = 2 + 3 * random();
      const distance = critical * (0.02 + 0.96 * random());
      const events = await eventsOf(pass(random, a, distance, moment, 8), name, 8, detector);
      const nearest = events.toSorted(
        (one, two) => Math.abs(one.step + one.fraction - moment) - Math.abs(two.step + two.fraction - moment),
      )[0];
      // A slow companion may turn back within the stretch: then its minimum is one of several, and not the least.
      if (nearest && nearest.minima > 1) continue;
      expect(nearest, `pass ${k}`).toBeDefined();
      expect(Math.abs(nearest!.rMin - distance), `pass ${k}`).toBeLessThan(tolerance * critical);
      expect(Math.abs(nearest!.step + nearest!.fraction - moment) * 8, `pass ${k}`).toBeLessThan(1e-5);
    }
  });

  test('counts a minimum or an entry exactly on a step once', async () => {
    const random = uniform(5);
    for (let k = 0; k < 100; k++) {
      const events = await eventsOf(pass(random, 1, 0.05 * random(), 3, 8), 'earth', 8, detector);
      expect(events.length).toBe(1);
      expect(events[0]!.minima).toBe(1);
      expect(Math.abs(events[0]!.step + events[0]!.fraction - 3)).toBeLessThan(1e-6);
    }
  });
});

test('the cubic detector sees encounters with Mercury that do not take place', async () => {
  const random = uniform(3);
  const a = planets[0]!.semiMajorAxis;
  const counts = { cubic: 0, quintic: 0 };
  for (let k = 0; k < 400; k++) {
    const approach = pass(random, a, 0.007_38 * (1.2 + 3 * random()), 2 + 3 * random(), 16);
    for (const detector of ['cubic', 'quintic'] as const) counts[detector] += (await eventsOf(approach, 'mercury', 16, detector)).length;
  }
  expect(counts.quintic).toBeLessThan(10);
  expect(counts.cubic).toBeGreaterThan(40);
});

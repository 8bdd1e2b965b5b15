import { describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { bodiesOf, integratorOf } from '../../src/dynamics/integrate-bodies.js';
import { keplerDrift } from '../../src/dynamics/kepler-drift.js';
import { type MassiveBodies, massiveBodies, stateSize } from '../../src/dynamics/massive-bodies.js';
import { BeltRun } from '../../src/belt/belt-run.js';
import type { SwitchedStep } from '../../src/belt/belt-span.js';
import { type ParticleTable, tableOfStates } from '../../src/belt/particle-table.js';
import { changeover, type HybridKind, type HybridOptions, PlanetSteps, democratic } from '../../src/encounters/index.js';
import { planets } from '../../src/planets/bodies.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { nearEarthOrbits, uniform } from './synthetic-orbits.js';

const hybrids: HybridKind[] = ['reversible', 'changeover'];

describe('changeover', () => {
  test.each(['c2', 'c4'] as const)('%s: 0 inside, 1 outside, monotonic between them', (shape) => {
    expect(changeover(0.05, 1, shape)).toBe(0);
    expect(changeover(0.1, 1, shape)).toBe(0);
    expect(changeover(1, 1, shape)).toBe(1);
    expect(changeover(3, 1, shape)).toBe(1);
    expect(changeover(0.55, 1, shape)).toBeCloseTo(0.5, 14);
    for (let d = 0.1; d < 1; d += 0.01) {
      expect(changeover(d + 0.01, 1, shape)).toBeGreaterThanOrEqual(changeover(d, 1, shape));
      // What is not kicked is integrated, and both sides of the middle are each other's mirror.
      expect(changeover(d, 1, shape) + changeover(1.1 - d, 1, shape)).toBeCloseTo(1, 12);
    }
  });

  test.each(['c2', 'c4'] as const)('%s: two derivatives vanish at both ends', (shape) => {
    const [step, K] = [1e-3, (d: number) => changeover(d, 1, shape)];
    for (const end of [0.1, 1]) {
      // With K ~ y³ near an end, first and second differences over a step of 1e-3 are at most some 30·1e-6 and 60·1e-3/0.729.
      expect(Math.abs(K(end + step) - K(end - step)) / (2 * step)).toBeLessThan(3e-5);
      expect(Math.abs(K(end + step) - 2 * K(end) + K(end - step)) / (step * step)).toBeLessThan(0.1);
    }
  });
});

/** States of 6 numbers each, one particle after the other. */
const statesOf = ({ values, stride, count }: ParticleTable): Float64Array =>
  Float64Array.from({ length: stateSize * count }, (_, at) => values[(at % stateSize) * stride + Math.floor(at / stateSize)]!);

/** Twelve flybys of one Earth mass at 1000 au, where the star's tide does nothing in a hundred days. */
describe.each(hybrids)('flyby of a planet (%s)', (kind) => {
  test('follows the hyperbola', async () => {
    const earth = planets[2]!;
    const distance = 1000;
    const planet = [distance, 0, 0, 0, Math.sqrt((sunGm + earth.gm) / distance), 0];
    for (let k = 0; k < 12; k++) {
      const start = [-0.02, 0.002 + 0.000_5 * k, 0.000_1, 0.000_7 + 0.000_2 * k, 0, 0];
      const particle = planet.map((value, c) => value + start[c]!);
      const run = new BeltRun(massiveBodies([{ gm: earth.gm, state: planet }]), tableOfStates(particle), {
        longestStep: 4,
        levels: 1,
        planets: ['earth'],
        hybrid: { kind },
        limits: { sun: 0.005, far: 1e5, escape: 1e5 },
      });
      await run.advance(15);
      const hyperbola = Float64Array.from(start);
      keplerDrift(hyperbola, 0, earth.gm, 60);
      const body = run.planets().states;
      const relative = Array.from(statesOf(run.heliocentric()), (value, c) => value - body[c]!);
      const turned = Math.atan2(hyperbola[4]!, hyperbola[3]!);
      // The tide over 60 d: 2·μ/r³·d·t²/2 is 2e-11 au; roundings of positions of 1000 au are 1e-13 each.
      for (let c = 0; c < 3; c++) expect(Math.abs(relative[c]! - hyperbola[c]!)).toBeLessThan(1e-9);
      for (let c = 3; c < 6; c++) expect(Math.abs(relative[c]! - hyperbola[c]!)).toBeLessThan(1e-11);
      expect(Math.abs(turned)).toBeGreaterThan(1e-3);
    }
  });
});

describe('planets', () => {
  test('have the same bits whatever particles do', async () => {
    const alone = new PlanetSteps(democratic(planetsAt2000()), 4);
    const run = new BeltRun(planetsAt2000(), tableOfStates(nearEarthOrbits(20, 2)), { longestStep: 16, levels: 3 });
    for (let k = 0; k < 400; k++) alone.advance();
    await run.advance(100);
    expect(run.snapshot().planets).toEqual(alone.node);
  });
});

describe('reversible switching', () => {
  test('has the same flags backwards and leads back to the start', async () => {
    const [h, steps] = [8, 400];
    const options = { levels: 1, criticalDistances: {}, tellSwitches: true };
    const forth = new BeltRun(planetsAt2000(), tableOfStates(nearEarthOrbits(60, 21)), { ...options, longestStep: h });
    const start = forth.snapshot();
    const flags = (switches: readonly SwitchedStep[]): Map<string, number> =>
      new Map(switches.map((one) => [`${one.particle} ${one.step}`, one.flags]));
    const there = flags((await forth.advance(steps)).switches);
    const home = BeltRun.resume(planetsAt2000(), { ...forth.snapshot(), steps: 0 }, { ...options, longestStep: -h });
    const back = flags((await home.advance(steps)).switches);
    const end = home.snapshot();
    expect(there.size).toBeGreaterThan(100);
    const mirrored = new Map(
      [...back].map(([key, value]) => {
        const [particle, step] = key.split(' ').map(Number) as [number, number];
        return [`${particle} ${steps - 1 - step}`, value];
      }),
    );
    expect(new Map([...mirrored].toSorted())).toEqual(new Map([...there].toSorted()));
    for (let k = 0; k < end.planets.length; k++) expect(Math.abs(end.planets[k]! - start.planets[k]!)).toBeLessThan(1e-11);
    // Roundings grow with the divergence of orbits that meet planets, here some hundred times within 9 years: the median is 1e-13.
    for (let k = 0; k < end.values.length; k++)
      expect(Math.abs(end.values[k]! - start.values[k]!), `particle ${k % 60}`).toBeLessThan(1e-11);
  });
});

describe('Jacobi constant about the Sun and a circular Jupiter', () => {
  const jupiter = planets[4]!;
  const a = 5.2044;
  const hill = a * Math.cbrt(jupiter.gm / (3 * sunGm));
  const rate = Math.sqrt((sunGm + jupiter.gm) / (a * a * a));
  const system = (): MassiveBodies => massiveBodies([{ gm: jupiter.gm, state: [a, 0, 0, 0, rate * a, 0] }]);

  /** C = 2·n·h_z + 2·(μ_1/r_1 + μ_2/r_2) − v², in the frame of the centre of mass. */
  const jacobi = (particle: ArrayLike<number>, body: ArrayLike<number>): number => {
    const share = jupiter.gm / (sunGm + jupiter.gm);
    const s = Array.from(particle, (value, k) => value - share * body[k]!);
    const v2 = s[3]! * s[3]! + s[4]! * s[4]! + s[5]! * s[5]!;
    const toSun = Math.hypot(particle[0]!, particle[1]!, particle[2]!);
    const toPlanet = Math.hypot(particle[0]! - body[0]!, particle[1]! - body[1]!, particle[2]! - body[2]!);
    return 2 * rate * (s[0]! * s[4]! - s[1]! * s[3]!) + 2 * (sunGm / toSun + jupiter.gm / toPlanet) - v2;
  };

  /** Encounters at 0.1 to 1 Hill radius, 300 d before their minimum in two-body motion about Jupiter. */
  const encounters = (count: number): Float64Array => {
    const random = uniform(8);
    const states = new Float64Array(stateSize * count);
    for (let k = 0; k < count; k++) {
      const q = hill * (0.1 + 0.9 * (k / (count - 1)));
      const speed = Math.sqrt((2 * jupiter.gm) / q + (0.002 + 0.002 * random()) ** 2);
      const angle = 6.3 * random();
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const start = Float64Array.of(q * c, q * s, 0, -speed * s * 0.9, speed * c * 0.9, speed * 0.435_89);
      keplerDrift(start, 0, jupiter.gm, -150);
      const body = Float64Array.of(a, 0, 0, 0, rate * a, 0);
      for (let i = 0; i < stateSize; i++) states[stateSize * k + i] = start[i]! + body[i]!;
    }
    return states;
  };

  test('IAS15 keeps it to 1e-12 through encounters', () => {
    const states = encounters(6);
    for (let k = 0; k < 6; k++) {
      const particle = states.slice(stateSize * k, stateSize * (k + 1));
      const start = massiveBodies([
        { gm: jupiter.gm, state: [a, 0, 0, 0, rate * a, 0] },
        { gm: 0, state: [...particle] },
      ]);
      const integrator = integratorOf(start, { relativity: false });
      integrator.integrateTo(2000);
      const end = bodiesOf(integrator, start).states;
      const ratio = jacobi(end.slice(stateSize), end) / jacobi(particle, start.states);
      expect(Math.abs(ratio - 1)).toBeLessThan(1e-12);
    }
  });

  test('what an encounter leaves in it comes from the edge of the switch: as the square of the step, less farther out', async () => {
    const count = 10;
    const states = encounters(count);
    /** Largest change of C at two times: with all particles still within the switch, and with all beyond it. */
    const changes = async (h: number, hillRadii: number): Promise<[number, number]> => {
      const run = new BeltRun(system(), tableOfStates(states), {
        longestStep: h,
        levels: 1,
        planets: ['jupiter'],
        hybrid: { hillRadii },
        criticalDistances: {},
      });
      const firstBody = run.planets().states;
      const largest = async (days: number): Promise<number> => {
        await run.advance(days / h - run.steps);
        const [after, body] = [statesOf(run.heliocentric()), run.planets().states];
        const errors = Array.from({ length: count }, (_value, k) => {
          const at = [stateSize * k, stateSize * (k + 1)] as const;
          return Math.abs(jacobi(after.slice(...at), body) / jacobi(states.slice(...at), firstBody) - 1);
        });
        return Math.max(...errors);
      };
      return [await largest(240), await largest(800)];
    };
    const [inside, beyond] = await changes(4, 3);
    const [, shorter] = await changes(2, 3);
    const [, farther] = await changes(4, 4);
    expect(inside).toBeLessThan(0.02 * beyond);
    expect(beyond / shorter).toBeCloseTo(4, 0);
    expect(beyond / farther).toBeGreaterThan(1.8);
  });

  test.each<[string, HybridOptions, number]>([
    ['reversible', { kind: 'reversible' }, 1e-7],
    ['changeover', { kind: 'changeover' }, 1e-7],
  ])('%s switching keeps it to 1e-7 through encounters down to 0.1 Hill radii', async (_, hybrid, tolerance) => {
    const count = 10;
    const states = encounters(count);
    const run = new BeltRun(system(), tableOfStates(states), {
      longestStep: 4,
      levels: 1,
      planets: ['jupiter'],
      hybrid,
      criticalDistances: { jupiter: hill },
    });
    const firstBody = run.planets().states;
    const before = Array.from({ length: count }, (_value, k) => jacobi(states.slice(stateSize * k, stateSize * (k + 1)), firstBody));
    const { events } = await run.advance(500);
    const after = statesOf(run.heliocentric());
    const body = run.planets().states;
    expect(events.length).toBeGreaterThanOrEqual(count - 3);
    expect(Math.min(...events.map(({ rMin }) => rMin))).toBeLessThan(0.2 * hill);
    for (let k = 0; k < count; k++) {
      const error = jacobi(after.slice(stateSize * k, stateSize * (k + 1)), body) / before[k]! - 1;
      expect(Math.abs(error), `encounter ${k}`).toBeLessThan(tolerance);
    }
  });
});

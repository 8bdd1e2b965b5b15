import { expect, test } from 'vitest';
import { kmPerAu, secondsPerDay, sunGm } from '../../src/constants.js';
import { bodiesOf, integratorOf } from '../../src/dynamics/integrate-bodies.js';
import { type MassiveBodies, massiveBodies, stateSize } from '../../src/dynamics/massive-bodies.js';
import { BeltPropagation } from '../../src/encounters/index.js';
import { initialStates1969, type StateVector } from '../../src/planets/initial-states.js';
import { planets } from '../../src/planets/bodies.js';
import { ephemerisBodies, ephemerisBodiesAt1969, equatorialToEcliptic } from '../../src/planets/solar-system.js';

const epoch = 2_462_138.535_998_938_6;
/** Relative to the Sun, axes of ICRF's equator (JPL). */
const apophis: StateVector = [
  -0.559_465_385_504_885, 0.856_475_647_575_745, 0.304_150_662_171_022_5, -0.013_818_324_735_921_64, -0.006_008_827_559_793_92,
  -0.002_580_504_463_130_963,
];

/** Sun, planets, Moon and Pluto at the epoch, from the states of 1969. */
function bodiesAtEpoch(): MassiveBodies {
  const start = ephemerisBodiesAt1969();
  const integrator = integratorOf(start);
  integrator.integrateTo(epoch - initialStates1969.epoch);
  return bodiesOf(integrator, start);
}

const stateAt = (states: ArrayLike<number>, body: number): number[] =>
  Array.from({ length: stateSize }, (_, k) => states[stateSize * body + k]!);
const withApophis = ({ gm, states }: MassiveBodies): MassiveBodies =>
  massiveBodies([...Array.from(gm, (mass, body) => ({ gm: mass, state: stateAt(states, body) })), { gm: 0, state: apophis }], sunGm);

/** The smallest distance of the last body from body `other` under IAS15, with its time (JD) and speed. */
function closest(bodies: MassiveBodies, other: number, relativity: boolean): { distance: number; jd: number; speed: number } {
  const integrator = integratorOf(bodies, { relativity });
  const last = bodies.gm.length;
  const [x, v] = [new Float64Array(3 * (last + 1)), new Float64Array(3 * (last + 1))];
  let best = { distance: Infinity, jd: 0, speed: 0 };
  integrator.integrateTo(110, () => {
    for (let fraction = 0; fraction < 1; fraction += 0.000_5) {
      integrator.interpolate(fraction, x, v);
      const difference = (s: Float64Array): number => Math.hypot(...[0, 1, 2].map((k) => s[3 * last + k]! - s[3 * (other + 1) + k]!));
      const distance = difference(x);
      if (distance < best.distance)
        best = { distance, jd: epoch + integrator.time - (1 - fraction) * integrator.lastStep, speed: difference(v) };
    }
    return false;
  });
  return best;
}

/** Planets with the Earth and the Moon as one, ecliptic, and Apophis last. */
function withBarycentre(bodies: MassiveBodies): { planets: MassiveBodies; particle: number[] } {
  const turned = (state: number[]): number[] => [...equatorialToEcliptic(state as unknown as StateVector)];
  const [earth, moon] = ['earth', 'moon'].map((name) => ephemerisBodies.indexOf(name as 'earth'));
  const share = bodies.gm[moon!]! / (bodies.gm[earth!]! + bodies.gm[moon!]!);
  const states = planets.map(({ name, gm }) => {
    const own = stateAt(bodies.states, ephemerisBodies.indexOf(name));
    const state = name === 'earth' ? own.map((value, k) => (1 - share) * value + share * bodies.states[stateSize * moon! + k]!) : own;
    return { gm, state: turned(state) };
  });
  return { planets: massiveBodies(states), particle: turned([...apophis]) };
}

const km = (au: number): number => au * kmPerAu;

test('Apophis passes the Earth in April 2029', { timeout: 120_000 }, () => {
  const bodies = bodiesAtEpoch();
  const pass = closest(withApophis(bodies), ephemerisBodies.indexOf('earth'), true);
  expect(Math.abs(km(pass.distance) - 38_000)).toBeLessThan(100);
  expect(Math.abs(pass.jd - 2_462_240.407)).toBeLessThan(0.001);
  expect(km(pass.speed) / secondsPerDay).toBeCloseTo(7.423, 2);

  // With the Earth and the Moon as one body: the hybrid steps against IAS15 on the same bodies.
  const { planets: lumped, particle } = withBarycentre(bodies);
  const together = massiveBodies([
    ...Array.from(lumped.gm, (gm, body) => ({ gm, state: stateAt(lumped.states, body) })),
    { gm: 0, state: particle },
  ]);
  const truth = closest(together, 2, false);
  const errors = [4, 2, 1].map((step) => {
    const run = new BeltPropagation(lumped, particle, { step, epoch });
    const { events } = run.advance(Math.round(120 / step));
    const event = events.find(({ planet }) => planet === 2)!;
    return Math.abs(event.rMin / truth.distance - 1);
  });
  expect(errors[0]).toBeLessThan(0.001);
  for (const k of [0, 1]) {
    expect(errors[k]! / errors[k + 1]!).toBeGreaterThan(3.5);
    expect(errors[k]! / errors[k + 1]!).toBeLessThan(4.6);
  }
});

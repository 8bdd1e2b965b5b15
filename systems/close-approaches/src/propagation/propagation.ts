import { StudyError } from '@sardonyx/study/errors';
import { addSunRelativity, mutualGravity } from '../dynamics/gravity.js';
import { type Acceleration, Ias15 } from '../dynamics/ias15.js';
import { bodiesOf, integratorOf } from '../dynamics/integrate-bodies.js';
import { barycentricStar, type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { initialStates1969, type StateVector } from '../planets/initial-states.js';
import {
  eclipticToEquatorial,
  ephemerisBodies,
  type EphemerisBody,
  ephemerisBodiesAt1969,
  equatorialToEcliptic,
} from '../planets/solar-system.js';
import { addNongravitational, asteroidLaw, type DistanceLaw } from '../yarkovsky/nongravitational.js';

/** A state that is not a number, with the body's name. */
export class PropagationError extends StudyError {}

/** A body without mass to be followed: state relative to the Sun (au, au/d, ecliptic of J2000). */
export interface FollowedBody {
  readonly name: string;
  readonly state: StateVector;
  /** Accelerations along radius, transverse and normal at 1 au, au/d². */
  readonly nongravitational?: readonly [a1: number, a2: number, a3: number];
  /** How they fall with the distance; with its square by default. */
  readonly law?: DistanceLaw;
}

/** Sun, planets, Moon and Pluto at any date, integrated from the published states of 1969. Axes of ICRF's equator. */
export class SolarSystem {
  readonly #bodies: MassiveBodies;
  readonly #integrator: Ias15;

  constructor() {
    this.#bodies = ephemerisBodiesAt1969();
    this.#integrator = integratorOf(this.#bodies);
  }

  /** Bodies in the order of `ephemerisBodies`, relative to the Sun, at a JD (TDB). Dates in order cost least. */
  at(jd: number): MassiveBodies {
    this.#integrator.integrateTo(jd - initialStates1969.epoch);
    return bodiesOf(this.#integrator, this.#bodies);
  }

  /** One body relative to the Sun, ecliptic of J2000. */
  state(body: EphemerisBody, jd: number): StateVector {
    const { states } = this.at(jd);
    const from = stateSize * ephemerisBodies.indexOf(body);
    return equatorialToEcliptic(Array.from(states.subarray(from, from + stateSize)) as unknown as StateVector);
  }
}

/** Bodies integrated at a time: one step serves all of them. */
export const batchSize = 64;

/**
 * Follows massless bodies from one epoch with IAS15 under Sun, eight planets, Moon and Pluto, with the Sun's relativistic force.
 * Returns for every body its states at `times` (JD TDB, any order), relative to the Sun on the ecliptic of J2000.
 * @throws {PropagationError} `non-finite-state`, with the body's name and its last good state
 */
export function propagate(
  bodies: readonly FollowedBody[],
  epoch: number,
  times: readonly number[],
  { system = new SolarSystem(), progress = (_done: number): void => undefined } = {},
): StateVector[][] {
  const massive = system.at(epoch);
  const results: StateVector[][] = [];
  for (let from = 0; from < bodies.length; from += batchSize) {
    const batch = bodies.slice(from, from + batchSize);
    const states = batch.map(() => Array<StateVector>(times.length));
    const order = times.map((_, index) => index).sort((a, b) => times[a]! - times[b]!);
    // Forwards to what lies after the epoch, backwards to what lies before.
    for (const half of [order.filter((i) => times[i]! >= epoch), order.filter((i) => times[i]! < epoch).reverse()]) {
      if (half.length === 0) continue;
      const integrator = integratorWith(massive, batch);
      for (const index of half) {
        integrator.integrateTo(times[index]! - epoch);
        batch.forEach((body, b) => (states[b]![index] = stateOf(integrator, massive.gm.length + 1 + b, body, times[index]!)));
      }
    }
    results.push(...states);
    progress(results.length);
  }
  return results;
}

function stateOf({ positions, velocities }: Ias15, body: number, { name, state: initial }: FollowedBody, jd: number): StateVector {
  const relative = (table: Float64Array, k: number): number => table[3 * body + k]! - table[k]!;
  const state: StateVector = [
    relative(positions, 0),
    relative(positions, 1),
    relative(positions, 2),
    relative(velocities, 0),
    relative(velocities, 1),
    relative(velocities, 2),
  ];
  if (state.every(Number.isFinite)) return equatorialToEcliptic(state);
  throw new PropagationError(
    'non-finite-state',
    `Cannot follow ${name} to JD ${jd}: expected finite coordinates, got ${state.join(', ')}. It started at ${initial.join(', ')}; check that its orbit does not meet the Sun.`,
  );
}

/** IAS15 with Sun, massive bodies, then followed bodies, from the epoch of `massive` on; axes of ICRF's equator. */
export function integratorWith(massive: MassiveBodies, followed: readonly FollowedBody[]): Ias15 {
  const gm = [massive.starGm, ...massive.gm];
  const star = barycentricStar(massive);
  const count = gm.length + followed.length;
  const [positions, velocities] = [new Float64Array(3 * count), new Float64Array(3 * count)];
  const place = (body: number, relative: ArrayLike<number>): void => {
    for (let k = 0; k < 3; k++) {
      positions[3 * body + k] = star[k]! + relative[k]!;
      velocities[3 * body + k] = star[3 + k]! + relative[3 + k]!;
    }
  };
  place(0, [0, 0, 0, 0, 0, 0]);
  for (let i = 1; i < gm.length; i++) place(i, massive.states.subarray(stateSize * (i - 1), stateSize * i));
  followed.forEach(({ state }, i) => place(gm.length + i, eclipticToEquatorial(state)));
  return new Ias15(accelerations(gm, followed), positions, velocities);
}

/** Massive bodies among themselves, followed bodies under them, the Sun's relativistic force on all. */
function accelerations(gm: readonly number[], followed: readonly FollowedBody[]): Acceleration {
  const massive = mutualGravity(gm);
  const all = [...gm, ...followed.map(() => 0)];
  const forces = followed.map(
    ({ nongravitational: force, law = asteroidLaw }) => force && { a1: force[0], a2: force[1], a3: force[2], law },
  );
  const [relative, push] = [new Float64Array(stateSize), new Float64Array(3)];
  return (time, positions, velocities, out) => {
    massive(time, positions, velocities, out);
    for (let body = gm.length; body < all.length; body++) {
      attract(gm, body, positions, out);
      const force = forces[body - gm.length];
      if (force === undefined) continue;
      for (let k = 0; k < 3; k++) {
        relative[k] = positions[3 * body + k]! - positions[k]!;
        relative[3 + k] = velocities[3 * body + k]! - velocities[k]!;
      }
      push.fill(0);
      addNongravitational(relative, force, push);
      for (let k = 0; k < 3; k++) out[3 * body + k] = out[3 * body + k]! + push[k]!;
    }
    addSunRelativity(all, positions, velocities, out);
  };
}

function attract(gm: readonly number[], body: number, positions: Float64Array, out: Float64Array): void {
  const [x, y, z] = [positions[3 * body]!, positions[3 * body + 1]!, positions[3 * body + 2]!];
  let [ax, ay, az] = [0, 0, 0];
  for (let j = 0; j < gm.length; j++) {
    const [dx, dy, dz] = [positions[3 * j]! - x, positions[3 * j + 1]! - y, positions[3 * j + 2]! - z];
    const r2 = dx * dx + dy * dy + dz * dz;
    const factor = gm[j]! / (r2 * Math.sqrt(r2));
    ax += factor * dx;
    ay += factor * dy;
    az += factor * dz;
  }
  out[3 * body] = ax;
  out[3 * body + 1] = ay;
  out[3 * body + 2] = az;
}

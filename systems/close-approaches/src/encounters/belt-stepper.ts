import { keplerDrift } from '../dynamics/kepler-drift.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import { type PlanetStep, starRecoil } from './planet-steps.js';

/** Particles without mass as a structure of arrays: Q (au) and V (au/d) in democratic heliocentric coordinates. */
export interface Particles {
  /** Particles in use, from the front of every array. */
  count: number;
  /** Name of each particle for its whole life, whatever its place in the arrays. */
  readonly id: Uint32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly vx: Float64Array;
  readonly vy: Float64Array;
  readonly vz: Float64Array;
}

/** Acceleration (au/d²) of one particle beside gravity at `state` (Q, V), added to `out`. It acts in the kicks. */
export type ExtraAcceleration = (id: number, state: Float64Array, out: Float64Array) => void;

/**
 * Moves all particles from a step's node to the next: I(h/2)·J(h/2)·K(h)·J(h/2)·I(h/2) with every planet in the kicks. One that does
 * two half kicks at once may keep other columns than Q and V of the node, as long as it can tell and take these of single particles.
 */
export interface BeltStepper {
  step(planets: PlanetStep, particles: Particles): void;
  /** Q and V of particle `i` at the node where `planets` starts (before `step`) or ends (after it), to `out`. */
  load(planets: PlanetStep, particles: Particles, i: number, out: Float64Array, offset?: number): void;
  /** Puts particle `i` at Q and V of the node where `planets` ends. */
  store(planets: PlanetStep, particles: Particles, i: number, state: Float64Array): void;
}

/** The step by the scalar functions of `dynamics`, which faster ones are held to. */
export class ReferenceBeltStepper implements BeltStepper {
  readonly #extra: ExtraAcceleration | undefined;
  readonly #state = new Float64Array(stateSize);

  constructor(extra?: ExtraAcceleration) {
    this.#extra = extra;
  }

  step(planets: PlanetStep, particles: Particles): void {
    const state = this.#state;
    for (let i = 0; i < particles.count; i++) {
      loadState(particles, i, state);
      halfKick(planets, planets.node, state, noWeights, particles.id[i]!, this.#extra);
      shift(state, planets.shiftBefore);
      keplerDrift(state, 0, planets.starGm, planets.h);
      shift(state, planets.shiftAfter);
      halfKick(planets, planets.next, state, noWeights, particles.id[i]!, this.#extra);
      storeState(particles, i, state);
    }
  }

  load(_planets: PlanetStep, particles: Particles, i: number, out: Float64Array, offset = 0): void {
    loadState(particles, i, out, offset);
  }

  store(_planets: PlanetStep, particles: Particles, i: number, state: Float64Array): void {
    storeState(particles, i, state);
  }
}

/** Weight of a planet's kick at a distance (au); undefined is 1 for all. */
export type KickWeight = (planet: number, distance: number) => number;
const noWeights: KickWeight | undefined = undefined;
const acceleration = new Float64Array(3);

/** V += h/2·a of the planets at `nodes` (6 numbers each) and of the extra acceleration. */
export function halfKick(
  planets: PlanetStep,
  nodes: Float64Array,
  state: Float64Array,
  weight: KickWeight | undefined,
  id: number,
  extra: ExtraAcceleration | undefined,
): void {
  const { gm, h } = planets;
  acceleration.fill(0);
  for (let planet = 0; planet < gm.length; planet++) {
    const p = stateSize * planet;
    const [dx, dy, dz] = [nodes[p]! - state[0]!, nodes[p + 1]! - state[1]!, nodes[p + 2]! - state[2]!];
    const r2 = dx * dx + dy * dy + dz * dz;
    const r = Math.sqrt(r2);
    const factor = (weight ? gm[planet]! * weight(planet, r) : gm[planet]!) / (r2 * r);
    acceleration[0] = acceleration[0]! + factor * dx;
    acceleration[1] = acceleration[1]! + factor * dy;
    acceleration[2] = acceleration[2]! + factor * dz;
  }
  extra?.(id, state, acceleration);
  for (let k = 0; k < 3; k++) state[3 + k] = state[3 + k]! + 0.5 * h * acceleration[k]!;
}

/** Q += the jump's shift. */
export function shift(state: Float64Array, by: Float64Array): void {
  for (let k = 0; k < 3; k++) state[k] = state[k]! + by[k]!;
}

/** Particles from heliocentric states (6 numbers each) and the planets' node; ids count from `firstId`. */
export function particlesOf(heliocentric: ArrayLike<number>, planets: PlanetStep, firstId = 0): Particles {
  const count = heliocentric.length / stateSize;
  const column = (): Float64Array => new Float64Array(count);
  const id = Uint32Array.from({ length: count }, (_, i) => firstId + i);
  const particles: Particles = { count, id, x: column(), y: column(), z: column(), vx: column(), vy: column(), vz: column() };
  const recoil = [0, 1, 2].map((k) => starRecoil(planets, planets.node, k));
  const state = new Float64Array(stateSize);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < stateSize; k++) state[k] = heliocentric[stateSize * i + k]! - (k < 3 ? 0 : recoil[k - 3]!);
    storeState(particles, i, state);
  }
  return particles;
}

export function loadState(particles: Particles, i: number, out: Float64Array, offset = 0): void {
  out[offset] = particles.x[i]!;
  out[offset + 1] = particles.y[i]!;
  out[offset + 2] = particles.z[i]!;
  out[offset + 3] = particles.vx[i]!;
  out[offset + 4] = particles.vy[i]!;
  out[offset + 5] = particles.vz[i]!;
}

export function storeState(particles: Particles, i: number, state: Float64Array, offset = 0): void {
  particles.x[i] = state[offset]!;
  particles.y[i] = state[offset + 1]!;
  particles.z[i] = state[offset + 2]!;
  particles.vx[i] = state[offset + 3]!;
  particles.vy[i] = state[offset + 4]!;
  particles.vz[i] = state[offset + 5]!;
}

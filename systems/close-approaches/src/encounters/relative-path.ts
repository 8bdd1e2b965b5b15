import { keplerDrift } from '../dynamics/kepler-drift.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import type { PlanetStep } from './planet-steps.js';

/** Where a particle and a planet are at one time: the particle relative to the planet, and the planet (Q, V). */
export interface RelativeState {
  /** Position (au) and velocity (au/d) of the particle relative to the planet, 6 numbers. */
  readonly relative: Float64Array;
  /** Q and V of the planet. */
  readonly planet: Float64Array;
}

/** The motion of a particle about a planet over a piece of time. */
export interface RelativePath extends RelativeState {
  /** Sets `relative` and `planet` to `time`, days after the step's start. */
  moveTo(time: number): void;
  /** Where the path counts another squared distance (au²) than that of `relative`, or another half rate ρ·w of it (au²/d). */
  squaredDistance?(): number;
  approachRate?(): number;
}

export function squaredDistance(path: RelativePath): number {
  if (path.squaredDistance) return path.squaredDistance();
  const s = path.relative;
  return s[0]! * s[0]! + s[1]! * s[1]! + s[2]! * s[2]!;
}

/** ρ·w: half the rate of the squared distance. */
export function approachRate(path: RelativePath): number {
  if (path.approachRate) return path.approachRate();
  const s = path.relative;
  return s[0]! * s[3]! + s[1]! * s[4]! + s[2]! * s[5]!;
}

/** Both bodies on their Kepler arcs, evaluated exactly: the motion of the step itself, outside integrated pieces. */
export class ArcPath implements RelativePath {
  readonly relative = new Float64Array(stateSize);
  readonly planet = new Float64Array(stateSize);
  /** Particle (Q, V) at the arcs' start, after the half kick and the jump. */
  readonly start = new Float64Array(stateSize);
  #planets!: PlanetStep;
  #planet = 0;
  readonly #particle = new Float64Array(stateSize);

  place(planets: PlanetStep, planet: number): void {
    this.#planets = planets;
    this.#planet = planet;
  }

  moveTo(time: number): void {
    const { starGm, arcs } = this.#planets;
    const p = stateSize * this.#planet;
    this.#particle.set(this.start);
    for (let k = 0; k < stateSize; k++) this.planet[k] = arcs[p + k]!;
    if (time !== 0) {
      keplerDrift(this.#particle, 0, starGm, time);
      keplerDrift(this.planet, 0, starGm, time);
    }
    for (let k = 0; k < stateSize; k++) this.relative[k] = this.#particle[k]! - this.planet[k]!;
  }
}

/**
 * Quintic Hermite interpolation of a vector between two times from positions, velocities and accelerations at both. Of order
 * six: at most h⁶/46080 times the sixth derivative away.
 */
export class QuinticPath implements RelativePath {
  readonly relative = new Float64Array(stateSize);
  readonly planet = new Float64Array(stateSize);
  /** ρ, w and α of both ends: 9 numbers each. */
  readonly #start = new Float64Array(9);
  readonly #end = new Float64Array(9);
  readonly #planetStart = new Float64Array(9);
  readonly #planetEnd = new Float64Array(9);
  #h = 1;

  /** From nodes: the particle's states at both, and the planet's in `planets`. The accelerations are the star's. */
  place(planets: PlanetStep, planet: number, before: Float64Array, offset: number, after: Float64Array): void {
    this.#h = planets.h;
    this.#fill(this.#start, this.#planetStart, planets, planets.node, planet, before, offset);
    this.#fill(this.#end, this.#planetEnd, planets, planets.next, planet, after, 0);
  }

  moveTo(time: number): void {
    hermite(time / this.#h, this.#h, this.#start, this.#end, this.relative);
    hermite(time / this.#h, this.#h, this.#planetStart, this.#planetEnd, this.planet);
  }

  #fill(
    out: Float64Array,
    outPlanet: Float64Array,
    { starGm }: PlanetStep,
    nodes: Float64Array,
    planet: number,
    particle: Float64Array,
    offset: number,
  ): void {
    const p = stateSize * planet;
    const own = starFactor(starGm, particle, offset);
    const planets = starFactor(starGm, nodes, p);
    for (let k = 0; k < 3; k++) {
      out[k] = particle[offset + k]! - nodes[p + k]!;
      out[3 + k] = particle[offset + 3 + k]! - nodes[p + 3 + k]!;
      out[6 + k] = own * particle[offset + k]! - planets * nodes[p + k]!;
      outPlanet[k] = nodes[p + k]!;
      outPlanet[3 + k] = nodes[p + 3 + k]!;
      outPlanet[6 + k] = planets * nodes[p + k]!;
    }
  }
}

/** −μ/|Q|³. */
function starFactor(mu: number, state: Float64Array, offset: number): number {
  const [x, y, z] = [state[offset]!, state[offset + 1]!, state[offset + 2]!];
  const r2 = x * x + y * y + z * z;
  return -mu / (r2 * Math.sqrt(r2));
}

/** Position and velocity at τ of the quintic through (x, v, a) at τ = 0 and 1, `h` days apart. */
function hermite(tau: number, h: number, start: Float64Array, end: Float64Array, out: Float64Array): void {
  for (let k = 0; k < 3; k++) {
    // As a polynomial about the start: c_0 … c_2 are its first terms, c_3 … c_5 make up what the end has more.
    const [c0, c1, c2] = [start[k]!, h * start[3 + k]!, 0.5 * h * h * start[6 + k]!];
    const position = end[k]! - (c0 + (c1 + c2));
    const velocity = h * end[3 + k]! - (c1 + 2 * c2);
    const acceleration = h * h * end[6 + k]! - 2 * c2;
    const c3 = 10 * position - 4 * velocity + 0.5 * acceleration;
    const c4 = 7 * velocity - 15 * position - acceleration;
    const c5 = 6 * position - 3 * velocity + 0.5 * acceleration;
    out[k] = c0 + tau * (c1 + tau * (c2 + tau * (c3 + tau * (c4 + tau * c5))));
    out[3 + k] = (c1 + tau * (2 * c2 + tau * (3 * c3 + tau * (4 * c4 + tau * 5 * c5)))) / h;
  }
}

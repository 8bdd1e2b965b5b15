import { Ias15 } from '../dynamics/ias15.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import { type ExtraAcceleration, halfKick, type KickWeight, shift } from './belt-stepper.js';
import { onArc, type PlanetStep } from './planet-steps.js';
import type { RelativePath } from './relative-path.js';
import { keplerTimeScale } from './switching.js';

/** How one particle takes a step in which it meets planets or the star. */
export interface PieceForces {
  /** Planets whose attraction is integrated. */
  readonly planets: readonly number[];
  /** Share of a planet's attraction that is in the kicks at a distance (au); the rest is integrated for `planets`. */
  readonly kickWeight: KickWeight;
  /** Whether all forces are integrated and the step has neither kicks nor jumps: near the star. */
  readonly isWhole: boolean;
}

/** Told after each step of the integration, with the piece it ended: days after the arcs' start. True ends the integration. */
export type PieceObserver = (from: number, to: number) => boolean;

/** The first try of a step, as a share of the time scale about the star. */
const firstShare = 0.05;
/**
 * Longest step as a share of the time to come to a planet, which is how far the series of its attraction converges. The integrator's
 * own control looks at the whole acceleration and does not see a planet's small share in it.
 */
const approachShare = 0.2;
/** The eight nodes of a step of the integration. */
const rememberedTimes = 8;
const mostPlanets = 15;

/**
 * The step I(h/2)·J(h/2)·K(h)·J(h/2)·I(h/2) of one particle with some attractions moved from the kicks I into K, which IAS15
 * integrates while the planets stay on the Kepler arcs of their own step. A pure function of the particle's state and the planets'
 * step: neither is touched by any other particle.
 */
export class EncounterPiece {
  readonly #integrator: Ias15;
  readonly #extra: ExtraAcceleration | undefined;
  readonly #planet = new Float64Array(stateSize);
  readonly #interpolated = [new Float64Array(3), new Float64Array(3)] as const;
  readonly #drift = new Float64Array(3);
  #planets!: PlanetStep;
  #forces!: PieceForces;
  #from = 0;
  readonly #times = new Float64Array(rememberedTimes).fill(NaN);
  readonly #positions = Array.from({ length: rememberedTimes }, () => new Float64Array(3 * mostPlanets));
  #slot = 0;

  constructor(extra?: ExtraAcceleration, epsilon = 1e-9) {
    this.#extra = extra;
    this.#integrator = new Ias15((time, x, _v, out) => this.#acceleration(time, x, out), new Float64Array(3), new Float64Array(3), {
      velocityDependent: false,
      epsilon,
    });
  }

  /** Moves `state` (Q, V at the step's node) to the next node. Returns false where `observe` ended it before; then `state` is void. */
  step(planets: PlanetStep, forces: PieceForces, id: number, state: Float64Array, observe?: PieceObserver): boolean {
    this.#planets = planets;
    this.#forces = forces;
    this.#times.fill(NaN);
    const { h, shiftBefore, shiftAfter } = planets;
    const weight: KickWeight = forces.isWhole ? () => 0 : forces.kickWeight;
    halfKick(planets, planets.node, state, weight, id, this.#extra);
    // A whole step has its jumps spread evenly over its length, for the particle as for the planets.
    for (let k = 0; k < 3; k++) this.#drift[k] = forces.isWhole ? (shiftBefore[k]! + shiftAfter[k]!) / h : 0;
    if (!forces.isWhole) shift(state, shiftBefore);
    for (let k = 0; k < 3; k++) state[3 + k] = state[3 + k]! + this.#drift[k]!;
    if (!this.#integrate(state, observe)) return false;
    for (let k = 0; k < 3; k++) state[3 + k] = state[3 + k]! - this.#drift[k]!;
    if (!forces.isWhole) shift(state, shiftAfter);
    halfKick(planets, planets.next, state, weight, id, this.#extra);
    return true;
  }

  /** The path relative to `planet` during the step of the integration that was just done. */
  path(planet: number): RelativePath {
    const [relative, planetState] = [new Float64Array(stateSize), new Float64Array(stateSize)];
    const [x, v] = this.#interpolated;
    return {
      relative,
      planet: planetState,
      moveTo: (time) => {
        this.#integrator.interpolate((time - this.#from) / this.#integrator.lastStep, x, v);
        this.#planetAt(planet, time, planetState);
        for (let k = 0; k < 3; k++) {
          relative[k] = x[k]! - planetState[k]!;
          relative[3 + k] = v[k]! - planetState[3 + k]! - this.#drift[k]!;
        }
      },
    };
  }

  /** The path relative to the star. */
  starPath(): RelativePath {
    const relative = new Float64Array(stateSize);
    const [x, v] = this.#interpolated;
    return {
      relative,
      planet: new Float64Array(stateSize),
      moveTo: (time) => {
        this.#integrator.interpolate((time - this.#from) / this.#integrator.lastStep, x, v);
        relative.set(x);
        relative.set(v, 3);
      },
    };
  }

  #integrate(state: Float64Array, observe: PieceObserver | undefined): boolean {
    const integrator = this.#integrator;
    const { h } = this.#planets;
    integrator.restart(state.subarray(0, 3), state.subarray(3, 6), Math.sign(h) * Math.min(Math.abs(h), this.#firstTry(state)));
    let [from, isEnded] = [0, false];
    integrator.integrateTo(h, () => {
      this.#from = from;
      isEnded = observe?.(from, integrator.time) ?? false;
      from = integrator.time;
      const longest = this.#longestStep(from, integrator.positions, integrator.velocities);
      if (Math.abs(integrator.step) > longest) integrator.step = Math.sign(h) * longest;
      return isEnded;
    });
    state.set(integrator.positions);
    state.set(integrator.velocities, 3);
    return !isEnded;
  }

  #firstTry(state: Float64Array): number {
    const longest = this.#longestStep(0, state.subarray(0, 3), state.subarray(3, 6));
    return Math.min(firstShare * keplerTimeScale(state, 0, this.#planets.starGm), longest);
  }

  /** A share of d/√(w² + 2·Gm/d), the least of the integrated planets. */
  #longestStep(time: number, x: Float64Array, v: Float64Array): number {
    let shortest = Infinity;
    for (const planet of this.#forces.planets) {
      this.#planetAt(planet, time, this.#planet);
      let [d2, w2] = [0, 0];
      for (let k = 0; k < 3; k++) {
        const [d, w] = [x[k]! - this.#planet[k]!, v[k]! - this.#drift[k]! - this.#planet[3 + k]!];
        d2 += d * d;
        w2 += w * w;
      }
      const fastest2 = w2 + (2 * this.#planets.gm[planet]!) / Math.sqrt(d2);
      shortest = Math.min(shortest, Math.sqrt(d2 / fastest2));
    }
    return approachShare * shortest;
  }

  /** Q and V of a planet; in a whole step Q as the particle has it, before the jump and with an even share of both. */
  #planetAt(planet: number, time: number, out: Float64Array): void {
    onArc(this.#planets, planet, time, out);
    if (!this.#forces.isWhole) return;
    for (let k = 0; k < 3; k++) out[k] = out[k]! - this.#planets.shiftBefore[k]! + time * this.#drift[k]!;
  }

  /** Positions of the integrated planets at a time, 3 numbers each: kept, for the integrator comes back to its nodes. */
  #positionsAt(time: number): Float64Array {
    const known = this.#times.indexOf(time);
    if (known >= 0) return this.#positions[known]!;
    this.#slot = (this.#slot + 1) % rememberedTimes;
    this.#times[this.#slot] = time;
    const positions = this.#positions[this.#slot]!;
    this.#forces.planets.forEach((planet, index) => {
      this.#planetAt(planet, time, this.#planet);
      for (let k = 0; k < 3; k++) positions[3 * index + k] = this.#planet[k]!;
    });
    return positions;
  }

  #acceleration(time: number, x: Float64Array, out: Float64Array): void {
    const { starGm, gm } = this.#planets;
    const r2 = x[0]! * x[0]! + x[1]! * x[1]! + x[2]! * x[2]!;
    const star = -starGm / (r2 * Math.sqrt(r2));
    for (let k = 0; k < 3; k++) out[k] = star * x[k]!;
    const { isWhole, kickWeight, planets } = this.#forces;
    const positions = this.#positionsAt(time);
    for (let index = 0; index < planets.length; index++) {
      const planet = planets[index]!;
      const p = 3 * index;
      const [dx, dy, dz] = [positions[p]! - x[0]!, positions[p + 1]! - x[1]!, positions[p + 2]! - x[2]!];
      const d2 = dx * dx + dy * dy + dz * dz;
      const d = Math.sqrt(d2);
      const factor = (gm[planet]! * (isWhole ? 1 : 1 - kickWeight(planet, d))) / (d2 * d);
      out[0] = out[0]! + factor * dx;
      out[1] = out[1]! + factor * dy;
      out[2] = out[2]! + factor * dz;
    }
  }
}

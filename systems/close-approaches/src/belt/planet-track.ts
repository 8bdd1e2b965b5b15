import { interactionAccelerations } from '../dynamics/democratic-heliocentric.js';
import { addSunFields } from '../dynamics/sun-field.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import { type PlanetStep, PlanetSteps, starRecoil } from '../encounters/planet-steps.js';

/**
 * What particles need to know of the planets at one node, one row of a track: the star's recoil Σ m·V/M, which makes velocities V
 * heliocentric (au/d), and Q and V of every planet (au and au/d), 6 numbers each.
 */
export const trackRow = { recoil: 0, states: 3 } as const;
/** Numbers of one row. */
export const trackStride = (planets: number): number => trackRow.states + stateSize * planets;

/**
 * Writes the nodes of `planets` to `track`: the present one to row 0, and after each of `steps` steps the next. Every step is shown to
 * `onStep` before it is done.
 */
export function recordPlanets(planets: PlanetSteps, track: Float64Array, steps: number, onStep?: (step: PlanetStep) => void): void {
  const stride = trackStride(planets.gm.length);
  for (let row = 0; row <= steps; row++) {
    if (row > 0) {
      onStep?.(planets);
      planets.advance();
    }
    for (let k = 0; k < 3; k++) track[row * stride + trackRow.recoil + k] = starRecoil(planets, planets.node, k);
    track.set(planets.node, row * stride + trackRow.states);
  }
}

/**
 * A particle's step between two nodes of the track, several of the planets' own steps long. The arcs leave the first node by half a
 * kick and the jump of this step's length: at their end they are as far from the second node as a step of this length errs.
 */
export class TrackStep implements PlanetStep {
  readonly node: Float64Array;
  readonly next: Float64Array;
  readonly shiftBefore: Float64Array;
  readonly shiftAfter: Float64Array;
  #arcs: Float64Array | undefined;

  /** From row `first` to row `last`, `h` days later; `field` as of the planets' own steps. */
  constructor(
    track: Float64Array,
    readonly starGm: number,
    readonly gm: Float64Array,
    first: number,
    last: number,
    readonly h: number,
    readonly field = 0,
  ) {
    const stride = trackStride(gm.length);
    const statesOf = (row: number): Float64Array => track.subarray(row * stride + trackRow.states, (row + 1) * stride);
    const shiftAt = (row: number): Float64Array => track.slice(row * stride, row * stride + 3).map((recoil) => 0.5 * h * recoil);
    this.node = statesOf(first);
    this.next = statesOf(last);
    this.shiftBefore = shiftAt(first);
    this.shiftAfter = shiftAt(last);
  }

  get arcs(): Float64Array {
    return (this.#arcs ??= this.#leave());
  }

  #leave(): Float64Array {
    const arcs = this.node.slice();
    const accelerations = new Float64Array(3 * this.gm.length);
    interactionAccelerations(this.gm, arcs, accelerations);
    addSunFields(this.field, this.starGm, arcs, accelerations);
    for (let planet = 0; planet < this.gm.length; planet++) {
      for (let k = 0; k < 3; k++) {
        const p = stateSize * planet + k;
        arcs[p] = arcs[p]! + this.shiftBefore[k]!;
        arcs[p + 3] = arcs[p + 3]! + 0.5 * this.h * accelerations[3 * planet + k]!;
      }
    }
    return arcs;
  }
}

import { interactionAccelerations } from '../dynamics/democratic-heliocentric.js';
import { keplerDrift } from '../dynamics/kepler-drift.js';
import { addSunFields } from '../dynamics/sun-field.js';
import { barycentricStar, type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';

/** A star, its planets and the length of their steps. */
export interface PlanetSystem {
  /** G·m of the star and the planets, au³/d². */
  readonly starGm: number;
  readonly gm: Float64Array;
  /** Length of a step, days; negative goes back. */
  readonly h: number;
}

/**
 * What one step of the planets is made of, for the particles that move between them. Between two nodes a step is
 * I(h/2)·J(h/2)·K(h)·J(h/2)·I(h/2) in democratic heliocentric coordinates: Q relative to the star, V relative to the centre of mass.
 */
export interface PlanetStep extends PlanetSystem {
  /** Q and V (6 numbers a planet) at the node where the step starts, at the start of its Kepler arcs, and at the node where it ends. */
  readonly node: Float64Array;
  readonly arcs: Float64Array;
  readonly next: Float64Array;
  /** Shift of every Q, planets and particles alike, by the jump before and after the arcs, au. */
  readonly shiftBefore: Float64Array;
  readonly shiftAfter: Float64Array;
}

/** The planets, step after step. No particle has a part in it, so none can change it. */
export class PlanetSteps implements PlanetStep {
  readonly starGm: number;
  readonly gm: Float64Array;
  readonly h: number;
  readonly node: Float64Array;
  readonly arcs: Float64Array;
  readonly next: Float64Array;
  readonly shiftBefore = new Float64Array(3);
  readonly shiftAfter = new Float64Array(3);
  /** At the node where the present step ends: the next one begins with them. */
  readonly #accelerations: Float64Array;

  /** Starts at a node given in democratic heliocentric coordinates (`democratic`). `field` are bits of the Sun's other forces (`fieldBits`). */
  constructor(
    { starGm, gm, states }: MassiveBodies,
    h: number,
    readonly field = 0,
  ) {
    this.starGm = starGm;
    this.gm = gm.slice();
    this.h = h;
    this.node = states.slice();
    this.arcs = states.slice();
    this.next = states.slice();
    this.#accelerations = new Float64Array(3 * gm.length);
    this.#attract(this.node);
    this.#step();
  }

  /** Goes on to the next step. */
  advance(): void {
    this.node.set(this.next);
    this.#step();
  }

  /** Goes to another node, Q and V of every planet. */
  restart(node: Float64Array): void {
    this.node.set(node);
    this.#attract(this.node);
    this.#step();
  }

  /** Q and V of one planet `time` days after the arcs' start, to `out`: the same at every call, whoever asks. */
  onArc(planet: number, time: number, out: Float64Array): void {
    onArc(this, planet, time, out);
  }

  /** From the node on, where the accelerations are known: the kick that ended the last step took the same. */
  #step(): void {
    const { arcs, next } = this;
    arcs.set(this.node);
    this.#kick(arcs);
    this.#jump(arcs, this.shiftBefore);
    next.set(arcs);
    for (let p = 0; p < next.length; p += stateSize) keplerDrift(next, p, this.starGm, this.h);
    this.#jump(next, this.shiftAfter);
    this.#attract(next);
    this.#kick(next);
  }

  #attract(states: Float64Array): void {
    interactionAccelerations(this.gm, states, this.#accelerations);
    addSunFields(this.field, this.starGm, states, this.#accelerations);
  }

  #kick(states: Float64Array): void {
    const half = 0.5 * this.h;
    for (let body = 0; body < this.gm.length; body++) {
      const p = stateSize * body + 3;
      for (let k = 0; k < 3; k++) states[p + k] = states[p + k]! + half * this.#accelerations[3 * body + k]!;
    }
  }

  #jump(states: Float64Array, shift: Float64Array): void {
    for (let k = 0; k < 3; k++) {
      shift[k] = 0.5 * this.h * starRecoil(this, states, k);
      for (let p = k; p < states.length; p += stateSize) states[p] = states[p]! + shift[k]!;
    }
  }
}

/** Q and V of a step's planet `time` days after the arcs' start, to `out`. */
export function onArc({ arcs, starGm }: PlanetStep, planet: number, time: number, out: Float64Array): void {
  const p = stateSize * planet;
  for (let k = 0; k < stateSize; k++) out[k] = arcs[p + k]!;
  if (time !== 0) keplerDrift(out, 0, starGm, time);
}

/** Σ m·V/M of one component: what a heliocentric velocity has more than V, au/d. */
export function starRecoil({ gm, starGm }: Pick<PlanetStep, 'gm' | 'starGm'>, states: Float64Array, component: number): number {
  let sum = 0;
  for (let body = 0; body < gm.length; body++) sum += gm[body]! * states[stateSize * body + 3 + component]!;
  return sum / starGm;
}

/** The planets at a step's node, relative to the star. */
export function heliocentricPlanets({ starGm, gm, node }: PlanetStep): MassiveBodies {
  const recoil = [0, 1, 2].map((k) => starRecoil({ gm, starGm }, node, k));
  return { starGm, gm: gm.slice(), states: node.map((value, at) => (at % stateSize < 3 ? value : value + recoil[(at % stateSize) - 3]!)) };
}

/** Heliocentric planets with their velocities made relative to the centre of mass: Q and V. */
export function democratic(bodies: MassiveBodies): MassiveBodies {
  const star = barycentricStar(bodies);
  const states = bodies.states.slice();
  for (let p = 0; p < states.length; p += stateSize) for (let k = 3; k < stateSize; k++) states[p + k] = states[p + k]! + star[k]!;
  return { starGm: bodies.starGm, gm: bodies.gm, states };
}

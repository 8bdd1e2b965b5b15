import { keplerDrift } from './kepler-drift.js';
import { barycentricStar, type MassiveBodies, stateSize } from './massive-bodies.js';
import { addSunFields } from './sun-field.js';

/** Where an integration stands: Q and V, and the length of the steps of which half a drift is owed, days. */
export interface DemocraticCheckpoint {
  readonly states: Float64Array;
  readonly step: number;
}

/**
 * Wisdom–Holman steps in democratic heliocentric coordinates: positions Q relative to the star, velocities V relative to the
 * centre of mass (Duncan, Levison & Lee 1998). The Hamiltonian splits into Kepler motion about the star, the bodies'
 * interaction, and the jump |Σ m·V|²/(2M). One step is K(h/2)·J(h/2)·I(h)·J(h/2)·K(h/2), whose energy error is half that of
 * the order with the kick outside; the half drifts between two steps are done at once, so that `synchronize` ends a run.
 */
export class DemocraticHeliocentric {
  readonly starGm: number;
  readonly gm: Float64Array;
  /** Q (au) and V (au/d) of every body; half a drift short while steps are pending. */
  readonly states: Float64Array;
  readonly #accelerations: Float64Array;
  readonly #shift = new Float64Array(3);
  /** Length of the steps of which half a drift is owed, days; 0 when synchronized. */
  #step = 0;

  /** `field` are bits of the Sun's forces beside its point mass (`fieldBits`). */
  constructor(
    bodies: MassiveBodies,
    readonly field = 0,
  ) {
    const star = barycentricStar(bodies);
    this.starGm = bodies.starGm;
    this.gm = bodies.gm.slice();
    this.states = bodies.states.slice();
    for (let p = 0; p < this.states.length; p += stateSize) {
      for (let k = 3; k < stateSize; k++) this.states[p + k] = this.states[p + k]! + star[k]!;
    }
    this.#accelerations = new Float64Array(3 * this.gm.length);
  }

  /** Length of the steps of which half a drift is owed, days; 0 when synchronized. */
  get step(): number {
    return this.#step;
  }

  /** Where the integration stands, to the last bit; a copy. */
  checkpoint(): DemocraticCheckpoint {
    return { states: this.states.slice(), step: this.#step };
  }

  /** Goes back to, or on from, a checkpoint of the same bodies. */
  restore({ states, step }: DemocraticCheckpoint): void {
    this.states.set(states);
    this.#step = step;
  }

  /** `count` steps of `h` days. `onJump` is given the shift of each jump after it is done, two of them a step around the kick. */
  advance(h: number, count = 1, onJump?: (shift: Float64Array) => void): void {
    if (count === 0) return;
    if (this.#step !== h) {
      this.synchronize();
      this.#drift(0.5 * h);
      this.#step = h;
    } else {
      this.#drift(h);
    }
    for (let step = 0; step < count; step++) {
      if (step > 0) this.#drift(h);
      this.#jump(0.5 * h, onJump);
      this.#kick(h);
      this.#jump(0.5 * h, onJump);
    }
  }

  /** Does the half drift that the last step is owed. */
  synchronize(): void {
    this.#drift(0.5 * this.#step);
    this.#step = 0;
  }

  /** Positions and velocities relative to the star, after `synchronize`. */
  heliocentric(): MassiveBodies {
    this.synchronize();
    const states = this.states.slice();
    for (let k = 3; k < stateSize; k++) {
      const drift = this.#momentum(k) / this.starGm;
      for (let p = 0; p < states.length; p += stateSize) states[p + k] = states[p + k]! + drift;
    }
    return { starGm: this.starGm, gm: this.gm, states };
  }

  #drift(h: number): void {
    if (h === 0) return;
    for (let p = 0; p < this.states.length; p += stateSize) keplerDrift(this.states, p, this.starGm, h);
  }

  /** Σ Gm·V of one component. */
  #momentum(component: number): number {
    let sum = 0;
    for (let body = 0; body < this.gm.length; body++) sum += this.gm[body]! * this.states[stateSize * body + component]!;
    return sum;
  }

  #jump(h: number, onJump?: (shift: Float64Array) => void): void {
    for (let k = 0; k < 3; k++) {
      const shift = (h * this.#momentum(k + 3)) / this.starGm;
      this.#shift[k] = shift;
      for (let p = k; p < this.states.length; p += stateSize) this.states[p] = this.states[p]! + shift;
    }
    onJump?.(this.#shift);
  }

  #kick(h: number): void {
    interactionAccelerations(this.gm, this.states, this.#accelerations);
    addSunFields(this.field, this.starGm, this.states, this.#accelerations);
    for (let body = 0; body < this.gm.length; body++) {
      const p = stateSize * body;
      for (let k = 0; k < 3; k++) this.states[p + 3 + k] = this.states[p + 3 + k]! + h * this.#accelerations[3 * body + k]!;
    }
  }
}

/** Accelerations (au/d²) that bodies give each other, without the star's. */
export function interactionAccelerations(gm: Float64Array, states: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let i = 0; i < gm.length; i++) {
    const p = stateSize * i;
    const x = states[p]!;
    const y = states[p + 1]!;
    const z = states[p + 2]!;
    for (let j = i + 1; j < gm.length; j++) {
      const q = stateSize * j;
      const dx = states[q]! - x;
      const dy = states[q + 1]! - y;
      const dz = states[q + 2]! - z;
      const r2 = dx * dx + dy * dy + dz * dz;
      const inverseCube = 1 / (r2 * Math.sqrt(r2));
      const toI = gm[j]! * inverseCube;
      const toJ = gm[i]! * inverseCube;
      out[3 * i] = out[3 * i]! + toI * dx;
      out[3 * i + 1] = out[3 * i + 1]! + toI * dy;
      out[3 * i + 2] = out[3 * i + 2]! + toI * dz;
      out[3 * j] = out[3 * j]! - toJ * dx;
      out[3 * j + 1] = out[3 * j + 1]! - toJ * dy;
      out[3 * j + 2] = out[3 * j + 2]! - toJ * dz;
    }
  }
}

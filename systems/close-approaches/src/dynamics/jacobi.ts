import { interactionAccelerations } from './democratic-heliocentric.js';
import { keplerDrift } from './kepler-drift.js';
import { type MassiveBodies, stateSize } from './massive-bodies.js';
import { correctorStages, type CorrectorOrder } from './symplectic-correctors.js';

/**
 * Wisdom–Holman steps in Jacobi coordinates: every body relative to the centre of mass of the star and the bodies before it.
 * One step is K(h/2)·I(h)·K(h/2), with symplectic correctors of `corrector` order around a run of steps. For bodies whose
 * order from the star does not change.
 */
export class JacobiWisdomHolman {
  readonly starGm: number;
  readonly gm: Float64Array;
  /** Jacobi positions (au) and velocities (au/d). */
  readonly states: Float64Array;
  /** Σ of the masses up to and with each body. */
  readonly #enclosed: Float64Array;
  readonly #corrector: CorrectorOrder;
  readonly #heliocentric: Float64Array;
  readonly #accelerations: Float64Array;
  /** Length of the half drift that is owed, and of the steps the states are corrected for; 0 when synchronized. */
  #step = 0;

  constructor(bodies: MassiveBodies, options: { readonly corrector?: CorrectorOrder } = {}) {
    this.starGm = bodies.starGm;
    this.gm = bodies.gm.slice();
    this.#corrector = options.corrector ?? 0;
    this.#enclosed = new Float64Array(this.gm.length);
    let total = this.starGm;
    this.gm.forEach((mass, body) => (this.#enclosed[body] = total += mass));
    this.states = this.#toJacobi(bodies.states);
    this.#heliocentric = new Float64Array(this.states.length);
    this.#accelerations = new Float64Array(3 * this.gm.length);
  }

  /** `count` steps of `h` days. */
  advance(h: number, count = 1): void {
    if (count === 0) return;
    if (this.#step !== h) {
      this.synchronize();
      this.#correct(h, 1);
      this.#drift(0.5 * h);
      this.#step = h;
    } else {
      this.#drift(h);
    }
    for (let step = 0; step < count; step++) {
      if (step > 0) this.#drift(h);
      this.#kick(h);
    }
  }

  /** Does the half drift that the last step is owed and takes the correction back. */
  synchronize(): void {
    if (this.#step === 0) return;
    this.#drift(0.5 * this.#step);
    this.#correct(this.#step, -1);
    this.#step = 0;
  }

  /** Positions and velocities relative to the star, after `synchronize`. */
  heliocentric(): MassiveBodies {
    this.synchronize();
    const states = new Float64Array(this.states.length);
    this.#fromJacobi(this.states, states);
    return { starGm: this.starGm, gm: this.gm, states };
  }

  #drift(h: number): void {
    for (let body = 0; body < this.gm.length; body++) keplerDrift(this.states, stateSize * body, this.#enclosed[body]!, h);
  }

  /** Interaction of all bodies, less the part that the Kepler motion has. */
  #kick(h: number): void {
    this.#fromJacobi(this.states, this.#heliocentric);
    const [a, q] = [this.#accelerations, this.#heliocentric];
    interactionAccelerations(this.gm, q, a);
    // Accelerations relative to the star: those of the other bodies on it, and its own pull on all but the first.
    const [sx, sy, sz] = this.#starAcceleration();
    for (let body = 0; body < this.gm.length; body++) {
      const p = stateSize * body;
      const factor = body === 0 ? 0 : -this.starGm / cubedLength(q, p);
      a[3 * body] = a[3 * body]! - sx + factor * q[p]!;
      a[3 * body + 1] = a[3 * body + 1]! - sy + factor * q[p + 1]!;
      a[3 * body + 2] = a[3 * body + 2]! - sz + factor * q[p + 2]!;
    }
    // To Jacobi coordinates, whose frame is that of the centre of mass inside, at rest relative to the star to begin with.
    const inner = [0, 0, 0];
    let total = this.starGm;
    for (let body = 0; body < this.gm.length; body++) {
      const p = stateSize * body;
      const own = body === 0 ? 0 : this.#enclosed[body]! / cubedLength(this.states, p);
      for (let k = 0; k < 3; k++) {
        const relative = a[3 * body + k]! - inner[k]! / total;
        this.states[p + 3 + k] = this.states[p + 3 + k]! + h * (relative + own * this.states[p + k]!);
        inner[k] = inner[k]! + this.gm[body]! * a[3 * body + k]!;
      }
      total += this.gm[body]!;
    }
  }

  /** Acceleration of the star by all bodies but the first, whose pair is in the Kepler motion. */
  #starAcceleration(): [number, number, number] {
    const q = this.#heliocentric;
    const sum: [number, number, number] = [0, 0, 0];
    for (let body = 1; body < this.gm.length; body++) {
      const p = stateSize * body;
      const factor = this.gm[body]! / cubedLength(q, p);
      for (let k = 0; k < 3; k++) sum[k] = sum[k]! + factor * q[p + k]!;
    }
    return sum;
  }

  /** Applies the corrector (direction 1) or its inverse (−1). */
  #correct(h: number, direction: 1 | -1): void {
    for (const { a, b } of correctorStages(this.#corrector, direction)) {
      // Z(a, b) = K(a)·I(−b)·K(−2a)·I(b)·K(a)
      this.#drift(a * h);
      this.#kick(-b * h);
      this.#drift(-2 * a * h);
      this.#kick(b * h);
      this.#drift(a * h);
    }
  }

  #toJacobi(heliocentric: Float64Array): Float64Array {
    const states = new Float64Array(heliocentric.length);
    for (let k = 0; k < stateSize; k++) {
      let [moment, total] = [0, this.starGm];
      for (let body = 0; body < this.gm.length; body++) {
        const value = heliocentric[stateSize * body + k]!;
        states[stateSize * body + k] = value - moment / total;
        moment += this.gm[body]! * value;
        total += this.gm[body]!;
      }
    }
    return states;
  }

  #fromJacobi(states: Float64Array, out: Float64Array): void {
    for (let k = 0; k < stateSize; k++) {
      let [moment, total] = [0, this.starGm];
      for (let body = 0; body < this.gm.length; body++) {
        const value = states[stateSize * body + k]! + moment / total;
        out[stateSize * body + k] = value;
        moment += this.gm[body]! * value;
        total += this.gm[body]!;
      }
    }
  }
}

function cubedLength(states: Float64Array, p: number): number {
  const [x, y, z] = [states[p]!, states[p + 1]!, states[p + 2]!];
  const r2 = x * x + y * y + z * z;
  return r2 * Math.sqrt(r2);
}

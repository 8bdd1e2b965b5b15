import { type DemocraticCheckpoint, DemocraticHeliocentric } from '../dynamics/democratic-heliocentric.js';
import { keplerDrift } from '../dynamics/kepler-drift.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';

/**
 * What particles need to know of the planets in one of their steps, one row of a track: the shift of the jump before the kick
 * and of the one after (au), the Sun's velocity with the sign that makes velocities V heliocentric (au/d), and every planet's
 * position at the kick (au); x, y, z each.
 */
export const trackRow = { before: 0, after: 3, velocity: 6, positions: 9 } as const;
/** Numbers of one row. */
export const trackStride = (planets: number): number => trackRow.positions + 3 * planets;

/**
 * The planets' own integration, and what it means for particles of steps h, 2h, 4h, … : a Wisdom–Holman integration of the
 * planets alone, of step h, which nothing else can change. A particle of step h sees the planets at their own kicks. One of
 * step 2^m·h is kicked where the planets' m-fold steps have their middle: there planets are taken synchronized, and the jump
 * is that of their momentum at that time.
 */
export class PlanetTrack {
  readonly gm: Float64Array;
  readonly starGm: number;
  readonly #planets: DemocraticHeliocentric;
  readonly #synchronized: Float64Array;

  constructor(
    bodies: MassiveBodies,
    /** The planets' step h, days. */
    readonly step: number,
  ) {
    this.#planets = new DemocraticHeliocentric(bodies);
    this.gm = this.#planets.gm;
    this.starGm = this.#planets.starGm;
    this.#synchronized = new Float64Array(this.#planets.states.length);
  }

  /**
   * The next 2^(levels−1) steps: row n of the `level`-th list is step n of length 2^level·h within them.
   * Lists are filled from `firstRows[level]` on: of rows in `out`, so that several spans can follow each other there.
   */
  record(levels: number, out: Float64Array, firstRows: readonly number[]): void {
    const stride = trackStride(this.gm.length);
    const span = 2 ** (levels - 1);
    for (let n = 0; n < span; n++) {
      this.#recordFinest(out, (firstRows[0]! + n) * stride);
      const time = n + 1;
      // After `time` steps the middle of that step is reached whose half divides `time` once only.
      for (let level = 1, half = 1; level < levels; level++, half *= 2) {
        if (time % (2 * half) === half)
          this.#recordMiddle(out, (firstRows[level]! + (time - half) / (2 * half)) * stride, 2 * half * this.step);
      }
    }
  }

  /** Where the planets stand, to the last bit. */
  checkpoint(): DemocraticCheckpoint {
    return this.#planets.checkpoint();
  }

  /** Goes on from a checkpoint of the same planets. */
  restore(checkpoint: DemocraticCheckpoint): void {
    this.#planets.restore(checkpoint);
  }

  /** Heliocentric planets now. The integration is not disturbed by the half drift that this does. */
  heliocentric(): MassiveBodies {
    this.#synchronize();
    const states = this.#synchronized.slice();
    const velocity = this.sunVelocity();
    for (let p = 0; p < states.length; p += stateSize) {
      for (let k = 0; k < 3; k++) states[p + 3 + k] = states[p + 3 + k]! + velocity[k]!;
    }
    return { starGm: this.starGm, gm: this.gm, states };
  }

  /** Σ Gm·V/GM of the planets now: heliocentric velocities are V plus this. */
  sunVelocity(): [number, number, number] {
    this.#synchronize();
    return [0, 1, 2].map((k) => this.#momentum(this.#synchronized, k) / this.starGm) as [number, number, number];
  }

  #recordFinest(out: Float64Array, row: number): void {
    let jumps = 0;
    this.#planets.advance(this.step, 1, (shift) => {
      if (jumps++ > 0) {
        out.set(shift, row + trackRow.after);
        return;
      }
      out.set(shift, row + trackRow.before);
      this.#setPositions(out, row, this.#planets.states);
      for (let k = 0; k < 3; k++) out[row + trackRow.velocity + k] = this.#momentum(this.#planets.states, k) / this.starGm;
    });
  }

  #recordMiddle(out: Float64Array, row: number, h: number): void {
    this.#synchronize();
    for (let k = 0; k < 3; k++) {
      const momentum = this.#momentum(this.#synchronized, k);
      const shift = (0.5 * h * momentum) / this.starGm;
      out[row + trackRow.before + k] = out[row + trackRow.after + k] = shift;
      out[row + trackRow.velocity + k] = momentum / this.starGm;
    }
    this.#setPositions(out, row, this.#synchronized);
  }

  /** Copies the planets and does the half drift that they are owed. */
  #synchronize(): void {
    this.#synchronized.set(this.#planets.states);
    const { step } = this.#planets;
    if (step === 0) return;
    for (let p = 0; p < this.#synchronized.length; p += stateSize) keplerDrift(this.#synchronized, p, this.starGm, 0.5 * step);
  }

  #setPositions(out: Float64Array, row: number, states: Float64Array): void {
    for (let planet = 0; planet < this.gm.length; planet++) {
      for (let k = 0; k < 3; k++) out[row + trackRow.positions + 3 * planet + k] = states[stateSize * planet + k]!;
    }
  }

  #momentum(states: Float64Array, k: number): number {
    let sum = 0;
    for (let planet = 0; planet < this.gm.length; planet++) sum += this.gm[planet]! * states[stateSize * planet + 3 + k]!;
    return sum;
  }
}

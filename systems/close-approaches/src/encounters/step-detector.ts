import { stateSize } from '../dynamics/massive-bodies.js';
import { CubicPath } from './cubic-path.js';
import { eventFlags } from './encounter-event.js';
import type { Excursions, Impact } from './excursions.js';
import type { StepTime } from './step-time.js';
import { beginStep, type ParticleForce, shift } from './particle-kick.js';
import { ArcPath, QuinticPath } from './relative-path.js';

/**
 * How distances are known within a step outside integrated pieces:
 *
 * - `quintic` (default): Hermite interpolation of the relative position, each minimum sought again on the Kepler arcs;
 * - `arcs`: the Kepler arcs throughout;
 * - `cubic`: MERCURY's interpolation of the squared distance, as it is, for comparison.
 */
export type Detector = 'cubic' | 'quintic' | 'arcs';

/** Parts of a step on which the sign of ρ·w is looked at. */
const intervals = 16;

/** Looks for approaches of single pairs within a step of Kepler arcs. */
export class StepDetector {
  readonly kind: Detector;
  readonly #excursions: Excursions;
  readonly #critical: Float64Array;
  readonly #force: ParticleForce | undefined;
  readonly #quintic = new QuinticPath();
  readonly #cubic = new CubicPath();
  readonly #arcs = new ArcPath();

  constructor(kind: Detector, excursions: Excursions, critical: Float64Array, force: ParticleForce | undefined) {
    this.kind = kind;
    this.#excursions = excursions;
    this.#critical = critical;
    this.#force = force;
  }

  /** Follows a pair through a step between the particle's states at both nodes (Q, V at `offset`). */
  follow(particle: number, planet: number, before: Float64Array, offset: number, after: Float64Array, time: StepTime): Impact | undefined {
    if (this.kind === 'cubic') return this.#followCubic(particle, planet, before, offset, after, time);
    const { planets } = time;
    if (!this.#excursions.isOpen(particle, planet) && this.#staysOut(planet, before, offset, after, time)) return undefined;
    this.#placeArcs(planet, before, offset, time);
    if (this.kind === 'arcs') return this.#excursions.follow(particle, planet, this.#arcs, 0, planets.h, intervals, time);
    this.#quintic.place(planets, planet, before, offset, after);
    return this.#excursions.follow(particle, planet, this.#quintic, 0, planets.h, intervals, time, 0, this.#arcs);
  }

  #followCubic(
    particle: number,
    planet: number,
    before: Float64Array,
    offset: number,
    after: Float64Array,
    time: StepTime,
  ): Impact | undefined {
    const critical = this.#critical[planet]!;
    this.#cubic.place(time.planets, planet, before, offset, after);
    if (!this.#excursions.isOpen(particle, planet) && this.#cubic.smallest() >= critical * critical) return undefined;
    return this.#excursions.follow(particle, planet, this.#cubic, 0, time.planets.h, intervals, time, eventFlags.unrefined);
  }

  #placeArcs(planet: number, before: Float64Array, offset: number, { planets }: StepTime): void {
    const { start } = this.#arcs;
    for (let k = 0; k < stateSize; k++) start[k] = before[offset + k]!;
    beginStep(planets, start, undefined, this.#force);
    shift(start, planets.shiftBefore);
    this.#arcs.place(planets, planet);
  }

  /**
   * Whether the pair surely stays beyond the critical distance: a motion whose acceleration is at most A is at most A·h²/8 from the
   * chord between its ends. A is the greatest of both bodies' accelerations by the star at half their distance from it or more; the
   * particle does not get nearer within a step, or it is not let off.
   */
  #staysOut(planet: number, before: Float64Array, offset: number, after: Float64Array, { planets }: StepTime): boolean {
    const { node, next, starGm, h } = planets;
    const p = stateSize * planet;
    let [aa, bb, ab, rr, vv, pp] = [0, 0, 0, 0, 0, 0];
    for (let k = 0; k < 3; k++) {
      const a = before[offset + k]! - node[p + k]!;
      const b = after[k]! - next[p + k]!;
      aa += a * a;
      bb += b * b;
      ab += a * b;
      rr += before[offset + k]! * before[offset + k]!;
      vv += before[offset + 3 + k]! * before[offset + 3 + k]!;
      pp += node[p + k]! * node[p + k]!;
    }
    // At a speed of at most √(v² + 2μ/r) half the distance lasts this long.
    if (h * h * (vv + (2.2 * starGm) / Math.sqrt(rr)) > 0.25 * rr) return false;
    const sag = 0.5 * h * h * starGm * (1 / rr + 1 / pp) + kickSag * Math.abs(h);
    const chord2 = Math.max(0, aa + bb - 2 * ab);
    const along = chord2 > 0 ? Math.min(1, Math.max(0, (aa - ab) / chord2)) : 0;
    const nearest2 = aa + along * (2 * (ab - aa) + along * chord2);
    const limit = this.#critical[planet]! + sag;
    return nearest2 > limit * limit;
  }
}

/** Bound of what kicks at a step's ends add to the sag of a path, au/d: half a kick of 6·10⁻⁶ au/d² over 16 d. */
const kickSag = 5e-5;

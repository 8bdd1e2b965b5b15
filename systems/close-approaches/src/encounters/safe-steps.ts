import { stateSize } from '../dynamics/massive-bodies.js';
import type { PlanetAnnuli } from './planet-annuli.js';
import type { PlanetStep } from './planet-steps.js';

/** No promise is made for longer than this, days: bounds of perturbations stay small against the orbit. */
const longestStraight = 128;
const longestConfined = 65_536;
/** Shares of energy and angular momentum that perturbations may use up before a barrier is worked out again. */
const largestChange = 0.05;

/**
 * How many steps a particle surely stays away from each planet. Two proofs, and the better one counts:
 *
 * - approach: the distance d falls no faster than |w|·t + ½A·t², with A the greatest accelerations by the star that both can have
 *   until then, and what other planets' kicks add;
 * - confinement: an orbit of energy E and angular momentum h does not cross the radius R where h²/(2R²) − μ/R > E. The left
 *   side less the right one falls no faster than the kicks and jumps can change h and E, so the particle stays on its side of the
 *   planet's annulus for a known time.
 *
 * All hold while the particle is outside every planet's switching distance; after a step inside one, nothing is promised.
 */
export class SafeSteps {
  /** Distance (au) from each planet that must not be reached: the greater of the detector's and the switch's. */
  readonly #reach: Float64Array;
  readonly #annuli: PlanetAnnuli;
  readonly #mu: number;
  readonly #h: number;
  readonly #gm: Float64Array;
  /** Bound of the planets' accelerations on a particle that is outside all switching distances, au/d². */
  #kick = 0;
  /** The same for one that is beyond the annulus and reach of planet 0 … k. */
  readonly #kickBeyond: Float64Array;
  /** Radii that a particle beyond, or inside, each planet's orbit must not cross. */
  readonly #outerBarriers: Float64Array;
  readonly #innerBarriers: Float64Array;
  readonly #extra: number;
  readonly #starReach: number;
  readonly #farReach: number;

  /**
   * `reach` in au by planet; `switching` is what every planet without a switched pair is at least away; `star` and `far` are the
   * heliocentric distances (au) to stay between; `extra` is a bound of accelerations beside gravity, au/d².
   */
  constructor(
    planets: PlanetStep,
    annuli: PlanetAnnuli,
    reach: Float64Array,
    switching: Float64Array,
    { star, far, extra }: { readonly star: number; readonly far: number; readonly extra: number },
  ) {
    this.#reach = reach;
    this.#starReach = star;
    this.#farReach = far;
    this.#annuli = annuli;
    this.#mu = planets.starGm;
    this.#h = Math.abs(planets.h);
    this.#gm = planets.gm;
    this.#extra = extra;
    this.#kickBeyond = new Float64Array(planets.gm.length);
    this.#outerBarriers = new Float64Array(planets.gm.length);
    this.#innerBarriers = new Float64Array(planets.gm.length);
    this.redraw(switching);
  }

  /** Takes note of new annuli. */
  redraw(switching: Float64Array): void {
    const count = this.#gm.length;
    this.#kick = this.#extra;
    for (let j = 0; j < count; j++) this.#kick += this.#gm[j]! / (switching[j]! * switching[j]!);
    for (let k = 0; k < count; k++) {
      this.#outerBarriers[k] = this.#barrier(k, true);
      this.#innerBarriers[k] = this.#barrier(k, false);
      const barrier = this.#outerBarriers[k]!;
      let sum = this.#extra;
      for (let j = 0; j < count; j++) {
        const away = Math.max(switching[j]!, barrier - this.#annuli.outer[j]!);
        sum += this.#gm[j]! / (away * away);
      }
      this.#kickBeyond[k] = sum;
    }
  }

  /**
   * Writes the number of whole steps that particle `state` (Q, V at `offset`) is safe from each planet of `nodes`, and last from the
   * limits about the star, to `out`. Half a step beyond is free too, for the switch looks ahead so far.
   */
  write(state: Float64Array, offset: number, nodes: Float64Array, out: Int32Array, outOffset: number): void {
    const mu = this.#mu;
    const [x, y, z] = [state[offset]!, state[offset + 1]!, state[offset + 2]!];
    const [vx, vy, vz] = [state[offset + 3]!, state[offset + 4]!, state[offset + 5]!];
    const r = Math.sqrt(x * x + y * y + z * z);
    const v2 = vx * vx + vy * vy + vz * vz;
    const energy = 0.5 * v2 - mu / r;
    const eta = x * vx + y * vy + z * vz;
    const h2 = Math.max(0, r * r * v2 - eta * eta);

    // Until it comes to half its distance from the star its speed has this bound.
    const halfWaySpeed = Math.sqrt(v2 + (2 * mu) / r) + longestStraight * this.#kick + this.#annuli.recoil;
    const straight = Math.min(longestStraight, (0.5 * r) / halfWaySpeed);
    const ownAcceleration = (4 * mu) / (r * r) + 2 * this.#kick;

    // The outermost annulus that it stays beyond; what keeps it there keeps it beyond the inner ones.
    let [beyond, beyondTime] = [-1, 0];
    const count = this.#gm.length;
    if (energy < 0) {
      let outermost = count - 1;
      while (outermost >= 0 && r <= this.#annuli.outer[outermost]!) outermost--;
      if (outermost >= 0) {
        const time = this.#confinement(outermost, true, r, energy, h2, -1);
        if (time > straight) [beyond, beyondTime] = [outermost, time];
      }
    }
    for (let planet = 0; planet < count; planet++) {
      let time = 0;
      if (beyond >= 0 && this.#outerBarriers[planet]! <= this.#outerBarriers[beyond]!) {
        time = beyondTime;
      } else {
        const p = stateSize * planet;
        const [dx, dy, dz] = [x - nodes[p]!, y - nodes[p + 1]!, z - nodes[p + 2]!];
        const gap = Math.sqrt(dx * dx + dy * dy + dz * dz) - this.#reach[planet]!;
        if (gap > 0) {
          const [wx, wy, wz] = [vx - nodes[p + 3]!, vy - nodes[p + 4]!, vz - nodes[p + 5]!];
          const w = Math.sqrt(wx * wx + wy * wy + wz * wz) + this.#h * this.#kick;
          const A = ownAcceleration + this.#annuli.acceleration[planet]!;
          time = Math.min(straight, (2 * gap) / (w + Math.sqrt(w * w + 2 * A * gap)));
        }
        if (energy < 0) {
          const isBeyond = r > this.#annuli.outer[planet]!;
          const isInside = r < this.#annuli.inner[planet]!;
          // Inside an outer planet's orbit and beyond an inner one's at once, as long as the latter is sure.
          const confined = isBeyond || isInside ? this.#confinement(planet, isBeyond, r, energy, h2, isInside ? beyond : -1) : 0;
          const sure = isInside && beyond >= 0 ? Math.min(confined, beyondTime) : confined;
          if (sure > time) time = sure;
        }
      }
      out[outOffset + planet] = this.#steps(time);
    }
    out[outOffset + count] = energy < 0 ? this.#steps(this.#starTime(r, energy, straight, halfWaySpeed, beyond, beyondTime)) : 0;
  }

  #steps(time: number): number {
    return Math.max(0, Math.floor(time / this.#h - 0.5));
  }

  /** Days for which a bound particle surely stays between the limits about the star. */
  #starTime(r: number, energy: number, straight: number, speed: number, beyond: number, beyondTime: number): number {
    const apocentre = (1.1 * this.#mu) / -energy;
    const isOuterSafe = apocentre < this.#farReach;
    if (isOuterSafe && beyond >= 0 && this.#annuli.outer[beyond]! > this.#starReach) return beyondTime;
    const inner = Math.min(straight, (r - this.#starReach) / speed);
    return isOuterSafe ? inner : Math.min(inner, (this.#farReach - r) / speed);
  }

  /** The radius that a particle must not cross: the annulus, widened by the reach and by what the switch looks ahead. */
  #barrier(planet: number, isBeyond: boolean): number {
    const { inner, outer, speed } = this.#annuli;
    const edge = isBeyond ? outer[planet]! : 0.5 * inner[planet]!;
    const lookAhead = 0.5 * this.#h * (speed[planet]! + 1.1 * Math.sqrt((2 * this.#mu) / edge));
    return isBeyond ? outer[planet]! + this.#reach[planet]! + lookAhead : inner[planet]! - this.#reach[planet]! - lookAhead;
  }

  /**
   * Days that a bound particle stays on its side of a planet's barrier; where it stays beyond another one (`beyond`, or −1) meanwhile,
   * the planets within that one are far.
   */
  #confinement(planet: number, isBeyond: boolean, r: number, energy: number, h2: number, beyond: number): number {
    const mu = this.#mu;
    const barrier = isBeyond ? this.#outerBarriers[planet]! : this.#innerBarriers[planet]!;
    if (isBeyond ? r <= barrier : r >= barrier || barrier < 0.5 * this.#annuli.inner[planet]!) return 0;
    const height = 0.5 * (h2 / (barrier * barrier)) - mu / barrier - energy;
    if (!(height > 0)) return 0;
    const h = Math.sqrt(h2);
    const apocentre = (1.1 * mu) / -energy;
    const kick = isBeyond ? this.#kickBeyond[planet]! : beyond >= 0 ? this.#kickBeyond[beyond]! : this.#kick;
    const recoil = this.#annuli.recoil;
    // The greatest speed and pull: at the barrier of an outer path, at the pericentre, h²/(2μ) or beyond, of an inner one.
    const nearest = isBeyond ? barrier : beyond >= 0 ? this.#outerBarriers[beyond]! : (0.45 * h2) / mu;
    const fastest = 1.1 * Math.sqrt((2 * mu) / nearest);
    // Near its pericentre a fast particle must not look ahead beyond the barrier either.
    if (!isBeyond && nearest + 0.5 * this.#h * fastest > barrier) return 0;
    const energyRate = fastest * kick + (mu / (nearest * nearest)) * recoil;
    const momentumRate = apocentre * kick + fastest * recoil;
    const heightRate = (1.1 * h * momentumRate) / (barrier * barrier) + energyRate;
    const time = Math.min((largestChange * -energy) / energyRate, (largestChange * h) / momentumRate, height / heightRate, longestConfined);
    // A kick of half a step comes at once.
    return time - this.#h;
  }
}

import { stateSize } from '../dynamics/massive-bodies.js';
import type { Annuli } from './planet-annuli.js';
import type { PlanetSystem } from './planet-steps.js';

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
  readonly #annuli: Annuli;
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
   * heliocentric distances (au) to stay between; `extra` is a bound of accelerations beside gravity, au/d². All hold as long as the
   * annuli do.
   */
  constructor(
    planets: PlanetSystem,
    annuli: Annuli,
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
   * What proofs are made from, for the compiled ones: μ, h, the bound of kicks, that of the star's recoil, the limits about the star; then
   * by planet the reach, the annulus' edges and acceleration there, both barriers, and the bound of kicks beyond.
   */
  table(): Float64Array {
    const { inner, outer, acceleration, recoil } = this.#annuli;
    const head = [this.#mu, this.#h, this.#kick, recoil, this.#starReach, this.#farReach];
    const columns = [this.#reach, inner, outer, acceleration, this.#outerBarriers, this.#innerBarriers, this.#kickBeyond];
    return Float64Array.from([...head, ...columns.flatMap((column) => [...column])]);
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
    let beyond = -1;
    let beyondTime = 0;
    const count = this.#gm.length;
    if (energy < 0) {
      let outermost = count - 1;
      while (outermost >= 0 && r <= this.#annuli.outer[outermost]!) outermost--;
      if (outermost >= 0) {
        const time = this.#confinement(outermost, true, r, energy, h2, -1);
        if (time > straight) {
          beyond = outermost;
          beyondTime = time;
        }
      }
    }
    // In the same way the innermost one that it stays inside of.
    let inside = -1;
    let insideTime = 0;
    if (energy < 0) {
      let innermost = 0;
      while (innermost < count && r >= this.#annuli.inner[innermost]!) innermost++;
      if (innermost < count) {
        const confined = this.#confinement(innermost, false, r, energy, h2, beyond);
        const time = beyond >= 0 ? Math.min(confined, beyondTime) : confined;
        if (time > straight) {
          inside = innermost;
          insideTime = time;
        }
      }
    }
    // Nobody is let off for longer than that, so that nothing longer need be proved of a planet.
    const limit = energy < 0 ? this.#starTime(r, energy, straight, halfWaySpeed, beyond, beyondTime) : 0;
    for (let planet = 0; planet < count; planet++) {
      let time = 0;
      if (planet === inside || (inside >= 0 && this.#innerBarriers[planet]! >= this.#insideBarrier(inside, beyond))) {
        time = insideTime;
      } else if (beyond >= 0 && this.#outerBarriers[planet]! <= this.#outerBarriers[beyond]!) {
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
        if (energy < 0 && time < limit) {
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
    out[outOffset + count] = this.#steps(limit);
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

  /**
   * The radius that a particle must not cross: the annulus, widened by the reach and by what the switch looks ahead, half a step along
   * the tangents. Beyond the barrier these leave the orbits by no more than ½·a·t² with the greatest accelerations there; inside it a
   * particle may be near the star, and both speeds count in full.
   */
  #barrier(planet: number, isBeyond: boolean): number {
    const { inner, outer, speed, acceleration } = this.#annuli;
    const half = 0.5 * this.#h;
    const [nearest, farthest] = [inner[planet]!, outer[planet]!];
    if (isBeyond) {
      const own = (1.1 * this.#mu) / (farthest * farthest);
      return farthest + this.#reach[planet]! + 0.5 * half * half * (own + acceleration[planet]!);
    }
    return nearest - this.#reach[planet]! - half * (speed[planet]! + 1.1 * Math.sqrt((2 * this.#mu) / (0.5 * nearest)));
  }

  /** The barrier of a particle that stays inside a planet's orbit, and beyond that of planet `beyond` (−1 for none). */
  #insideBarrier(planet: number, beyond: number): number {
    if (beyond < 0) return this.#innerBarriers[planet]!;
    const { inner, acceleration } = this.#annuli;
    const nearest = this.#outerBarriers[beyond]!;
    const half = 0.5 * this.#h;
    return inner[planet]! - this.#reach[planet]! - 0.5 * half * half * ((1.1 * this.#mu) / (nearest * nearest) + acceleration[planet]!);
  }

  /**
   * Days that a bound particle stays on its side of a planet's barrier; where it stays beyond another one (`beyond`, or −1) meanwhile,
   * the planets within that one are far.
   */
  #confinement(planet: number, isBeyond: boolean, r: number, energy: number, h2: number, beyond: number): number {
    const mu = this.#mu;
    const barrier = isBeyond ? this.#outerBarriers[planet]! : this.#insideBarrier(planet, beyond);
    if (isBeyond ? r <= barrier : r >= barrier || barrier < 0.5 * this.#annuli.inner[planet]!) return 0;
    const height = 0.5 * (h2 / (barrier * barrier)) - mu / barrier - energy;
    if (!(height > 0)) return 0;
    const h = Math.sqrt(h2);
    // The farthest apocentre, a·(1 + e), once perturbations have used up their share of both integrals.
    const rest = 1 - largestChange;
    const roundness = Math.min(1, (-2 * energy * h2) / (mu * mu));
    const apocentre = ((0.5 * mu) / (-energy * rest)) * (1 + Math.sqrt(1 - rest * rest * rest * roundness));
    const kick = isBeyond ? this.#kickBeyond[planet]! : beyond >= 0 ? this.#kickBeyond[beyond]! : this.#kick;
    const recoil = this.#annuli.recoil;
    // The greatest speed and pull: at the barrier of an outer path, at the pericentre, h²/(2μ) or beyond, of an inner one.
    const nearest = isBeyond ? barrier : beyond >= 0 ? this.#outerBarriers[beyond]! : (0.45 * h2) / mu;
    const fastest = 1.02 * Math.sqrt(Math.max(0, 2 * (mu / nearest + rest * energy)));
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

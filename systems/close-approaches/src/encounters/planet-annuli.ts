import { stateSize } from '../dynamics/massive-bodies.js';
import type { PlanetStep } from './planet-steps.js';

/** Share by which an annulus is wider than the orbits it was drawn for. */
const margin = 0.01;

/** The annuli about the star that planets keep to, and bounds of their motion there, by planet. */
export interface Annuli {
  readonly inner: Float64Array;
  readonly outer: Float64Array;
  /** Greatest speed (au/d) and greatest acceleration by the star (au/d²) in the annulus. */
  readonly speed: Float64Array;
  readonly acceleration: Float64Array;
  /** Bound of the star's speed about the centre of mass, |Σ m·V|/M, au/d. */
  readonly recoil: number;
}

/** Annuli that hold for every step observed: drawn anew, and wider than needed by a margin, where one leaves them. */
export class PlanetAnnuli {
  /** What holds now. A new object whenever it changes. */
  current: Annuli;
  readonly #nearest: Float64Array;
  readonly #farthest: Float64Array;

  /** Drawn for the arcs of one step. */
  constructor(planets: PlanetStep) {
    this.#nearest = new Float64Array(planets.gm.length);
    this.#farthest = new Float64Array(planets.gm.length);
    this.#forget();
    this.observe(planets);
    this.current = this.#draw(planets);
    this.#forget();
  }

  /** Takes note of the pericentres and apocentres of a step's arcs. */
  observe({ arcs, starGm, gm }: PlanetStep): void {
    for (let planet = 0; planet < gm.length; planet++) {
      const { pericentre, apocentre } = apsides(arcs, stateSize * planet, starGm);
      this.#nearest[planet] = Math.min(this.#nearest[planet]!, pericentre);
      this.#farthest[planet] = Math.max(this.#farthest[planet]!, apocentre);
    }
  }

  /** Whether all steps observed since the last call lie in the annuli; new ones are drawn around them if not. */
  stillHold(planets: PlanetStep): boolean {
    const { inner, outer } = this.current;
    const hold = inner.every((edge, planet) => this.#nearest[planet]! >= edge && this.#farthest[planet]! <= outer[planet]!);
    if (!hold) this.current = this.#draw(planets);
    this.#forget();
    return hold;
  }

  #forget(): void {
    this.#nearest.fill(Infinity);
    this.#farthest.fill(0);
  }

  #draw({ starGm, gm }: PlanetStep): Annuli {
    const inner = this.#nearest.map((distance) => (1 - margin) * distance);
    const outer = this.#farthest.map((distance) => (1 + margin) * distance);
    // The speed at a pericentre `inner` under an apocentre `outer`.
    const speed = inner.map((near, planet) => Math.sqrt((2 * starGm * outer[planet]!) / (near * (near + outer[planet]!))));
    const recoil = speed.reduce((sum, fastest, planet) => sum + (gm[planet]! / starGm) * fastest, 0);
    return { inner, outer, speed, acceleration: inner.map((near) => starGm / (near * near)), recoil };
  }
}

function apsides(states: Float64Array, p: number, mu: number): { pericentre: number; apocentre: number } {
  const [x, y, z] = [states[p]!, states[p + 1]!, states[p + 2]!];
  const [vx, vy, vz] = [states[p + 3]!, states[p + 4]!, states[p + 5]!];
  const r = Math.sqrt(x * x + y * y + z * z);
  const a = 1 / (2 / r - (vx * vx + vy * vy + vz * vz) / mu);
  const [hx, hy, hz] = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
  const e = Math.sqrt(Math.max(0, 1 - (hx * hx + hy * hy + hz * hz) / (mu * a)));
  return a > 0 ? { pericentre: a * (1 - e), apocentre: a * (1 + e) } : { pericentre: 0, apocentre: Infinity };
}

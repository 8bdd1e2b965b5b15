import { stateSize } from '../dynamics/massive-bodies.js';
import type { PlanetStep } from './planet-steps.js';

/** Share by which an annulus is wider than the orbit it was drawn for. */
const margin = 0.01;

/**
 * The annulus about the star that each planet keeps to, and bounds of its speed and acceleration there. They hold as long as
 * `stillHolds` says so of every step's arcs; then `redraw` makes new ones.
 */
export class PlanetAnnuli {
  readonly inner: Float64Array;
  readonly outer: Float64Array;
  /** Greatest speed (au/d) and greatest acceleration by the star (au/d²) in the annulus. */
  readonly speed: Float64Array;
  readonly acceleration: Float64Array;
  /** Bound of the star's speed about the centre of mass, |Σ m·V|/M, au/d. */
  recoil = 0;

  constructor(planets: PlanetStep) {
    const count = planets.gm.length;
    [this.inner, this.outer, this.speed, this.acceleration] = [
      new Float64Array(count),
      new Float64Array(count),
      new Float64Array(count),
      new Float64Array(count),
    ];
    this.redraw(planets);
  }

  /** Whether the arcs of a step lie in the annuli: their pericentres and apocentres do. */
  stillHolds({ arcs, starGm, gm }: PlanetStep): boolean {
    for (let planet = 0; planet < gm.length; planet++) {
      const { pericentre, apocentre } = apsides(arcs, stateSize * planet, starGm);
      if (!(pericentre >= this.inner[planet]! && apocentre <= this.outer[planet]!)) return false;
    }
    return true;
  }

  /** Draws the annuli anew around the orbits of a step. */
  redraw({ arcs, starGm, gm }: PlanetStep): void {
    this.recoil = 0;
    for (let planet = 0; planet < gm.length; planet++) {
      const { pericentre, apocentre } = apsides(arcs, stateSize * planet, starGm);
      const inner = (1 - margin) * pericentre;
      const outer = (1 + margin) * apocentre;
      this.inner[planet] = inner;
      this.outer[planet] = outer;
      // The speed at a pericentre `inner` under an apocentre `outer`.
      this.speed[planet] = Math.sqrt((2 * starGm * outer) / (inner * (inner + outer)));
      this.acceleration[planet] = starGm / (inner * inner);
      this.recoil += (gm[planet]! / starGm) * this.speed[planet]!;
    }
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

import { pow } from '../mathematics/index.js';

/** g(r) = α (r/r₀)⁻ᵐ [1 + (r/r₀)ⁿ]⁻ᵏ, r in au; 1 at r = 1 au (Marsden, Sekanina and Yeomans, Astron. J. 78, 1973). */
export interface DistanceLaw {
  readonly alpha: number;
  readonly r0: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Sublimation of water ice. */
export const cometLaw: DistanceLaw = { alpha: 0.111_262_042_6, r0: 2.808, m: 2.15, n: 5.093, k: 4.6142 };

/** Light: (1 au/r)², as the orbits of asteroids are published with. */
export const asteroidLaw: DistanceLaw = { alpha: 1, r0: 1, m: 2, n: 5.093, k: 0 };

/** Radial, transverse and normal accelerations at 1 au, au/d². */
export interface Nongravitational {
  readonly a1: number;
  readonly a2: number;
  readonly a3: number;
  readonly law: DistanceLaw;
}

/** g at a distance in au. */
export function distanceLaw({ alpha, r0, m, n, k }: DistanceLaw, r: number): number {
  const ratio = r / r0;
  if (k === 0 && m === 2) return alpha / (ratio * ratio);
  return alpha * pow(ratio, -m) * pow(1 + pow(ratio, n), -k);
}

/**
 * Acceleration g(r)·(A₁ r̂ + A₂ t̂ + A₃ n̂) in au/d², with t̂ = n̂ × r̂ and n̂ along r × v, added to `out[0…2]`.
 * @param state x, y, z in au and vx, vy, vz in au/d relative to the Sun
 */
export function addNongravitational(state: ArrayLike<number>, { a1, a2, a3, law }: Nongravitational, out: Float64Array): void {
  const [x, y, z, vx, vy, vz] = [state[0]!, state[1]!, state[2]!, state[3]!, state[4]!, state[5]!];
  const r = Math.sqrt(x * x + y * y + z * z);
  const [hx, hy, hz] = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
  const h = Math.sqrt(hx * hx + hy * hy + hz * hz);
  const g = distanceLaw(law, r);
  const [radial, transverse, normal] = [(g * a1) / r, (g * a2) / (h * r), (g * a3) / h];
  out[0]! += radial * x + transverse * (hy * z - hz * y) + normal * hx;
  out[1]! += radial * y + transverse * (hz * x - hx * z) + normal * hy;
  out[2]! += radial * z + transverse * (hx * y - hy * x) + normal * hz;
}

/** Orbit average of da/dt in au/d for A₂ with g = (1 au/r)²: 2 A₂/(n a² (1 − e²)). */
export const driftOfA2 = (a2: number, semiMajorAxis: number, eccentricity: number, gm: number): number =>
  (2 * a2) / a2Scale(semiMajorAxis, eccentricity, gm);

/** A₂ in au/d², with g = (1 au/r)², whose orbit average is a drift in au/d. */
export const a2OfDrift = (drift: number, semiMajorAxis: number, eccentricity: number, gm: number): number =>
  0.5 * drift * a2Scale(semiMajorAxis, eccentricity, gm);

/** n a² (1 − e²), au²/d. */
const a2Scale = (a: number, e: number, gm: number): number => Math.sqrt(gm * a) * (1 - e * e);

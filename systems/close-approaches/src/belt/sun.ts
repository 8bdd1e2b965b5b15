import { fieldBits } from '../dynamics/sun-field.js';

/** Forces on particles beside the gravity of Sun and planets, as bits. */
export const forceBits = { yarkovsky: 1, jpl: 2, ...fieldBits } as const;

/** Which forces beside the gravity of point masses act: the first two on particles, the others on planets and particles. */
export interface ParticleForces {
  /** Transverse acceleration that gives each particle its own da/dt. */
  readonly yarkovsky?: boolean;
  /** JPL's non-gravitational accelerations A1, A2, A3 with g(r) = (1 au/r)². */
  readonly jpl?: boolean;
  /** First post-Newtonian field of the Sun, as a potential: right precession (Nobili & Roxburgh 1986). */
  readonly relativity?: boolean;
  /** The Sun's J2. */
  readonly oblateness?: boolean;
}

/** The bits of the forces that act. */
export function bitsOf(forces: ParticleForces): number {
  let bits = 0;
  for (const [name, bit] of Object.entries(forceBits)) if (forces[name as keyof ParticleForces]) bits |= bit;
  return bits;
}

/** da/dt (au/d) and A1, A2, A3 (au/d²) of one particle. */
export interface NonGravitationalParameters {
  drift: number;
  a1: number;
  a2: number;
  a3: number;
}

/**
 * Acceleration (au/d²) of the non-gravitational forces of `forces` on a particle at the heliocentric state (x … vz), to `out`:
 * (da/dt)·μ·r/(2·h·a²)·t̂ of the drift with 1/a = (2μ − v²r)/(μr) and t̂ = (r²v − (r·v)r)/(r·h), nothing on open and radial orbits;
 * (1 au/r)²·[A1·r̂ + A2·t̂ + A3·n̂] of JPL's model.
 */
export function nonGravitational(
  forces: number,
  mu: number,
  { drift, a1, a2, a3 }: NonGravitationalParameters,
  x: number,
  y: number,
  z: number,
  vx: number,
  vy: number,
  vz: number,
  out: Float64Array,
): void {
  const r2 = x * x + y * y + z * z;
  const r = Math.sqrt(r2);
  const eta = x * vx + y * vy + z * vz;
  const v2 = vx * vx + vy * vy + vz * vz;
  const h2 = r2 * v2 - eta * eta;
  // Coefficients of the particle's position, velocity and r × v.
  let [alongR, alongV, alongN] = [0, 0, 0];
  if ((forces & forceBits.yarkovsky) !== 0) {
    const energy = 2 * mu - v2 * r;
    const strength = (drift * (energy * energy)) / (2 * mu * (r2 * h2));
    const acts = energy > 0 && h2 > 0 ? strength : 0;
    alongV = alongV + acts * r2;
    alongR = alongR - acts * eta;
  }
  if ((forces & forceBits.jpl) !== 0) {
    const g = 1 / (r2 * r);
    const perH = h2 > 0 ? g / Math.sqrt(h2) : 0;
    alongR = alongR + (a1 * g - a2 * perH * eta);
    alongV = alongV + a2 * perH * r2;
    alongN = alongN + a3 * perH * r;
  }
  const [nx, ny, nz] = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
  out[0] = alongR * x + alongV * vx + alongN * nx;
  out[1] = alongR * y + alongV * vy + alongN * ny;
  out[2] = alongR * z + alongV * vz + alongN * nz;
}

export const isNonGravitational = (forces: number): boolean => (forces & (forceBits.yarkovsky | forceBits.jpl)) !== 0;

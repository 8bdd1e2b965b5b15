import { speedOfLight } from '../constants.js';

/** Forces on particles beside the gravity of Sun and planets, as bits. */
export const forceBits = { yarkovsky: 1, jpl: 2, relativity: 4, oblateness: 8 } as const;

/** Which forces beside the gravity of Sun and planets act on particles. */
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

/** 6μ²/c² of a star of G·m `mu`: its post-Newtonian acceleration is this times −r/r⁴. */
export const relativityStrength = (mu: number): number => (6 * mu * mu) / (speedOfLight * speedOfLight);

/** J2 of the Sun and its equatorial radius, 696 000 km in au. */
const [sunJ2, sunEquatorialRadius] = [2.2e-7, 696_000 / 149_597_870.7];

/** (3/2)·J2·μ·R² of a star of G·m `mu` with the Sun's figure. */
export const oblatenessStrength = (mu: number): number => 1.5 * sunJ2 * mu * (sunEquatorialRadius * sunEquatorialRadius);

/** Direction of the Sun's north pole in the ecliptic of J2000: i = 7.25°, Ω = 75.76° (Carrington's elements, at J2000). */
export const sunPole = [0.122_321_361_538_291_33, -0.031_042_943_197_524_535, 0.992_004_949_679_715] as const;

/** Adds the conservative forces of `forces` to an acceleration (au/d²) at the heliocentric position (x, y, z), au. */
export function addSunField(forces: number, mu: number, x: number, y: number, z: number, out: Float64Array): void {
  const r2 = x * x + y * y + z * z;
  const r = Math.sqrt(r2);
  let [alongR, alongPole] = [0, 0];
  if ((forces & forceBits.relativity) !== 0) alongR = alongR - relativityStrength(mu) / (r2 * r2);
  if ((forces & forceBits.oblateness) !== 0) {
    // (3/2)·J2·μ·R²/r⁵·[(5s²/r² − 1)·r − 2s·n̂], s the height over the Sun's equator.
    const s = x * sunPole[0] + y * sunPole[1] + z * sunPole[2];
    const strength = oblatenessStrength(mu) / (r2 * r2 * r);
    alongR = alongR + strength * ((5 * s * s) / r2 - 1);
    alongPole = alongPole - 2 * (strength * s);
  }
  out[0] = out[0]! + (alongR * x + alongPole * sunPole[0]);
  out[1] = out[1]! + (alongR * y + alongPole * sunPole[1]);
  out[2] = out[2]! + (alongR * z + alongPole * sunPole[2]);
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

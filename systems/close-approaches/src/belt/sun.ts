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

import { speedOfLight } from '../constants.js';
import { stateSize } from './massive-bodies.js';

/** Conservative forces of the Sun beside its point mass, as bits. */
export const fieldBits = { relativity: 4, oblateness: 8 } as const;

/** 6μ²/c² of a star of G·m `mu`: its post-Newtonian acceleration is this times −r/r⁴. */
export const relativityStrength = (mu: number): number => (6 * mu * mu) / (speedOfLight * speedOfLight);

/** J2 of the Sun and its equatorial radius, 696 000 km in au. */
const [sunJ2, sunEquatorialRadius] = [2.2e-7, 696_000 / 149_597_870.7];

/** (3/2)·J2·μ·R² of a star of G·m `mu` with the Sun's figure. */
export const oblatenessStrength = (mu: number): number => 1.5 * sunJ2 * mu * (sunEquatorialRadius * sunEquatorialRadius);

/** Direction of the Sun's north pole in the ecliptic of J2000: i = 7.25°, Ω = 75.76° (Carrington's elements, at J2000). */
export const sunPole = [0.122_321_361_538_291_33, -0.031_042_943_197_524_535, 0.992_004_949_679_715] as const;

/** Adds the forces of `field` (bits) to an acceleration (au/d²) at the heliocentric position (x, y, z), au. */
export function addSunField(field: number, mu: number, x: number, y: number, z: number, out: Float64Array): void {
  const r2 = x * x + y * y + z * z;
  const r = Math.sqrt(r2);
  let [alongR, alongPole] = [0, 0];
  if ((field & fieldBits.relativity) !== 0) alongR = alongR - relativityStrength(mu) / (r2 * r2);
  if ((field & fieldBits.oblateness) !== 0) {
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

/** The same on bodies around the Sun, states of 6 numbers each, to their accelerations of 3. The Sun's reaction is what V is relative to. */
export function addSunFields(field: number, mu: number, states: Float64Array, out: Float64Array): void {
  if ((field & (fieldBits.relativity | fieldBits.oblateness)) === 0) return;
  for (let body = 0, p = 0; p < states.length; body++, p += stateSize) {
    one.fill(0);
    addSunField(field, mu, states[p]!, states[p + 1]!, states[p + 2]!, one);
    for (let k = 0; k < 3; k++) out[3 * body + k] = out[3 * body + k]! + one[k]!;
  }
}

const one = new Float64Array(3);

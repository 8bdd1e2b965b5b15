import type { SineCosine } from '../mathematics/index.js';
import { sinCosDegrees } from './angle.js';

const angle: SineCosine = { sine: 0, cosine: 1 };

/** What Tisserand's and Öpik's formulas need of an orbit: au and degrees. */
export interface CrossingOrbit {
  readonly semiMajorAxis: number;
  readonly eccentricity: number;
  readonly inclination: number;
}

/** Tisserand's parameter T = a_p/a + 2·√((a/a_p)·(1 − e²))·cos i for a planet at `planetAxis` (au). */
export function tisserand({ semiMajorAxis: a, eccentricity: e, inclination }: CrossingOrbit, planetAxis: number): number {
  sinCosDegrees(inclination, angle);
  return planetAxis / a + 2 * Math.sqrt((a / planetAxis) * (1 - e) * (1 + e)) * angle.cosine;
}

/**
 * Öpik's speed at infinity relative to a planet on a circle of radius `planetAxis`, in units of the planet's speed:
 * U² = 3 − T (Öpik 1951). NaN where the orbit cannot meet the circle so slowly (U² < 0).
 */
export const opikSpeed = (orbit: CrossingOrbit, planetAxis: number): number => Math.sqrt(3 - tisserand(orbit, planetAxis));

import { type DistributionTest, uniformityTest } from './kolmogorov-smirnov.js';
import type { Approach } from './approach-times.js';

/**
 * Square of the impact parameter of a flyby at distance r: r² (1 + 2Gm/(r v∞²)). What flies by within r of a planet comes
 * from a disk of this radius, so that its ratio at two distances is the ratio of their frequencies.
 * @param gm of the planet, au³/d²; lengths in au, speeds in au/d
 */
export const squaredImpactParameter = (r: number, gm: number, speedAtInfinity: number): number =>
  r * r + (2 * gm * r) / (speedAtInfinity * speedAtInfinity);

/** Cumulative probability of a miss distance below `criticalDistance`: b²(r)/b²(r_crit), or (r/r_crit)² without attraction. */
export function missProbability({ rMin, vInf }: Pick<Approach, 'rMin' | 'vInf'>, criticalDistance: number, gm = 0): number {
  // A particle bound to the planet has no speed at infinity and no impact parameter.
  if (gm === 0 || vInf === 0) return (rMin / criticalDistance) ** 2;
  return squaredImpactParameter(rMin, gm, vInf) / squaredImpactParameter(criticalDistance, gm, vInf);
}

/** Whether miss distances are distributed as aim without target would have them. `gm` 0 leaves focusing out. */
export const missDistanceTest = (events: readonly Approach[], criticalDistance: number, gm = 0): DistributionTest =>
  uniformityTest(Float64Array.from(events, (event) => missProbability(event, criticalDistance, gm)));

/**
 * Collisions a year that approaches tell of: each stands for b²(R)/b²(r_crit) of one.
 * @param weights asteroids that each event's particle stands for
 * @param radius of the planet, au
 */
export function impactRate(
  events: readonly Approach[],
  weights: ArrayLike<number>,
  { gm, radius }: { readonly gm: number; readonly radius: number },
  criticalDistance: number,
  years: number,
): number {
  let sum = 0;
  for (const { particle, vInf } of events) {
    if (vInf === 0) continue;
    sum += (weights[particle]! * squaredImpactParameter(radius, gm, vInf)) / squaredImpactParameter(criticalDistance, gm, vInf);
  }
  return sum / years;
}

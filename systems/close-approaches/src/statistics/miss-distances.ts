import { type DistributionTest, uniformityTest } from './kolmogorov-smirnov.js';
import { ApproachTable } from './approach-table.js';
import type { Approach } from './approach-times.js';
import type { BootstrapOptions } from './bootstrap.js';
import { clusteredUniformityTest } from './clustered-test.js';

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
export const missDistanceTest = (events: Iterable<Approach>, criticalDistance: number, gm = 0): DistributionTest =>
  uniformityTest(ApproachTable.of(events).values((event) => missProbability(event, criticalDistance, gm)));

/** Tests of miss distances that do not take the approaches of one asteroid as independent, which come alike. */
export interface IndependentTests {
  /** The first approach of each asteroid alone. */
  readonly first: DistributionTest;
  /** All approaches, by drawing asteroids with replacement; without probability below ten asteroids. */
  readonly clustered: DistributionTest;
}

/** @param asteroid of each particle, as in `SampleWeights` */
export function independentMissDistanceTests(
  events: Iterable<Approach>,
  asteroid: ArrayLike<number>,
  criticalDistance: number,
  gm: number,
  options: BootstrapOptions = {},
): IndependentTests {
  const table = ApproachTable.of(events);
  const probabilities = table.values((event) => missProbability(event, criticalDistance, gm));
  const clusters = Uint32Array.from(table.particle, (particle) => asteroid[particle]!);
  return {
    first: uniformityTest(Float64Array.from(firstApproaches(table, asteroid), (row) => probabilities[row]!)),
    clustered: clusteredUniformityTest(probabilities, clusters, options),
  };
}

/** The row of each asteroid's first approach. */
export function firstApproaches({ particle, columns, length }: ApproachTable, asteroid: ArrayLike<number>): Uint32Array {
  const first = new Map<number, number>();
  for (let row = 0; row < length; row++) {
    const known = first.get(asteroid[particle[row]!]!);
    if (known === undefined || columns.jd[row]! < columns.jd[known]!) first.set(asteroid[particle[row]!]!, row);
  }
  return Uint32Array.from(first.values());
}

/**
 * Collisions a year that approaches tell of: each stands for b²(R)/b²(r_crit) of one.
 * @param weights asteroids that each event's particle stands for
 * @param radius of the planet, au
 */
export function impactRate(
  events: Iterable<Approach>,
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

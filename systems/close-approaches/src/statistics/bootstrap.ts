import { RandomStream } from '@sardonyx/data';
import type { SampleWeights } from './approach-times.js';
import type { Interval } from './garwood.js';
import { StatisticsError } from './statistics-error.js';

export interface BootstrapOptions {
  /** Samples drawn. Default 1000. */
  readonly replicates?: number;
  readonly seed?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/**
 * Percentile intervals of sums over a sample, by drawing asteroids with replacement, within each stratum as many as it has
 * (Efron 1979). Events of one asteroid come in clusters; drawing asteroids keeps the clusters.
 *
 * @param contributions for each sum, what each particle adds, weights included
 * @throws {StatisticsError} `argument`
 */
export function bootstrapIntervals(
  contributions: readonly ArrayLike<number>[],
  sample: SampleWeights,
  { replicates = 1000, seed = 0, level = 0.95 }: BootstrapOptions = {},
): Interval[] {
  if (!(Number.isSafeInteger(replicates) && replicates >= 1) || !(level > 0 && level < 1)) {
    throw new StatisticsError(
      'argument',
      `bootstrap: expected a whole number of replicates and a level between 0 and 1, got ${replicates} and ${level}; correct them`,
    );
  }
  const strata = asteroidsByStratum(contributions, sample);
  const sums = contributions.map(() => new Float64Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    const stream = new RandomStream(seed, `bootstrap ${replicate}`);
    for (const asteroids of strata) {
      const count = asteroids[0]?.length ?? 0;
      for (let draw = 0; draw < count; draw++) {
        const drawn = stream.integer(count);
        for (let k = 0; k < sums.length; k++) sums[k]![replicate]! += asteroids[k]![drawn]!;
      }
    }
  }
  return sums.map((values) => [quantile(values.sort(), 0.5 * (1 - level)), quantile(values, 0.5 * (1 + level))]);
}

/** Contributions added up by asteroid: for each stratum, for each sum, one number an asteroid. */
function asteroidsByStratum(contributions: readonly ArrayLike<number>[], { asteroid, stratum }: SampleWeights): number[][][] {
  const strata = new Map<number, Map<number, number>>();
  for (let particle = 0; particle < asteroid.length; particle++) {
    const places = strata.get(stratum[particle]!) ?? new Map<number, number>();
    strata.set(stratum[particle]!, places);
    if (!places.has(asteroid[particle]!)) places.set(asteroid[particle]!, places.size);
  }
  const table = new Map([...strata].map(([key, places]) => [key, contributions.map(() => Array.from({ length: places.size }, () => 0))]));
  for (let particle = 0; particle < asteroid.length; particle++) {
    const place = strata.get(stratum[particle]!)!.get(asteroid[particle]!)!;
    contributions.forEach((values, k) => (table.get(stratum[particle]!)![k]![place]! += values[particle]!));
  }
  return [...table.values()];
}

/** Quantile of ascending values, linear between them. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const [a, b] = [ascending[below]!, ascending[Math.min(below + 1, ascending.length - 1)]!];
  return a + (place - below) * (b - a);
}

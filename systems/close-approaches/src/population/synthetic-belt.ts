import { j2000 } from '../constants.js';
import { log, pow } from '../mathematics/index.js';
import { particleStream, rayleigh } from '../particle-stream.js';
import { type CatalogueAsteroid, perihelion } from './catalogue-asteroid.js';
import { type Gap, gapsOf, jupiterSemiMajorAxis } from './gaps.js';
import { mainBelt } from './main-belt.js';
import { PopulationError } from './population-error.js';

export interface SyntheticBelt {
  readonly count: number;
  readonly seed: number;
  /** Semi-major axes within the half-width of a gap are not drawn. */
  readonly gaps?: readonly Gap[];
  /** Absolute magnitudes, from and to; numbers grow as 10^(0.35 H). */
  readonly magnitudes?: readonly [number, number];
  /** Perihelia lie beyond it, au; that of the main belt, 1.666, by default. */
  readonly perihelion?: number;
}

/** Parameters of the Rayleigh distributions of eccentricity and of inclination in degrees. */
const [eccentricitySpread, inclinationSpread] = [0.15, 8];

const magnitudeSlope = 0.35;

/** Shape of the belt: relative numbers in bins of 0.1 au from 2.1 au on, roughly as known. */
const histogram = [3, 9, 12, 10, 10, 12, 11, 7, 6, 10, 11, 4, 1, 1] as const;
const [firstEdge, binWidth] = [2.1, 0.1];

/**
 * A stand-in for the catalogue of the main belt: semi-major axes from a histogram with the gaps cut out, eccentricities and
 * inclinations from Rayleigh distributions (e < 0.6, perihelia beyond 1.666 au unless told), angles uniform. Asteroid k depends on the seed
 * and k only. Neither families nor correlations of a, e and i: to try things out, not for rates.
 * @throws {PopulationError} `argument`
 */
export function syntheticBelt({
  count,
  seed,
  gaps = gapsOf(jupiterSemiMajorAxis),
  magnitudes = [12, 18],
  perihelion: nearest = mainBelt.perihelion,
}: SyntheticBelt): CatalogueAsteroid[] {
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new PopulationError('argument', `synthetic belt: expected a whole number of asteroids above 0, got ${count}; correct it`);
  }
  if (!(magnitudes[0] < magnitudes[1])) {
    throw new PopulationError('argument', `synthetic belt: expected ascending magnitudes, got ${magnitudes.join(' to ')}; correct them`);
  }
  return Array.from({ length: count }, (_, k) => syntheticAsteroid(k, seed, gaps, magnitudes, nearest));
}

function syntheticAsteroid(
  k: number,
  seed: number,
  gaps: readonly Gap[],
  [brightest, faintest]: readonly [number, number],
  nearest: number,
): CatalogueAsteroid {
  const stream = particleStream(seed, 'synthetic asteroid', k);
  const angle = (): number => 360 * stream.uniform();
  for (;;) {
    const semiMajorAxis = axisAt(stream.uniform());
    const eccentricity = eccentricitySpread * rayleigh(stream);
    const asteroid: CatalogueAsteroid = {
      name: `S${k + 1}`,
      epoch: j2000,
      semiMajorAxis,
      eccentricity,
      inclination: inclinationSpread * rayleigh(stream),
      node: angle(),
      argument: angle(),
      meanAnomaly: angle(),
      absoluteMagnitude: magnitudeAt(stream.uniform(), brightest, faintest),
      numbered: true,
    };
    const isInGap = gaps.some((gap) => Math.abs(semiMajorAxis - gap.semiMajorAxis) < gap.halfWidth);
    if (!isInGap && eccentricity < mainBelt.eccentricity && perihelion(asteroid) > nearest) return asteroid;
  }
}

/** Inverse of the histogram's cumulative distribution. */
function axisAt(share: number): number {
  const total = histogram.reduce((sum: number, bin) => sum + bin, 0);
  let rest = share * total;
  let bin = 0;
  while (rest >= histogram[bin]!) rest -= histogram[bin++]!;
  return firstEdge + binWidth * (bin + rest / histogram[bin]!);
}

/** Inverse of the cumulative distribution of 10^(0.35 H) between two magnitudes. */
function magnitudeAt(share: number, brightest: number, faintest: number): number {
  const [low, high] = [pow(10, magnitudeSlope * (brightest - faintest)), 1];
  return faintest + log(low + share * (high - low)) / (magnitudeSlope * log(10));
}

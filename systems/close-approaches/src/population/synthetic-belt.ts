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
  const magnitudeAt = magnitudesBetween(...magnitudes);
  return Array.from({ length: count }, (_, k) => syntheticAsteroid(k, seed, { gaps, magnitudeAt, nearest }));
}

interface BeltShape {
  readonly gaps: readonly Gap[];
  readonly magnitudeAt: (share: number) => number;
  readonly nearest: number;
}

/** Random numbers of one candidate: those of a rejected one are passed over. */
const drawsOfCandidate = 7;

function syntheticAsteroid(k: number, seed: number, { gaps, magnitudeAt, nearest }: BeltShape): CatalogueAsteroid {
  const stream = particleStream(seed, 'synthetic asteroid', k);
  for (;;) {
    const next = stream.position + drawsOfCandidate;
    const semiMajorAxis = axisAt(stream.uniform());
    const eccentricity = eccentricitySpread * rayleigh(stream);
    const isInGap = gaps.some((gap) => Math.abs(semiMajorAxis - gap.semiMajorAxis) < gap.halfWidth);
    if (!isInGap && eccentricity < mainBelt.eccentricity && perihelion({ semiMajorAxis, eccentricity }) > nearest) {
      return {
        name: `S${k + 1}`,
        epoch: j2000,
        semiMajorAxis,
        eccentricity,
        inclination: inclinationSpread * rayleigh(stream),
        node: 360 * stream.uniform(),
        argument: 360 * stream.uniform(),
        meanAnomaly: 360 * stream.uniform(),
        absoluteMagnitude: magnitudeAt(stream.uniform()),
        numbered: true,
      };
    }
    stream.jump(next);
  }
}

const histogramTotal = histogram.reduce((sum: number, bin) => sum + bin, 0);

/** Inverse of the histogram's cumulative distribution. */
function axisAt(share: number): number {
  let rest = share * histogramTotal;
  let bin = 0;
  while (rest >= histogram[bin]!) rest -= histogram[bin++]!;
  return firstEdge + binWidth * (bin + rest / histogram[bin]!);
}

/** Inverse of the cumulative distribution of 10^(0.35 H) between two magnitudes. */
function magnitudesBetween(brightest: number, faintest: number): (share: number) => number {
  const low = pow(10, magnitudeSlope * (brightest - faintest));
  const slope = magnitudeSlope * log(10);
  return (share) => faintest + log(low + share * (1 - low)) / slope;
}

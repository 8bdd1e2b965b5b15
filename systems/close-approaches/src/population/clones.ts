import { particleStream, standardNormal } from '../particle-stream.js';
import type { CatalogueAsteroid } from './catalogue-asteroid.js';
import { PopulationError } from './population-error.js';

/** Standard deviations of clones: au, and degrees for the inclination. */
export interface CloneSpread {
  readonly semiMajorAxis: number;
  readonly eccentricity: number;
  readonly inclination: number;
}

/** Draws refused before a spread counts as too wide. */
const mostAttempts = 100;

/**
 * The clone of an asteroid that is to be particle `particle`: a, e and i drawn from normal distributions about its own, again
 * where the orbit would be none (e outside [0, 1), i outside [0°, 180°], a ≤ 0). A clone depends on seed and particle only.
 * @throws {PopulationError} `argument` where the spread is negative, or gives no orbit a hundred times
 */
export function clone(asteroid: CatalogueAsteroid, spread: CloneSpread, seed: number, particle: number): CatalogueAsteroid {
  for (const [name, sigma] of Object.entries(spread) as [string, number][]) {
    if (!(sigma >= 0 && sigma < Infinity))
      throw new PopulationError('argument', `clones: expected a spread of ${name} of at least 0, got ${sigma}; correct it`);
  }
  const stream = particleStream(seed, 'clone', particle);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const semiMajorAxis = asteroid.semiMajorAxis + spread.semiMajorAxis * standardNormal(stream);
    const eccentricity = asteroid.eccentricity + spread.eccentricity * standardNormal(stream);
    const inclination = asteroid.inclination + spread.inclination * standardNormal(stream);
    if (semiMajorAxis > 0 && eccentricity >= 0 && eccentricity < 1 && inclination >= 0 && inclination <= 180) {
      const { name, designation, epoch, node, argument, meanAnomaly } = asteroid;
      const { absoluteMagnitude, diameter, albedo, rotationPeriod, numbered, oppositions } = asteroid;
      const body = { designation, absoluteMagnitude, diameter, albedo, rotationPeriod, numbered, oppositions };
      return { name, epoch, semiMajorAxis, eccentricity, inclination, node, argument, meanAnomaly, ...body };
    }
  }
  throw new PopulationError(
    'argument',
    `clones of "${asteroid.name}": expected orbits, got none in ${mostAttempts} draws; narrow the spread`,
  );
}

import { log, pow } from '../mathematics/index.js';
import type { CatalogueAsteroid } from './catalogue-asteroid.js';
import { PopulationError } from './population-error.js';

/** `catalogue`: as each asteroid's brightness tells; a number: all test particles have this diameter in km. */
export type SizeRule = 'catalogue' | number;

/** Geometric albedo of asteroids whose own is not known: stony inside, dark outside. Semi-major axis in au. */
export const assumedAlbedo = (semiMajorAxis: number): number => (semiMajorAxis < 2.5 ? 0.2 : semiMajorAxis < 2.82 ? 0.14 : 0.07);

/** Diameter in km of an absolute magnitude: 1329·10^(−H/5)/√p_V (Fowler and Chillemi 1992). */
export const diameterOfMagnitude = (absoluteMagnitude: number, albedo: number): number =>
  (1329 * pow(10, -absoluteMagnitude / 5)) / Math.sqrt(albedo);

/** Absolute magnitude of a diameter in km. */
export const magnitudeOfDiameter = (diameter: number, albedo: number): number =>
  (-5 * log((diameter * Math.sqrt(albedo)) / 1329)) / log(10);

/**
 * Diameter of an asteroid in km: that of the rule, else the measured one, else from its magnitude and albedo.
 * @throws {PopulationError} `argument` where nothing tells it
 */
export function diameterOf(asteroid: CatalogueAsteroid, rule: SizeRule): number {
  if (rule !== 'catalogue') return rule;
  const { diameter, absoluteMagnitude, albedo, semiMajorAxis, name } = asteroid;
  if (diameter !== undefined) return diameter;
  if (absoluteMagnitude !== undefined) return diameterOfMagnitude(absoluteMagnitude, albedo ?? assumedAlbedo(semiMajorAxis));
  throw new PopulationError(
    'argument',
    `size of "${name}": expected a diameter or absolute magnitude, got neither; leave it out or set one size for all`,
  );
}

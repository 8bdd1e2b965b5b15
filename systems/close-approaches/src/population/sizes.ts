import { log, pow } from '../mathematics/index.js';
import type { CatalogueAsteroid } from './catalogue-asteroid.js';
import { PopulationError } from './population-error.js';

/** `catalogue`: as each asteroid's brightness tells; a number: all test particles have this diameter in km. */
export type SizeRule = 'catalogue' | number;

/** Geometric albedo of asteroids whose own is not known: stony inside, dark outside. Semi-major axis in au. */
export const assumedAlbedo = (semiMajorAxis: number): number => (semiMajorAxis < 2.5 ? 0.2 : semiMajorAxis < 2.82 ? 0.14 : 0.07);

/**
 * Diameter in km of an absolute magnitude: 1329·10^(−H/5)/√p_V (Fowler and Chillemi 1992).
 * @throws {RangeError} unless the albedo is above 0
 */
export function diameterOfMagnitude(absoluteMagnitude: number, albedo: number): number {
  requireAboveZero(albedo, 'albedo');
  return (1329 * pow(10, -absoluteMagnitude / 5)) / Math.sqrt(albedo);
}

/** Absolute magnitude of a diameter in km. @throws {RangeError} unless diameter and albedo are above 0 */
export function magnitudeOfDiameter(diameter: number, albedo: number): number {
  requireAboveZero(diameter, 'diameter');
  requireAboveZero(albedo, 'albedo');
  return (-5 * log((diameter * Math.sqrt(albedo)) / 1329)) / log(10);
}

function requireAboveZero(value: number, what: string): void {
  if (!(value > 0)) throw new RangeError(`${what}: expected a number above 0, got ${value}; correct it`);
}

/**
 * Diameter of an asteroid in km: that of the rule, else the measured one, else from its magnitude and albedo.
 * @throws {PopulationError} `argument` where nothing tells it, or an albedo that none has
 */
export function diameterOf(asteroid: CatalogueAsteroid, rule: SizeRule): number {
  if (rule !== 'catalogue') return rule;
  const { diameter, absoluteMagnitude, albedo, semiMajorAxis, name } = asteroid;
  if (diameter !== undefined) return diameter;
  if (albedo !== undefined && !(albedo > 0))
    throw new PopulationError(
      'argument',
      `albedo of "${name}": expected a number above 0, got ${albedo}; correct it or set one size for all`,
    );
  if (absoluteMagnitude !== undefined) return diameterOfMagnitude(absoluteMagnitude, albedo ?? assumedAlbedo(semiMajorAxis));
  throw new PopulationError(
    'argument',
    `size of "${name}": expected a diameter or absolute magnitude, got neither; leave it out or set one size for all`,
  );
}

import type { KeplerianElements } from '../orbit/index.js';

/** An asteroid as catalogues know it: heliocentric elements in au and degrees, and what is known of the body. */
export interface CatalogueAsteroid extends KeplerianElements {
  readonly name: string;
  /** Number or provisional designation, where the name is another. */
  readonly designation?: string | undefined;
  /** Of the elements, JD (TDB). */
  readonly epoch: number;
  /** H. */
  readonly absoluteMagnitude?: number | undefined;
  /** km. */
  readonly diameter?: number | undefined;
  /** Geometric, in V. */
  readonly albedo?: number | undefined;
  /** h. */
  readonly rotationPeriod?: number | undefined;
  readonly numbered?: boolean | undefined;
  readonly oppositions?: number | undefined;
}

/** a(1 − e), au. */
export const perihelion = ({ semiMajorAxis, eccentricity }: Pick<CatalogueAsteroid, 'semiMajorAxis' | 'eccentricity'>): number =>
  semiMajorAxis * (1 - eccentricity);

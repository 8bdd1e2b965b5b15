import { defaultCriticalDistances } from '../encounters/propagate-belt.js';
import { planets, type TerrestrialPlanet, terrestrialPlanets } from '../planets/bodies.js';
import { StatisticsError } from './statistics-error.js';

/** Distance of the centres within which an approach counts, au, by planet. */
export type CriticalDistances = Readonly<Record<TerrestrialPlanet, number>>;

/** Five Hill radii, as they are recorded by default; 0.05 au exactly for the Earth, as potentially hazardous asteroids are defined with. */
export const fiveHillRadii = Object.fromEntries(
  terrestrialPlanets.map((planet) => [planet, defaultCriticalDistances[planet]]),
) as unknown as CriticalDistances;

/** The same distance for every planet, 0.05 au unless another is given. */
export const commonDistance = (distance = 0.05): CriticalDistances => ({
  mercury: distance,
  venus: distance,
  earth: distance,
  mars: distance,
});

/** @throws {StatisticsError} `argument` where a distance is not positive or does not reach out of its planet */
export function requireCriticalDistances(distances: CriticalDistances): void {
  for (const { name, radius } of planets.slice(0, terrestrialPlanets.length)) {
    const given = distances[name as TerrestrialPlanet];
    if (given > radius && given < Infinity) continue;
    throw new StatisticsError(
      'argument',
      `critical distance of ${name}: expected more than the planet's radius of ${radius.toPrecision(4)} au, got ${given}; correct it`,
    );
  }
}

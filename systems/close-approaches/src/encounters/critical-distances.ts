import type { PlanetName } from '../planets/bodies.js';

/** Distances of the centres below which an encounter counts, 5 Hill radii, au; of the Earth exactly 0.05. */
export const defaultCriticalDistances: Readonly<Partial<Record<PlanetName, number>>> = {
  mercury: 0.007_38,
  venus: 0.0338,
  earth: 0.05,
  mars: 0.0362,
};

/** Constants, planets, the distances within which approaches count, and motion along conics, free of Node: for pages alike. */
export * from './constants.js';
export { keplerDrift } from './dynamics/kepler-drift.js';
export * from './orbit/index.js';
export {
  hillRadius,
  type Planet,
  type PlanetName,
  planetNames,
  planets,
  type TerrestrialPlanet,
  terrestrialPlanets,
} from './planets/bodies.js';
export type { StateVector } from './planets/initial-states.js';
export { approximatePlanet, type PlanetFit } from './planets/standish-elements.js';
export { planetsAt2000 } from './planets/solar-system.js';
export { type CriticalDistances, fiveHillRadii } from './statistics/critical-distances.js';

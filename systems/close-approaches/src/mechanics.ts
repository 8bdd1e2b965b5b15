/** Constants, planets and motion along conics, free of Node: for pages alike. */
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
export { initialStates2000, type StateVector } from './planets/initial-states.js';

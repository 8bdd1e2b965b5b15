export * from './constants.js';
export { keplerDrift } from './dynamics/kepler-drift.js';
export { stumpff, type StumpffValues } from './dynamics/stumpff.js';
export * from './planets/bodies.js';
export { initialStates1969, initialStates2000, type StateVector } from './planets/initial-states.js';

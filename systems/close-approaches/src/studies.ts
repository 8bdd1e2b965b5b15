export { energyError } from './studies/energy-error.js';
export { ephemeris } from './studies/ephemeris.js';
export { belt } from './studies/belt.js';

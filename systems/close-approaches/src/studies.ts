export { energyError } from './studies/energy-error.js';
export { ephemeris } from './studies/ephemeris.js';

export { radiansPerDegree, sinCosDegrees, wrapDegrees, wrapDegreesSigned } from './angle.js';
export type { CometaryElements, EquinoctialElements, KeplerianElements, OrbitShape } from './elements.js';
export { cometaryOf, type DefinedAngles, definedAngles, equinoctialOf, keplerianOf } from './elements-from-state.js';
export { type CrossingOrbit, opikSpeed, tisserand } from './encounter-speed.js';
export { eccentricAnomaly, hyperbolicAnomaly } from './kepler-equation.js';
export { moid, type OrbitIntersection, type OrbitMinimum } from './moid.js';
export { OrbitError, type OrbitErrorCode } from './orbit-error.js';
export { stateOfCometary, stateOfEquinoctial, stateOfKeplerian } from './state-from-elements.js';
export {
  type CalendarDate,
  calendarDate,
  dateText,
  julianDate,
  julianDateOfModified,
  julianDateOfText,
  modifiedJulianDate,
} from './time.js';

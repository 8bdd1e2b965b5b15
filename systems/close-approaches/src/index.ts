export * from './constants.js';
export { keplerDrift } from './dynamics/kepler-drift.js';
export { stumpff, type StumpffValues } from './dynamics/stumpff.js';
export * from './planets/bodies.js';
export { initialStates1969, initialStates2000, type StateVector } from './planets/initial-states.js';
export { DemocraticHeliocentric, interactionAccelerations } from './dynamics/democratic-heliocentric.js';
export { addSunRelativity, mutualGravity } from './dynamics/gravity.js';
export { type Acceleration, Ias15, type Ias15Options } from './dynamics/ias15.js';
export { JacobiWisdomHolman } from './dynamics/jacobi.js';
export { angularMomentum, barycentricStar, energy, type MassiveBodies, massiveBodies } from './dynamics/massive-bodies.js';
export { type CorrectorOrder, correctorStages } from './dynamics/symplectic-correctors.js';
export { bodiesOf, type BodyForces, integratorOf } from './dynamics/integrate-bodies.js';
export {
  eclipticToEquatorial,
  ephemerisBodies,
  ephemerisBodiesAt1969,
  equatorialToEcliptic,
  planetsAt2000,
} from './planets/solar-system.js';
export * from './encounters/index.js';

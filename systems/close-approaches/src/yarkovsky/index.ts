export { driftAcceleration, driftAlongVelocity, isStaleDrift } from './drift-acceleration.js';
export {
  a2OfDrift,
  addNongravitational,
  asteroidLaw,
  cometLaw,
  distanceLaw,
  type DistanceLaw,
  driftOfA2,
  type Nongravitational,
} from './nongravitational.js';
export { type SphereResponse, sphereResponse, thermalResponse } from './sphere-response.js';
export {
  nextSpin,
  randomBlocksPerSpinStep,
  reorientationTime,
  sheddingPeriod,
  type SpinEvent,
  type SpinningBody,
  type SpinOptions,
  torqued,
  torqueScale,
} from './spin-evolution.js';
export { obliquityTorque, rateTorque } from './spin-torques.js';
export {
  auPerDayOfAuPerMyr,
  type Drift,
  largestDrift,
  rateOfPeriod,
  type Spin,
  type ThermalBody,
  yarkovskyDrift,
} from './yarkovsky-drift.js';
export { YarkovskyError, type YarkovskyErrorCode } from './yarkovsky-error.js';

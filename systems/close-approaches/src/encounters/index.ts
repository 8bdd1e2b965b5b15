export { type BeltStepper, type ExtraAcceleration, type Particles, particlesOf, ReferenceBeltStepper } from './belt-stepper.js';
export { type BPlane, bPlaneOf, emptyBPlane, opikVariables, type OpikVariables } from './b-plane.js';
export { changeover, type ChangeoverShape } from './changeover.js';
export { detectorStepTable, type DetectorStepOptions, type DetectorStepRow } from './detector-step-table.js';
export * from './encounter-event.js';
export { Excursions, type Impact, type StepTime } from './excursions.js';
export { type HybridKind, type HybridOptions, HybridSwitch, pericentreFlag } from './hybrid-switch.js';
export { democratic, onArc, type PlanetStep, PlanetSteps } from './planet-steps.js';
export {
  type BeltPropagationOptions,
  BeltPropagation,
  type BeltRecords,
  type BeltSnapshot,
  defaultCriticalDistances,
} from './propagate-belt.js';
export * from './removal.js';
export type { Detector } from './step-detector.js';

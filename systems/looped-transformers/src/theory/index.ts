/* Executable theory: the paper's constructions as weights of the ordinary model, and what checks them. */

export * from './calibration.js';
export * from './construction.js';
export * from './fixed-point.js';
export * from './gadgets.js';
export * from './group-composition.js';
export * from './hop-construction.js';
export * from './latent-chain-of-thought.js';
export * from './layer-weights.js';
export * from './looped-chain-of-thought.js';
export * from './looped-imitation.js';
export * from './looped-pointer-doubling.js';
export * from './plain-model.js';
export * from './pointer-doubling.js';
export * from './residual-layout.js';
export * from './step-switches.js';
export * from './theory-error.js';
export * from './verification/composition-measurements.js';
export { type HopMeasurement, measureHops } from './verification/pointer-doubling-theorem.js';
export type { Theorem, Verification } from './verification/theorem.js';
export { theorems } from './verification/theorems.js';

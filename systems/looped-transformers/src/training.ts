/* The model, its data and its trainer without the studies: what a program or a page imports that trains by itself. */

export * from './decoding.js';
export * from './early-exit.js';
export * from './gradual-stacking.js';
export * from './loop-sampling.js';
export * from './model.js';
export { ModelError, type ModelErrorCode } from './model-error.js';
export * from './sampling.js';
export * from './sequence-batch.js';
export * from './tasks/addition.js';
export * from './trainer.js';

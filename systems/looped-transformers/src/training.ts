/* The model, its data and its trainer without the studies: what a program or a page imports that trains by itself. */

export * from './decoding.js';
export * from './early-exit.js';
export * from './gradual-stacking.js';
export * from './loop-sampling.js';
export * from './block-cosines.js';
export * from './language/in-memory.js';
export * from './looping-regularizer.js';
export * from './model.js';
export * from './model-document.js';
export { ModelError, type ModelErrorCode } from './model-error.js';
export * from './sampling.js';
export * from './sequence-batch.js';
export * from './tasks/addition.js';
export * from './tasks/group-composition.js';
export * from './tasks/groups.js';
export * from './tasks/hop-samplers.js';
export * from './tasks/hops.js';
export * from './tasks/named-groups.js';
export * from './tasks/p-hop.js';
export * from './tasks/registry.js';
export * from './tasks/shortcut-levels.js';
export * from './tasks/split.js';
export * from './tasks/symbolic-igsm/igsm.js';
export * from './tasks/task.js';
export * from './tasks/task-error.js';
export { type PackedSequences, packSequences, promptAndAnswer, type TaskSequence, unsupervised } from './tasks/task-sequence.js';
export * from './trainer.js';

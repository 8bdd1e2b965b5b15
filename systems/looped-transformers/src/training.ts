/* The model, its data and its trainer without the studies: what a program or a page imports that trains by itself. */

export * from './block-cosines.js';
export * from './language/in-memory.js';
export * from './looping-regularizer.js';
export * from './model.js';
export * from './sequence-batch.js';
export * from './tasks/addition.js';
export * from './trainer.js';

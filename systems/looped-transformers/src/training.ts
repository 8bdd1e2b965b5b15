/* The model, its data and its trainer without the studies: what a program or a page imports that trains by itself. */

export * from './addition.js';
export * from './model.js';
export * from './trainer.js';

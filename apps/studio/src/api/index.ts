export * from './errors.js';
export * from './runs.js';
export * from './streams.js';
export * from './systems.js';

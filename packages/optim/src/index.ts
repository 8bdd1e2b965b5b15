export { adamW, type AdamWOptions } from './adamw.js';
export type { Optimizer, OptimizerState } from './optimizer.js';
export type { Schedule } from './schedule.js';

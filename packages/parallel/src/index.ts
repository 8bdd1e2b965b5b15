export { map, type MapOptions } from './map.js';
export type { Kernel, KernelContext } from './kernel.js';
export { ParallelError, type ParallelErrorCode } from './errors.js';
export { type PoolMapOptions, type PoolOptions, ThreadPool } from './pool.js';
export { processors } from '#threads';

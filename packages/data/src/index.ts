export { batches, BatchSequence, type Batch, type BatchOptions, type BatchState } from './batches.js';
export * from './half.js';
export { DataOrderError, type DataOrderErrorCode } from './order-error.js';
export { randomKey, RandomStream, type RandomKey, type RandomStreamState } from './random.js';
export { epochKey, permutedIndex } from './shuffle.js';
export { threefry2x32 } from './threefry.js';

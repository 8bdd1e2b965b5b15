import { availableParallelism } from 'node:os';

/** Processors this process may use. */
export const processorCount = (): number => availableParallelism();

import { processorCount } from '#runtime/processors';
import { RuntimeError } from '../core/errors.js';

/** More than any one machine has; a slip in a script should not start a million threads. */
const mostThreads = 1024;

/** A number of threads as given. Throws RuntimeError `threads` unless it is a whole number from 1 to 1,024. */
export function expectThreads(threads: number, given: string = String(threads)): number {
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
    throw new RuntimeError(
      'threads',
      `threads: expected a whole number from 1 to ${mostThreads}, given ${given}; this machine has ${processorCount()}`,
    );
  }
  return threads;
}

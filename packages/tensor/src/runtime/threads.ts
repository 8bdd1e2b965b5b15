import { availableParallelism } from 'node:os';
import { RuntimeError } from '../core/errors.js';

/** More than any one machine has; a slip in a script should not start a million threads. */
const mostThreads = 1024;

/** A number of threads as given. Throws RuntimeError `threads` unless it is a whole number from 1 to 1,024. */
export function expectThreads(threads: number, given: string = String(threads)): number {
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
    throw new RuntimeError(
      'threads',
      `threads: expected a whole number from 1 to ${mostThreads}, given ${given}; this machine has ${availableParallelism()}`,
    );
  }
  return threads;
}

/** The number named in `SARDONYX_THREADS`, all cores where it is unset or empty. */
export function defaultThreads(environment: NodeJS.ProcessEnv = process.env): number {
  const text = environment['SARDONYX_THREADS'];
  if (!text) return availableParallelism();
  return expectThreads(/^\d+$/.test(text) ? Number(text) : Number.NaN, `SARDONYX_THREADS=${text}`);
}

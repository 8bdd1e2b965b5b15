import { processorCount } from './processors.js';
import { expectThreads } from './threads.js';

/** The number named in `SARDONYX_THREADS`, all cores where it is unset or empty. */
export function defaultThreads(environment: NodeJS.ProcessEnv = process.env): number {
  const text = environment['SARDONYX_THREADS'];
  if (!text) return processorCount();
  return expectThreads(/^\d+$/.test(text) ? Number(text) : Number.NaN, `SARDONYX_THREADS=${text}`);
}

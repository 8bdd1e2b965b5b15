import { openCApiRuntime } from './c-api/c-api-runtime.js';
import type { Runtime } from './runtime.js';

/** The runtime of this process: opened once, on first use. */
export function openRuntime(): Runtime {
  const threads = process.env['SARDONYX_THREADS'];
  return openCApiRuntime(threads ? { threads: Number(threads) } : {});
}

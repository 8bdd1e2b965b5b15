import { openRuntime } from './node.js';
import type { Runtime } from './runtime.js';
import { Stream } from './stream.js';

let runtime: Runtime | undefined;

/** The runtime every tensor of this process lives in. */
export function currentRuntime(): Runtime {
  runtime ??= openRuntime();
  return runtime;
}

/** The order in which this process's runs happen. */
export const currentStream = new Stream();

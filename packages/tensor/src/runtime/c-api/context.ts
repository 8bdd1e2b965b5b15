import { RuntimeError } from '../../core/errors.js';
import type { LiveObjects } from '../runtime.js';
import type { Denormals } from './denormals.js';
import type { Api, Pointer } from './library.js';
import type { RunThread } from './run-thread.js';

/** What everything that talks to one loaded library shares. */
export interface Context {
  readonly api: Api;
  /** Throws RuntimeError where a status tells of a failure. */
  readonly check: (status: unknown, what: string) => void;
  readonly env: Pointer;
  readonly memoryInfo: Pointer;
  /** Options of a session's first run, which gives its memory back. */
  readonly firstRun: Pointer;
  readonly live: LiveObjects;
  readonly denormals: Denormals;
  readonly runThread: RunThread;
}

/** Calls a function with an out-parameter and returns what it wrote. */
export function create(body: (out: [Pointer | null]) => void): Pointer {
  const out: [Pointer | null] = [null];
  body(out);
  return out[0]!;
}

/** Calls a function on another thread. Buffers given must be kept alive by the caller until then. */
export function callAsync(f: Api[keyof Api], args: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    f.async(...args, (error, result) => (error ? reject(error as Error) : resolve(result)));
  });
}

export function statusChecker(api: Api): Context['check'] {
  return (status, what) => {
    if (status === null) return;
    const message = api.getErrorMessage(status) as string;
    const code = api.getErrorCode(status) as number;
    api.releaseStatus(status);
    throw new RuntimeError(`ort-${code}`, `ONNX Runtime: ${what}: ${message}`);
  };
}

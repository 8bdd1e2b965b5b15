import { RuntimeError } from '../core/errors.js';
import { openRuntime, type OpenedRuntime } from './node.js';
import type { Runtime, RuntimeName } from './runtime.js';
import { Stream } from './stream.js';
import { expectThreads } from './threads.js';

let opened: OpenedRuntime | undefined;
let threads: number | undefined;

const openedRuntime = (): OpenedRuntime => (opened ??= openRuntime(threads === undefined ? {} : { threads }));

/** The runtime every tensor of this process lives in: opened once, on first use. */
export const currentRuntime = (): Runtime => openedRuntime().runtime;

/** The order in which this process's runs happen. */
export const currentStream = new Stream();

/**
 * Computes with `count` threads instead of all cores (or `SARDONYX_THREADS`).
 * Throws RuntimeError `threads` unless it is a whole number from 1 to 1,024, `runtime-open` once a tensor was made.
 */
export function setThreads(count: number): void {
  expectThreads(count);
  expectNotOpen('setThreads');
  threads = count;
}

/** @internal Computes with a runtime of the caller's own. Throws RuntimeError `runtime-open` as `setThreads`. */
export function useRuntime(runtime: Runtime): void {
  expectNotOpen('useRuntime');
  opened = { runtime, fallbackReason: undefined };
}

function expectNotOpen(what: string): void {
  if (!opened) return;
  throw new RuntimeError(
    'runtime-open',
    `${what}: expected before the first tensor is made, given with ${opened.runtime.name} open on ${opened.runtime.threads} threads; call it at the start of the program`,
  );
}

/** What computes here. */
export interface RuntimeInfo {
  readonly name: RuntimeName;
  /** Of ONNX Runtime. */
  readonly version: string;
  /** The shared library or native module that runs the models. */
  readonly libraryPath: string;
  readonly threads: number;
  /** Execution providers this build has. */
  readonly providers: readonly string[];
  /** Why the preferred runtime, `c-api`, is not used; `undefined` where it is, or another was asked for. */
  readonly fallbackReason: string | undefined;
}

/** What computes here; opens the runtime. Throws RuntimeError where none can be opened. */
export function runtimeInfo(): RuntimeInfo {
  const { runtime, fallbackReason } = openedRuntime();
  const { name, version, libraryPath, threads, providers } = runtime;
  return { name, version, libraryPath, threads, providers, fallbackReason };
}

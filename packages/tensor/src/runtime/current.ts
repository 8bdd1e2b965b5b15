import { openRuntime } from '#runtime/open';
import { RuntimeError } from '../core/errors.js';
import type { OpenedRuntime, Runtime, RuntimeName, RuntimeOptions } from './runtime.js';
import { Stream } from './stream.js';
import { expectThreads } from './threads.js';

let opened: OpenedRuntime | undefined;
let options: RuntimeOptions = {};

const openedRuntime = (): OpenedRuntime => (opened ??= openRuntime(options));

/** The runtime every tensor of this process lives in: opened once, on first use. */
export const currentRuntime = (): Runtime => openedRuntime().runtime;

/** The order in which this process's runs happen. */
export const currentStream = new Stream();

/**
 * Computes with `count` threads instead of all cores (or `SARDONYX_THREADS`). In browsers more than one needs a page
 * that is cross-origin isolated.
 * Throws RuntimeError `threads` unless it is a whole number from 1 to 1,024, `runtime-open` once a tensor was made.
 */
export function setThreads(count: number): void {
  expectThreads(count);
  expectNotOpen('setThreads');
  options = { ...options, threads: count };
}

/**
 * Fetches ONNX Runtime's `ort-wasm-simd-threaded.wasm` from `url` (absolute, or relative to the page) instead of the
 * place where the bundler put it. Of browsers; without effect in Node.
 * Throws RuntimeError `runtime-open` once a tensor was made.
 */
export function setWebAssemblyUrl(url: string | URL): void {
  expectNotOpen('setWebAssemblyUrl');
  options = { ...options, webAssemblyUrl: String(url) };
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
  /** The shared library, native module or WebAssembly that runs the models. */
  readonly libraryPath: string;
  readonly threads: number;
  /** Execution providers this build has. */
  readonly providers: readonly string[];
  /** In browsers: whether the page may share memory between threads, without which there is one; else `undefined`. */
  readonly crossOriginIsolated: boolean | undefined;
  /** Why the preferred runtime is not used or has one thread only; `undefined` where neither, or it was asked for. */
  readonly fallbackReason: string | undefined;
}

/** What computes here; opens the runtime. Throws RuntimeError where none can be opened. */
export function runtimeInfo(): RuntimeInfo {
  const { runtime, fallbackReason } = openedRuntime();
  const { name, version, libraryPath, threads, providers, crossOriginIsolated } = runtime;
  return { name, version, libraryPath, threads, providers, crossOriginIsolated, fallbackReason };
}

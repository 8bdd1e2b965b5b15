import type { TensorType } from '../core/tensor.js';
import type { Target } from '../lowering/target.js';
import type { ProviderOptions } from './providers.js';
import type { Storage } from './storage.js';

/** A compiled model. Inputs and outputs are in the order of the model's own, named `i0…` and `o0…`. */
export interface Executable {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /** Where outputs are written: in buffers of ours, or in memory of the provider that computes them. */
  readonly outputPlace: 'host' | 'device';
  /** Runs on the calling thread; absent where the runtime can only run asynchronously. Takes host buffers only. */
  runSync?(inputs: readonly Storage[], outputs: readonly Storage[]): void;
  /** Runs off the calling thread where the runtime can. Fills `outputs` in place. */
  run(inputs: readonly Storage[], outputs: readonly Storage[]): Promise<void>;
  /** Releases the session. Using it afterwards throws RuntimeError `session-disposed`. */
  dispose(): void;
}

export interface CompileOptions {
  /** Write the model as ONNX Runtime optimized it to this path (for inspection). */
  readonly optimizedModelPath?: string;
  /** Write ONNX Runtime's profile (one JSON event a kernel) to a file with this prefix when disposed. */
  readonly profilePrefix?: string;
  /**
   * Execution providers in order of preference, the CPU last of itself; for example `['WebGPU']`. Compiling throws
   * RuntimeError `provider-unavailable` where this build or machine has no such provider.
   */
  readonly providers?: readonly ProviderOptions[];
  /**
   * Leave outputs in the memory of the first provider, bound there by the runtime, until `data()` fetches them or
   * another compiled function takes them. Needs the runtime `c-api`.
   */
  readonly keepOnDevice?: boolean;
}

/** Native objects that exist now, those of buffers kept for the next request included. */
export interface LiveObjects {
  sessions: number;
  values: number;
}

export type RuntimeName = 'c-api' | 'node-binding' | 'web';

/** A way to run ONNX models: ONNX Runtime's C API, its Node binding, or its web build. */
export interface Runtime {
  readonly name: RuntimeName;
  readonly version: string;
  readonly threads: number;
  /** The shared library, native module or WebAssembly that runs the models. */
  readonly libraryPath: string;
  /** Execution providers this build has; whether the machine has what they need shows when a model is compiled. */
  readonly providers: readonly string[];
  /** In browsers: whether the page may share memory between threads, without which there is one. */
  readonly crossOriginIsolated?: boolean;
  readonly live: Readonly<LiveObjects>;
  /** What models compiled here may use. */
  readonly target: Target;
  /** Room for the elements of `type`, whose `storageKey` the caller may know; its contents are undefined. */
  allocate(type: TensorType, key?: string): Storage;
  compile(model: Uint8Array, inputs: readonly TensorType[], outputs: readonly TensorType[], options?: CompileOptions): Promise<Executable>;
}

export interface RuntimeOptions {
  /** Threads ONNX Runtime computes with; all cores by default. */
  readonly threads?: number;
  /** Execution providers of everything compiled without its own; the CPU by default. */
  readonly providers?: readonly ProviderOptions[];
  /** Where browsers find ONNX Runtime's `.wasm` file; where the bundler put it by default. */
  readonly webAssemblyUrl?: string;
}

/** A runtime, and why it is not the preferred one, or has one thread only, where that is so. */
export interface OpenedRuntime {
  readonly runtime: Runtime;
  readonly fallbackReason: string | undefined;
}

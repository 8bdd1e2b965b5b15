import type { TensorType } from '../core/tensor.js';
import type { Target } from '../lowering/target.js';
import type { Storage } from './storage.js';

/** A compiled model. Inputs and outputs are in the order of the model's own, named `i0…` and `o0…`. */
export interface Executable {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /** Runs on the calling thread; absent where the runtime can only run asynchronously. */
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
}

/** Native objects that exist now. They return to what they were once everything was disposed or collected. */
export interface LiveObjects {
  sessions: number;
  values: number;
}

/** A way to run ONNX models: ONNX Runtime's C API, its Node binding, or its web build. */
export interface Runtime {
  readonly name: string;
  readonly version: string;
  readonly threads: number;
  readonly live: Readonly<LiveObjects>;
  /** What models compiled here may use. */
  readonly target: Target;
  /** Room for the elements of `type`, whose `storageKey` the caller may know; its contents are undefined. */
  allocate(type: TensorType, key?: string): Storage;
  compile(
    model: Uint8Array,
    inputs: readonly TensorType[],
    outputs: readonly TensorType[],
    options?: CompileOptions,
  ): Promise<Executable>;
}

import type { Precision } from '../matrix.js';
import { kernelBinaries } from './binary.js';
import type { Kernels } from './kernels.js';

/** Bytes of one page of WebAssembly memory. */
export const pageBytes = 65_536;

/** The part of WebAssembly's interface that is used here; the standard types come with those of the browser only. */
interface WebAssemblyInterface {
  readonly Memory: new (size: { initial: number }) => WebAssemblyMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
  validate(bytes: Uint8Array): boolean;
}

interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const webAssembly = (globalThis as { readonly WebAssembly?: WebAssemblyInterface }).WebAssembly;

/** The running modules: their memory and the kernels in both precisions. */
export interface CompiledKernels {
  readonly memory: WebAssemblyMemory;
  readonly kernels: Readonly<Record<Precision, Kernels>>;
  /** First byte that is the caller's. */
  readonly start: number;
}

const binary = (precision: Precision): Uint8Array =>
  Uint8Array.from(atob(kernelBinaries[precision]), (character) => character.charCodeAt(0));

/** Whether this machine runs the compiled kernels (WebAssembly with 128-bit SIMD). */
export const runsWebAssembly = (): boolean => webAssembly?.validate(binary('f64')) ?? false;

/** Compiles the modules, 6 KiB each, and gives them one memory. */
export function compileKernels(): CompiledKernels {
  if (webAssembly === undefined) throw new Error('this machine has no WebAssembly');
  const memory = new webAssembly.Memory({ initial: 32 });
  const abort = (): never => {
    throw new Error('the kernels aborted');
  };
  const compile = (precision: Precision): Kernels & { readonly workspaceStart: { readonly value: number } } =>
    new webAssembly.Instance(new webAssembly.Module(binary(precision)), { env: { memory, abort } }).exports as never;
  const kernels = { f64: compile('f64'), f32: compile('f32') };
  return { memory, kernels, start: Number(kernels.f64.workspaceStart.value) };
}

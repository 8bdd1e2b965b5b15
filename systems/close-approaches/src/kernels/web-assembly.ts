import { kernelBinaries } from './binary.js';

/** The part of WebAssembly's interface that is used here; the standard types come with those of the browser only. */
interface WebAssemblyInterface {
  readonly Memory: new (size: { initial: number; maximum?: number; shared?: boolean }) => { readonly buffer: ArrayBufferLike };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
  validate(bytes: Uint8Array): boolean;
}

const webAssembly = (globalThis as { readonly WebAssembly?: WebAssemblyInterface }).WebAssembly;

/** Bytes of a page of memory, and the first byte that is the caller's, as the modules declare. */
export const [pageBytes, workspaceStart] = [65_536, 4096];

type Kind = keyof typeof kernelBinaries;

const binary = (kind: Kind): Uint8Array => Uint8Array.from(atob(kernelBinaries[kind]), (character) => character.charCodeAt(0));

const modules = new Map<Kind, object>();

/** Whether this machine runs the compiled kernels (WebAssembly with 128-bit SIMD). */
export const runsCompiledKernels = (): boolean => webAssembly?.validate(binary('local')) ?? false;

/** Memory of so many pages. */
export const memoryOf = (size: { initial: number; maximum?: number; shared?: boolean }): { readonly buffer: ArrayBufferLike } =>
  new webAssembly!.Memory(size);

/** The functions of the kernels on a memory: `shared` where that is. */
export function instantiate(kind: Kind, memory: object): Readonly<Record<string, unknown>> {
  let module = modules.get(kind);
  if (module === undefined) modules.set(kind, (module = new webAssembly!.Module(binary(kind))));
  return new webAssembly!.Instance(module, { env: { memory } }).exports;
}

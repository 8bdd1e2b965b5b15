import type { Precision } from '../matrix.js';
import { kernelBinary } from './binary.js';
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

/** A running module: its memory and its kernels in both precisions. */
export interface CompiledKernels {
  readonly memory: WebAssemblyMemory;
  readonly kernels: Readonly<Record<Precision, Kernels>>;
  /** First byte that is the caller's. */
  readonly start: number;
}

type Exported = (...parameters: number[]) => number;

const binary = (): Uint8Array => Uint8Array.from(atob(kernelBinary), (character) => character.charCodeAt(0));

/** Whether this machine runs the compiled kernels (WebAssembly with 128-bit SIMD). */
export const runsWebAssembly = (): boolean => webAssembly?.validate(binary()) ?? false;

/** Compiles the module, 12 KiB, and gives it a memory of its own. */
export function compileKernels(): CompiledKernels {
  if (webAssembly === undefined) throw new Error('this machine has no WebAssembly');
  const memory = new webAssembly.Memory({ initial: 32 });
  const abort = (): never => {
    throw new Error('the kernels aborted');
  };
  const { exports } = new webAssembly.Instance(new webAssembly.Module(binary()), { env: { memory, abort } });
  const start = Number((exports['workspaceStart'] as { readonly value: number }).value);
  const named = (name: string): Exported => exports[name] as Exported;
  const inPrecision = (bits: '64' | '32'): Kernels => ({
    multiply: named(`multiply${bits}`),
    dot: named(`dot${bits}`),
    rowDots: named(`rowDots${bits}`),
    addRows: named(`addRows${bits}`),
    symmetricTimesVector: named(`symmetricTimesVector${bits}`),
    rotatePair: named(`rotatePair${bits}`),
    rotateRows: named(`rotateRows${bits}`),
    transposeRows: named(`transposeRows${bits}`),
    secularSums: named('secularSums'),
    secularProducts: named('secularProducts'),
    secularVector: named(`secularVector${bits}`),
    choleskyRows: named(`choleskyRows${bits}`),
    solveRows: named(`solveRows${bits}`),
    mirrorLower: named(`mirrorLower${bits}`),
  });
  return { memory, kernels: { f64: inPrecision('64'), f32: inPrecision('32') }, start };
}

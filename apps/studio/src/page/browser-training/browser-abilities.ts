/** What the engine needs of a browser, and whether this one has it. */
export interface BrowserAbilities {
  readonly webAssembly: boolean;
  /** Instructions on vectors of 128 bits, without which the engine does not start. */
  readonly simd: boolean;
  /** Whether threads may share memory, without which the engine has one thread. */
  readonly isCrossOriginIsolated: boolean;
  /** Threads that the processor runs at once. */
  readonly processors: number;
}

/** `(module (type (func (param v128))))`: valid only where vectors are known (WebAssembly core specification 2.0, §5.3). */
const moduleWithVectors = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 1, 0x7b, 0]);

export function browserAbilities(): BrowserAbilities {
  const hasWebAssembly = typeof WebAssembly === 'object';
  return {
    webAssembly: hasWebAssembly,
    simd: hasWebAssembly && WebAssembly.validate(moduleWithVectors),
    isCrossOriginIsolated: globalThis.crossOriginIsolated,
    processors: navigator.hardwareConcurrency,
  };
}

/** One module a kind of memory. */
export interface CompiledModules {
  readonly local: Uint8Array;
  readonly shared: Uint8Array;
}

/** The compiled modules. @throws {Error} with the compiler's messages */
export function compileKernels(): Promise<CompiledModules>;
/** The text of `src/kernels/binary.ts` for the compiled modules. */
export function binarySource(modules: CompiledModules): string;

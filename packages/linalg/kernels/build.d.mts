/** One module a precision. */
export interface CompiledModules {
  readonly f64: Uint8Array;
  readonly f32: Uint8Array;
}

/** The compiled modules. @throws {Error} with the compiler's messages */
export function compileKernels(): Promise<CompiledModules>;
/** The text of `src/kernels/binary.ts` for the compiled modules. */
export function binarySource(modules: CompiledModules): string;

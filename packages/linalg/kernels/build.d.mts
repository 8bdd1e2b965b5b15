/** The compiled module. @throws {Error} with the compiler's messages */
export function compileKernels(): Promise<Uint8Array>;
/** The text of `src/kernels/binary.ts` for a compiled module. */
export function binarySource(module: Uint8Array): string;

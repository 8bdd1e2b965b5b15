/**
 * ONNX Runtime's web build as Emscripten shows it: its C functions (onnxruntime/wasm/api.h), addresses as numbers. A
 * function returns 0 where all went well, or a handle that is 0 where it did not; `_OrtGetLastError` then says why.
 */
export interface OrtModule {
  readonly HEAPU8: Uint8Array;
  /** 0 where the memory cannot grow any more. */
  _malloc(bytes: number): number;
  _free(address: number): void;
  getValue(address: number, type: 'i8' | 'i32' | '*'): number;
  UTF8ToString(address: number): string;
  stringToUTF8(text: string, address: number, bytes: number): void;
  lengthBytesUTF8(text: string): number;

  _OrtInit(threads: number, loggingLevel: number): number;
  _OrtGetLastError(code: number, message: number): number;
  _OrtCreateSessionOptions(
    graphOptimizationLevel: number,
    enableCpuMemArena: boolean,
    enableMemPattern: boolean,
    executionMode: number,
    enableProfiling: boolean,
    profileFilePrefix: number,
    logId: number,
    logSeverityLevel: number,
    logVerbosityLevel: number,
    optimizedModelPath: number,
  ): number;
  _OrtAddSessionConfigEntry(options: number, key: number, value: number): number;
  _OrtReleaseSessionOptions(options: number): number;
  _OrtCreateSession(model: number, bytes: number, options: number): number;
  _OrtReleaseSession(session: number): number;
  _OrtCreateTensor(elementType: number, data: number, bytes: number, dims: number, rank: number, location: number): number;
  _OrtReleaseTensor(tensor: number): number;
  _OrtRun(
    session: number,
    inputNames: number,
    inputs: number,
    inputCount: number,
    outputNames: number,
    outputCount: number,
    outputs: number,
    runOptions: number,
  ): number;
}

/** What Emscripten is told when the module is made. */
export interface OrtModuleOptions {
  /** Workers started are one less: the calling thread computes too. */
  readonly numThreads: number;
  /** Instantiates the module compiled before, and hands it over; the script fetches and compiles by itself without it. */
  readonly instantiateWasm?: (imports: object, receive: (instance: object, module: object) => void) => object;
  readonly printErr: (text: string) => void;
}

/** The default export of `onnxruntime-web/ort-wasm-simd-threaded.mjs`. */
export type OrtModuleFactory = (options: OrtModuleOptions) => Promise<OrtModule>;

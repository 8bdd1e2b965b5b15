import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type Koffi from 'koffi';
import type { LibraryHandle } from 'koffi';
import { RuntimeError } from '../../core/errors.js';
import { keepTelemetryOff } from '../telemetry.js';
import { type Denormals, denormalsOf } from './denormals.js';

const require = createRequire(import.meta.url);
let loaded: typeof Koffi | undefined;

/** Required on first use rather than imported: where it cannot be loaded, the engine falls back to the Node binding. */
function foreignCalls(): typeof Koffi {
  if (loaded) return loaded;
  try {
    loaded = require('koffi') as typeof Koffi;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new RuntimeError(
      'foreign-calls-missing',
      `koffi, which calls native libraries, cannot be loaded: ${reason}; install it with npm install koffi`,
      { cause },
    );
  }
  // ONNX Runtime's recursion over deep graphs needs more stack than the default of 128 KiB.
  loaded.config({ async_stack_size: 8 << 20, resident_async_pools: 2 });
  return loaded;
}

/** A native address. Never dereferenced outside this folder. */
export type Pointer = bigint;

/** The version of the `OrtApi` table asked for: every function below is in it and its position never changes. */
const apiVersion = 17;

/**
 * Functions used, by their position in ONNX Runtime's `OrtApi` table and their C signature
 * (onnxruntime_c_api.h; positions are ABI-stable by ONNX Runtime's versioning policy). `Status` is a pointer that is
 * null on success.
 */
const functions = {
  getErrorCode: [1, 'int getErrorCode(void* status)'],
  getErrorMessage: [2, 'const char* getErrorMessage(void* status)'],
  createSessionFromArray: [
    8,
    'void* createSessionFromArray(void* env, const void* data, size_t length, void* options, _Out_ void** session)',
  ],
  run: [
    9,
    'void* run(void* session, void* options, const void* inputNames, const void* inputs, size_t inputCount, const void* outputNames, size_t outputCount, void* outputs)',
  ],
  createSessionOptions: [10, 'void* createSessionOptions(_Out_ void** options)'],
  setOptimizedModelFilePath: [11, 'void* setOptimizedModelFilePath(void* options, const char* path)'],
  enableProfiling: [14, 'void* enableProfiling(void* options, const char* prefix)'],
  setSessionGraphOptimizationLevel: [23, 'void* setSessionGraphOptimizationLevel(void* options, int level)'],
  createRunOptions: [39, 'void* createRunOptions(_Out_ void** options)'],
  createTensorWithDataAsOrtValue: [
    49,
    'void* createTensorWithDataAsOrtValue(void* info, void* data, size_t byteLength, const void* shape, size_t rank, int elementType, _Out_ void** value)',
  ],
  getTensorMutableData: [51, 'void* getTensorMutableData(void* value, _Out_ void** data)'],
  createMemoryInfo: [68, 'void* createMemoryInfo(const char* name, int allocatorType, int id, int memoryType, _Out_ void** info)'],
  allocatorFree: [76, 'void* allocatorFree(void* allocator, void* memory)'],
  getAllocatorWithDefaultOptions: [78, 'void* getAllocatorWithDefaultOptions(_Out_ void** allocator)'],
  createCpuMemoryInfo: [69, 'void* createCpuMemoryInfo(int allocatorType, int memoryType, _Out_ void** info)'],
  releaseStatus: [93, 'void releaseStatus(void* status)'],
  releaseSession: [95, 'void releaseSession(void* session)'],
  releaseValue: [96, 'void releaseValue(void* value)'],
  releaseSessionOptions: [100, 'void releaseSessionOptions(void* options)'],
  createEnvWithGlobalThreadPools: [
    119,
    'void* createEnvWithGlobalThreadPools(int logLevel, const char* id, void* threading, _Out_ void** env)',
  ],
  disablePerSessionThreads: [120, 'void* disablePerSessionThreads(void* options)'],
  createThreadingOptions: [121, 'void* createThreadingOptions(_Out_ void** options)'],
  releaseThreadingOptions: [122, 'void releaseThreadingOptions(void* options)'],
  getAvailableProviders: [125, 'void* getAvailableProviders(_Out_ void** names, _Out_ int* count)'],
  releaseAvailableProviders: [126, 'void* releaseAvailableProviders(void* names, int count)'],
  addSessionConfigEntry: [130, 'void* addSessionConfigEntry(void* options, const char* key, const char* value)'],
  runWithBinding: [133, 'void* runWithBinding(void* session, void* options, void* binding)'],
  createIoBinding: [134, 'void* createIoBinding(void* session, _Out_ void** binding)'],
  releaseIoBinding: [135, 'void releaseIoBinding(void* binding)'],
  bindInput: [136, 'void* bindInput(void* binding, const char* name, void* value)'],
  bindOutput: [137, 'void* bindOutput(void* binding, const char* name, void* value)'],
  bindOutputToDevice: [138, 'void* bindOutputToDevice(void* binding, const char* name, void* info)'],
  getBoundOutputValues: [140, 'void* getBoundOutputValues(void* binding, void* allocator, _Out_ void** values, _Out_ size_t* count)'],
  setGlobalIntraOpNumThreads: [147, 'void* setGlobalIntraOpNumThreads(void* options, int threads)'],
  setGlobalDenormalAsZero: [155, 'void* setGlobalDenormalAsZero(void* options)'],
  setGlobalSpinControl: [149, 'void* setGlobalSpinControl(void* options, int spin)'],
  addRunConfigEntry: [165, 'void* addRunConfigEntry(void* options, const char* key, const char* value)'],
  synchronizeBoundOutputs: [203, 'void* synchronizeBoundOutputs(void* binding)'],
  appendCudaProvider: [204, 'void* appendCudaProvider(void* options, void* cudaOptions)'],
  createCudaProviderOptions: [205, 'void* createCudaProviderOptions(_Out_ void** cudaOptions)'],
  updateCudaProviderOptions: [
    206,
    'void* updateCudaProviderOptions(void* cudaOptions, const char** keys, const char** values, size_t count)',
  ],
  releaseCudaProviderOptions: [208, 'void releaseCudaProviderOptions(void* cudaOptions)'],
  appendExecutionProvider: [
    216,
    'void* appendExecutionProvider(void* options, const char* name, const char** keys, const char** values, size_t count)',
  ],
} as const satisfies Record<string, readonly [number, string]>;

type ApiFunction = ((...args: unknown[]) => unknown) & {
  async(...args: [...unknown[], (error: unknown, result: unknown) => void]): void;
};

export type Api = Readonly<Record<keyof typeof functions, ApiFunction>>;

/** Where another thread finds a function of the library. */
export interface NativeFunction {
  /** Path of the foreign-call module. */
  readonly koffi: string;
  readonly pointer: Pointer;
  readonly signature: string;
}

export interface OrtLibrary {
  readonly path: string;
  readonly version: string;
  readonly api: Api;
  readonly denormals: Denormals;
  /** `run`, for a thread of its own. */
  readonly runFunction: NativeFunction;
}

/**
 * The shared library to load: the one named in `SARDONYX_ONNXRUNTIME`, or the one inside the `onnxruntime-node` package.
 * Throws RuntimeError `library-missing` with what to do.
 */
export function libraryPath(): string {
  const named = process.env['SARDONYX_ONNXRUNTIME'];
  if (named) {
    if (existsSync(named)) return named;
    throw new RuntimeError(
      'library-missing',
      `ONNX Runtime: SARDONYX_ONNXRUNTIME names ${named}, which does not exist; name an existing libonnxruntime or unset it`,
    );
  }
  const root = dirname(require.resolve('onnxruntime-node/package.json'));
  const bin = join(root, 'bin');
  for (const napi of existsSync(bin) ? readdirSync(bin).sort().reverse() : []) {
    const folder = join(bin, napi, process.platform, process.arch);
    const file = (existsSync(folder) ? readdirSync(folder) : []).find((name) =>
      /^(lib)?onnxruntime(\.so(\.\d+)*|(\.\d+)*\.dylib|\.dll)$/.test(name),
    );
    if (file) return join(folder, file);
  }
  throw new RuntimeError(
    'library-missing',
    `ONNX Runtime: onnxruntime-node in ${root} carries no library for ${process.platform}-${process.arch}; set SARDONYX_ONNXRUNTIME to a libonnxruntime of version 1.17 or later`,
  );
}

/** Libraries of this process: one loaded again is the same one. */
const libraries = new Map<string, OrtLibrary>();
/** Held for the life of the process: a handle that is collected closes its library, and every address in it is void. */
const handles: LibraryHandle[] = [];

/**
 * Loads the library and reads its function table.
 * Throws RuntimeError `foreign-calls-missing`, `library-unloadable` or `library-too-old`.
 */
export function loadLibrary(path: string): OrtLibrary {
  const library = libraries.get(path) ?? readLibrary(foreignCalls(), path);
  libraries.set(path, library);
  return library;
}

function readLibrary(koffi: typeof Koffi, path: string): OrtLibrary {
  const base = openLibrary(koffi, path);
  const getApi = koffi.decode(base, 'void*') as Pointer;
  const getVersion = koffi.decode(base, koffi.sizeof('void*'), 'void*') as Pointer;
  const version = koffi.call(getVersion, koffi.proto('const char* getVersionString()')) as string;
  const table = koffi.call(getApi, koffi.proto('void* getApi(uint32_t version)'), apiVersion) as Pointer | null;
  if (!table) {
    throw new RuntimeError(
      'library-too-old',
      `ONNX Runtime: ${path} is version ${version}, expected 1.${apiVersion} or later; set SARDONYX_ONNXRUNTIME to a newer library`,
    );
  }
  const count = Math.max(...Object.values(functions).map(([position]) => position)) + 1;
  const pointers = koffi.decode(table, koffi.array('void*', count)) as Pointer[];
  const api = Object.fromEntries(
    Object.entries(functions).map(([name, [position, signature]]) => [
      name,
      koffi.decode(pointers[position]!, koffi.proto(signature)) as ApiFunction,
    ]),
  ) as Api;
  const denormals = denormalsOf(koffi);
  const [position, signature] = functions.run;
  const runFunction = { koffi: require.resolve('koffi'), pointer: pointers[position]!, signature };
  return { path, version, api, denormals, runFunction };
}

function openLibrary(koffi: typeof Koffi, path: string): Pointer {
  keepTelemetryOff();
  try {
    const handle = koffi.load(path);
    handles.push(handle);
    return handle.func('void* OrtGetApiBase()')() as Pointer;
  } catch (cause) {
    throw new RuntimeError(
      'library-unloadable',
      `ONNX Runtime: ${path} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}; install the packages anew, or set SARDONYX_ONNXRUNTIME to a libonnxruntime for ${process.platform}-${process.arch}`,
      { cause },
    );
  }
}

/** The address of a typed array's first element. The array must outlive every native use of it. */
export const addressOf = (array: ArrayBufferView): Pointer => foreignCalls().address(array);

/** A view of native memory, valid as long as what owns the memory. */
export const memoryAt = (pointer: Pointer, byteLength: number): ArrayBuffer => foreignCalls().view(pointer, byteLength);

/** The pointers in an array of `count` of them. */
export const pointersAt = (pointer: Pointer, count: number): Pointer[] => foreignCalls().decode(pointer, 'void*', count) as Pointer[];

/** The C strings an array of `count` pointers points to. */
export const stringsAt = (pointer: Pointer, count: number): string[] => foreignCalls().decode(pointer, 'char*', count) as string[];

import { dtypes, type TypedArray } from '../../core/dtype.js';
import { sizeOf } from '../../core/shape.js';
import type { TensorType } from '../../core/tensor.js';
import type { Target } from '../../lowering/target.js';
import { blockingProbe, blockOfProbe } from '../channel-block.js';
import { shortName } from '../providers.js';
import type { CompileOptions, Executable, LiveObjects, Runtime, RuntimeOptions } from '../runtime.js';
import { Storage, StoragePool } from '../storage.js';
import { defaultThreads, expectThreads } from '../threads.js';
import { callAsync, type Context, create, statusChecker } from './context.js';
import { type Api, addressOf, libraryPath, loadLibrary, type Pointer, stringsAt } from './library.js';
import { Session } from './session.js';

/** Vector loads are fastest when no element straddles a cache line. */
const alignment = 64;
const graphOptimizationLevel = Number(process.env['SARDONYX_ORT_LEVEL'] ?? 1);
/** Errors are thrown, with the text the log would have. */
const logFatalOnly = 4;
const arenaAllocator = 1;
const defaultMemory = 0;

/**
 * Opens ONNX Runtime through its C API: values over our own buffers, outputs in place, runs off the main thread.
 * Throws RuntimeError where foreign calls are not possible or the library cannot be loaded.
 */
export function openCApiRuntime(options: RuntimeOptions = {}): Runtime {
  const threads = options.threads === undefined ? defaultThreads() : expectThreads(options.threads);
  const { api, version, path } = loadLibrary(libraryPath());
  const check = statusChecker(api);
  const env = createEnvironment(api, check, threads);
  const memoryInfo = create((out) =>
    check(api.createCpuMemoryInfo(arenaAllocator, defaultMemory, out), 'memory info'),
  );
  const live: LiveObjects = { sessions: 0, values: 0 };
  const context: Context = { api, check, env, memoryInfo, live };
  const pool = new StoragePool((type, home) => new Storage(type.dtype, type.shape, alignedArray(type), home));
  return {
    name: 'c-api',
    version,
    threads,
    libraryPath: path,
    providers: availableProviders(context).map(shortName),
    live,
    allocate: (type, key) => pool.allocate(type, key),
    compile: (model, inputs, outputs, compileOptions) =>
      createSession(context, model, inputs, outputs, compileOptions ?? {}),
    target: lazyTarget(context),
  };
}

function availableProviders({ api, check }: Context): string[] {
  const names: [Pointer | null] = [null];
  const count: [number] = [0];
  check(api.getAvailableProviders(names, count), 'available providers');
  const providers = stringsAt(names[0]!, count[0]);
  check(api.releaseAvailableProviders(names[0], count[0]), 'available providers');
  return providers;
}

/** Looked into when a lowering first asks: most programs hold no convolution. */
function lazyTarget(context: Context): Target {
  let known: { readonly block: number | undefined } | undefined;
  return {
    get channelBlock() {
      known ??= { block: channelBlock(context) };
      return known.block;
    },
  };
}

/** Channels in a block of the blocked layout; `undefined` where this build has no kernels for it. */
function channelBlock(context: Context): number | undefined {
  const { model, type, elements } = blockingProbe();
  const settings = sessionSettings(context, {});
  const out: [Pointer | null] = [null];
  const { api, env } = context;
  const status = api.createSessionFromArray(env, model, model.byteLength, settings, out);
  api.releaseSessionOptions(settings);
  if (status !== null) {
    api.releaseStatus(status);
    return undefined;
  }
  const session = new Session(context, out[0]!, [type], [type]);
  const [input, output] = [0, 1].map(() => new Storage(type.dtype, type.shape, alignedArray(type)));
  (input!.array as Float32Array).set(elements);
  session.runSync([input!], [output!]);
  session.dispose();
  return blockOfProbe(output!.array as Float32Array);
}

function createEnvironment(api: Api, check: Context['check'], threads: number): Pointer {
  const threading = create((out) => check(api.createThreadingOptions(out), 'threading options'));
  check(api.setGlobalIntraOpNumThreads(threading, threads), `a pool of ${threads} threads`);
  const env = create((out) =>
    check(
      api.createEnvWithGlobalThreadPools(logFatalOnly, 'sardonyx', threading, out),
      'environment',
    ),
  );
  api.releaseThreadingOptions(threading);
  return env;
}

function alignedArray(type: TensorType): TypedArray {
  const { array, bytes } = dtypes[type.dtype];
  const length = sizeOf(type.shape);
  const buffer = new ArrayBuffer(length * bytes + alignment);
  const misalignment = Number(addressOf(new Uint8Array(buffer))) % alignment;
  return new array(buffer, misalignment === 0 ? 0 : alignment - misalignment, length);
}

/** Models being compiled, which the other thread reads. */
const compiling = new Set<Uint8Array>();

async function createSession(
  context: Context,
  model: Uint8Array,
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
  options: CompileOptions,
): Promise<Executable> {
  const { api, check } = context;
  const settings = sessionSettings(context, options);
  compiling.add(model);
  try {
    const out: [Pointer | null] = [null];
    const args = [context.env, model, model.byteLength, settings, out] as const;
    check(await callAsync(api.createSessionFromArray, args), 'compiling a model');
    return new Session(context, out[0]!, inputs, outputs);
  } finally {
    compiling.delete(model);
    api.releaseSessionOptions(settings);
  }
}

function sessionSettings({ api, check }: Context, options: CompileOptions): Pointer {
  const settings = create((out) => check(api.createSessionOptions(out), 'session options'));
  check(api.disablePerSessionThreads(settings), 'shared thread pool');
  check(
    api.setSessionGraphOptimizationLevel(settings, graphOptimizationLevel),
    'optimization level',
  );
  // Gemm copies its bias before it multiplies; a product followed by a threaded addition is faster.
  check(
    api.addSessionConfigEntry(
      settings,
      'optimization.disable_specified_optimizers',
      'MatMulAddFusion',
    ),
    'optimizer settings',
  );
  if (options.optimizedModelPath) {
    check(api.setOptimizedModelFilePath(settings, options.optimizedModelPath), 'optimized model');
  }
  if (options.profilePrefix) {
    check(api.enableProfiling(settings, options.profilePrefix), 'profiling');
  }
  return settings;
}

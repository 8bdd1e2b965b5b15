import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { dtypes, type TypedArray } from '../../core/dtype.js';
import { RuntimeError } from '../../core/errors.js';
import { sizeOf } from '../../core/shape.js';
import type { TensorType } from '../../core/tensor.js';
import type { Target } from '../../lowering/target.js';
import { blockingProbe, blockOfProbe } from '../channel-block.js';
import { type Provider, providerUnavailable, selectProviders, shortName } from '../providers.js';
import type { CompileOptions, LiveObjects, Runtime, RuntimeOptions } from '../runtime.js';
import { Storage, StoragePool } from '../storage.js';
import { defaultThreads } from '../default-threads.js';
import { expectThreads } from '../threads.js';
import { BoundSession } from './bound-session.js';
import { callAsync, type Context, create, statusChecker } from './context.js';
import { Device, identityModel } from './device.js';
import { addressOf, libraryPath, loadLibrary, type OrtLibrary, type Pointer, stringsAt } from './library.js';
import { RunThread } from './run-thread.js';
import { Session } from './session.js';

/** Vector loads are fastest when no element straddles a cache line. */
const alignment = 64;
/** Basic rewrites only: fusions are the lowering's, and layout changes need constant weights. */
const graphOptimizationLevel = 1;
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
  const library = loadLibrary(libraryPath());
  const { api, version, path } = library;
  const check = statusChecker(api);
  const env = environmentOf(library, check, threads);
  const memoryInfo = create((out) => check(api.createCpuMemoryInfo(arenaAllocator, defaultMemory, out), 'memory info'));
  const firstRun = runOptionsThatShrink(library, check);
  const live: LiveObjects = { sessions: 0, values: 0 };
  const { denormals } = library;
  const runThread = new RunThread(library.runFunction, denormals);
  const context: Context = { api, check, env, memoryInfo, firstRun, live, denormals, runThread };
  const providers = availableProviders(context, path);
  const devices = new Map<string, Device>();
  const pool = new StoragePool((type, home) => new Storage(type.dtype, type.shape, alignedArray(type), home));
  return {
    name: 'c-api',
    version,
    threads,
    libraryPath: path,
    providers,
    live,
    allocate: (type, key) => pool.allocate(type, key),
    async compile(model, inputs, outputs, compileOptions = {}) {
      const wanted = compileOptions.providers ?? options.providers ?? [];
      const settings = { ...compileOptions, chosen: selectProviders(wanted, providers), available: providers };
      const session = await createSession(context, model, settings);
      if (!compileOptions.keepOnDevice) return new Session(context, session, inputs, outputs);
      return new BoundSession(context, session, deviceOf(context, devices, settings), inputs, outputs);
    },
    target: lazyTarget(context),
  };
}

/**
 * After its first run a session knows which memory its operators need when, and takes one block for them all from then
 * on. What the first run took piece by piece would stay beside that block, and nearly double what training holds.
 */
function runOptionsThatShrink({ api }: OrtLibrary, check: Context['check']): Pointer {
  const options = create((out) => check(api.createRunOptions(out), 'run options'));
  check(api.addRunConfigEntry(options, 'memory.enable_memory_arena_shrinkage', 'cpu:0'), 'run options');
  return options;
}

/** Providers that are known to every build, but computed by a library of their own beside it. */
const providerLibraries: Readonly<Record<string, string>> = {
  CUDA: 'onnxruntime_providers_cuda',
  TensorRT: 'onnxruntime_providers_tensorrt',
};

function availableProviders({ api, check }: Context, path: string): string[] {
  const names: [Pointer | null] = [null];
  const count: [number] = [0];
  check(api.getAvailableProviders(names, count), 'available providers');
  const providers = stringsAt(names[0]!, count[0]).map(shortName);
  check(api.releaseAvailableProviders(names[0], count[0]), 'available providers');
  const beside = readdirSync(dirname(path));
  return providers.filter((provider) => {
    const library = providerLibraries[provider];
    return library === undefined || beside.some((file) => file.includes(library));
  });
}

/** Values can be passed between sessions of the same provider with the same options. */
function deviceOf(context: Context, devices: Map<string, Device>, settings: SessionSettings): Device {
  const [first] = settings.chosen;
  const key = JSON.stringify(first ?? null);
  const { chosen, available } = settings;
  const device =
    devices.get(key) ?? new Device(context, first?.name ?? 'CPU', (model) => createSession(context, model, { chosen, available }));
  devices.set(key, device);
  return device;
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
  const settings = sessionOptions(context, plain);
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

const environments = new Map<string, { readonly env: Pointer; readonly threads: number }>();

/** ONNX Runtime has one environment, and with it one pool of threads, a process. Throws RuntimeError `threads`. */
function environmentOf(library: OrtLibrary, check: Context['check'], threads: number): Pointer {
  const { path } = library;
  const known = environments.get(path);
  if (known && known.threads !== threads) {
    throw new RuntimeError(
      'threads',
      `threads: expected ${known.threads}, which this process opened ONNX Runtime with, given ${threads}; use another process`,
    );
  }
  const env = known?.env ?? createEnvironment(library, check, threads);
  environments.set(path, { env, threads });
  return env;
}

function createEnvironment({ api, denormals }: OrtLibrary, check: Context['check'], threads: number): Pointer {
  const threading = create((out) => check(api.createThreadingOptions(out), 'threading options'));
  if (denormals.areFlushed) check(api.setGlobalDenormalAsZero(threading), 'flushing denormals');
  check(api.setGlobalIntraOpNumThreads(threading, threads), `a pool of ${threads} threads`);
  const env = create((out) => check(api.createEnvWithGlobalThreadPools(logFatalOnly, 'sardonyx', threading, out), 'environment'));
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

interface SessionSettings extends CompileOptions {
  readonly chosen: readonly Provider[];
  readonly available: readonly string[];
}

const plain: SessionSettings = { chosen: [], available: [] };

async function createSession(context: Context, model: Uint8Array, settings: SessionSettings): Promise<Pointer> {
  try {
    return await createNativeSession(context, model, settings);
  } catch (cause) {
    const [first] = settings.chosen;
    if (!first || !(cause instanceof RuntimeError) || cause.code === 'provider-unavailable') throw cause;
    // The model or the provider? A model that does nothing tells.
    const trivial = identityModel({ dtype: 'float32', shape: [1] });
    const session = await createNativeSession(context, trivial, settings).catch((failure: unknown) => {
      throw providerUnavailable(first.name, settings.available, messageOf(failure), failure);
    });
    context.api.releaseSession(session);
    throw cause;
  }
}

async function createNativeSession(context: Context, model: Uint8Array, settings: SessionSettings): Promise<Pointer> {
  const { api, check, env } = context;
  const options = sessionOptions(context, settings);
  compiling.add(model);
  try {
    const out: [Pointer | null] = [null];
    const args = [env, model, model.byteLength, options, out] as const;
    check(await callAsync(api.createSessionFromArray, args), 'compiling a model');
    return out[0]!;
  } finally {
    compiling.delete(model);
    api.releaseSessionOptions(options);
  }
}

function appendProviders(context: Context, options: Pointer, { chosen, available }: SessionSettings): void {
  for (const provider of chosen) {
    try {
      if (provider.name === 'CUDA') appendCuda(context, options, provider);
      else appendByName(context, options, provider);
    } catch (cause) {
      throw providerUnavailable(provider.name, available, messageOf(cause), cause);
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function appendByName({ api, check }: Context, session: Pointer, { name, options }: Provider): void {
  const [keys, values] = [Object.keys(options), Object.values(options)];
  check(api.appendExecutionProvider(session, name, keys, values, keys.length), 'appending it');
}

/** The one provider that ONNX Runtime does not append by name. */
function appendCuda({ api, check }: Context, session: Pointer, { options }: Provider): void {
  const cuda = create((out) => check(api.createCudaProviderOptions(out), 'its options'));
  try {
    const [keys, values] = [Object.keys(options), Object.values(options)];
    check(api.updateCudaProviderOptions(cuda, keys, values, keys.length), 'its options');
    check(api.appendCudaProvider(session, cuda), 'appending it');
  } finally {
    api.releaseCudaProviderOptions(cuda);
  }
}

function sessionOptions(context: Context, options: SessionSettings): Pointer {
  const { api, check } = context;
  const settings = create((out) => check(api.createSessionOptions(out), 'session options'));
  check(api.disablePerSessionThreads(settings), 'shared thread pool');
  check(api.setSessionGraphOptimizationLevel(settings, graphOptimizationLevel), 'optimization level');
  // Gemm copies its bias before it multiplies; a product followed by a threaded addition is faster.
  check(api.addSessionConfigEntry(settings, 'optimization.disable_specified_optimizers', 'MatMulAddFusion'), 'optimizer settings');
  appendProviders(context, settings, options);
  if (options.optimizedModelPath) {
    check(api.setOptimizedModelFilePath(settings, options.optimizedModelPath), 'optimized model');
  }
  if (options.profilePrefix) {
    check(api.enableProfiling(settings, options.profilePrefix), 'profiling');
  }
  return settings;
}

import { availableParallelism } from 'node:os';
import { dtypes, type TypedArray } from '../../core/dtype.js';
import { formatType, RuntimeError } from '../../core/errors.js';
import { sameShape, sizeOf } from '../../core/shape.js';
import type { TensorType } from '../../core/tensor.js';
import { elementTypeCode } from '../../onnx/element-types.js';
import type { Target } from '../../lowering/target.js';
import type { CompileOptions, Executable, Runtime } from '../runtime.js';
import { blockingProbe, blockOfProbe } from '../channel-block.js';
import { Storage } from '../value.js';
import { type Api, addressOf, libraryPath, loadLibrary, type Pointer } from './library.js';

/** Vector loads are fastest when no element straddles a cache line. */
const alignment = 64;
const graphOptimizationLevel = Number(process.env['SARDONYX_ORT_LEVEL'] ?? 1);
const logErrorsOnly = 3;
const arenaAllocator = 1;
const defaultMemory = 0;

export interface CApiOptions {
  /** Threads of ONNX Runtime's pool, shared by all sessions. */
  readonly threads?: number;
}

/** Opens ONNX Runtime through its C API: values over our own buffers, outputs in place, runs off the main thread. */
export function openCApiRuntime(options: CApiOptions = {}): Runtime {
  const threads = options.threads ?? availableParallelism();
  const { api, version } = loadLibrary(libraryPath());
  const check = statusChecker(api);
  const env = createEnvironment(api, check, threads);
  const memoryInfo = create((out) =>
    check(api.createCpuMemoryInfo(arenaAllocator, defaultMemory, out), 'memory info'),
  );
  const context: Context = { api, check, env, memoryInfo };
  return {
    name: 'c-api',
    version,
    threads,
    allocate: (type) => new Storage(type.dtype, type.shape, alignedArray(type)),
    compile: (model, inputs, outputs, compileOptions) =>
      createSession(context, model, inputs, outputs, compileOptions ?? {}),
    target: lazyTarget(context),
  };
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

interface Context {
  readonly api: Api;
  readonly check: (status: unknown, what: string) => void;
  readonly env: Pointer;
  readonly memoryInfo: Pointer;
}

/** Calls a function with an out-parameter and returns what it wrote. */
function create(body: (out: [Pointer | null]) => void): Pointer {
  const out: [Pointer | null] = [null];
  body(out);
  return out[0]!;
}

function statusChecker(api: Api): Context['check'] {
  return (status, what) => {
    if (status === null) return;
    const message = api.getErrorMessage(status) as string;
    const code = api.getErrorCode(status) as number;
    api.releaseStatus(status);
    throw new RuntimeError(`ort-${code}`, `ONNX Runtime: ${what}: ${message}`);
  };
}

function createEnvironment(api: Api, check: Context['check'], threads: number): Pointer {
  const threading = create((out) => check(api.createThreadingOptions(out), 'threading options'));
  check(api.setGlobalIntraOpNumThreads(threading, threads), `a pool of ${threads} threads`);
  const env = create((out) =>
    check(
      api.createEnvWithGlobalThreadPools(logErrorsOnly, 'sardonyx', threading, out),
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
  const misalignment = Number(addressOf(new Uint8Array(buffer)) % BigInt(alignment));
  return new array(buffer, misalignment === 0 ? 0 : alignment - misalignment, length);
}

async function createSession(
  context: Context,
  model: Uint8Array,
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
  options: CompileOptions,
): Promise<Executable> {
  const { api, check } = context;
  const settings = sessionSettings(context, options);
  try {
    const out: [Pointer | null] = [null];
    const status = await callAsync(
      api.createSessionFromArray,
      context.env,
      model,
      model.byteLength,
      settings,
      out,
    );
    check(status, 'compiling a model');
    return new Session(context, out[0]!, inputs, outputs);
  } finally {
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

function callAsync(f: Api[keyof Api], ...args: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    f.async(...args, (error, result) => (error ? reject(error as Error) : resolve(result)));
  });
}

/** Releases sessions whose owner was collected without `dispose`: the safety net, not the rule. */
const abandonedSessions = new FinalizationRegistry<() => void>((release) => release());
/** The same for native values. */
const abandonedValues = new FinalizationRegistry<() => void>((release) => release());

class Session implements Executable {
  private pointer: Pointer | undefined;
  private running = 0;
  private readonly inputNames: NameTable;
  private readonly outputNames: NameTable;

  constructor(
    private readonly context: Context,
    pointer: Pointer,
    readonly inputs: readonly TensorType[],
    readonly outputs: readonly TensorType[],
  ) {
    this.pointer = pointer;
    this.inputNames = nameTable('i', inputs.length);
    this.outputNames = nameTable('o', outputs.length);
    abandonedSessions.register(this, () => context.api.releaseSession(pointer), this);
  }

  runSync(inputs: readonly Storage[], outputs: readonly Storage[]): void {
    const args = this.arguments(inputs, outputs);
    const status = this.context.api.run(...args);
    if (status !== null) this.context.check(status, 'a run failed');
  }

  async run(inputs: readonly Storage[], outputs: readonly Storage[]): Promise<void> {
    const args = this.arguments(inputs, outputs);
    this.running++;
    try {
      const status = await callAsync(this.context.api.run, ...args);
      this.context.check(status, 'a run failed');
    } finally {
      this.running--;
    }
  }

  dispose(): void {
    if (this.pointer === undefined) return;
    if (this.running > 0) {
      throw new RuntimeError(
        'session-in-use',
        'dispose: a run is still in progress; await its outputs before disposing',
      );
    }
    abandonedSessions.unregister(this);
    this.context.api.releaseSession(this.pointer);
    this.pointer = undefined;
  }

  private arguments(inputs: readonly Storage[], outputs: readonly Storage[]): unknown[] {
    if (this.pointer === undefined) {
      throw new RuntimeError('session-disposed', 'run: the compiled function was disposed');
    }
    return [
      this.pointer,
      null,
      this.inputNames.pointers,
      this.handles('input', inputs, this.inputs),
      inputs.length,
      this.outputNames.pointers,
      outputs.length,
      this.handles('output', outputs, this.outputs),
    ];
  }

  /** Native handles of values, after checking that each is what the model was compiled for. */
  private handles(
    what: string,
    values: readonly Storage[],
    types: readonly TensorType[],
  ): BigUint64Array {
    if (values.length !== types.length) {
      throw new RuntimeError('arity', `run: expected ${types.length} ${what}s, given ${values.length}`);
    }
    const handles = new BigUint64Array(Math.max(values.length, 1));
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const type = types[i]!;
      if (value.dtype !== type.dtype || !sameShape(value.shape, type.shape)) {
        throw new RuntimeError(
          'type',
          `run: ${what} ${i} was compiled for ${formatType(type.dtype, type.shape)}, given ${formatType(value.dtype, value.shape)}`,
        );
      }
      handles[i] = this.handleOf(value);
    }
    return handles;
  }

  private handleOf(storage: Storage): Pointer {
    if (!(storage.native instanceof NativeValue)) {
      storage.native = new NativeValue(this.context, storage, storage.array);
    }
    return (storage.native as NativeValue).pointer;
  }
}

/** An `OrtValue` over a storage's buffer, which it keeps alive. */
class NativeValue {
  readonly pointer: Pointer;
  private released = false;

  constructor(
    private readonly context: Context,
    type: TensorType,
    readonly buffer: TypedArray,
  ) {
    const shape = BigInt64Array.from(type.shape, BigInt);
    const { api, check } = context;
    this.pointer = create((out) =>
      check(
        api.createTensorWithDataAsOrtValue(
          context.memoryInfo,
          buffer,
          buffer.byteLength,
          shape,
          shape.length,
          elementTypeCode(dtypes[type.dtype].onnx),
          out,
        ),
        `a value ${formatType(type.dtype, type.shape)}`,
      ),
    );
    const { pointer } = this;
    abandonedValues.register(this, () => api.releaseValue(pointer), this);
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    abandonedValues.unregister(this);
    this.context.api.releaseValue(this.pointer);
  }
}

interface NameTable {
  /** NUL-terminated names one after another; kept alive for the pointers. */
  readonly text: Uint8Array;
  readonly pointers: BigUint64Array;
}

/** The C strings `prefix0 … prefix(n-1)`, as an array of pointers. */
function nameTable(prefix: string, count: number): NameTable {
  const encoder = new TextEncoder();
  const names = Array.from({ length: count }, (_, i) => encoder.encode(`${prefix}${i}\0`));
  const text = new Uint8Array(Math.max(1, names.reduce((n, name) => n + name.length, 0)));
  const pointers = new BigUint64Array(Math.max(count, 1));
  const base = addressOf(text);
  let offset = 0;
  names.forEach((name, i) => {
    text.set(name, offset);
    pointers[i] = base + BigInt(offset);
    offset += name.length;
  });
  return { text, pointers };
}

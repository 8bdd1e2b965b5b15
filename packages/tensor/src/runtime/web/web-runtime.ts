import { dtypes } from '../../core/dtype.js';
import { RuntimeError } from '../../core/errors.js';
import { sizeOf } from '../../core/shape.js';
import { portable } from '../../lowering/target.js';
import { selectProviders } from '../providers.js';
import type { CompileOptions, LiveObjects, OpenedRuntime, Runtime, RuntimeOptions } from '../runtime.js';
import { Storage, StoragePool } from '../storage.js';
import { Heap } from './heap.js';
import { loadModule } from './load-module.js';
import { processorCount } from './processors.js';
import { hasSimd, isCrossOriginIsolated, webAssembly } from './web-assembly.js';
import { WebSession } from './web-session.js';

/** Of the package `onnxruntime-web`, whose WebAssembly does not tell it. */
const version = '1.30.0';
/** Each thread is a worker that loads a script: past this their start costs more than they bring. */
const mostThreads = 16;
/** Basic rewrites only: fusions are the lowering's, and layout changes need constant weights. */
const graphOptimizationLevel = 1;
const sequential = 0;
/** Errors are thrown, with the text the log would have. */
const logFatalOnly = 4;

/**
 * Opens ONNX Runtime's web build, on the calling thread: a worker's, or a page's. It is fetched in the background;
 * compiling waits for it, and throws what went wrong (`wasm-unreachable`, `wasm-invalid`, `wasm-start`, `wasm-threads`).
 * Throws RuntimeError `wasm-missing`, `simd-missing`, and `threads` where more than one is asked for on a page that
 * is not cross-origin isolated.
 */
export function openWebRuntime(options: RuntimeOptions = {}): OpenedRuntime {
  expectWebAssembly();
  const crossOriginIsolated = isCrossOriginIsolated();
  const threads = options.threads ?? (crossOriginIsolated ? Math.min(processorCount(), mostThreads) : 1);
  if (threads > 1 && !crossOriginIsolated) {
    throw new RuntimeError('threads', `threads: expected 1, given ${threads}; ${whyOneThread}`);
  }
  const starting = start(options.webAssemblyUrl, threads);
  // Whoever compiles is told.
  starting.catch(() => undefined);
  const live: LiveObjects = { sessions: 0, values: 0 };
  const pool = new StoragePool((type, home) => new Storage(type.dtype, type.shape, new dtypes[type.dtype].array(sizeOf(type.shape)), home));
  const runtime: Runtime = {
    name: 'web',
    version,
    threads,
    libraryPath: options.webAssemblyUrl ?? 'ort-wasm-simd-threaded.wasm',
    providers: ['CPU'],
    crossOriginIsolated,
    live,
    target: portable,
    allocate: (type, key) => pool.allocate(type, key),
    async compile(model, inputs, outputs, compileOptions = {}) {
      expectSupported({ providers: options.providers ?? [], ...compileOptions });
      const heap = await starting;
      return new WebSession(heap, createSession(heap, model), inputs, outputs, live);
    },
  };
  return { runtime, fallbackReason: crossOriginIsolated ? undefined : `one thread: ${whyOneThread}` };
}

const whyOneThread =
  'the page is not cross-origin isolated; serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';

function expectWebAssembly(): void {
  const api = webAssembly();
  if (!api) {
    throw new RuntimeError(
      'wasm-missing',
      "ONNX Runtime: expected WebAssembly, given a browser without it; use a browser from 2023 on, and a Content-Security-Policy with script-src 'wasm-unsafe-eval'",
    );
  }
  if (!hasSimd(api)) {
    throw new RuntimeError(
      'simd-missing',
      'ONNX Runtime: expected WebAssembly with SIMD, given a browser without it; use Chrome 91, Firefox 89, Safari 16.4 or later',
    );
  }
}

async function start(url: string | undefined, threads: number): Promise<Heap> {
  const module = await loadModule({ url, threads });
  const heap = new Heap(module);
  if (module._OrtInit(threads, logFatalOnly) !== 0) heap.fail(`a pool of ${threads} threads`);
  return heap;
}

function expectSupported({ providers = [], ...files }: CompileOptions): void {
  selectProviders(providers, ['CPU']);
  const given = (['keepOnDevice', 'optimizedModelPath', 'profilePrefix'] as const).find((name) => files[name]);
  if (given) {
    throw new RuntimeError('unsupported', `${given}: expected Node with the runtime c-api, given the runtime web; leave it out`);
  }
}

/** Returns the address of an `OrtSession`. */
function createSession(heap: Heap, model: Uint8Array): number {
  const { module } = heap;
  const options = sessionOptions(heap);
  const block = heap.allocate(model.byteLength);
  try {
    heap.bytes(block.address, model.byteLength).set(model);
    const session = heap.attempt('compiling a model', () => module._OrtCreateSession(block.address, model.byteLength, options));
    return session === 0 ? heap.fail('compiling a model') : session;
  } finally {
    block.free();
    module._OrtReleaseSessionOptions(options);
  }
}

function sessionOptions(heap: Heap): number {
  const { module } = heap;
  // A run's memory goes back when it ends: compiled functions share what little there is. It costs no time.
  const [arena, memoryPattern, profiling] = [false, false, false];
  const none = 0;
  const options = module._OrtCreateSessionOptions(
    graphOptimizationLevel,
    arena,
    memoryPattern,
    sequential,
    profiling,
    none,
    none,
    logFatalOnly,
    none,
    none,
  );
  if (options === 0) heap.fail('session options');
  // Gemm copies its bias before it multiplies; a product followed by a threaded addition is faster.
  const entry = [heap.text('optimization.disable_specified_optimizers'), heap.text('MatMulAddFusion')] as const;
  const failed = module._OrtAddSessionConfigEntry(options, entry[0].address, entry[1].address) !== 0;
  for (const block of entry) block.free();
  if (failed) heap.fail('optimizer settings');
  return options;
}

import { RuntimeError } from '../../core/errors.js';
import { watchWebAssembly } from './fetch-watch.js';
import type { OrtModule, OrtModuleFactory, OrtModuleOptions } from './ort-module.js';
import { webAssembly, type WebAssemblyModule } from './web-assembly.js';

/** For workers to load one small script each, once the WebAssembly is there. */
const threadStartMilliseconds = 60_000;
/** For the browser to tell what was fetched. */
const diagnosisMilliseconds = 1000;

export interface ModuleLocation {
  /** Where the `.wasm` file lies; `undefined` where the bundler put it, which only ONNX Runtime's own script knows. */
  readonly url: string | undefined;
  readonly threads: number;
}

/**
 * Fetches, compiles and starts ONNX Runtime's web build, with its own pool of threads.
 * Throws RuntimeError `wasm-unreachable`, `wasm-invalid`, `wasm-start`, `wasm-threads`.
 */
export async function loadModule({ url, threads }: ModuleLocation): Promise<OrtModule> {
  const [factory, module] = await Promise.all([importFactory(), url === undefined ? undefined : compile(url)]);
  const complaints: string[] = [];
  const options = { numThreads: threads, printErr: (text: string) => void complaints.push(text) };
  const watch = watchWebAssembly();
  const timers = new Timers();
  try {
    const started = module ? startCompiled(factory, module, options) : factory(options);
    const late = (async () => {
      if (!module) await watch.url;
      await timers.wait(threadStartMilliseconds);
      throw threadError(threads);
    })();
    return await Promise.race([started, late]);
  } catch (cause) {
    if (cause instanceof RuntimeError) throw cause;
    const place = url ?? (await Promise.race([watch.url, timers.wait(diagnosisMilliseconds)]));
    // What is wrong with a file is said better by compiling it anew.
    if (!module && place !== undefined) await compile(place);
    throw startError(place ?? 'the place that its script names', [...complaints, messageOf(cause)].join('; '), cause);
  } finally {
    watch.close();
    timers.clear();
  }
}

/** In a chunk of its own, which its threads load too. */
async function importFactory(): Promise<OrtModuleFactory> {
  try {
    // @ts-expect-error: the package has no types for its WebAssembly's script
    return ((await import('onnxruntime-web/ort-wasm-simd-threaded.mjs')) as { default: OrtModuleFactory }).default;
  } catch (cause) {
    throw new RuntimeError(
      'wasm-unreachable',
      `ONNX Runtime: expected its script ort-wasm-simd-threaded beside this program's own, given ${messageOf(cause)}; install onnxruntime-web beside @sardonyx/tensor, and serve every file that the bundler wrote`,
      { cause },
    );
  }
}

async function compile(url: string): Promise<WebAssemblyModule> {
  const response = await fetch(url, { credentials: 'same-origin' }).catch((cause: unknown) => {
    throw unreachable(url, messageOf(cause), cause);
  });
  if (!response.ok) throw unreachable(url, `HTTP status ${response.status}`);
  const type = response.headers.get('content-type') ?? 'no content type';
  const api = webAssembly()!;
  try {
    // Browsers keep the machine code of what they compiled from a response of the right type.
    if (api.compileStreaming && type.startsWith('application/wasm')) return await api.compileStreaming(response);
    return await api.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new RuntimeError(
      'wasm-invalid',
      `ONNX Runtime: expected WebAssembly at ${url}, given ${type} that cannot be compiled (${messageOf(cause)}); ${remedy}`,
      { cause },
    );
  }
}

function startCompiled(factory: OrtModuleFactory, module: WebAssemblyModule, options: OrtModuleOptions): Promise<OrtModule> {
  return new Promise((resolve, reject) => {
    factory({
      ...options,
      instantiateWasm(imports, receive) {
        webAssembly()!
          .instantiate(module, imports)
          .then((instance) => receive(instance, module), reject);
        return {};
      },
    }).then(resolve, reject);
  });
}

/** Waits that nobody waits for in the end. */
class Timers {
  private readonly running: ReturnType<typeof setTimeout>[] = [];

  wait(milliseconds: number): Promise<undefined> {
    return new Promise((resolve) => {
      this.running.push(setTimeout(resolve, milliseconds, undefined));
    });
  }

  clear(): void {
    for (const timer of this.running) clearTimeout(timer);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const remedy =
  'serve ort-wasm-simd-threaded.wasm of the installed onnxruntime-web there, or name its place with setWebAssemblyUrl before the first tensor is made';

const unreachable = (url: string, given: string, cause?: unknown): RuntimeError =>
  new RuntimeError(
    'wasm-unreachable',
    `ONNX Runtime: expected WebAssembly at ${url}, given ${given}; ${remedy}`,
    cause === undefined ? undefined : { cause },
  );

const startError = (place: string, given: string, cause: unknown): RuntimeError =>
  new RuntimeError('wasm-start', `ONNX Runtime: expected the WebAssembly at ${place} to start, given ${given}; ${remedy}`, { cause });

const threadError = (threads: number): RuntimeError =>
  new RuntimeError(
    'wasm-threads',
    `ONNX Runtime: expected ${threads} threads within ${threadStartMilliseconds / 1000} s, given fewer; let the page start workers (Content-Security-Policy worker-src), bundle into ES modules of which ONNX Runtime's script is one of its own, or call setThreads(1)`,
  );

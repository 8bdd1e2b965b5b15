import { RuntimeError } from '../../core/errors.js';
import { isCrossOriginIsolated, webAssembly, type WebAssemblyModule } from './web-assembly.js';
import type { OrtModule, OrtModuleFactory } from './ort-module.js';

/** Workers load one small script each, after everything else is there. */
const threadStartMilliseconds = 60_000;

export interface ModuleLocation {
  /** Where the `.wasm` file lies. */
  readonly url: string;
  readonly threads: number;
}

/**
 * Fetches, compiles and starts ONNX Runtime's web build, with its own pool of threads.
 * Throws RuntimeError `wasm-unreachable`, `wasm-invalid`, `wasm-start`, `wasm-threads`.
 */
export async function loadModule({ url, threads }: ModuleLocation): Promise<OrtModule> {
  const [module, factory] = await Promise.all([compile(url), importFactory()]);
  const complaints: string[] = [];
  const started = new Promise<OrtModule>((resolve, reject) => {
    const failed = (cause: unknown) => reject(startError(url, [...complaints, messageOf(cause)].join('; '), cause));
    factory({
      numThreads: threads,
      printErr: (text) => complaints.push(text),
      instantiateWasm(imports, receive) {
        webAssembly()!
          .instantiate(module, imports)
          .then((instance) => receive(instance, module), failed);
        return {};
      },
    }).then(resolve, failed);
  });
  return await within(threadStartMilliseconds, started, () => threadError(threads));
}

/** In a chunk of its own, which its threads load too. */
async function importFactory(): Promise<OrtModuleFactory> {
  try {
    // @ts-expect-error: the package has no types for its WebAssembly's script
    return ((await import('onnxruntime-web/ort-wasm-simd-threaded.mjs')) as { default: OrtModuleFactory }).default;
  } catch (cause) {
    throw new RuntimeError(
      'wasm-unreachable',
      `ONNX Runtime: expected its script ort-wasm-simd-threaded beside this program's own, given ${messageOf(cause)}; serve every file that the bundler wrote`,
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
      `ONNX Runtime: expected WebAssembly at ${url}, given ${type} that cannot be compiled (${messageOf(cause)}); serve ort-wasm-simd-threaded.wasm of the installed onnxruntime-web there, or name its place with setWebAssemblyUrl`,
      { cause },
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const unreachable = (url: string, given: string, cause?: unknown): RuntimeError =>
  new RuntimeError(
    'wasm-unreachable',
    `ONNX Runtime: expected ort-wasm-simd-threaded.wasm at ${url}, given ${given}; serve the file there, or name its place with setWebAssemblyUrl before the first tensor is made`,
    cause === undefined ? undefined : { cause },
  );

const startError = (url: string, given: string, cause: unknown): RuntimeError =>
  new RuntimeError(
    'wasm-start',
    `ONNX Runtime: expected the WebAssembly at ${url} to start, given ${given}; it must be that of the installed onnxruntime-web`,
    { cause },
  );

const threadError = (threads: number): RuntimeError =>
  new RuntimeError(
    'wasm-threads',
    `ONNX Runtime: expected ${threads} threads within ${threadStartMilliseconds / 1000} s, given none${isCrossOriginIsolated() ? '' : ' on a page that is not cross-origin isolated'}; let the page start workers (Content-Security-Policy worker-src) from a bundle of ES modules, or call setThreads(1)`,
  );

async function within<T>(milliseconds: number, promise: Promise<T>, error: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

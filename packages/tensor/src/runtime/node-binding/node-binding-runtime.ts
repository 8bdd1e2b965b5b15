import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';
import { dtypes } from '../../core/dtype.js';
import { RuntimeError } from '../../core/errors.js';
import { sizeOf } from '../../core/shape.js';
import { portable } from '../../lowering/target.js';
import { selectProviders, shortName } from '../providers.js';
import type { CompileOptions, LiveObjects, Runtime, RuntimeOptions } from '../runtime.js';
import { keepTelemetryOff } from '../telemetry.js';
import { Storage, StoragePool } from '../storage.js';
import { defaultThreads } from '../default-threads.js';
import { expectThreads } from '../threads.js';
import { BindingSession } from './binding-session.js';

/**
 * Opens ONNX Runtime through the JavaScript binding of the package `onnxruntime-node`, for machines where foreign
 * calls are not possible. It blocks the event loop while it runs and every output is copied once.
 * Throws RuntimeError `binding-missing` where the package cannot be loaded.
 */
export function openNodeBindingRuntime(options: RuntimeOptions = {}): Runtime {
  const threads = options.threads === undefined ? defaultThreads() : expectThreads(options.threads);
  const require = createRequire(import.meta.url);
  const ort = loadBinding(require);
  const providers = ort
    .listSupportedBackends()
    .filter(({ bundled }) => bundled)
    .map(({ name }) => shortName(name));
  const live: LiveObjects = { sessions: 0, values: 0 };
  const pool = new StoragePool((type, home) => new Storage(type.dtype, type.shape, new dtypes[type.dtype].array(sizeOf(type.shape)), home));
  return {
    name: 'node-binding',
    version: ort.env.versions.node ?? ort.env.versions.common,
    threads,
    libraryPath: require.resolve('onnxruntime-node'),
    providers,
    live,
    target: portable,
    allocate: (type, key) => pool.allocate(type, key),
    async compile(model, inputs, outputs, compileOptions = {}) {
      const settings = sessionSettings(threads, providers, { providers: options.providers ?? [], ...compileOptions });
      try {
        const session = await ort.InferenceSession.create(model, settings);
        return new BindingSession(ort, session, inputs, outputs, live);
      } catch (cause) {
        throw new RuntimeError('ort', `ONNX Runtime: compiling a model: ${messageOf(cause)}`, { cause });
      }
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function loadBinding(require: NodeJS.Require): typeof Ort {
  keepTelemetryOff();
  try {
    return require('onnxruntime-node') as typeof Ort;
  } catch (cause) {
    throw new RuntimeError(
      'binding-missing',
      `onnxruntime-node cannot be loaded: ${messageOf(cause).split('\n')[0]}; install it with npm install onnxruntime-node`,
      { cause },
    );
  }
}

function sessionSettings(threads: number, available: readonly string[], options: CompileOptions): Ort.InferenceSession.SessionOptions {
  if (options.keepOnDevice) {
    throw new RuntimeError(
      'unsupported',
      'keepOnDevice: the runtime node-binding copies every output to the host; use the runtime c-api or leave it out',
    );
  }
  const chosen = selectProviders(options.providers ?? [], available);
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 4,
    executionProviders: [...chosen.map(({ name, options }) => ({ name: name.toLowerCase(), ...options })), 'cpu'],
    ...(options.optimizedModelPath ? { optimizedModelFilePath: options.optimizedModelPath } : {}),
    ...(options.profilePrefix ? { enableProfiling: true, profileFilePrefix: options.profilePrefix } : {}),
  };
}

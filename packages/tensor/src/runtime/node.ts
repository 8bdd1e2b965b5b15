import { RuntimeError } from '../core/errors.js';
import { openCApiRuntime } from './c-api/c-api-runtime.js';
import { openNodeBindingRuntime } from './node-binding/node-binding-runtime.js';
import type { OpenedRuntime, Runtime, RuntimeName, RuntimeOptions } from './runtime.js';

type NodeRuntimeName = Exclude<RuntimeName, 'web'>;

const open: Readonly<Record<NodeRuntimeName, (options: RuntimeOptions) => Runtime>> = {
  'c-api': openCApiRuntime,
  'node-binding': openNodeBindingRuntime,
};

/** What the Node binding can do without: foreign calls, and a library at the expected place. */
const replaceable = new Set(['foreign-calls-missing', 'library-missing', 'library-unloadable', 'library-too-old']);

/**
 * Opens the runtime named in `SARDONYX_RUNTIME`; without it the C API, or the Node binding where foreign calls are
 * not possible. A library that the user named in `SARDONYX_ONNXRUNTIME` is never replaced by another.
 * Throws RuntimeError `no-runtime` where neither works, `runtime-unknown` for another name.
 */
export function openRuntime(
  options: RuntimeOptions = {},
  environment: NodeJS.ProcessEnv = process.env,
  openers: typeof open = open,
): OpenedRuntime {
  const forced = forcedRuntime(environment);
  if (forced) return { runtime: openers[forced](options), fallbackReason: undefined };
  try {
    return { runtime: openers['c-api'](options), fallbackReason: undefined };
  } catch (first) {
    if (!(first instanceof RuntimeError) || !replaceable.has(first.code)) throw first;
    if (environment['SARDONYX_ONNXRUNTIME']) throw first;
    try {
      return { runtime: openers['node-binding'](options), fallbackReason: first.message };
    } catch (second) {
      if (!(second instanceof RuntimeError)) throw second;
      throw new RuntimeError(
        'no-runtime',
        `ONNX Runtime cannot be used here.\n  c-api: ${first.message}\n  node-binding: ${second.message}`,
        { cause: second },
      );
    }
  }
}

function forcedRuntime(environment: NodeJS.ProcessEnv): NodeRuntimeName | undefined {
  const name = environment['SARDONYX_RUNTIME'];
  if (!name) return undefined;
  if (name === 'c-api' || name === 'node-binding') return name;
  throw new RuntimeError('runtime-unknown', `SARDONYX_RUNTIME: expected c-api or node-binding, given ${JSON.stringify(name)}`);
}

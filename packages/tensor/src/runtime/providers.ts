import { RuntimeError } from '../core/errors.js';

/** An execution provider by its name, or with options of its own (names and values as ONNX Runtime documents them). */
export type ProviderOptions = string | { readonly name: string; readonly options?: Readonly<Record<string, string>> };

export interface Provider {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

/** As ONNX Runtime takes them where it appends a provider by name. */
const spellings = ['CPU', 'WebGPU', 'CUDA', 'TensorRT', 'CoreML', 'DML', 'QNN', 'OpenVINO', 'XNNPACK', 'MIGraphX', 'ROCM'];

/** ONNX Runtime lists `WebGpuExecutionProvider`, its binding `webgpu`, and both mean `WebGPU`. */
export function shortName(name: string): string {
  const bare = name.replace(/ExecutionProvider$/, '');
  return spellings.find((spelling) => spelling.toLowerCase() === bare.toLowerCase()) ?? bare;
}

/**
 * The providers to append, in order; the CPU is always there and left out.
 * Throws RuntimeError `provider-unavailable` for one that is not in `available`.
 */
export function selectProviders(wanted: readonly ProviderOptions[], available: readonly string[]): Provider[] {
  const known = new Set(available.map(shortName));
  return wanted.flatMap((entry) => {
    const { name, options = {} } = typeof entry === 'string' ? { name: entry } : entry;
    const provider = shortName(name);
    if (!known.has(provider)) {
      throw providerUnavailable(name, available, 'this build of ONNX Runtime has no such provider');
    }
    return provider === 'CPU' ? [] : [{ name: provider, options }];
  });
}

export function providerUnavailable(name: string, available: readonly string[], reason: string, cause?: unknown): RuntimeError {
  return new RuntimeError(
    'provider-unavailable',
    `provider ${name}: ${reason}; available are ${available.map(shortName).join(', ')}; choose one of them, or set SARDONYX_ONNXRUNTIME to a library that has it`,
    cause === undefined ? undefined : { cause },
  );
}

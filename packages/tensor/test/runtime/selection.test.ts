import { describe, expect, it } from 'vitest';
import { RuntimeError, runtimeInfo, setThreads, tensor } from '../../src/index.js';
import { openRuntime } from '../../src/runtime/node.js';
import { selectProviders } from '../../src/runtime/providers.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import { defaultThreads } from '../../src/runtime/default-threads.js';
import { expectThreads } from '../../src/runtime/threads.js';
import { runtimes } from './runtimes.js';

describe('the runtime of a process', () => {
  const [cApi, nodeBinding] = runtimes.map(({ open }) => open);
  const failing = (code: string) => (): Runtime => {
    throw new RuntimeError(code, `${code} happened`);
  };
  const openers = { 'c-api': cApi!, 'node-binding': nodeBinding! };

  it('is the C API', () => {
    expect(openRuntime({}, {}, openers)).toMatchObject({ runtime: { name: 'c-api' }, fallbackReason: undefined });
  });

  it('is the one named', () => {
    expect(openRuntime({}, { SARDONYX_RUNTIME: 'node-binding' }, openers).runtime.name).toBe('node-binding');
    expect(() => openRuntime({}, { SARDONYX_RUNTIME: 'web' }, openers)).toThrow('expected c-api or node-binding, given "web"');
    const named = { SARDONYX_RUNTIME: 'c-api' };
    expect(() => openRuntime({}, named, { ...openers, 'c-api': failing('library-missing') })).toThrow('library-missing happened');
  });

  it.each(['foreign-calls-missing', 'library-missing', 'library-unloadable', 'library-too-old'])(
    'falls back after %s, and says so',
    (code) => {
      expect(openRuntime({}, {}, { ...openers, 'c-api': failing(code) })).toMatchObject({
        runtime: { name: 'node-binding' },
        fallbackReason: `${code} happened`,
      });
    },
  );

  it('does not fall back from a mistake of the user', () => {
    expect(() => openRuntime({}, {}, { ...openers, 'c-api': failing('threads') })).toThrow('threads happened');
    const named = { SARDONYX_ONNXRUNTIME: '/lib/libonnxruntime.so' };
    expect(() => openRuntime({}, named, { ...openers, 'c-api': failing('library-unloadable') })).toThrow('library-unloadable');
  });

  it('says what is wrong with both where neither works', () => {
    const broken = { 'c-api': failing('library-missing'), 'node-binding': failing('binding-missing') };
    expect(() => openRuntime({}, {}, broken)).toThrow(
      expect.objectContaining({
        code: 'no-runtime',
        message: expect.stringMatching(/library-missing happened[^]*binding-missing happened/) as string,
      }),
    );
  });

  it('is told by runtimeInfo', () => {
    expect(runtimeInfo()).toMatchObject({ name: 'c-api', threads: 1, fallbackReason: undefined });
    expect(runtimeInfo().providers).toContain('CPU');
    expect(runtimeInfo().version).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('the number of threads', () => {
  it.each([0, -1, 1.5, Number.NaN, 1025])('cannot be %d', (count) => {
    expect(() => expectThreads(count)).toThrow(RuntimeError);
    expect(() => setThreads(count)).toThrow('expected a whole number from 1 to 1024');
  });

  it.each(['0', 'two', '1.5', '-1', '1e2', ' '])('cannot be %j in the environment', (text) => {
    expect(() => defaultThreads({ SARDONYX_THREADS: text })).toThrow(`SARDONYX_THREADS=${text}`);
  });

  it('is that of the environment, or all cores', () => {
    expect(defaultThreads({ SARDONYX_THREADS: '3' })).toBe(3);
    expect(defaultThreads({})).toBeGreaterThan(0);
    expect(defaultThreads({ SARDONYX_THREADS: '' })).toBe(defaultThreads({}));
  });

  it('is fixed once a tensor was made', () => {
    tensor([1]);
    expect(() => setThreads(2)).toThrow(expect.objectContaining({ code: 'runtime-open' }));
  });
});

describe('execution providers', () => {
  const available = ['CPUExecutionProvider', 'WebGpuExecutionProvider'];

  it('are found by any of their names', () => {
    expect(selectProviders(['webgpu', 'CPU'], available)).toEqual([{ name: 'WebGPU', options: {} }]);
    expect(selectProviders([{ name: 'WebGPU', options: { powerPreference: 'low-power' } }], available)).toEqual([
      { name: 'WebGPU', options: { powerPreference: 'low-power' } },
    ]);
  });

  it('that are not there are refused with those that are', () => {
    expect(() => selectProviders(['CoreML'], available)).toThrow(
      expect.objectContaining({
        code: 'provider-unavailable',
        message: expect.stringMatching(/provider CoreML.*available are CPU, WebGPU/) as string,
      }),
    );
  });

  it.each(runtimes)('are refused by $name where it lacks them', async ({ open }) => {
    await expect(open().compile(new Uint8Array(), [], [], { providers: ['CoreML'] })).rejects.toMatchObject({
      code: 'provider-unavailable',
      message: expect.stringMatching(/provider CoreML.*available are .*CPU/) as string,
    });
  });
});

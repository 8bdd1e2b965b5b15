import { expect, it } from 'vitest';
import { RuntimeError } from '../../src/index.js';
import { Heap } from '../../src/runtime/web/heap.js';
import { loadModule } from '../../src/runtime/web/load-module.js';
import { openWebRuntime } from '../../src/runtime/web/web-runtime.js';
import { installedVersion, webAssemblyUrl } from './web-assembly-file.js';

/* What is particular to the runtime for browsers; what it shares with the others is in conformance.test.ts. */

const typed = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ name: 'RuntimeError', code, message: expect.stringMatching(message) as string });

it('tells the version that is installed, and why it has one thread', () => {
  const { runtime, fallbackReason } = openWebRuntime({ webAssemblyUrl: webAssemblyUrl() });
  expect(runtime).toMatchObject({ name: 'web', version: installedVersion(), threads: 1, crossOriginIsolated: false });
  expect(fallbackReason).toMatch(/^one thread: the page is not cross-origin isolated; serve it with the headers/);
});

it('refuses threads that the page cannot have', () => {
  expect(() => openWebRuntime({ threads: 2 })).toThrow(
    typed('threads', /expected 1, given 2; the page is not cross-origin isolated/) as Error,
  );
});

it('tells whoever compiles that its WebAssembly is not there', async () => {
  const { runtime } = openWebRuntime({ webAssemblyUrl: 'http://localhost:9/ort.wasm' });
  await expect(runtime.compile(new Uint8Array(), [], [])).rejects.toEqual(
    typed('wasm-unreachable', /WebAssembly at http:\/\/localhost:9\/ort.wasm, given/),
  );
});

it('gives memory until WebAssembly has no more, and again what was freed', async () => {
  const heap = new Heap(await loadModule({ url: webAssemblyUrl(), threads: 1 }));
  const quarter = 2 ** 30;
  const blocks = Array.from({ length: 3 }, () => heap.allocate(quarter));
  for (const { address } of blocks) expect(address % 64).toBe(0);
  expect(() => heap.allocate(quarter)).toThrow(typed('out-of-memory', /room for 1073741824 bytes.*limit is 4 GiB.*dispose\(\)/) as Error);
  expect(() => heap.allocate(quarter)).toThrow(RuntimeError);
  blocks[1]!.free();
  const { address } = heap.allocate(quarter);
  // Above 2 GiB an address is negative where it is taken for a signed number.
  const last = Math.max(address, ...blocks.map((block) => block.address));
  expect(last).toBeGreaterThan(2 ** 31);
  heap.bytes(last, 4).set([1, 2, 3, 4]);
  expect([...heap.bytes(last, 4)]).toEqual([1, 2, 3, 4]);
});

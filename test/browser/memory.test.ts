import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BrowserPage } from './browser-page.js';
import type { Bundle } from '../../bench/src/browser/bundle.js';
import { bundleSources } from './bundle-sources.js';
import { findChromium, launchChromium } from './chromium.js';
import type { MemoryReading } from './pages/memory.js';

/** Keeps every memory that WebAssembly programs of the page make, to look at its size. */
const recordMemories = `
  globalThis.memories = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor) {
      super(descriptor);
      globalThis.memories.push(this);
    }
  };`;

const chromium = findChromium();
let bundle: Bundle;
let browser: Browser;
let page: BrowserPage;
beforeAll(async () => {
  if (chromium === undefined) return;
  bundle = await bundleSources(fileURLToPath(new URL('pages/memory.ts', import.meta.url)));
  browser = await launchChromium(chromium, ['--js-flags=--expose-gc']);
  page = await BrowserPage.open(browser, bundle.folder, { isolated: true, before: recordMemories });
});
afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
  await browser?.close();
  await bundle?.remove();
});

describe.skipIf(chromium === undefined)('in Chromium, memory', () => {
  test('does not grow with the number of steps', async () => {
    const readings = await page.call<MemoryReading[]>('donated', 5);
    const [, first, ...later] = readings;
    // State, batch and pool are the same after every step; a step that leaked its 256 KiB of state would add 25 MiB a reading.
    expect(first!.wasmBytes).toBeGreaterThan(1 << 20);
    for (const reading of later) expect(reading).toEqual(first);
  });

  test('of tensors that nobody disposed comes back with the collector', async () => {
    const { before, after } = await page.call<Record<'before' | 'after', MemoryReading>>('abandoned', 2000);

    expect(after.sessions).toBe(before.sessions);
    // What the pool keeps for the next request of a type: 64 MiB, far from the 2,000 values left behind.
    expect(after.values - before.values).toBeLessThan(300);
    // Those would be 500 MiB; the collector may let a good part wait, since it counts their buffers outside of WebAssembly.
    expect(after.wasmBytes - before.wasmBytes).toBeLessThan(256 << 20);
  });

  test.each([true, false])('of compiled functions comes back, disposed: %s', async (dispose) => {
    const { before, after } = await page.call<Record<'before' | 'after', MemoryReading>>('compiled', { count: 50, dispose });
    // The last one may still be in sight of the collector.
    expect(after.sessions - before.sessions).toBeLessThan(dispose ? 1 : 3);
  });
});

import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bundle } from '../../bench/src/browser/bundle.js';
import { BrowserPage } from './browser-page.js';
import { bundleSources } from './bundle-sources.js';
import { findChromium, launchChromium } from './chromium.js';

const chromium = findChromium();
let bundle: Bundle;
let browser: Browser;
let page: BrowserPage;
beforeAll(async () => {
  if (chromium === undefined) return;
  bundle = await bundleSources(fileURLToPath(new URL('pages/threads.ts', import.meta.url)));
  browser = await launchChromium(chromium);
  page = await BrowserPage.open(browser, bundle.folder, { isolated: true });
});
afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
  await browser?.close();
  await bundle?.remove();
});

describe.skipIf(chromium === undefined)('in Chromium, a pool', () => {
  test('computes on workers in shared memory', async () => {
    const { values, threads, note } = await page.call<{ values: number[]; threads: number; note: string | null }>('squares');
    expect(values).toEqual(Array.from({ length: 100 }, (_, i) => (i + 1) ** 2));
    expect(threads).toBe(2);
    expect(note).toBeNull();
  });

  test('names a kernel that no worker finds', async () => {
    expect(await page.call<string>('missing')).toMatch(/kernel "cube" in data:.*exports no kernel/);
  });
});

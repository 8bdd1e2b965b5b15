import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { suites } from '../../packages/tensor/test/conformance/cases/index.js';
import { BrowserPage } from './browser-page.js';
import type { Bundle } from '../../bench/src/browser/bundle.js';
import { bundleSources } from './bundle-sources.js';
import { findChromium, launchChromium } from './chromium.js';
import type { ConformanceCheck } from './pages/conformance.js';

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const chromium = findChromium();
let bundle: Bundle;
let browser: Browser;
let page: BrowserPage;
beforeAll(async () => {
  if (chromium === undefined) return;
  bundle = await bundleSources(fileOf('pages/conformance.ts'), { alias: { vitest: fileOf('pages/expect.ts') } });
  browser = await launchChromium(chromium);
  page = await BrowserPage.open(browser, bundle.folder, { isolated: false });
});
afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
  await browser?.close();
  await bundle?.remove();
});

/** Checks that the web build of ONNX Runtime fails, and why; each is checked to fail. */
const unsupported: readonly (ConformanceCheck & { readonly reason: string; readonly says: string })[] = [];

describe.skipIf(chromium === undefined)('in Chromium', () => {
  test('computes the web build', async () => {
    expect(await page.call('runtimeInfo')).toMatchObject({ name: 'web' });
  });

  for (const { family, cases } of suites) {
    describe(family, () => {
      for (const { name, gradient } of cases) {
        test(`${name}: value`, () => conform({ name, check: 'value' }));
        test.skipIf(gradient?.length === 0)(`${name}: gradient`, () => conform({ name, check: 'gradient' }));
      }
    });
  }

  async function conform({ name, check }: ConformanceCheck): Promise<void> {
    const known = unsupported.find((entry) => entry.name === name && entry.check === check);
    const verdict = await page.call('conform', { name, check });
    if (known) expect(verdict).toContain(known.says);
    else expect(verdict).toBe('holds');
  }
});

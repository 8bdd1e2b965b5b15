import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RuntimeInfo } from '@sardonyx/tensor';
import { BrowserPage } from './browser-page.js';
import type { Bundle } from '../../bench/src/browser/bundle.js';
import { bundleSources } from './bundle-sources.js';
import { findChromium, launchChromium } from './chromium.js';
import { trainAddition, trainGpt } from './pages/training-runs.js';

const chromium = findChromium();
let bundle: Bundle;
let browser: Browser;
beforeAll(async () => {
  if (chromium === undefined) return;
  bundle = await bundleSources(fileURLToPath(new URL('pages/training.ts', import.meta.url)));
  browser = await launchChromium(chromium);
});
afterAll(async () => {
  await browser?.close();
  await bundle?.remove();
});

const steps = 40;
/** Other kernels sum in another order: 2⁻²⁴ = 6e-8 an operation, and forty steps carry it on; a wrong kernel is off by 1e-2. */
const tolerance = 1e-5;

function expectSame(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const apart = actual.map((loss, i) => Math.abs(loss / expected[i]! - 1));
  expect(Math.max(...apart)).toBeLessThan(tolerance);
}

describe.skipIf(chromium === undefined).each([{ isolated: true }, { isolated: false }])(
  'training in Chromium, isolated: $isolated',
  ({ isolated }) => {
    let page: BrowserPage;
    beforeAll(async () => {
      page = await BrowserPage.open(browser, bundle.folder, { isolated });
    });
    afterAll(async () => {
      await page?.[Symbol.asyncDispose]();
    });

    test('runs on the threads that the page may have', async () => {
      const info = await page.call<RuntimeInfo>('runtimeInfo');
      expect(info).toMatchObject({ name: 'web', crossOriginIsolated: isolated, providers: ['CPU'] });
      if (isolated) expect(info.threads).toBeGreaterThan(1);
      else
        expect(info).toMatchObject({
          threads: 1,
          fallbackReason: expect.stringContaining('Cross-Origin-Opener-Policy: same-origin') as string,
        });
    });

    test('takes a GPT the way it goes in Node', async () => {
      const losses = await page.call<number[]>('trainGpt', steps);
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
      expectSame(losses, await trainGpt(steps));
    });

    test('takes a GPT the way it goes in Node, in a worker', async () => {
      expectSame(await page.call<number[]>('trainGptInWorker', 5), await trainGpt(5));
    });

    test('takes the addition model the way it goes in Node', async () => {
      const { losses, matches } = await page.call<Awaited<ReturnType<typeof trainAddition>>>('trainAddition', steps);
      const inNode = await trainAddition(steps);
      expectSame(losses, inNode.losses);
      expect(matches).toEqual(inNode.matches);
    });

    test('says nothing to the console', () => {
      expect(page.messages).toEqual([]);
    });
  },
);

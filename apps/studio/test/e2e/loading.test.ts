import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchBrowser, StudioPage } from './studio-page.js';
import { StudioProcess } from './studio-process.js';

/** What is asked for is 300 kB; the page is to stay far below it, so that a library that slips in is seen. */
const budgetBytes = 45_000;

describe.skipIf(chromiumPath === undefined)('loading', () => {
  let browser: Browser;
  let studio: StudioProcess;
  beforeAll(async () => {
    browser = await launchBrowser();
    studio = await StudioProcess.start();
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.[Symbol.asyncDispose]();
  });

  test('the first view comes within its budget, without charts or engine', async () => {
    const view = await StudioPage.open(browser, studio.url);
    const loaded: { path: string; bytes: number }[] = [];
    view.page.on('response', async (response) => {
      const { pathname } = new URL(response.url());
      if (!pathname.startsWith('/api/')) loaded.push({ path: pathname, bytes: gzipSync(await response.body()).length });
    });
    await view.goto('/');
    await view.page.getByText('No run yet.').waitFor();
    await view.page.waitForLoadState('networkidle').catch(() => undefined);
    expect(loaded.filter(({ path }) => /ask|asteroids|chart|plot|scene|wasm|worker/.test(path))).toEqual([]);
    const total = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThan(budgetBytes);
    await view.close();
  });

  test('something is painted within a second', async () => {
    const view = await StudioPage.open(browser, studio.url);
    await view.goto('/');
    await view.until(`performance.getEntriesByName('first-contentful-paint').length > 0`);
    const paint = await view.page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`);
    expect(paint).toBeLessThan(1000);
    await view.close();
  });

  test('nothing moves while any view fills', async () => {
    const run = await studio.startDemo({ steps: 300 });
    await studio.untilStatus(run, 'done');
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const view = await StudioPage.open(browser, studio.url, { viewport });
      for (const path of [
        '/',
        '/runs',
        '/studies/demo/quadratic',
        `/runs/${run}`,
        `/compare?run=${encodeURIComponent(run)}`,
        '/browser',
        '/asteroids',
        '/ask',
      ]) {
        await view.goto(path);
        await view.page.locator('main h1').waitFor();
        await view.page.locator('.skeleton').waitFor({ state: 'detached' });
        if (path.includes(run.slice(-8))) await view.page.locator('.run-curves canvas').first().waitFor();
        expect(await view.layoutShifts(), `${path} at ${viewport.width}`).toEqual([]);
      }
      await view.close();
    }
  });
});

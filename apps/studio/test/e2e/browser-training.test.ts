import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchBrowser, StudioPage } from './studio-page.js';
import { StudioProcess } from './studio-process.js';

describe.skipIf(chromiumPath === undefined)('training in the browser', () => {
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

  const openTraining = async (prepare?: (page: Page) => Promise<unknown>): Promise<StudioPage> => {
    const view = await StudioPage.open(browser, studio.url);
    await prepare?.(view.page);
    await view.goto('/browser');
    return view;
  };

  const trainSmall = async (view: StudioPage): Promise<void> => {
    for (const [name, value] of Object.entries({ digits: '1', loops: '2', width: '16', steps: '300' })) {
      await view.page.locator('.training-choice', { hasText: name }).getByRole('combobox').selectOption(value);
    }
    await view.button('Train').click();
  };

  const fact = (view: StudioPage, name: string) => view.page.locator(`.training-facts div:has(dt:text-is("${name}")) dd`);

  test('a small model learns: the loss falls and the curve shows it', async () => {
    const view = await openTraining();
    await trainSmall(view);
    await view.page.getByText('The training is done.').waitFor();
    expect(await fact(view, 'steps').textContent()).toBe('300 (100 %)');
    // 300 steps take a model of this width well above the 1 % that a constant guess would reach; it is seeded.
    expect(Number.parseFloat((await fact(view, 'accuracy').textContent()) ?? '')).toBeGreaterThan(10);
    expect(await view.page.locator('.training-curves canvas').count()).toBe(2);
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  test('a training stops when told to, keeps its curve, and its model is asked', async () => {
    const view = await openTraining();
    await view.button('Train').click();
    await view.page.locator('.training-curves canvas').first().waitFor();
    await expect.poll(() => fact(view, 'steps').textContent(), { timeout: 45_000 }).toMatch(/^[1-9]/);
    await view.button('Stop').click();
    await view.page.getByText('The training is stopped.').waitFor();
    expect(await view.page.locator('.training-curves canvas').count()).toBeGreaterThan(0);
    await view.button('Train').waitFor();
    const steps = Number.parseInt(((await fact(view, 'steps').textContent()) ?? '').replace(/[^\d(].*/, ''), 10);
    await view.link('Ask the model').click();
    const trained = view.page.getByRole('row', { name: 'steps trained' }).getByRole('cell');
    expect(Number(await trained.textContent())).toBe(steps);
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThan(2000);
    await view.close();
  });

  test('without cross-origin isolation it says so and trains on one thread', async () => {
    const view = await openTraining((page) =>
      page.route('**/*', async (route) => {
        if (route.request().isNavigationRequest()) {
          const response = await route.fetch();
          const { 'cross-origin-opener-policy': _opener, 'cross-origin-embedder-policy': _embedder, ...headers } = response.headers();
          await route.fulfill({ response, headers });
        } else await route.continue();
      }),
    );
    await view.page.getByText('Without cross-origin isolation threads cannot share memory').waitFor();
    await trainSmall(view);
    await view.page.getByText('The training is done.').waitFor();
    expect(await view.page.getByRole('row', { name: 'threads' }).getByRole('cell').textContent()).toBe('1');
    await view.close();
  });

  test('without WebAssembly SIMD it says what to do instead', async () => {
    const view = await openTraining((page) => page.addInitScript('WebAssembly.validate = () => false'));
    await view.page.getByText('This browser has no WebAssembly SIMD').waitFor();
    expect(await view.button('Train').count()).toBe(0);
    await view.link('start the study on this machine').click();
    await view.heading('Start a run').waitFor();
    await view.close();
  });
});

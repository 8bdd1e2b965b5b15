import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, launchBrowser, StudioPage } from './studio-page.js';
import { StudioProcess } from './studio-process.js';

describe.skipIf(chromiumPath === undefined)('a run from start to report', () => {
  let browser: Browser;
  let studio: StudioProcess;
  let view: StudioPage;
  beforeAll(async () => void (browser = await launchBrowser()));
  afterAll(() => browser?.close());
  beforeEach(async () => {
    studio = await StudioProcess.start();
    view = await StudioPage.open(browser, studio.url);
  });
  afterEach(async () => {
    await view.close();
    await studio[Symbol.asyncDispose]();
  });

  test('one click starts the first run; its curve grows, it stops, and goes on', async () => {
    await view.goto('/');
    await view.page.getByText('No run yet.').waitFor();
    await view.button('Start the quick run').click();
    await view.showsStatus('running');
    await view.curveGrows();
    expect(await view.layoutShifts()).toEqual([]);

    await view.button('Stop').click();
    await view.showsStatus('stopped');
    const stoppedAt = await view.progress();
    expect(stoppedAt).toBeGreaterThan(0);

    await view.button('Resume').click();
    await view.showsStatus('running');
    await view.until(
      `document.querySelector('.run-state progress').value / document.querySelector('.run-state progress').max > ${stoppedAt}`,
    );
    expect(view.complaints).toEqual([]);
  });

  test('the form of a study starts a run whose report can be read', async () => {
    await view.goto('/studies/demo/quadratic');
    await view.page.getByRole('textbox', { name: 'steps' }).fill('300');
    await view.page.getByText('changed; preset: 400').waitFor();
    await view.page.getByText('--steps 300').waitFor();
    await view.button('Start the run').click();
    await view.showsStatus('done');
    const [id] = (await studio.ask<{ id: string; params: { steps: number } }[]>('/api/runs')).map((run) => run.id);
    expect((await studio.ask<{ params: { steps: number } }>(`/api/runs/${id}`)).params.steps).toBe(300);

    const statement = view.page.locator('.verdict-list li', { hasText: 'settled loss' });
    expect(await statement.locator('.verdict').textContent()).toContain('holds');
    await view.page.locator('.run-figures svg').first().waitFor();
    expect(await view.layoutShifts()).toEqual([]);

    await view.link('Report').click();
    await view.page.waitForURL('**/report');
    expect(await view.page.locator('h1').textContent()).toBe('Gradient descent with noise on a quadratic');
    expect(view.complaints).toEqual([]);
  });

  test('a value out of its limits is told beside its field, before and after the server is asked', async () => {
    await view.goto('/studies/demo/quadratic');
    const dimension = view.page.getByRole('textbox', { name: 'dimension' });
    await dimension.fill('65');
    await dimension.blur();
    await view.page.getByText('Expected an integer from 1 to 64; this is “65”.').waitFor();
    await view.button('Start the run').click();
    expect(await view.focused()).toBe('dimension');
    expect(await studio.ask('/api/runs')).toEqual([]);
    await dimension.fill('64');
    await view.page.getByText('this is “65”').waitFor({ state: 'detached' });
  });

  test('a failed run tells its error and what to do; its parameters fill the form of the next', async () => {
    const run = await studio.startDemo({ failAt: 30, steps: 60 });
    await view.goto(`/runs/${run}`);
    await view.showsStatus('failed');
    // Said beside the state, and in the log once that is read.
    await view.page.getByText('the study was told to fail here').first().waitFor();
    await view.link('Start another with these parameters').click();
    await view.page.waitForURL('**/studies/**');
    expect(await view.page.getByRole('textbox', { name: 'fail at' }).inputValue()).toBe('30');
    expect(await view.page.getByRole('textbox', { name: 'steps' }).inputValue()).toBe('60');
  });

  test('runs are compared side by side, and deleted after a question', async () => {
    const runs = [await studio.startDemo({ learningRate: 0.3 }, 1), await studio.startDemo({ learningRate: 0.05 }, 2)];
    for (const run of runs) await studio.untilStatus(run, 'done');
    await view.goto('/runs');
    const boxes = view.page.locator('.run-table').getByRole('checkbox');
    await boxes.first().check();
    await boxes.last().check();
    await view.link('Compare').click();
    const row = view.page.getByRole('row', { name: 'learning rate' });
    await row.waitFor();
    expect((await row.getByRole('cell').allTextContents()).sort()).toEqual(['0.05', '0.3']);
    await view.page.locator('.run-curves canvas').first().waitFor();

    await view.page.goBack();
    await view.page.locator('.run-table').getByRole('checkbox').first().check();
    await view.button('Delete…').click();
    await view.page.getByRole('dialog').waitFor();
    await view.page.keyboard.press('Escape');
    await view.page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await studio.ask('/api/runs')).toHaveLength(2);
    await view.button('Delete…').click();
    await view.button('Delete').click();
    await view.until(`document.querySelectorAll('.run-table tbody tr').length === 1`);
    expect(await studio.ask('/api/runs')).toHaveLength(1);
    expect(view.complaints).toEqual([]);
  });

  test('curves of compared runs grow while the runs go on', async () => {
    const runs = [await studio.startDemo({ delay: 50 }, 1), await studio.startDemo({ delay: 50 }, 2)];
    await view.goto(`/compare?${runs.map((run) => `run=${encodeURIComponent(run)}`).join('&')}`);
    await view.curveGrows();
    await view.curveGrows();
    expect(view.complaints).toEqual([]);
  });
});

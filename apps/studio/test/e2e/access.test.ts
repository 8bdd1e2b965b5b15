import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchBrowser, StudioPage } from './studio-page.js';
import { StudioProcess } from './studio-process.js';

describe.skipIf(chromiumPath === undefined)('the page for everybody', () => {
  let browser: Browser;
  let studio: StudioProcess;
  let done: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    studio = await StudioProcess.start();
    done = await studio.startDemo({ steps: 200 });
    await studio.startDemo({ failAt: 20 }, 1);
    await studio.untilStatus(done, 'done');
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.[Symbol.asyncDispose]();
  });

  test('the keyboard alone chooses a study, changes a value, starts, stops and reads a run', async () => {
    const view = await StudioPage.open(browser, studio.url);
    const { keyboard } = view.page;
    await view.goto('/');
    await view.heading('Demonstration').waitFor();
    await keyboard.press('Tab');
    expect(await view.focused()).toBe('Skip to content');
    await view.tabTo('Gradient descent with noise on a quadratic');
    // The runs listed above lead to their own pages: go on to the study's link, which comes last.
    while ((await view.page.evaluate<string>(`document.activeElement.getAttribute('href') ?? ''`)) !== '/studies/demo/quadratic')
      await keyboard.press('Tab');
    await keyboard.press('Enter');
    await view.heading('Start a run').waitFor();
    await view.tabTo('steps');
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type('100000');
    await view.tabTo('delay');
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type('5');
    await view.tabTo('Start the run');
    await keyboard.press('Enter');
    await view.showsStatus('running');
    await view.tabTo('Stop');
    await keyboard.press('Enter');
    await view.showsStatus('stopped');
    expect(await view.focused()).toBe('Resume');
    await view.tabTo('Log');
    await keyboard.press('Enter');
    await view.page.getByRole('list', { name: 'Log entries' }).waitFor();
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  const paths = () => [
    '/',
    '/runs',
    '/studies/demo/quadratic',
    `/runs/${done}`,
    `/compare?run=${encodeURIComponent(done)}`,
    '/browser',
    '/ask',
    '/nothing',
  ];

  test.each([360, 768, 1600])('no view is wider than a window of %i pixels', async (width) => {
    const view = await StudioPage.open(browser, studio.url, { viewport: { width, height: 800 } });
    for (const path of paths()) {
      await view.goto(path);
      await view.page.locator('main h1').waitFor();
      await view.page.locator('.skeleton').waitFor({ state: 'detached' });
      expect(await view.overflow(), path).toBeLessThanOrEqual(0);
    }
    await view.close();
  });

  test('every control has a name, every view one first heading and a title', async () => {
    const view = await StudioPage.open(browser, studio.url);
    for (const path of paths()) {
      await view.goto(path);
      await view.page.locator('main h1').waitFor();
      const unnamed = await view.page.evaluate<string[]>(`
        [...document.querySelectorAll('button, input, select, a[href], summary, progress')]
          .filter((control) => !(control.getAttribute('aria-label') || control.labels?.length || control.textContent.trim()))
          .map((control) => control.outerHTML)`);
      expect(unnamed, path).toEqual([]);
      expect(await view.page.locator('h1').count(), path).toBe(1);
      expect(await view.page.title(), path).toContain('Sardonyx');
    }
    await view.close();
  });

  test.each(['light', 'dark'] as const)('text has a contrast of 4.5:1 or more on the %s ground', async (colorScheme) => {
    const view = await StudioPage.open(browser, studio.url, { colorScheme });
    await view.goto('/');
    const contrast = (ink: string, ground: string) => view.page.evaluate<number>(`(${contrastOf})('${ink}', '${ground}')`);
    for (const ink of ['--ink', '--faint', '--accent', '--accent-strong', '--good', '--bad']) {
      for (const ground of ['--ground', '--sunken']) expect(await contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(await contrast('--on-accent', '--accent')).toBeGreaterThanOrEqual(4.5);
    await view.close();
  });

  test('the theme follows the system until one is chosen, and the choice is remembered', async () => {
    const view = await StudioPage.open(browser, studio.url, { colorScheme: 'dark' });
    await view.goto('/');
    const theme = () => view.page.evaluate<string>('document.documentElement.dataset.theme');
    expect(await theme()).toBe('dark');
    await view.page.emulateMedia({ colorScheme: 'light' });
    await view.until(`document.documentElement.dataset.theme === 'light'`);
    await view.page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    expect(await theme()).toBe('dark');
    await view.page.reload();
    expect(await theme()).toBe('dark');
    await view.close();
  });
});

/** Contrast of two custom properties (WCAG 2.2, "contrast ratio" and "relative luminance"); runs in the page. */
const contrastOf = `(ink, ground) => {
  const luminance = (name) => {
    const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim().slice(1);
    const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}`;

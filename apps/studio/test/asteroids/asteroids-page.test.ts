import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../../../../test/browser/chromium.js';
import { startStudio, type Studio } from '../../src/server/index.js';
import { StudioPage } from '../e2e/studio-page.js';

/**
 * The views of asteroids in a browser that draws WebGL in software. Times are printed; how fast a machine is cannot be a test:
 *
 *     npx vitest run apps/studio/test/asteroids/asteroids-page.test.ts
 */
const chromiumPath = findChromium();
const softwareGl = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

describe.skipIf(chromiumPath === undefined)('asteroids in Chromium', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sardonyx-asteroids-'));
  let studio: Studio;
  let browser: Browser;
  beforeAll(async () => {
    const noSystem = { all: () => Promise.resolve([]), study: () => Promise.reject(new Error('no study')) };
    studio = await startStudio({ systems: noSystem, runs: folder, port: 0, launch: { command: 'none', args: [] } });
    browser = await launchChromium(chromiumPath!, softwareGl);
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (bodies: number, prepare?: (page: Page) => Promise<unknown>): Promise<StudioPage> => {
    const view = await StudioPage.open(browser, studio.url);
    await prepare?.(view.page);
    await view.goto(bodies === 200_000 ? '/asteroids' : `/asteroids?bodies=${bodies}`);
    await view.until(`performance.getEntriesByName('asteroids-first-frame').length > 0`);
    return view;
  };
  const canvas = (view: StudioPage) => view.page.locator('.scene canvas');
  const selectedName = (view: StudioPage) => view.page.locator('.selected-body h3');

  test('200,000 bodies are drawn, move with time, and turn with the keyboard', async () => {
    const view = await open(200_000);
    const firstFrame = await view.page.evaluate<number>(`performance.getEntriesByName('asteroids-first-frame')[0].startTime`);
    console.log(`first frame of 200,000 bodies ${Math.round(firstFrame)} ms after the page was asked for (WebGL in software)`);
    expect(await view.page.locator('.source-count').textContent()).toContain('200,000');
    await view.page.locator('.maps svg').first().waitFor();
    const first = await pixelsOf(view);
    expect(await view.layoutShifts()).toEqual([]);
    // Orbits and planets alone would colour fewer than a hundredth of the picture.
    expect(first.coloured).toBeGreaterThan(0.05);

    await view.page.locator('.time-slider input').focus();
    const date = await view.page.locator('.time-date input').inputValue();
    await view.page.keyboard.press('PageUp');
    await expect.poll(() => view.page.locator('.time-date input').inputValue(), { timeout: 20_000 }).not.toBe(date);
    const later = await pixelsOf(view);
    expect(differing(first, later)).toBeGreaterThan(0.02);

    await canvas(view).focus();
    for (let presses = 0; presses < 5; presses++) await view.page.keyboard.press('ArrowRight');
    expect(differing(later, await pixelsOf(view))).toBeGreaterThan(0.02);

    await view.button('Play').click();
    const frames = await view.page.evaluate<number>(countFrames);
    await view.button('Pause').click();
    console.log(`${(frames / 3).toFixed(1)} frames a second of 200,000 bodies while time runs (WebGL in software)`);
    expect(frames).toBeGreaterThan(0);
    expect(glComplaints(view)).toEqual([]);
    await view.close();
  });

  test('a click selects the body that double precision puts there, centuries away too', async () => {
    const view = await open(20_000);
    await view.page.locator('.source-actions select').selectOption({ label: 'Synthetic, 2,000' });
    await view.page.getByText('2,000 · synthetic belt').waitFor();
    for (const date of ['2026-03-01', '2500-01-01']) {
      await view.page.locator('.time-date input').fill(date);
      await view.page.keyboard.press('Enter');
      await view.button('synthetic 7').click();
      const label = view.page.locator('.scene-labels span', { hasText: /^synthetic 7$/ });
      // Labels stand 8 pixels to the right of their body, and 9 above.
      const [x, y] = ((await label.getAttribute('style')) ?? '').match(/-?\d+(?=px)/g)!.map(Number) as [number, number];
      const place = { x: x - 8, y: y + 9 };
      await view.button('synthetic 7').click();
      await selectedName(view).waitFor({ state: 'detached' });
      await canvas(view).click({ position: place });
      await selectedName(view).waitFor();
      expect(await selectedName(view).textContent()).toBe('synthetic 7');
      await view.button('synthetic 7').click();
    }
    await view.close();
  });

  test('what is filtered out is neither drawn nor selected', async () => {
    const view = await open(20_000);
    const all = await pixelsOf(view);
    await view.page.getByLabel('Least a, au').fill('3.4');
    await view.page.keyboard.press('Enter');
    await view.page.getByText('of 20,000 bodies are shown').waitFor();
    expect((await pixelsOf(view)).coloured).toBeLessThan(all.coloured / 3);
    await view.close();
  });

  test('scene, maps, passages and distributions are saved as files', async () => {
    const view = await open(2000);
    const scene = await download(view, () => view.button('Save PNG').click());
    expect(scene.subarray(1, 4).toString()).toBe('PNG');
    await view.button('Show an example').click();
    const titles = ['a and e', 'a and i', 'Absolute magnitude', 'Diameter', 'the passage', 'b-plane', 'Smallest distances', 'Speeds'];
    for (const title of titles) {
      const save = async (format: string): Promise<Buffer> => {
        await view.button(`Save ${title}`).click();
        return download(view, () => view.page.getByRole('menuitem', { name: format }).click());
      };
      expect((await save('SVG')).toString()).toMatch(/^<\?xml[^]*<svg[^]*<\/svg>\s*$/);
      expect((await save('PNG')).subarray(1, 4).toString(), title).toBe('PNG');
      expect((await save('CSV')).toString().split('\n').length, title).toBeGreaterThan(5);
    }
    expect(glComplaints(view)).toEqual([]);
    await view.close();
  });

  test('files of elements and of events are read, and refused with words', async () => {
    const view = await open(2000);
    const give = (at: number, name: string, text: string) =>
      view.page
        .locator('input[type=file]')
        .nth(at)
        .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await give(
      0,
      'two.csv',
      'full_name,epoch,a,e,i,om,w,ma,H\n1 Ceres,2461000.5,2.77,0.08,10.6,80,73,232,3.3\n4 Vesta,2461000.5,2.36,0.09,7.1,104,151,27,3.2\n',
    );
    await view.button('4 Vesta').click();
    expect(await selectedName(view).textContent()).toBe('4 Vesta');
    await give(
      1,
      'events.csv',
      'particle,planet,jd,r_min,v_rel,v_inf,xi,zeta\n12,mars,2461000.5,0.01,9,9,0.006,0.008\n13,venus,2461000.5,0.01,9,9,0.006,0.008\n',
    );
    await view.page.getByText('2 close approaches · events.csv').waitFor();
    await view.page.locator('.encounter-choice select').first().selectOption('mars');
    await view.page.locator('.replay figcaption', { hasText: '12.' }).waitFor();
    const start = await view.page.locator('.replay-facts').textContent();
    await view.button('Replay').click();
    await expect.poll(() => view.page.locator('.replay-facts').textContent(), { timeout: 20_000 }).not.toBe(start);
    await give(1, 'wrong.csv', 'neither\nnor\n');
    await view.page.getByText('Cannot read wrong.csv').waitFor();
    await view.close();
  });

  test('without WebGL 2 it says so and draws a plan in which bodies are selected', async () => {
    const view = await open(20_000, (page) =>
      page.addInitScript(`{
        const { getContext } = HTMLCanvasElement.prototype;
        HTMLCanvasElement.prototype.getContext = function (kind, ...options) { return kind === 'webgl2' ? null : getContext.call(this, kind, ...options); };
      }`),
    );
    await view.page.getByText('This browser does not draw in space').waitFor();
    expect((await pixelsOf(view)).coloured).toBeGreaterThan(0.02);
    await view.button('synthetic 1').click();
    expect(await selectedName(view).textContent()).toBe('synthetic 1');
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  test('narrow pages are no wider than the window, on either ground', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const view = await StudioPage.open(browser, studio.url, { viewport: { width: 360, height: 800 }, colorScheme });
      await view.goto('/asteroids?bodies=2000');
      await view.button('Show an example').click();
      await view.page.locator('.replay svg').waitFor();
      expect(await view.overflow()).toBeLessThanOrEqual(0);
      await view.close();
    }
  });
});

/** Runs three seconds of frames and says how many there were. */
const countFrames = `new Promise((resolve) => {
  let frames = 0;
  const start = performance.now();
  requestAnimationFrame(function count(now) {
    frames++;
    if (now - start < 3000) requestAnimationFrame(count);
    else resolve(frames);
  });
})`;

/** Complaints without the notes that a driver in software makes about its own speed. */
const glComplaints = (view: StudioPage): string[] => view.complaints.filter((text) => !text.includes('GL Driver Message'));

interface Pixels {
  readonly bytes: number[];
  /** Share of pixels that differ from the ground. */
  readonly coloured: number;
}

/** What the scene shows, as the browser puts it on the screen: every second pixel each way. */
async function pixelsOf(view: StudioPage): Promise<Pixels> {
  await view.page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  const width = Math.round((await view.page.locator('.scene canvas').boundingBox())!.width);
  const picture = await view.page.locator('.scene canvas').screenshot();
  const bytes = await view.page.evaluate<number[]>(`(async () => {
    const bytes = Uint8Array.from(atob('${picture.toString('base64')}'), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width >> 1, image.height >> 1);
    const context = canvas.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return [...context.getImageData(0, 0, canvas.width, canvas.height).data.filter((_, at) => at % 4 === 1)];
  })()`);
  // Within the rounded corner of the frame.
  const ground = bytes[6 * (width >> 1) + 6]!;
  return { bytes, coloured: bytes.filter((value) => Math.abs(value - ground) > 24).length / bytes.length };
}

const differing = (one: Pixels, other: Pixels): number =>
  one.bytes.filter((value, at) => Math.abs(value - other.bytes[at]!) > 24).length / one.bytes.length;

async function download(view: StudioPage, click: () => Promise<void>): Promise<Buffer> {
  const [saved] = await Promise.all([view.page.waitForEvent('download'), click()]);
  return readFileSync(await saved.path());
}

import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Archive, eventsOfRows, inMemory, type ParticleFile } from '@sardonyx/close-approaches/archives';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../../../../test/browser/chromium.js';
import { StudioPage } from '../e2e/studio-page.js';
import { StudioProcess } from '../e2e/studio-process.js';
import { differing, pictured } from './scene-pixels.js';
import { tinyParameters, tinyParticles, tinySeed, tinySnapshots } from './tiny-run.js';

/**
 * The views of asteroids in a browser that draws WebGL in software, which takes its time by the pixel: windows are small, and what
 * can be is looked at in one page. Times are printed; how fast a machine is cannot be a test:
 *
 *     npx vitest run apps/studio/test/asteroids/asteroids-page.test.ts
 */
const chromiumPath = findChromium();
const softwareGl = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu-compositing'];
const viewport = { width: 480, height: 400 };

describe.skipIf(chromiumPath === undefined)('asteroids in Chromium', { timeout: 145_000 }, () => {
  let studio: StudioProcess;
  let browser: Browser;
  /** The page that most tests go on with. */
  let view: StudioPage;
  beforeAll(async () => {
    studio = await StudioProcess.start();
    browser = await launchChromium(chromiumPath!, softwareGl);
    view = await StudioPage.open(browser, studio.url, { viewport });
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.[Symbol.asyncDispose]();
  });

  const firstFrame = `performance.getEntriesByName('asteroids-first-frame').length > 0`;
  const canvas = () => view.page.locator('.scene canvas');
  const selectedName = () => view.page.locator('.selected-body h3');
  const planetChoice = () => view.page.locator('.encounter-choice select').first();
  const setDate = async (date: string): Promise<void> => {
    await view.page.locator('.time-date input').fill(date);
    await view.page.keyboard.press('Enter');
  };
  /** Goes to another view of the same page, as a link does. */
  const follow = (path: string): Promise<unknown> =>
    view.page.evaluate(`history.pushState(null, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`);
  const setLeast = async (element: string, value: string): Promise<void> => {
    await view.page.getByLabel(`Least ${element}`).fill(value);
    await view.page.keyboard.press('Enter');
  };
  const give = (at: number, name: string, text: string) =>
    view.page
      .locator('input[type=file]')
      .nth(at)
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  const download = async (click: () => Promise<void>): Promise<Buffer> => {
    const [saved] = await Promise.all([view.page.waitForEvent('download'), click()]);
    return readFileSync(await saved.path());
  };
  const save = async (title: string, format: string): Promise<Buffer> => {
    await view.button(`Save ${title}`).click();
    return download(() => view.page.getByRole('menuitem', { name: format }).click());
  };

  test('200,000 bodies are drawn, move with time, and turn with the keyboard', async () => {
    await view.goto('/asteroids');
    await view.until(firstFrame);
    const time = await view.page.evaluate<number>(`performance.getEntriesByName('asteroids-first-frame')[0].startTime`);
    console.log(`first frame of 200,000 bodies ${Math.round(time)} ms after the page was asked for (WebGL in software)`);
    expect(await view.page.locator('.source-count').textContent()).toContain('200,000');
    await view.page.locator('.maps svg').first().waitFor();
    // Orbits and planets alone would colour fewer than a hundredth of the picture.
    expect(await pictured(view, 'first')).toBeGreaterThan(0.05);
    expect(await view.layoutShifts()).toEqual([]);

    await view.page.locator('.time-slider input').focus();
    const date = await view.page.locator('.time-date input').inputValue();
    await view.page.keyboard.press('PageUp');
    await expect.poll(() => view.page.locator('.time-date input').inputValue(), { timeout: 45_000 }).not.toBe(date);
    await pictured(view, 'later');
    expect(await differing(view, 'first', 'later')).toBeGreaterThan(0.02);

    await canvas().focus();
    for (let presses = 0; presses < 3; presses++) await view.page.keyboard.press('ArrowRight');
    await pictured(view, 'turned');
    expect(await differing(view, 'later', 'turned')).toBeGreaterThan(0.02);

    const before = await view.page.locator('.time-date input').inputValue();
    await view.button('Play').click();
    const rate = await view.page.evaluate<number>(frameRate);
    await view.button('Pause').click();
    console.log(`${rate.toFixed(1)} frames a second of 200,000 bodies while time runs (WebGL in software)`);
    expect(await view.page.locator('.time-date input').inputValue()).not.toBe(before);
  });

  test('what is filtered out is neither drawn nor selected', async () => {
    await view.page.locator('.source-actions select').selectOption({ label: 'Synthetic, 20,000' });
    await view.page.getByText('20,000 · synthetic belt').waitFor();
    const all = await pictured(view, 'all');
    // Cells of a map are an image in the drawing.
    expect((await save('a and e', 'SVG')).toString()).toContain('data:image/png');
    expect((await save('a and e', 'PNG')).subarray(1, 4).toString()).toBe('PNG');
    expect((await save('a and e', 'CSV')).toString()).toMatch(/^a,e,count\n/);
    await setLeast('a, au', '3.3');
    await view.page.getByText('of 20,000 bodies are shown').waitFor();
    expect(await pictured(view, 'few')).toBeLessThan(all / 3);
    expect(await view.button('S1').count()).toBe(0);
    await setLeast('a, au', '');
    await view.page.getByText('All bodies are shown').waitFor();
  });

  test('a click selects the body that double precision puts there, centuries away too', async () => {
    await view.page.locator('.source-actions select').selectOption({ label: 'Synthetic, 2,000' });
    await view.page.getByText('2,000 · synthetic belt').waitFor();
    // In a small window 2,000 bodies stand over each other; those with an a like that of S7 are few.
    await setLeast('a, au', '2.85');
    await view.page.getByLabel('Greatest a, au').fill('2.855');
    await view.page.keyboard.press('Enter');
    await view.page.getByText('of 2,000 bodies are shown').waitFor();
    for (const date of ['2026-03-01', '2500-01-01']) {
      await setDate(date);
      await view.button('S7').click();
      const label = view.page.locator('.scene-labels span', { hasText: /^S7$/ });
      // Labels stand 8 pixels to the right of their body, and 9 above.
      const [x, y] = ((await label.getAttribute('style')) ?? '').match(/-?\d+(?=px)/g)!.map(Number) as [number, number];
      const place = { x: x - 8, y: y + 9 };
      await view.button('S7').click();
      await selectedName().waitFor({ state: 'detached' });
      await canvas().click({ position: place });
      await selectedName().waitFor();
      expect(await selectedName().textContent()).toBe('S7');
      await view.button('S7').click();
    }
    await setLeast('a, au', '');
    await view.page.getByLabel('Greatest a, au').fill('');
    await view.page.keyboard.press('Enter');
    await view.page.getByText('All bodies are shown').waitFor();
  });

  test('narrow pages are no wider than the window, on either ground', async () => {
    await view.button('Show an example').click();
    await view.page.setViewportSize({ width: 360, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await view.page.emulateMedia({ colorScheme });
      await view.page.locator('.replay svg').waitFor();
      expect(await view.overflow()).toBeLessThanOrEqual(0);
    }
    await view.page.setViewportSize(viewport);
    await view.page.emulateMedia({ colorScheme: 'light' });
  });

  test('files of elements and of events are read, and refused with words', async () => {
    const element = (row: number): string => `${row} Body,2461000.5,${2.2 + 0.1 * row},0.0${row},${2 + row},80,73,232,${3 + row}`;
    const some = Array.from({ length: 8 }, (_, row) => row + 1);
    await give(0, 'some.csv', ['full_name,epoch,a,e,i,om,w,ma,H', ...some.map(element)].join('\n'));
    await view.button('4 Body').click();
    expect(await selectedName().textContent()).toBe('4 Body');
    const event = (row: number): string => `${row},${row > 6 ? 'venus' : 'mars'},2461000.5,0.0${row},9,9,0.0${row},0.00${row}`;
    await give(1, 'events.csv', ['particle,planet,jd,r_min,v_rel,v_inf,xi,zeta', ...some.map(event)].join('\n'));
    await view.page.getByText('8 close approaches · events.csv').waitFor();
    await planetChoice().selectOption('mars');
    await view.page.locator('.replay figcaption', { hasText: '1.' }).waitFor();
    const start = await view.page.locator('.replay-facts').textContent();
    await view.button('Replay').click();
    await expect.poll(() => view.page.locator('.replay-facts').textContent(), { timeout: 45_000 }).not.toBe(start);
    await view.button('Pause replay').click();
    await give(1, 'wrong.csv', 'neither\nnor\n');
    await view.page.getByText('Cannot read wrong.csv').waitFor();
  });

  test('scene, maps, passages and distributions are saved as files', async () => {
    const scene = await download(() => view.button('Save PNG').click());
    expect(scene.subarray(1, 4).toString()).toBe('PNG');
    const titles = ['a and e', 'a and i', 'Absolute magnitude', 'Diameter', 'the passage', 'b-plane', 'Smallest distances', 'Speeds'];
    for (const title of titles) {
      expect((await save(title, 'SVG')).toString()).toMatch(/^<\?xml[^]*<svg[^]*<\/svg>\s*$/);
      // Images are made of the drawings, all by the same way but that of a passage.
      if (['the passage', 'b-plane'].includes(title)) expect((await save(title, 'PNG')).subarray(1, 4).toString(), title).toBe('PNG');
      expect((await save(title, 'CSV')).toString().split('\n').length, title).toBeGreaterThan(5);
    }
  });

  describe('of a run', () => {
    let run: string;
    let archive: Archive;
    let particles: ParticleFile;
    beforeAll(async () => {
      const request = { study: 'close-approaches/belt', seed: tinySeed, params: tinyParameters };
      ({ id: run } = await studio.ask<{ id: string }>('/api/runs', 'POST', request));
      await studio.untilStatus(run, 'done');
      archive = new Archive(inMemory(readFileSync(join(studio.folderOf(run), 'archive', 'run.caph'))));
      particles = JSON.parse(studio.readFile(run, 'particles/particles.json')) as ParticleFile;
    });

    const rows = (text: Buffer): string[][] =>
      text
        .toString()
        .trim()
        .split('\n')
        .map((line) => line.split(','));
    const valueOf = (name: string) =>
      view.page.locator('.selected-body tr', { has: view.page.getByRole('rowheader', { name, exact: true }) }).locator('td');

    test('its page leads to its particles and close approaches, the same as the archive has', async () => {
      const events = eventsOfRows(archive.rows('approaches'));
      const meeting = new Set(events.map(({ particle }) => particle));
      await follow(`/runs/${run}`);
      await view.link('Show its asteroids').click();
      await view.page.locator('.run-panel', { hasText: `${events.length} close approaches` }).waitFor();
      expect(await view.page.locator('.source-count').textContent()).toBe(`${tinyParticles} · particles of the run`);
      expect(await view.page.locator('.class-legend').textContent()).toContain(`meets Mars ${meeting.size}`);
      expect(await planetChoice().locator('option').allTextContents()).toEqual([`Mars, ${events.length}`]);

      // The nearest passage, replayed and in the b-plane; a press on another replays that one and selects its body.
      const nearest = events.reduce((least, event) => (event.rMin < least.rMin ? event : least));
      const nameOf = (particle: number): string => particles.particles[particle]!.name;
      await view.page.locator('.replay figcaption', { hasText: `${nameOf(nearest.particle)}.` }).waitFor();
      expect(await view.page.locator('.replay-facts').textContent()).toContain(`${Number(nearest.rMin.toPrecision(4))} au`);
      await view.page.locator('.encounter-choice select').last().selectOption('latest first');
      const last = events.reduce((latest, event) => (event.jd > latest.jd ? event : latest));
      await view.page.locator('.encounter-table button').first().click();
      await view.page.locator('.replay figcaption', { hasText: `${nameOf(last.particle)}.` }).waitFor();
      expect(await selectedName().textContent()).toBe(nameOf(last.particle));
      const own = events.filter(({ particle }) => particle === last.particle).length;
      expect(await valueOf('approaches').textContent()).toBe(`${own} to Mars`);
      await view.page.getByLabel('Only those of the selected body').check();
      expect(await view.page.locator('.encounter-table tbody tr').count()).toBe(own);

      const plane = rows(await save('b-plane', 'CSV'));
      expect(plane[0]!.slice(-6)).toEqual(['dx', 'dy', 'dz', 'dvx', 'dvy', 'dvz']);
      expect(plane.slice(1).map((row) => [Number(row[1]), Number(row[3]), Number(row[8])])).toEqual(
        events.map(({ jd, rMin, planetocentric }) => [jd, rMin, planetocentric[0]]),
      );
      const all = rows(await download(() => view.button('Save events').click()));
      expect(all).toEqual(plane);
      const elements = rows(await download(() => view.button('Save elements').click()));
      expect(elements.slice(1).map(([name]) => name)).toEqual(particles.particles.map(({ name }) => `"${name}"`));
      const map = rows(await save('a and e', 'CSV'));
      expect(map.slice(1).filter((row) => row.at(-1) === 'mars')).toHaveLength(meeting.size);
      expect((await save('Smallest distances', 'SVG')).toString()).toContain('even stream');
      expect((await save('the passage', 'PNG')).subarray(1, 4).toString()).toBe('PNG');
    });

    test('other bodies may be looked at in between', async () => {
      await view.page.locator('.source-actions select').selectOption({ label: 'Synthetic, 2,000' });
      await view.page.getByText('2,000 · synthetic belt').waitFor();
      expect(await view.page.getByLabel('Snapshot of the run').count()).toBe(0);
      await view.button('Show the run again').click();
      await view.page.getByText(`${tinyParticles} · particles of the run`).waitFor();
      await view.page.locator('.encounter-table button').first().click();
    });

    test('a slider goes through its snapshots, back to the elements that it began with', async () => {
      const slider = view.page.getByLabel('Snapshot of the run');
      expect(await slider.getAttribute('aria-valuetext')).toBe(`Snapshot ${1 + tinySnapshots} of ${1 + tinySnapshots}, year 800`);
      const name = await selectedName().textContent();
      await slider.focus();
      await view.page.keyboard.press('Home');
      expect(await slider.getAttribute('aria-valuetext')).toContain('year 0');
      expect(await view.page.locator('.time-date input').inputValue()).toBe('2000-01-01');
      // The same body is selected as before.
      expect(await selectedName().textContent()).toBe(name);
      const start = particles.particles.find((particle) => particle.name === name)!;
      expect(await valueOf('a').textContent()).toBe(`${start.semiMajorAxis.toFixed(4)} au`);
      expect(await valueOf('e').textContent()).toBe(start.eccentricity.toFixed(4));
      expect(await valueOf('M').textContent()).toBe(`${start.meanAnomaly.toFixed(3)}° on 2000-01-01`);
    });

    test('that goes on is read again on demand', async () => {
      const going = 'close-approaches/belt/going';
      cpSync(studio.folderOf(run), join(studio.folderOf(going)), { recursive: true });
      const record = join(studio.folderOf(going), 'run.json');
      writeFileSync(record, readFileSync(record, 'utf8').replace('"status": "done"', '"status": "interrupted"'));
      const path = join(studio.folderOf(going), 'archive', 'run.caph');
      const whole = readFileSync(path);
      // As a run leaves it that is writing its third snapshot.
      const third = archive.blocks.filter(({ type }) => type === 'snapshot')[2]!;
      truncateSync(path, third.offset + 40);
      await follow(`/asteroids?run=${going}`);
      await view.page.locator('.run-panel', { hasText: 'Recorded up to year 200 of 800' }).waitFor();
      await view.page.locator('.run-panel', { hasText: 'the last block is torn' }).waitFor();
      writeFileSync(path, whole);
      await view.button('Read again').click();
      await view.page.locator('.run-panel', { hasText: 'Recorded up to year 800 of 800' }).waitFor();
      // The last snapshot was shown, and is again.
      expect(await view.page.getByLabel('Snapshot of the run').inputValue()).toBe(String(tinySnapshots));
    });

    test('that there is not, or that has nothing to show, is told with words', async () => {
      await follow('/asteroids?run=close-approaches/belt/none');
      await view.page.getByText('There is no run "close-approaches/belt/none"').waitFor();
      rmSync(join(studio.folderOf(run), 'archive'), { recursive: true });
      rmSync(join(studio.folderOf(run), 'tables'), { recursive: true });
      await follow(`/asteroids?run=${run}`);
      await view.page.getByText('This run has no archive of orbits').waitFor();
    });
  });

  test('without WebGL 2 it says so and draws a plan in which bodies are selected', async () => {
    await view.page.addInitScript(`{
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (kind, ...options) { return kind === 'webgl2' ? null : getContext.call(this, kind, ...options); };
    }`);
    await view.goto('/asteroids?bodies=2000');
    await view.until(firstFrame);
    await view.page.getByText('This browser does not draw in space').waitFor();
    expect(await pictured(view, 'plan')).toBeGreaterThan(0.02);
    await view.button('S1').click();
    expect(await selectedName().textContent()).toBe('S1');
  });

  test('nobody complained', () => {
    // A driver in software notes its own speed; a run and a study that there are not are answered with 404.
    expect(view.complaints.filter((text) => !/GL Driver Message|404 \(Not Found\)/.test(text))).toEqual([]);
  });
});

/** Draws a few frames and says how many a second there were. */
const frameRate = `new Promise((resolve) => {
  let [frames, start] = [-1, 0];
  requestAnimationFrame(function count(now) {
    if (++frames === 0) start = now;
    if (frames < 3) requestAnimationFrame(count);
    else resolve((1000 * frames) / (now - start));
  });
})`;

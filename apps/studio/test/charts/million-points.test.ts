import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineStudy, runPaths, startRun } from '@sardonyx/study';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium, launchChromium } from '../../../../test/browser/chromium.js';
import { startStudio, type Studio } from '../../src/server/index.js';
import { ChartData } from '../../src/page/charts/data/chart-data.js';
import { buildChartPage } from './chart-server.js';

/**
 * A run that logged a million points, on the studio's own server and in a browser. The figures are printed; how fast a
 * machine is cannot be a test:
 *
 *     npx vitest run apps/studio/test/charts/million-points.test.ts
 */
const count = 1_000_000;
const chromiumPath = findChromium();
const run = 'demo/long/2026-01-01';

describe('a window of a million points', () => {
  it('is answered from at most four points for each pixel', () => {
    const data = new ChartData(() => undefined);
    data.follow('long', undefined);
    const steps = Array.from({ length: count }, (_, step) => step);
    data.points('long', { loss: { from: 0, steps, values: steps.map(noisyLoss) } });
    const ask = (low: number, high: number) =>
      data.window({ curves: [{ run: 'long', series: 'loss' }], low, high, columns: 1000, smoothing: 0, isLogarithmic: false });
    ask(0, count);
    const times = Array.from({ length: 200 }, (_, index) => {
      const low = index * 4000;
      const start = performance.now();
      const { table } = ask(low, low + 100_000);
      const time = performance.now() - start;
      expect(table.steps.length).toBeLessThanOrEqual(4 * 1002);
      return time;
    });
    console.log(`window of 100,000 among ${count} points at 1,000 pixels: ${describeTimes(times)}`);
  });
});

describe.skipIf(chromiumPath === undefined)('panning a million points in Chromium', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sardonyx-million-'));
  let studio: Studio;
  let browser: Browser;
  let page: Page;
  let pageFolder: string;

  beforeAll(async () => {
    await recordRun(join(folder, run));
    pageFolder = await buildChartPage();
    const noSystem = { all: () => Promise.resolve([]), study: () => Promise.reject(new Error('no study')) };
    studio = await startStudio({ systems: noSystem, runs: folder, port: 0, launch: { command: 'none', args: [] }, page: pageFolder });
    browser = await launchChromium(chromiumPath!);
    page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await studio?.close();
    for (const used of [folder, pageFolder]) rmSync(used, { recursive: true, force: true });
  });

  it('shows them, follows the pointer, and ends where it was moved to', async () => {
    const openedAt = performance.now();
    await page.goto(`${studio.url}#${encodeURIComponent(JSON.stringify({ runs: [{ id: run }], series: ['loss'] }))}`);
    await expect.poll(() => page.locator('.curve-value').textContent(), { timeout: 60_000 }).toBe(shown(noisyLoss(count - 1)));
    console.log(`opened after ${Math.round(performance.now() - openedAt)} ms, the server's reading of its log included`);

    const area = (await page.locator('.u-over').boundingBox())!;
    await page.locator('.curve-box').focus();
    for (let zoomed = 0; zoomed < 10; zoomed++) await page.keyboard.press('+');
    await page.evaluate(recordFrames);
    await page.keyboard.down('Shift');
    for (const [from, to] of [
      [0.9, 0.1],
      [0.9, 0.1],
      [0.1, 0.9],
      [0.9, 0.1],
    ] as const) {
      await page.mouse.move(area.x + area.width * from, area.y + 80);
      await page.mouse.down();
      await page.mouse.move(area.x + area.width * to, area.y + 80, { steps: 60 });
      await page.mouse.up();
    }
    await page.keyboard.up('Shift');
    const { times, tasks } = (await page.evaluate('frames.end()')) as { times: number[]; tasks: number[] };
    const long = tasks.length === 0 ? 'none' : tasks.map((task) => `${Math.round(task)} ms`).join(', ');
    console.log(`panning a tenth of ${count} points, ${times.length} frames: ${describeTimes(times)}; tasks over 50 ms: ${long}`);
    expect(times.length).toBeGreaterThan(20);

    // Ten presses of + show the middle 0.8^10 of the run; the four drags move it by 0.8 widths each, three of them on.
    const width = 0.8 ** 10;
    const low = 0.5 - width / 2 + 2 * 0.8 * width;
    await page.mouse.move(area.x + area.width / 2, area.y + 80);
    const expected = (low + width / 2) * (count - 1);
    // Within two pixels of the window.
    await expect.poll(async () => Math.abs((await stepShown(page)) - expected)).toBeLessThan((2 * width * count) / area.width);
    // What is drawn is what was recorded: the canvas has ink all along the window.
    expect(await page.evaluate(inkedColumns)).toBeGreaterThan(0.98);
  });
});

/** A run's directory as one that logged for hours leaves it. */
async function recordRun(directory: string): Promise<void> {
  const study = defineStudy({
    name: 'long',
    title: 'A long run',
    paper: { arxiv: '0000.00000' },
    summary: 'Logs a million points.',
    params: z.object({}),
    presets: { quick: {}, standard: {}, paper: {} },
    run: () => Promise.resolve(),
  });
  await startRun({ id: 'demo/long', study, preset: 'quick', seed: 0, params: {}, directory });
  // One by one the study would take a minute to write them.
  const log = openSync(runPaths(directory).events, 'a');
  for (let step = 0; step < count; step += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, index) =>
      JSON.stringify({ type: 'metric', step: step + index, values: { loss: noisyLoss(step + index) }, time: '2026-01-01T00:00:00.000Z' }),
    );
    writeSync(log, `${lines.join('\n')}\n`);
  }
  closeSync(log);
}

function noisyLoss(step: number): number {
  const noise = Math.sin(step * 12.9898) * 43758.5453;
  return 2 * Math.exp(-step / 300_000) + 0.5 * (noise - Math.floor(noise));
}

function shown(value: number): string {
  return String(Number(value.toPrecision(7)));
}

async function stepShown(page: Page): Promise<number> {
  return Number((await page.locator('.curve-step').textContent())?.replaceAll(/\D/g, ''));
}

/** Milliseconds between the frames from now to `frames.end()`, and of the tasks of the page's own thread over 50 ms. */
const recordFrames = `(() => {
  const times = [];
  let goes = true;
  let before = performance.now();
  const next = (now) => { times.push(now - before); before = now; if (goes) requestAnimationFrame(next); };
  requestAnimationFrame(next);
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
  globalThis.frames = { end() { goes = false; return { times: times.slice(1), tasks }; } };
})()`;

/** Part of the plotting area's columns in which the curve left ink. */
const inkedColumns = `(() => {
  const canvas = document.querySelector('.curve-canvas canvas');
  const over = document.querySelector('.u-over');
  const ratio = devicePixelRatio;
  const [left, width] = [Math.round(over.offsetLeft * ratio), Math.floor(over.clientWidth * ratio)];
  const { data } = canvas.getContext('2d').getImageData(left, 0, width, canvas.height);
  let inked = 0;
  for (let x = 2; x < width - 2; x++) {
    for (let y = 0; y < canvas.height; y++) {
      const at = 4 * (y * width + x);
      if (data[at + 3] > 100 && data[at + 2] - data[at] > 60) { inked++; break; }
    }
  }
  return inked / (width - 4);
})()`;

function describeTimes(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): string => `${(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN).toFixed(1)} ms`;
  return `median ${at(0.5)}, 95 % below ${at(0.95)}, longest ${at(1)}`;
}

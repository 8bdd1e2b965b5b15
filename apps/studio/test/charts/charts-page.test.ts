import { readFileSync } from 'node:fs';
import type { Figure, FigurePoint } from '@sardonyx/study/figures';
import { drawFigure, type PlotDocument } from '@sardonyx/study/figures/draw';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { parseHTML } from 'linkedom';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../../../../test/browser/chromium.js';
import { type ChartServer, startChartServer } from './chart-server.js';

const chromiumPath = findChromium();
const run = 'demo/study/2026-01-01';
const figure: Figure = {
  name: 'accuracy',
  title: 'Accuracy <of> "all" & more',
  kind: 'line',
  table: 'results',
  x: 'step',
  y: 'accuracy',
  series: 'model',
  xLabel: 'step',
  yLabel: 'accuracy (%)',
  reference: [{ label: 'paper', value: 72.5 }],
};
const rows = ['looped', 'plain & deep'].flatMap((model, index) =>
  Array.from({ length: 11 }, (_, at) => ({ step: at * 100, model, accuracy: 100 / (1 + Math.exp(3 - at + index)) })),
);

/** A condition that comes true soon, also on a busy machine. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 45_000 });

describe.skipIf(chromiumPath === undefined)('charts in Chromium', { timeout: 145_000 }, () => {
  let server: ChartServer;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startChartServer(), launchChromium(chromiumPath!)]);
    // On screens of one pixel a CSS pixel, Plot moves everything by half a pixel, which it does not in Node.
    const screen = { deviceScaleFactor: 2, hasTouch: true } as const;
    const context = await browser.newContext({ viewport: { width: 900, height: 900 }, colorScheme: 'light', ...screen });
    page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      // A series or table that is not there yet is answered with 404; reading pixels back is slow, and only done here.
      const isExpected = /404|willReadFrequently/.test(message.text());
      if (['error', 'warning'].includes(message.type()) && !isExpected) problems.push(message.text());
    });
  }, 145_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  beforeEach(async () => {
    server.data.isBroken = false;
    server.data.series.clear();
    server.data.tables.clear();
    server.requests.length = 0;
    serve('loss', 1000, (step) => Math.exp(-step / 300) + 0.01 * Math.sin(step));
    serve('loss deep', 1000, (step) => Math.exp(-step / 200) + 0.01 * Math.cos(step));
    const column = (name: keyof (typeof rows)[number]) => ({ name, data: rows.map((row) => row[name]) });
    server.data.tables.set(
      `${run}/results`,
      new Uint8Array(parquetWriteBuffer({ columnData: [column('step'), column('model'), column('accuracy')] })),
    );
    // The same window for all tests, emptied: opening one takes longer than most of them.
    await page.goto('about:blank');
    await page.mouse.move(0, 0);
    problems.length = 0;
  });

  const serve = (name: string, count: number, valueAt: (step: number) => number): void => {
    const steps = Array.from({ length: count }, (_, step) => step);
    server.data.series.set(`${run}/${name}`, { steps, values: steps.map(valueAt) });
  };
  const open = (scene: object): Promise<unknown> => page.goto(`${server.address}/#${encodeURIComponent(JSON.stringify(scene))}`);
  const curves = (series: readonly string[], more = {}): object => ({ runs: [{ id: run }], series, ...more });
  const legend = (name: string | RegExp) => page.locator('.curve-legend button').filter({ hasText: name });
  const call = (name: 'receive' | 'push', ...parameters: unknown[]): Promise<unknown> =>
    page.evaluate(`${name}(${parameters.map((parameter) => JSON.stringify(parameter)).join(', ')})`);
  const download = async (format: string, index = 0): Promise<Buffer> => {
    await page.getByRole('button', { name: /^Save/ }).nth(index).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()]);
    return readFileSync(await file.path());
  };

  /** Pixels of the canvas that have nearly this colour. */
  const inked = (colour: string): Promise<number> =>
    page.evaluate(`(() => {
      const canvas = document.querySelector('.curve-canvas canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const [r, g, b] = [1, 3, 5].map((at) => parseInt('${colour}'.slice(at, at + 2), 16));
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 100 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 40) count++;
      return count;
    })()`);
  const blue = '#0072b2';
  const vermillion = '#d55e00';

  describe('LiveCurves', () => {
    it('draws what the server has, grows with the stream, and moves nothing while it grows', async () => {
      await open(curves(['loss', 'accuracy']));
      await eventually(() => inked(blue)).toBeGreaterThan(100);
      await eventually(() => page.getByText('No data yet').count()).toBe(1);
      const before = await page.locator('.live-curves').boundingBox();
      for (let at = 0; at < 20; at++) {
        const steps = Array.from({ length: 50 }, (_, index) => 1000 + 50 * at + index);
        const all = Array.from({ length: 50 * (at + 1) }, (_, index) => 1000 + index);
        server.data.series.set(`${run}/accuracy`, { steps: all, values: all.map((step) => step / 2000) });
        await call('receive', run, 'points', {
          loss: { from: steps[0], steps, values: steps.map((step) => (step === 1500 ? 'NaN' : 2 + step / 1e4)) },
          accuracy: { from: 50 * at, steps, values: steps.map((step) => step / 2000) },
        });
      }
      await eventually(() => legend('loss').textContent()).toBe('loss2.1999');
      await eventually(() => legend('accuracy').textContent()).toBe('accuracy0.9995');
      expect(await page.getByText('No data yet').count()).toBe(0);
      expect(await page.locator('.live-curves').boundingBox()).toEqual(before);
      expect(server.requests.filter((path) => path.endsWith('/metrics/loss'))).toHaveLength(1);
      expect(problems).toEqual([]);
    });

    it('draws again from the server when the run went back in time', async () => {
      await open(curves(['loss']));
      await eventually(() => legend('loss').textContent()).toMatch(/^loss0\.0/);
      server.data.series.set(`${run}/loss`, { steps: [0, 1], values: [5, 4] });
      await call('receive', run, 'rewound', { offset: 10, kept: { loss: 1 } });
      await eventually(() => legend('loss').textContent()).toBe('loss4');
      await call('receive', run, 'points', { loss: { from: 2, steps: [2], values: ['Infinity'] } });
      await eventually(() => legend('loss').textContent()).toBe('lossInfinity');
    });

    it('hides and shows a curve by click and by key', async () => {
      await open(curves(['loss', 'loss deep']));
      await eventually(() => inked(vermillion)).toBeGreaterThan(100);
      await legend('deep').click();
      await eventually(() => inked(vermillion)).toBe(0);
      expect(await inked(blue)).toBeGreaterThan(100);
      expect(await legend('deep').getAttribute('aria-pressed')).toBe('false');
      await legend('deep').focus();
      await page.keyboard.press('Enter');
      await eventually(() => inked(vermillion)).toBeGreaterThan(100);
    });

    it('zooms by drag, wheel and key, pans, and shows all again', async () => {
      await open(curves(['loss']));
      await eventually(() => inked(blue)).toBeGreaterThan(100);
      const area = (await page.locator('.u-over').boundingBox())!;
      const visible = async (): Promise<number[]> => {
        const lines = (await download('CSV')).toString().trim().split('\r\n').slice(1);
        return [lines[0], lines.at(-1)].map((line) => Number(line?.split(',')[1]));
      };
      const drag = async (from: number, to: number): Promise<void> => {
        await page.mouse.move(area.x + area.width * from, area.y + 50);
        await page.mouse.down();
        await page.mouse.move(area.x + area.width * to, area.y + 60, { steps: 5 });
        await page.mouse.up();
      };
      // A pixel is two steps wide here, and a drag ends within one.
      const near = (steps: number[], low: number, high: number, tolerance = 4): void => {
        expect(Math.abs(steps[0]! - low)).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(steps[1]! - high)).toBeLessThanOrEqual(tolerance);
      };
      near(await visible(), 0, 999, 0);
      await drag(0.2, 0.6);
      near(await visible(), 200, 600);
      await page.keyboard.down('Shift');
      await drag(0.5, 0.25);
      await page.keyboard.up('Shift');
      near(await visible(), 300, 700);
      await page.locator('.curve-box').focus();
      await page.keyboard.press('ArrowRight');
      near(await visible(), 340, 740);
      await page.locator('.curve-box').focus();
      await page.keyboard.press('+');
      near(await visible(), 380, 700);
      await page.mouse.move(area.x + area.width / 2, area.y + 50);
      await page.mouse.wheel(0, -200);
      await eventually(async () => (await visible())[0]).toBeGreaterThan(400);
      await page.locator('.curve-box').focus();
      await page.keyboard.press('Home');
      near(await visible(), 0, 999, 0);
      await drag(0.2, 0.6);
      await page.mouse.dblclick(area.x + 100, area.y + 50);
      near(await visible(), 0, 999, 0);
      expect(problems).toEqual([]);
    });

    it('zooms and pans with two fingers', async () => {
      await open(curves(['loss']));
      await eventually(() => inked(blue)).toBeGreaterThan(100);
      const area = (await page.locator('.u-over').boundingBox())!;
      const touch = await page.context().newCDPSession(page);
      const fingers = (...parts: number[]) => parts.map((part, id) => ({ id, x: area.x + area.width * part, y: area.y + 60 + 40 * id }));
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(0.4, 0.6) });
      for (let at = 1; at <= 10; at++) {
        // Apart to twice the distance, then together to the left by a tenth of the width.
        const spread = 0.1 + 0.01 * Math.min(10, 2 * at);
        const shift = 0.02 * Math.max(0, at - 5);
        await touch.send('Input.dispatchTouchEvent', {
          type: 'touchMove',
          touchPoints: fingers(0.5 - spread - shift, 0.5 + spread - shift),
        });
      }
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      const lines = (await download('CSV')).toString().trim().split('\r\n').slice(1);
      const [low, high] = [lines[0], lines.at(-1)].map((line) => Number(line?.split(',')[1]));
      // Half of the run, moved on by a tenth of the window; the fingers' first move may be swallowed as a twitch.
      expect(Math.abs(high! - low! - 500)).toBeLessThan(60);
      expect(Math.abs((low! + high!) / 2 - 550)).toBeLessThan(30);
    });

    it('reads the recorded values exactly, by pointer and by key', async () => {
      await open(curves(['loss', 'loss deep']));
      await eventually(() => inked(blue)).toBeGreaterThan(100);
      const area = (await page.locator('.u-over').boundingBox())!;
      await page.mouse.move(area.x + (area.width * 250) / 999, area.y + 50);
      await eventually(() => page.locator('.curve-step').textContent()).toMatch(/^step (249|250|251)$/);
      const step = Number((await page.locator('.curve-step').textContent())!.slice(5));
      const value = Math.exp(-step / 300) + 0.01 * Math.sin(step);
      expect(
        await legend(/^loss0/)
          .locator('.curve-value')
          .getAttribute('title'),
      ).toBe(`${value} at step ${step}`);
      await page.locator('.curve-box').focus();
      await page.keyboard.press('Shift+ArrowRight');
      await eventually(() => page.locator('.curve-step').textContent()).toBe(`step ${step + 1}`);
      await page.keyboard.press('Escape');
      await eventually(() => page.locator('.curve-step').textContent()).toBe('');
    });

    it('changes its colours with the theme', async () => {
      await open(curves(['loss']));
      await eventually(() => inked(blue)).toBeGreaterThan(100);
      await page.evaluate(`document.documentElement.dataset.theme = 'dark'`);
      await eventually(() => inked('#56b4e9')).toBeGreaterThan(100);
      expect(await inked(blue)).toBe(0);
    });

    it('saves what is seen as SVG, PNG and CSV', async () => {
      await open(curves(['loss', 'loss deep'], { references: [{ series: 'loss', label: 'paper', value: 0.25 }] }));
      await eventually(() => inked(blue)).toBeGreaterThan(100);
      const svg = (await download('SVG')).toString();
      expect(await wellFormed(svg)).toBe('svg');
      for (const text of ['>deep<', 'paper: 0.25', '>step →<', blue, vermillion]) expect(svg).toContain(text);
      const png = pngSize(await download('PNG'));
      const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
      expect(png).toEqual({ width: 2 * width!, height: 2 * height! });
      const [header, first, ...others] = (await download('CSV')).toString().trim().split('\r\n');
      expect([header, first, others.length]).toEqual(['series,step,loss', `loss,0,1`, 1999]);
      expect(others[4]).toBe(`loss,5,${Math.exp(-5 / 300) + 0.01 * Math.sin(5)}`);
    });

    it('smooths, on a logarithmic axis too, and saves both curves', async () => {
      await open(curves(['loss']));
      await page.getByRole('slider').fill('4');
      await page.getByRole('checkbox', { name: 'log scale' }).check();
      await eventually(() => legend('loss').textContent()).toMatch(/^loss0\.\d+ \(0\.\d+\)$/);
      const svg = (await download('SVG')).toString();
      expect(svg.match(/<g aria-label="line"/g)).toHaveLength(2);
      expect(svg).toContain('stroke-opacity="0.25"');
      expect(problems).toEqual([]);
    });

    it('says that the server failed, and goes on by itself when it is well again', async () => {
      server.data.isBroken = true;
      await open({ ...curves(['loss']), figures: [figure] });
      await eventually(() => page.getByText('The server answered 500').count()).toBe(2);
      server.data.isBroken = false;
      await eventually(() => inked(blue)).toBeGreaterThan(100);
      await eventually(() => page.locator('.chart-drawing path').count()).toBeGreaterThan(1);
    });

    it('draws a training that no server knows of', async () => {
      await open({ runs: [{ id: 'here', origin: 'feed' }], series: ['loss'] });
      await eventually(() => page.getByText('No data yet').count()).toBe(1);
      await call('push', 'here', { loss: { steps: [0, 10, 20], values: [3, 2, 1] } });
      await eventually(() => inked(blue)).toBeGreaterThan(50);
      expect(server.requests.some((path) => path.startsWith('/api'))).toBe(false);
    });
  });

  describe('FigureView', () => {
    const view = (...figures: Figure[]): Promise<unknown> => open({ runs: [{ id: run }], figures });

    it('draws in Chromium exactly what is drawn in Node', async () => {
      await open({ figures: [] });
      const heatmap: Figure = { ...figure, kind: 'heatmap', value: 'v', valueLabel: 'v (m)' };
      const pairs: [Figure, FigurePoint[]][] = [
        [figure, rows.map(({ step, model, accuracy }) => ({ x: step, y: accuracy, series: model }))],
        [
          { ...figure, kind: 'dot', xScale: 'log', yScale: 'log' },
          rows.slice(1, 11).map(({ step, accuracy }) => ({ x: step, y: accuracy, series: '' })),
        ],
        [{ ...figure, kind: 'bar' }, rows.map(({ step, model, accuracy }) => ({ x: step, y: accuracy, series: model }))],
        [heatmap, rows.map(({ step, model, accuracy }) => ({ x: step, y: model, series: '', value: accuracy }))],
      ];
      for (const [drawn, points] of pairs) {
        const { document } = parseHTML('<!doctype html><html><body></body></html>');
        const here = drawFigure(drawn, points, document as unknown as PlotDocument);
        const there = await page.evaluate(`draw(${JSON.stringify(drawn)}, ${JSON.stringify(points)})`);
        expect(rounded(there as string)).toBe(rounded(here));
        expect(await wellFormed(here)).toBe('svg');
      }
    });

    it('draws a table, says it in words, and saves it', async () => {
      await view(figure);
      await eventually(() => page.locator('.chart-drawing path').count()).toBeGreaterThan(1);
      expect(await page.locator('.chart-drawing svg').first().getAttribute('aria-label')).toBe(figure.title);
      expect(await page.locator('figure .chart-hidden').textContent()).toContain('plain & deep: step from 0 to 1000');
      const svg = (await download('SVG')).toString();
      expect(await wellFormed(svg)).toBe('svg');
      expect(svg).not.toMatch(/var\(--series|currentColor/);
      const png = await download('PNG');
      expect(pngSize(png).width).toBe(1280);
      const [header, ...lines] = (await download('CSV')).toString().trim().split('\r\n');
      expect(header).toBe('model,step,accuracy (%)');
      expect(lines).toEqual(rows.map(({ model, step, accuracy }) => `${model},${step},${accuracy}`));
      expect(problems).toEqual([]);
    });

    it('says what is missing, keeps its height, and draws when it comes', async () => {
      const [late, wrong] = [
        { ...figure, name: 'late', table: 'late' },
        { ...figure, name: 'wrong', y: 'acuracy' },
      ];
      await view(late, wrong);
      await eventually(() => page.getByText('No data yet. The figure is drawn once the run has recorded table “late”').count()).toBe(1);
      await eventually(() => page.getByText('has no column "acuracy", only step, model, accuracy').count()).toBe(1);
      const before = await page.locator('figure').first().boundingBox();
      server.data.tables.set(`${run}/late`, server.data.tables.get(`${run}/results`)!);
      await call('receive', run, 'tables', ['late']);
      await eventually(() => page.locator('.chart-drawing path').count()).toBeGreaterThan(1);
      expect(await page.locator('figure').first().boundingBox()).toEqual(before);
    });

    it('draws metrics live, and many points by their extremes', async () => {
      serve('noise', 50_000, (step) => ((step * 7919) % 1000) / 1000);
      const metric: Figure = { name: 'noise', title: 'Noise', kind: 'line', metrics: ['noise'], xLabel: 'step', yLabel: 'noise (V)' };
      await view(metric);
      await eventually(() => page.locator('figcaption').textContent()).toContain('of 50,000 points');
      await call('receive', run, 'points', { noise: { from: 50_000, steps: [50_000], values: [2] } });
      await eventually(() => page.locator('figcaption').textContent()).toContain('of 50,001 points');
      await eventually(() => page.locator('figure .chart-hidden').textContent()).toContain('to 2, the last 2');
    });

    it('opens its menu and moves in it by keys', async () => {
      await view(figure);
      await eventually(() => page.getByRole('button', { name: /^Save/ }).isEnabled()).toBe(true);
      await page.getByRole('button', { name: /^Save/ }).press('Enter');
      const focused = (): Promise<unknown> => page.evaluate('document.activeElement.textContent');
      await eventually(focused).toBe('SVG drawing');
      await page.keyboard.press('ArrowUp');
      expect(await focused()).toBe('CSV numbers');
      await page.keyboard.press('Escape');
      expect(await focused()).toBe('Save');
      expect(await page.getByRole('menu').count()).toBe(0);
    });
  });

  /** Name of the outermost element as an XML parser reads it. */
  async function wellFormed(xml: string): Promise<unknown> {
    return await page.evaluate(`new DOMParser().parseFromString(${JSON.stringify(xml)}, 'image/svg+xml').documentElement.nodeName`);
  }
});

/** A drawing to a thousandth of a pixel: logarithms differ in their last digit from engine to engine. */
function rounded(svg: string): string {
  return svg.replaceAll(/\d+\.\d+/g, (number) => String(Math.round(Number(number) * 1000) / 1000));
}

/** Size as the header of a PNG says it. */
function pngSize(bytes: Buffer): { width: number; height: number } {
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startRun } from '../src/execute.js';
import type { Figure } from '../src/figure.js';
import { runPaths } from '../src/run-directory.js';
import { defineStudy } from '../src/study.js';

const axes = { xLabel: 'depth (layers)', yLabel: 'accuracy (%)' };
const figures: Figure[] = [
  {
    name: 'lines',
    title: 'Lines',
    kind: 'line',
    table: 'grid',
    x: 'depth',
    y: 'accuracy',
    series: 'model',
    ...axes,
    reference: [{ label: 'paper', value: 61.5 }],
  },
  { name: 'bars', title: 'Bars', kind: 'bar', table: 'grid', x: 'depth', y: 'accuracy', series: 'model', ...axes },
  {
    name: 'dots',
    title: 'Dots & <marks>',
    kind: 'dot',
    table: 'grid',
    x: 'depth',
    y: 'accuracy',
    series: 'model',
    ...axes,
    xScale: 'log',
    reference: [{ label: 'limit', value: 3, axis: 'x' }],
  },
  {
    name: 'heat',
    title: 'Heat',
    kind: 'heatmap',
    table: 'grid',
    x: 'depth',
    y: 'model',
    value: 'accuracy',
    valueLabel: 'accuracy (%)',
    xLabel: 'depth (layers)',
    yLabel: 'model',
  },
  {
    name: 'curve',
    title: 'Curve',
    caption: 'On a logarithmic axis.',
    kind: 'line',
    metrics: ['loss', 'other'],
    xLabel: 'step',
    yLabel: 'loss',
    yScale: 'log',
  },
  { name: 'wrong', title: 'Wrong', kind: 'line', table: 'grid', x: 'deph', y: 'accuracy', ...axes },
  { name: 'empty', title: 'Empty', kind: 'line', metrics: ['never'], xLabel: 'step', yLabel: 'loss' },
];

const gallery = defineStudy({
  name: 'gallery',
  title: 'Figures of <every> kind',
  paper: { arxiv: '0000.00000', where: 'Table 1', title: 'A "Paper"' },
  summary: 'draws & judges',
  params: z.object({ size: z.int().default(3) }),
  presets: { quick: {}, standard: {}, paper: {} },
  run(ctx) {
    const grid = ctx.table('grid', { depth: 'int32', model: 'utf8', accuracy: 'float64' });
    for (const [index, model] of ['looped', 'plain & deep', 'wide'].entries()) {
      for (const depth of [1, 2, 4, 8]) grid.append({ depth, model, accuracy: 40 + 10 * Math.log2(depth) - 5 * index });
    }
    for (let step = 0; step < 50; step++) ctx.metric(step, { loss: Math.exp(-step / 10), other: step === 7 ? NaN : 1 / (step + 1) });
    ctx.result('best accuracy', 70);
    return Promise.resolve();
  },
  figures,
  expect: [
    {
      name: 'looped is best',
      paper: 61.5,
      claim: 'within 10 points',
      evaluate: (results) => ({ ours: results.number('best accuracy'), verdict: 'holds' }),
    },
    { name: 'ordering <a>', paper: 'a < b', claim: 'strict', evaluate: () => ({ ours: 'b < a', verdict: 'fails' }) },
  ],
});

let gallerySoFar: Promise<{ directory: string; html: string }> | undefined;
const parent = mkdtempSync(join(tmpdir(), 'sardonyx-report-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** The same run for every test: nothing here changes it. */
const galleryRun = (): Promise<{ directory: string; html: string }> => (gallerySoFar ??= runGallery());

async function runGallery(): Promise<{ directory: string; html: string }> {
  const directory = join(parent, 'run');
  const { status } = await startRun({ id: 'demo/gallery', study: gallery, preset: 'quick', seed: 5, params: { size: 3 }, directory });
  expect(status).toBe('done');
  return { directory, html: readFileSync(runPaths(directory).report, 'utf8') };
}

describe('report', () => {
  it('sets paper, ours and verdict side by side', async () => {
    const { document } = parseHTML((await galleryRun()).html);
    const rows = [...document.querySelectorAll('.verdicts tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows).toEqual([
      ['looped is bestwithin 10 points', '61.5', '70', '✓ holds'],
      ['ordering <a>strict', 'a < b', 'b < a', '✗ fails'],
    ]);
    expect(document.querySelector('h1')?.textContent).toBe('Figures of <every> kind');
    expect(document.querySelector('header')?.textContent).toContain('arXiv:0000.00000, Table 1');
    expect(document.querySelector('main')?.textContent).toMatch(/size\s*3/);
  });

  it('is self-contained: nothing is loaded from elsewhere, and nothing runs', async () => {
    const { html } = await galleryRun();
    const { document } = parseHTML(html);
    expect(document.querySelectorAll('script, link, img, iframe, object')).toHaveLength(0);
    expect(html).not.toMatch(/url\(|@import|src=/);
    expect(html).toMatch(/prefers-color-scheme: dark/);
    expect(html).toMatch(/@media print/);
  });

  it('draws every kind of figure with its labels, units, legend and reference', async () => {
    const { directory, html } = await galleryRun();
    const { document } = parseHTML(html);
    const text = (name: string): string => document.querySelector(`#${name} svg`)?.textContent ?? '';
    for (const name of ['lines', 'bars', 'dots']) {
      expect(text(name)).toContain('depth (layers)');
      expect(text(name)).toContain('accuracy (%)');
      for (const model of ['looped', 'plain & deep', 'wide']) expect(text(name)).toContain(model);
    }
    expect(text('lines')).toContain('paper: 61.5');
    expect(text('dots')).toContain('limit: 3');
    expect(text('heat')).toContain('accuracy (%): 30 to 70');
    expect(document.querySelectorAll('#bars svg rect').length).toBeGreaterThanOrEqual(12);
    expect(document.querySelectorAll('#heat g[aria-label="cell"] rect')).toHaveLength(12);
    expect(document.querySelectorAll('#lines g[aria-label="line"] path')).toHaveLength(3);
    for (const name of ['lines', 'bars', 'dots', 'heat', 'curve']) {
      const svg = readFileSync(join(runPaths(directory).figures, `${name}.svg`), 'utf8');
      expect(svg).toMatch(/^<\?xml.*\n<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  });

  it('says what is wrong where a figure cannot be drawn, and draws the others', async () => {
    const { document } = parseHTML((await galleryRun()).html);
    expect(document.querySelector('#wrong')?.textContent).toContain('has no column "deph", only depth, model, accuracy');
    expect(document.querySelector('#empty')?.textContent).toContain('recorded no data');
  });
});

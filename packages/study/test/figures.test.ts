import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import {
  type Figure,
  type FigurePoint,
  figureCsv,
  figurePoints,
  groundColours,
  logTicks,
  seriesColours,
  standaloneSvg,
  thinnedPoints,
  tickText,
} from '../src/figures.js';
import { figureSvg } from '../src/figure-svg.js';
import { drawFigure, type PlotDocument } from '../src/plot.js';

const axes = { xLabel: 'time (days)', yLabel: 'loss (nats), "test"' };
const line: Figure = { name: 'line', title: 'A line', kind: 'line', table: 't', x: 'x', y: 'y', series: 's', ...axes };
const table = (columns: Record<string, unknown[]>) => ({
  table: () => ({ columns, rowCount: columns['x']?.length ?? 0 }),
  metric: () => ({ steps: [], values: [] }),
});
const draw = (figure: Figure, points: readonly FigurePoint[]): string => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return drawFigure(figure, points, document as unknown as PlotDocument);
};

describe('figureSvg', () => {
  it('is the file of the drawing, thinned where there are too many points', async () => {
    const few = figurePoints(line, table({ x: [1, 2, 3], y: [1, 4, 2], s: ['a', 'a', 'a'] }));
    expect(await figureSvg(line, few)).toBe(standaloneSvg(draw(line, few), 'light'));
    const many = Array.from({ length: 20_000 }, (_, x) => ({ x, y: Math.sin(x), series: 'a' }));
    expect(await figureSvg(line, many)).toBe(standaloneSvg(draw(line, thinnedPoints(line, many).points), 'light'));
  });
});

describe('figurePoints', () => {
  const columns = { x: [1, 2, 3, NaN], y: [0.5, NaN, -1, 4], s: ['a', 'a', 'a', 'a'] };

  it('keeps a gap in a line where a value is not finite', () => {
    expect(figurePoints(line, table(columns)).map(({ y }) => y)).toEqual([0.5, NaN, -1]);
    expect(figurePoints({ ...line, kind: 'dot' }, table(columns)).map(({ y }) => y)).toEqual([0.5, -1]);
  });

  it('has no place on a logarithmic axis for what is not positive', () => {
    expect(figurePoints({ ...line, yScale: 'log' }, table(columns)).map(({ y }) => y)).toEqual([0.5, NaN, NaN]);
    expect(figurePoints({ ...line, kind: 'dot', yScale: 'log' }, table(columns)).map(({ y }) => y)).toEqual([0.5]);
  });

  it('breaks the line at a gap', () => {
    const values = Array.from({ length: 40 }, (_, x) => ({ x, y: x === 20 ? NaN : x % 7, series: '' }));
    const path = /aria-label="line"[^>]*><path[^>]* d="([^"]*)"/.exec(draw(line, values))?.[1] ?? '';
    expect(path.match(/M/g)).toHaveLength(2);
  });
});

describe('figureCsv', () => {
  it('gives back every point, under the labels of the axes with their units', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', '\r', ' ', '1') });
    const point = fc.record({ x: fc.double({ noNaN: true }), y: fc.double(), series: text.map((name) => `s${name}`) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 20 }), (points) => {
        const [header, ...rows] = parseCsv(figureCsv(line, points));
        expect(header).toEqual(['s', 'time (days)', 'loss (nats), "test"']);
        expect(rows.map(([series, x, y]) => ({ series, x: Number(x), y: Number(y) }))).toEqual(points);
      }),
      { seed: 1 },
    );
  });
});

/** RFC 4180, as simply as can be. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') rows.push(row.splice(0));
  }
  return rows;
}

describe('thinnedPoints', () => {
  it('keeps the first, least, greatest and last value of every curve, and stays below the limit', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 120, maxLength: 400 });
    fc.assert(
      fc.property(values, (ys) => {
        const points = ys.map((y, x) => ({ x, y, series: x % 2 === 0 ? 'even' : 'odd' }));
        const { points: thinned, note } = thinnedPoints(line, points, 100);
        expect(thinned.length).toBeLessThanOrEqual(100);
        expect(note).toContain(`${thinned.length} of ${points.length} points`);
        for (const name of ['even', 'odd']) {
          const own = points.filter(({ series }) => series === name);
          const kept = thinned.filter(({ series }) => series === name).map(({ y }) => y);
          const ownValues = own.map(({ y }) => y);
          expect([kept[0], kept.at(-1)]).toEqual([ownValues[0], ownValues.at(-1)]);
          expect([Math.min(...kept.map(Number)), Math.max(...kept.map(Number))]).toEqual([Math.min(...ownValues), Math.max(...ownValues)]);
        }
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  it('averages the cells of a heatmap in blocks', () => {
    const heatmap: Figure = { ...line, kind: 'heatmap', value: 'v' };
    const points = Array.from({ length: 400 }, (_, i) => ({ x: i % 20, y: Math.floor(i / 20), series: '', value: i % 20 < 10 ? 1 : 3 }));
    const { points: thinned } = thinnedPoints(heatmap, points, 100);
    expect(thinned).toHaveLength(100);
    expect(thinned.filter(({ x }) => Number(x) < 10).every(({ value }) => value === 1)).toBe(true);
    expect(thinned.filter(({ x }) => Number(x) >= 10).every(({ value }) => value === 3)).toBe(true);
  });

  it('thins dots where they are many and leaves the lonely ones', () => {
    const points = Array.from({ length: 1000 }, () => ({ x: 1, y: 1, series: '' })).concat({ x: 5, y: 9, series: '' });
    expect(thinnedPoints({ ...line, kind: 'dot' }, points, 100).points).toEqual([points[0], points.at(-1)]);
  });
});

describe('axes', () => {
  it('puts the ticks of a logarithmic axis on powers of ten', () => {
    expect(logTicks(1e-8, 1e4)).toEqual([1e-8, 1e-6, 1e-4, 1e-2, 1, 100, 10_000]);
    expect(logTicks(0.02, 1.2)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5, 1]);
    expect(logTicks(40, 90)).toEqual([40, 50, 60, 70, 80, 90]);
  });

  it('writes ticks as a person does', () => {
    expect([0, 0.02, 1500, 1e6, 2e-5, -1e-7, -250].map(tickText)).toEqual(['0', '0.02', '1,500', '10⁶', '2×10⁻⁵', '−10⁻⁷', '-250']);
  });

  it('labels every axis, and the reference with its value', () => {
    const points = [1, 10, 100].map((x) => ({ x, y: 1 / x, series: '' }));
    const svg = draw({ ...line, xScale: 'log', yScale: 'log', reference: [{ label: 'paper', value: 0.02 }] }, points);
    for (const text of ['time (days)', 'loss (nats)', 'paper: 0.02']) expect(svg).toContain(text);
    expect(svg).toContain('>100<');
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});

describe('a figure as a file', () => {
  const points = [1, 2, 3].flatMap((x) => ['a & b', 'c'].map((series) => ({ x, y: x * series.length, series })));
  const reference = [{ label: 'paper', value: 4 }];

  it('stands alone: every colour is spelled out, and it has a ground of its own', () => {
    for (const ground of ['light', 'dark'] as const) {
      const svg = standaloneSvg(draw({ ...line, reference }, points), ground);
      expect(svg).not.toMatch(/var\(--(ground|ink|series)|currentColor|system-ui/);
      expect(svg).toContain(`fill="${groundColours(ground).ground}"`);
      expect(svg).toContain(seriesColours(ground)[1]);
    }
  });

  it('takes the height that it is given, legend included', () => {
    const { document } = parseHTML('<!doctype html><html><body></body></html>');
    const svg = drawFigure(line, points, document as unknown as PlotDocument, { width: 400, height: 300 });
    expect(svg).toContain('viewBox="0 0 400 300"');
  });
});

describe('colours', () => {
  /** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
  const visions = {
    normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
  };

  it.each(['light', 'dark'] as const)('are told apart with every kind of colour vision on a %s ground', (ground) => {
    for (const matrix of Object.values(visions)) {
      const seen = seriesColours(ground).map((colour) => oklab(matrix, colour));
      for (let one = 0; one < seen.length; one++) {
        for (let other = 0; other < one; other++) {
          const distance = Math.hypot(...seen[one]!.map((value, index) => value - seen[other]![index]!));
          // About twice the difference that is just noticed side by side, 0.02 in OKLab.
          expect(distance, `${seriesColours(ground)[one]} and ${seriesColours(ground)[other]}`).toBeGreaterThan(0.045);
        }
      }
    }
  });

  function oklab(matrix: readonly number[], colour: string): number[] {
    const linear = [1, 3, 5].map((at) => ((Number.parseInt(colour.slice(at, at + 2), 16) / 255 + 0.055) / 1.055) ** 2.4);
    const [r = 0, g = 0, b = 0] = [0, 3, 6].map((row) =>
      Math.max(
        0,
        linear.reduce((sum, value, i) => sum + matrix[row + i]! * value, 0),
      ),
    );
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  }
});

describe('what a browser loads', () => {
  it.each(['figures.ts', 'plot.ts'])('%s reaches no module of Node and no schema library', (entry) => {
    const seen = new Set<string>();
    const outside = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, kind, target = ''] of readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8').matchAll(
        /^(import|export) (?!type )[^;]*?from '([^']+)'/gm,
      )) {
        if (target.startsWith('./')) visit(target.slice(2).replace('.js', '.ts'));
        else if (kind !== undefined) outside.add(target);
      }
    };
    visit(entry);
    expect(seen.size).toBeGreaterThan(4);
    expect([...outside]).toEqual(entry === 'plot.ts' ? ['@observablehq/plot'] : []);
  });
});

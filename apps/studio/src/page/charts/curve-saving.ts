import { type FigurePoint, type Ground, type MetricFigure, standaloneSvg } from '@sardonyx/study/figures';
import type { CurveReference } from './chart-props.js';
import type { CurveStyle } from './curve-style.js';
import { chartClient } from './data/chart-client.js';
import { noPoint } from './data/curve-table.js';
import type { SaveFormat } from './save-menu.js';
import { fileName, pngOf, saveFile } from './saving.js';

/** What of a panel is saved: the curves that are shown, in the window that is shown. */
export interface ShownCurves {
  readonly name: readonly string[];
  readonly quantity: string;
  readonly curves: readonly CurveStyle[];
  readonly references: readonly CurveReference[];
  readonly range: readonly [low: number, high: number];
  readonly smoothing: number;
  readonly isLogarithmic: boolean;
  readonly ground: Ground;
}

/** Columns of a saved drawing: about as many as its plotting area has pixels. */
const columns = 500;

/** Saves what a panel shows: every recorded point as CSV, or drawn as the report draws figures. */
export async function saveCurves(format: SaveFormat, shown: ShownCurves): Promise<void> {
  const name = fileName(...shown.name);
  const [low, high] = shown.range;
  if (format === 'CSV') {
    const labels = shown.curves.map((curve) => curve.name);
    const csv = await chartClient.call('csv', namesOf(shown), labels, low, high, figureOf(shown));
    return saveFile(`${name}.csv`, csv, 'text/csv');
  }
  const drawing = standaloneSvg(await draw(shown), shown.ground);
  if (format === 'SVG') saveFile(`${name}.svg`, drawing, 'image/svg+xml');
  else saveFile(`${name}.png`, await pngOf(drawing, 2));
}

async function draw(shown: ShownCurves): Promise<string> {
  const { curves, smoothing, isLogarithmic } = shown;
  const [low, high] = shown.range;
  const [{ table }, { drawFigure }] = await Promise.all([
    chartClient.call('window', { curves: namesOf(shown), low, high, columns, smoothing, isLogarithmic }),
    import('@sardonyx/study/figures/draw'),
  ]);
  const pointsOf = (column: number): FigurePoint[] =>
    Array.from(table.curves[column] ?? [], (y, row) => ({ x: table.steps[row]!, y, series: curves[column % curves.length]!.label })).filter(
      // The points beyond the window, which let lines run out of it, would widen the axis.
      ({ x, y }) => y !== noPoint && x >= low && x <= high,
    );
  const measured = curves.flatMap((_, index) => pointsOf(index));
  if (smoothing === 0) return drawFigure(figureOf(shown), measured, document);
  const smooth = curves.flatMap((_, index) => pointsOf(curves.length + index));
  return drawFigure(figureOf(shown), smooth, document, { faint: measured });
}

function figureOf({ quantity, curves, references, isLogarithmic, smoothing }: ShownCurves): MetricFigure {
  return {
    name: quantity,
    title: smoothing > 0 ? `${quantity}, measured (faint) and its moving average of weight ${smoothing}` : quantity,
    kind: 'line',
    metrics: curves.map(({ series }) => series),
    xLabel: 'step',
    yLabel: quantity,
    yScale: isLogarithmic ? 'log' : 'linear',
    reference: references,
  };
}

function namesOf({ curves }: ShownCurves): { run: string; series: string }[] {
  return curves.map(({ run, series }) => ({ run, series }));
}

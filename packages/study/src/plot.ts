import * as Plot from '@observablehq/plot';
import { referenceLabels, referenceLines } from './figure-references.js';
import type { Frame } from './frame.js';
import { axis, labelOffset, leftMargin, logAxisMarks } from './figure-axes.js';
import { colourLegend, colourLegendHeight, type Legend, seriesLegend } from './figure-legend.js';
import type { Figure, FigurePoint } from './figure.js';
import { escapeXml } from './markup.js';
import { seriesColour, seriesDash } from './palette.js';
import { svgText } from './svg-text.js';

/** The DOM that a figure is drawn into: a browser's, or one for Node. */
export type PlotDocument = NonNullable<Plot.PlotOptions['document']>;

/** How a figure is drawn; the defaults are those of reports. */
export interface DrawOptions {
  /** CSS pixels. */
  readonly width?: number;
  /** CSS pixels of the whole, legend included; as much as it needs when not given. */
  readonly height?: number;
  /** Points behind the others in fainter lines of the same colours: the measured values behind smoothed ones. */
  readonly faint?: readonly FigurePoint[];
}

/**
 * Draws a figure with Observable Plot as one SVG element's text, its legend included: the same text from every DOM.
 * Text and lines take the colour of the page around it.
 */
export function drawFigure(figure: Figure, points: readonly FigurePoint[], document: PlotDocument, options: DrawOptions = {}): string {
  const { width = 640, faint = [] } = options;
  const series = [...new Set(points.map((point) => point.series))].filter((name) => name !== '');
  const marginLeft = leftMargin(points, width);
  const names = seriesLegend(figure, series.length > 1 ? series : [], { width, marginLeft });
  const legendHeight = figure.kind === 'heatmap' ? colourLegendHeight : names.height;
  const height = options.height === undefined ? 380 : Math.max(160, options.height - legendHeight);
  const frame: Frame = { width, height, marginLeft, marginRight: 30, marginTop: 28, marginBottom: 44 };
  const groups = figure.kind === 'bar' && series.length > 1 ? [...new Set(points.map((point) => point.x))] : undefined;
  const extent = faint.length > 0 ? [...points, ...faint] : points;
  const scales = { x: axis(figure, 'x', extent, frame), y: axis(figure, 'y', extent, frame) };
  const plot = Plot.plot({
    document,
    ...frame,
    // Plot names its style after a class; a fixed one, since figures share a page.
    className: 'sardonyx-figure',
    // In grouped bars the facets carry the groups' names, and the legend those of the bars.
    ...(groups === undefined ? {} : { fx: { label: figure.xLabel, labelOffset, domain: groups, axis: 'bottom' as const } }),
    x: groups === undefined ? { label: figure.xLabel, labelOffset, ...scales.x } : { axis: null },
    y: { label: figure.yLabel, grid: figure.kind !== 'heatmap', labelAnchor: 'top', ...scales.y },
    color: colourScale(figure, series),
    marks: [
      ...logAxisMarks(figure, scales),
      ...lines(faint, series, { strokeOpacity: 0.25, strokeWidth: 1 }),
      ...marks(figure, points, series),
      ...referenceLines(figure),
      ...frameLines(figure),
    ],
  });
  plot.setAttribute('font-size', '12');
  const legend = figure.kind === 'heatmap' ? colourLegend(figure, plot.scale('color'), frame) : names;
  return compose(figure, svgText(plot) + referenceLabels(figure, points, plot, frame), legend, frame);
}

function colourScale(figure: Figure, series: readonly string[]): Plot.ScaleOptions {
  if (figure.kind === 'heatmap') return { type: 'linear', scheme: 'cividis' as Plot.ColorScheme };
  return { type: 'ordinal', domain: [...series], range: series.map((_, index) => seriesColour(index)) };
}

function marks(figure: Figure, points: readonly FigurePoint[], series: readonly string[]): Plot.Markish[] {
  const colour = series.length > 0 ? 'series' : seriesColour(0);
  switch (figure.kind) {
    case 'line':
      return lines(points, series, { strokeWidth: 1.75 });
    case 'dot':
      return [Plot.dot(points, { x: 'x', y: 'y', fill: colour, fillOpacity: 0.8, r: 3.5 })];
    case 'bar':
      return series.length > 1
        ? [Plot.barY(points, { fx: 'x', x: 'series', y: 'y', fill: 'series' }), Plot.ruleY([0])]
        : [Plot.barY(points, { x: 'x', y: 'y', fill: colour }), Plot.ruleY([0])];
    case 'heatmap':
      return [Plot.cell(points, { x: 'x', y: 'y', fill: 'value' })];
  }
}

/** Thin axes at the left and the bottom; what fills areas stands on its own. */
function frameLines(figure: Figure): Plot.Markish[] {
  if (figure.kind === 'bar' || figure.kind === 'heatmap') return [];
  return (['left', 'bottom'] as const).map((anchor) => Plot.frame({ anchor, strokeOpacity: 0.4 }));
}

/** One line for each series, with gaps where `y` is NaN. */
function lines(points: readonly FigurePoint[], series: readonly string[], style: Plot.LineOptions): Plot.Markish[] {
  if (points.length === 0) return [];
  return (series.length > 0 ? series : ['']).flatMap((name, index) => {
    const own = points.filter((point) => point.series === name);
    const line = Plot.line(own, { x: 'x', y: 'y', stroke: seriesColour(index), strokeDasharray: seriesDash(index), ...style });
    // A single point is no line; and few points are seen better where they are.
    const dots = own.length <= 30 ? own : own.filter((_, at) => isAlone(own, at));
    return dots.length === 0
      ? [line]
      : [line, Plot.dot(dots, { x: 'x', y: 'y', fill: seriesColour(index), r: own.length <= 30 ? 3 : 1.75 })];
  });
}

/** Whether the point at an index has gaps on both sides. */
function isAlone(curve: readonly FigurePoint[], index: number): boolean {
  const isGap = (at: number): boolean => curve[at] === undefined || Number.isNaN(curve[at].y);
  return !isGap(index) && isGap(index - 1) && isGap(index + 1);
}

function compose(figure: Figure, plot: string, legend: Legend, { width, height }: Frame): string {
  const total = height + legend.height;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" role="img" ` +
    `aria-label="${escapeXml(figure.title)}" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">` +
    `<title>${escapeXml(figure.title)}</title>${legend.svg}` +
    `<g transform="translate(0, ${legend.height})">${plot}</g></svg>`
  );
}

import * as Plot from '@observablehq/plot';
import type { Figure, FigurePoint } from './figure.js';
import { escapeXml, shortNumber } from './markup.js';
import { seriesColour, seriesDash } from './palette.js';

const width = 640;
const height = 380;
const marginRight = 24;
const legendRow = 18;
/** Letters of 12 px system type are narrower than this on average; text cannot be measured without a screen. */
const letterWidth = 6.6;

/** The DOM that a figure is drawn into: a browser's, or one for Node. */
export type PlotDocument = NonNullable<Plot.PlotOptions['document']>;

/**
 * Draws a figure with Observable Plot as one SVG element's text, its legend included. Text and lines take the colour
 * of the page around it.
 */
export function drawFigure(figure: Figure, points: readonly FigurePoint[], document: PlotDocument): string {
  const series = [...new Set(points.map((point) => point.series))].filter((name) => name !== '');
  const marginLeft = leftMargin(points);
  const groups = figure.kind === 'bar' && series.length > 1 ? [...new Set(points.map((point) => point.x))] : undefined;
  const plot = Plot.plot({
    document,
    width,
    height,
    marginLeft,
    marginRight,
    marginBottom: 44,
    marginTop: 28,
    style: { fontSize: '12px', background: 'transparent' },
    // In grouped bars the facets carry the groups' names, and the legend those of the bars.
    ...(groups === undefined ? {} : { fx: { label: figure.xLabel, domain: groups, axis: 'bottom' as const } }),
    x: groups === undefined ? { label: figure.xLabel, ...axis(figure, 'x', points) } : { axis: null },
    y: { label: figure.yLabel, grid: figure.kind !== 'heatmap', labelAnchor: 'top', ...axis(figure, 'y', points) },
    color: colourScale(figure, series),
    marks: [...marks(figure, points, series), ...references(figure, groups)],
  });
  const legend =
    figure.kind === 'heatmap' ? colourLegend(figure, plot, marginLeft) : seriesLegend(figure, series.length > 1 ? series : [], marginLeft);
  return compose(figure, plot.outerHTML, legend);
}

/** Room for the names on the vertical axis where it has names, for numbers otherwise. */
function leftMargin(points: readonly FigurePoint[]): number {
  const longest = Math.max(0, ...points.map(({ y }) => (typeof y === 'string' ? y.length : 0)));
  return Math.min(width / 3, Math.max(64, 20 + letterWidth * longest));
}

function axis(figure: Figure, name: 'x' | 'y', points: readonly FigurePoint[]): Plot.ScaleOptions {
  const scale = name === 'x' ? figure.xScale : figure.yScale;
  if (figure.kind === 'heatmap' || (figure.kind === 'bar' && name === 'x'))
    return { type: 'band', padding: figure.kind === 'bar' ? 0.2 : 0.03 };
  if (points.some((point) => typeof point[name] === 'string')) return { type: 'point' };
  // Few ticks on a logarithmic axis means decades only; the lines between them would be a thicket.
  return scale === 'log' ? { type: 'log', tickFormat: '~g', ticks: 5 } : { type: 'linear', nice: true };
}

function colourScale(figure: Figure, series: readonly string[]): Plot.ScaleOptions {
  if (figure.kind === 'heatmap') return { type: 'linear', scheme: 'cividis' as Plot.ColorScheme };
  return { type: 'ordinal', domain: [...series], range: series.map((_, index) => seriesColour(index)) };
}

function marks(figure: Figure, points: readonly FigurePoint[], series: readonly string[]): Plot.Markish[] {
  const colour = series.length > 0 ? 'series' : seriesColour(0);
  switch (figure.kind) {
    case 'line':
      return (series.length > 0 ? series : ['']).flatMap((name, index) => {
        const own = points.filter((point) => point.series === name);
        const line = Plot.line(own, { x: 'x', y: 'y', stroke: seriesColour(index), strokeDasharray: seriesDash(index), strokeWidth: 1.75 });
        // A single point is no line; and few points are seen better where they are.
        return own.length <= 30 ? [line, Plot.dot(own, { x: 'x', y: 'y', fill: seriesColour(index), r: 3 })] : [line];
      });
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

function references(figure: Figure, groups: readonly (number | string)[] | undefined): Plot.Markish[] {
  // A rule runs through every facet of grouped bars; its label stands in the last.
  const facet = groups === undefined ? {} : { fx: groups.slice(-1) };
  return (figure.reference ?? []).flatMap(({ label, value, axis: on }) => {
    const text = `${label}: ${value}`;
    const stroke = { stroke: 'currentColor', strokeDasharray: '4 3', strokeOpacity: 0.7 };
    // A halo in the colour of the ground keeps the label legible on top of the data.
    const halo = { stroke: 'var(--ground, #ffffff)', strokeWidth: 4, fill: 'currentColor' };
    return on === 'x'
      ? [
          Plot.ruleX([value], stroke),
          Plot.text([text], { x: [value], frameAnchor: 'top', textAnchor: 'start', dx: 4, dy: 2, ...halo, ...facet }),
        ]
      : [
          Plot.ruleY([value], stroke),
          Plot.text([text], { y: [value], frameAnchor: 'right', textAnchor: 'end', dy: -8, dx: -4, ...halo, ...facet }),
        ];
  });
}

interface Legend {
  readonly height: number;
  readonly svg: string;
}

/** Samples and names in rows above the plot. */
function seriesLegend(figure: Figure, series: readonly string[], left: number): Legend {
  let x = left;
  let row = 0;
  const entries = series.map((name, index) => {
    const needed = 28 + name.length * letterWidth;
    if (x + needed > width && x > left) {
      x = left;
      row++;
    }
    const y = row * legendRow + 10;
    const entry = `${sample(figure, index, x, y)}<text x="${x + 22}" y="${y}" dy="0.35em">${escapeXml(name)}</text>`;
    x += needed + 12;
    return entry;
  });
  return { height: series.length === 0 ? 0 : (row + 1) * legendRow + 4, svg: entries.join('') };
}

function sample(figure: Figure, index: number, x: number, y: number): string {
  const colour = seriesColour(index);
  if (figure.kind === 'bar') return `<rect x="${x + 2}" y="${y - 6}" width="12" height="12" style="fill: ${colour}"/>`;
  if (figure.kind === 'dot') return `<circle cx="${x + 8}" cy="${y}" r="4" style="fill: ${colour}"/>`;
  return `<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke-width="2" stroke-dasharray="${seriesDash(index)}" style="stroke: ${colour}"/>`;
}

/** A strip of the colour scale with its least and greatest value. */
function colourLegend(figure: Figure, plot: ReturnType<typeof Plot.plot>, left: number): Legend {
  const scale = plot.scale('color');
  const domain = scale?.domain;
  if (scale === undefined || domain === undefined) return { height: 0, svg: '' };
  const [low, high] = [Number(domain[0]), Number(domain[domain.length - 1])];
  const steps = 48;
  const strip = 200;
  const cells = Array.from({ length: steps }, (_, index) => {
    const colour = String(scale.apply(low + ((high - low) * index) / (steps - 1)));
    return `<rect x="${left + (strip * index) / steps}" y="4" width="${strip / steps + 0.5}" height="10" fill="${colour}"/>`;
  });
  const label = 'valueLabel' in figure && figure.valueLabel !== undefined ? `${figure.valueLabel}: ` : '';
  const text = `${label}${shortNumber(low)} to ${shortNumber(high)}`;
  return { height: 26, svg: `${cells.join('')}<text x="${left + strip + 10}" y="9" dy="0.35em">${escapeXml(text)}</text>` };
}

function compose(figure: Figure, plot: string, legend: Legend): string {
  const total = height + legend.height;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" role="img" ` +
    `aria-label="${escapeXml(figure.title)}" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">` +
    `<title>${escapeXml(figure.title)}</title>${legend.svg}` +
    `<g transform="translate(0, ${legend.height})">${plot}</g></svg>`
  );
}

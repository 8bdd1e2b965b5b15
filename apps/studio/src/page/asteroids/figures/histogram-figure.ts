import * as Plot from '@observablehq/plot';
import { seriesColour } from '@sardonyx/study/figures';
import { drawn } from './drawn-figure.js';
import type { FigureSize } from './figure-size.js';
import type { Histogram } from './histogram.js';

/** Histograms of one quantity for one or several groups. */
export interface HistogramFigure {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** All on the same edges. */
  readonly groups: readonly { readonly name: string; readonly histogram: Histogram; readonly colour: number }[];
  /** Heights that are expected, one a bin, for each group. */
  readonly expected?: { readonly name: string; readonly heights: (histogram: Histogram) => readonly number[] };
  /** Whether heights are shares of a whole; else they are counts. */
  readonly isShare?: boolean;
  readonly logarithmic?: boolean;
}

/** Steps over the bins: filled for one group, lines for several, which would hide each other. */
export function drawHistogram(figure: HistogramFigure, size: FigureSize): string {
  const { groups, expected } = figure;
  const isAlone = groups.length === 1;
  const curves = groups.map(({ name, histogram, colour }) => ({
    name,
    colour,
    steps: stepsOf(histogram.edges, histogram.counts),
    histogram,
  }));
  const least = figure.logarithmic ? 0.8 : 0;
  const raised = (steps: readonly Step[]): Step[] => steps.map(({ x, y }) => ({ x, y: Math.max(least, y) }));
  return drawn(figure.title, size, {
    marginTop: isAlone && expected === undefined ? 30 : 48,
    x: { label: `${figure.xLabel} →` },
    y: {
      label: `↑ ${figure.yLabel}`,
      grid: true,
      ...(figure.logarithmic
        ? { type: 'log' as const, ticks: 5, tickFormat: '~s' }
        : { nice: true, ticks: 5, tickFormat: figure.isShare ? '.0%' : '~s' }),
    },
    marks: [
      ...curves.flatMap(({ steps, colour, histogram }) => [
        ...(isAlone ? [Plot.areaY(raised(steps), { x: 'x', y1: least, y2: 'y', fill: seriesColour(colour), fillOpacity: 0.35 })] : []),
        Plot.line(raised(steps), { x: 'x', y: 'y', stroke: seriesColour(colour), strokeWidth: 1.5 }),
        ...(expected === undefined
          ? []
          : [
              Plot.line(raised(stepsOf(histogram.edges, expected.heights(histogram))), {
                x: 'x',
                y: 'y',
                stroke: seriesColour(colour),
                strokeDasharray: '3 3',
                strokeOpacity: 0.8,
              }),
            ]),
      ]),
      ...legend(figure, size),
    ],
  });
}

interface Step {
  readonly x: number;
  readonly y: number;
}

const stepsOf = (edges: readonly number[], heights: readonly number[]): Step[] =>
  heights.flatMap((y, bin) => [
    { x: edges[bin]!, y },
    { x: edges[bin + 1]!, y },
  ]);

/** Names in their colours, in one row above the plot. */
function legend({ groups, expected }: HistogramFigure, { width }: FigureSize): Plot.Markish[] {
  if (groups.length === 1 && expected === undefined) return [];
  const named = [
    ...groups.map(({ name, colour }) => ({ name, fill: seriesColour(colour) })),
    ...(expected === undefined ? [] : [{ name: `– – ${expected.name}`, fill: 'currentColor' }]),
  ];
  let right = 0;
  return named.reverse().map(({ name, fill }) => {
    const dx = -right;
    right += name.length * 6.6 + 14;
    return Plot.text([name], { frameAnchor: 'top-right', dx, dy: width < 360 && name.startsWith('–') ? -38 : -24, text: [name], fill });
  });
}

/** Edges and counts of every group as CSV. */
export function histogramCsv({ groups, xLabel }: HistogramFigure): string {
  const quantity = xLabel.replaceAll(',', ' ');
  const [first] = groups;
  const edges = first?.histogram.edges ?? [];
  const lines = [[`${quantity} from`, 'to', ...groups.map(({ name }) => name)].join(',')];
  for (let bin = 0; bin + 1 < edges.length; bin++) {
    const numbers = [edges[bin]!, edges[bin + 1]!].map((edge) => Number(edge.toPrecision(9)));
    lines.push([...numbers, ...groups.map(({ histogram }) => histogram.counts[bin]!)].join(','));
  }
  return `${lines.join('\n')}\n`;
}

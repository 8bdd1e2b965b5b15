import * as Plot from '@observablehq/plot';
import type { Figure, FigurePoint } from './figure.js';
import type { Frame } from './frame.js';
import { logTicks, tickText } from './ticks.js';
import { letterWidth } from './typography.js';

/** From the axis to the foot of its label: above the lower edge by as much as letters reach below their line. */
export const labelOffset = 38;

/** Room for the names on the vertical axis where it has names, for numbers otherwise. */
export function leftMargin(points: readonly FigurePoint[], width: number): number {
  const longest = points.reduce((most, { y }) => Math.max(most, typeof y === 'string' ? y.length : 0), 0);
  return Math.min(width / 3, Math.max(width < 480 ? 48 : 60, 20 + letterWidth * longest));
}

/** Scale and ticks of one axis. */
export function axis(figure: Figure, name: 'x' | 'y', points: readonly FigurePoint[], frame: Frame): Plot.ScaleOptions {
  const scale = name === 'x' ? figure.xScale : figure.yScale;
  if (figure.kind === 'heatmap' || (figure.kind === 'bar' && name === 'x')) {
    return { type: 'band', padding: figure.kind === 'bar' ? 0.2 : 0.03, ...sparseNames(points, name, frame) };
  }
  if (points.some((point) => typeof point[name] === 'string')) return { type: 'point', ...sparseNames(points, name, frame) };
  const pixels = name === 'x' ? frame.width - frame.marginLeft - frame.marginRight : frame.height - frame.marginTop - frame.marginBottom;
  if (scale === 'log') return logAxis(figure, name, points, Math.floor(pixels / (name === 'x' ? 64 : 28)));
  return { type: 'linear', nice: true, ticks: Math.max(2, Math.round(pixels / (name === 'x' ? 80 : 40))), tickFormat: tickText };
}

/** Every name of an axis where there is room for it, every second, third, ... where there is not. */
function sparseNames(points: readonly FigurePoint[], name: 'x' | 'y', frame: Frame): Plot.ScaleOptions {
  const names = [...new Set(points.map((point) => point[name]))];
  if (names.every((value) => typeof value === 'number')) names.sort((a, b) => a - b);
  const text = (value: number | string): string => (typeof value === 'number' ? tickText(value) : value);
  const longest = Math.max(0, ...names.map((value) => text(value).length));
  const [room, needed] =
    name === 'x' ? [frame.width - frame.marginLeft - frame.marginRight, longest * letterWidth + 8] : [frame.height - 72, 14];
  const every = Math.ceil((names.length * needed) / room);
  return { domain: names, ticks: names.filter((_, index) => index % every === 0), tickFormat: text } as Plot.ScaleOptions;
}

function logAxis(figure: Figure, name: 'x' | 'y', points: readonly FigurePoint[], mostTicks: number): Plot.ScaleOptions {
  let [low, high] = [Infinity, 0];
  const values = [
    ...points.map((point) => point[name]),
    ...(figure.reference ?? []).flatMap((one) => ((one.axis ?? 'y') === name ? [one.value] : [])),
  ];
  for (const value of values) {
    if (typeof value === 'string' || !(value > 0) || value === Infinity) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) [low, high] = [0.1, 10];
  if (low === high) [low, high] = [low / 2, high * 2];
  if (high / low > 10) [low, high] = [roundedDown(low), roundedUp(high)];
  return { type: 'log', domain: [low, high], grid: false, axis: null, ticks: logTicks(low, high, mostTicks) as unknown as number };
}

/** The next 1, 2 or 5 times a power of ten, so that a logarithmic axis begins and ends with a tick. */
function roundedUp(value: number): number {
  const decade = Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((multiple) => multiple * 10 ** decade).find((bound) => bound >= value * (1 - 1e-9)) ?? value;
}

function roundedDown(value: number): number {
  const decade = Math.floor(Math.log10(value));
  return [5, 2, 1].map((multiple) => multiple * 10 ** decade).find((bound) => bound <= value * (1 + 1e-9)) ?? value;
}

/** Ticks, labels and grid of logarithmic axes: the library's own leave out the labels of some ticks. */
export function logAxisMarks(figure: Figure, scales: { readonly x: Plot.ScaleOptions; readonly y: Plot.ScaleOptions }): Plot.Markish[] {
  const ticksOf = ({ ticks }: Plot.ScaleOptions): number[] => ticks as unknown as number[];
  return [
    ...(scales.x.type === 'log' ? [Plot.axisX(ticksOf(scales.x), { label: figure.xLabel, labelOffset, text: tickText })] : []),
    ...(scales.y.type === 'log'
      ? [Plot.gridY(ticksOf(scales.y)), Plot.axisY(ticksOf(scales.y), { label: figure.yLabel, labelAnchor: 'top', text: tickText })]
      : []),
  ];
}

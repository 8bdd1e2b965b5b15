import * as Plot from '@observablehq/plot';
import type { Figure, FigurePoint } from './figure.js';
import type { Frame } from './frame.js';
import { type Box, crosses, labelPlace } from './label-place.js';
import { escapeXml, shortNumber } from './markup.js';
import { letterWidth } from './typography.js';

type Drawn = ReturnType<typeof Plot.plot>;

/** A dashed line for each reference value. */
export function referenceLines(figure: Figure): Plot.Markish[] {
  const stroke = { stroke: 'currentColor', strokeDasharray: '4 3', strokeOpacity: 0.7 };
  return (figure.reference ?? []).map(({ value, axis: on }) => (on === 'x' ? Plot.ruleX([value], stroke) : Plot.ruleY([value], stroke)));
}

/** The labels of the reference lines, where they hide least of the data. */
export function referenceLabels(figure: Figure, points: readonly FigurePoint[], plot: Drawn, frame: Frame): string {
  const { width, height, marginLeft, marginRight, marginTop, marginBottom } = frame;
  const area: Box = {
    left: marginLeft,
    top: marginTop,
    width: width - marginLeft - marginRight,
    height: height - marginTop - marginBottom,
  };
  const marks = placedPoints(points, plot);
  const crowd = (box: Box): number => marks.reduce((count, mark, index) => count + Number(isOver(figure, box, mark, marks[index - 1])), 0);
  const labels = (figure.reference ?? []).map(({ label, value, axis: on = 'y' }) => {
    const text = `${label}: ${shortNumber(value)}`;
    const at = Number(plot.scale(on)?.apply(value));
    const size = { width: text.length * letterWidth, height: 14 };
    const { left, top } = on === 'y' ? labelPlace(area, at, size, crowd) : besideRule(area, at, size.width);
    // A halo in the colour of the ground keeps the label legible where it cannot avoid the data.
    return (
      `<text x="${left}" y="${top + size.height / 2}" dy="0.35em" stroke="var(--ground, #ffffff)" stroke-width="4" stroke-linejoin="round" ` +
      `paint-order="stroke" fill="currentColor">${escapeXml(text)}</text>`
    );
  });
  return labels.join('');
}

function besideRule(area: Box, x: number, width: number): { readonly left: number; readonly top: number } {
  const fits = x + 4 + width <= area.left + area.width;
  return { left: fits ? x + 4 : x - 4 - width, top: area.top };
}

/** Where the points are drawn; none for what has bands, whose marks fill areas. */
function placedPoints(points: readonly FigurePoint[], plot: Drawn): { readonly x: number; readonly y: number; readonly series: string }[] {
  const [x, y] = [plot.scale('x'), plot.scale('y')];
  if (x === undefined || y === undefined || x.bandwidth !== undefined) return [];
  return points.map((point) => ({ x: Number(x.apply(point.x)), y: Number(y.apply(point.y)), series: point.series }));
}

type Placed = ReturnType<typeof placedPoints>[number];

function isOver(figure: Figure, box: Box, mark: Placed, before: Placed | undefined): boolean {
  const from = figure.kind === 'line' && before?.series === mark.series ? before : mark;
  return crosses(box, from.x, from.y, mark.x, mark.y);
}

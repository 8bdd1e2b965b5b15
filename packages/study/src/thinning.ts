import type { Figure, FigurePoint } from './figure.js';

/** Marks that a drawing may have; with more, SVG takes longer to show than a person waits. */
export const mostMarks = 8000;

/** Points fit for drawing, and what was done to them, for the caption; undefined when they are all there. */
export interface ThinnedPoints {
  readonly points: readonly FigurePoint[];
  readonly note?: string;
}

/**
 * Points in numbers that can be drawn, without changing what is seen: of a line the first, least, greatest and last
 * point in each of many strips of the axis; of dots one in each small cell; of bars and cells of a heatmap the means of
 * neighbours.
 */
export function thinnedPoints(figure: Figure, points: readonly FigurePoint[], most = mostMarks): ThinnedPoints {
  if (points.length <= most) return { points };
  const count = (thinned: readonly FigurePoint[]): string =>
    `${thinned.length.toLocaleString('en-US')} of ${points.length.toLocaleString('en-US')} points`;
  switch (figure.kind) {
    case 'line': {
      const curves = groupBy(points, (point) => point.series);
      const strips = Math.max(2, Math.floor(most / curves.size / 4));
      const thinned = [...curves.values()].flatMap((curve) => extremes(curve, strips, figure.xScale));
      return { points: thinned, note: `Drawn from ${count(thinned)}: the first, least, greatest and last of each strip.` };
    }
    case 'dot': {
      const thinned = oneInEachCell(figure, points, most);
      return { points: thinned, note: `Drawn from ${count(thinned)}: one of those that lie on top of each other.` };
    }
    case 'bar':
    case 'heatmap': {
      const thinned = blockMeans(figure, points, most);
      return {
        points: thinned,
        note: `${thinned.length.toLocaleString('en-US')} marks, each the mean of neighbours among ${count(points)}.`,
      };
    }
  }
}

/** The first, least, greatest and last point of every strip of the horizontal axis, in the order of the curve. */
function extremes(curve: readonly FigurePoint[], strips: number, scale: Figure['xScale']): FigurePoint[] {
  const position = stripOf(curve, 'x', strips, scale);
  const kept: FigurePoint[] = [];
  for (let start = 0, end = 0; start < curve.length; start = end) {
    const strip = position(curve[start]!);
    let [least, greatest] = [-1, -1];
    for (end = start; end < curve.length && position(curve[end]!) === strip; end++) {
      const y = Number(curve[end]!.y);
      if (Number.isNaN(y)) continue;
      if (least < 0 || y < Number(curve[least]!.y)) least = end;
      if (greatest < 0 || y > Number(curve[greatest]!.y)) greatest = end;
    }
    const chosen = new Set([start, least, greatest, end - 1].filter((index) => index >= 0));
    for (const index of [...chosen].sort((a, b) => a - b)) kept.push(curve[index]!);
  }
  return kept;
}

function oneInEachCell(figure: Figure, points: readonly FigurePoint[], most: number): FigurePoint[] {
  const series = new Set(points.map((point) => point.series)).size;
  const side = Math.max(1, Math.floor(Math.sqrt(most / series)));
  const column = stripOf(points, 'x', side, figure.xScale);
  const row = stripOf(points, 'y', side, figure.yScale);
  const cells = new Map<string, FigurePoint>();
  for (const point of points) {
    const cell = `${column(point)} ${row(point)} ${point.series}`;
    if (!cells.has(cell)) cells.set(cell, point);
  }
  return [...cells.values()];
}

/** Means over blocks of neighbouring positions; a block is called by its first position. */
function blockMeans(figure: Figure, points: readonly FigurePoint[], most: number): FigurePoint[] {
  const isHeatmap = figure.kind === 'heatmap';
  const series = isHeatmap ? 1 : new Set(points.map((point) => point.series)).size;
  const columns = new Set(points.map((point) => point.x)).size;
  const rows = isHeatmap ? new Set(points.map((point) => point.y)).size : 1;
  const shrink = isHeatmap ? Math.sqrt((columns * rows) / most) : (columns * series) / most;
  const xs = blocks(points, 'x', Math.ceil(shrink));
  const ys = blocks(points, 'y', Math.ceil(shrink));
  const means = groupBy(points, (point) => JSON.stringify([xs(point.x), isHeatmap ? ys(point.y) : '', point.series]));
  return [...means.values()].map((members) => {
    const mean = (of: (point: FigurePoint) => number): number => members.reduce((sum, point) => sum + of(point), 0) / members.length;
    const first = members[0]!;
    const x = xs(first.x);
    return isHeatmap
      ? { x, y: ys(first.y), series: first.series, value: mean((point) => point.value ?? 0) }
      : { x, y: mean((point) => Number(point.y)), series: first.series };
  });
}

/** The first position of the block of `size` neighbours that a position belongs to; numbers in their order. */
function blocks(points: readonly FigurePoint[], axis: 'x' | 'y', size: number): (position: number | string) => number | string {
  const positions = [...new Set(points.map((point) => point[axis]))];
  if (positions.every((position) => typeof position === 'number')) positions.sort((a, b) => a - b);
  const first = new Map(positions.map((position, index) => [position, positions[index - (index % size)]!]));
  return (position) => first.get(position)!;
}

/** Number of the strip, among `count` equal ones on the axis, that a point lies in; of names, each is its own strip. */
function stripOf(
  points: readonly FigurePoint[],
  axis: 'x' | 'y',
  count: number,
  scale: Figure['xScale'],
): (point: FigurePoint) => number | string {
  const place = (value: number): number => (scale === 'log' ? Math.log(value) : value);
  let [low, high] = [Infinity, -Infinity];
  for (const point of points) {
    const value = point[axis];
    if (typeof value === 'string' || !Number.isFinite(value)) continue;
    low = Math.min(low, place(value));
    high = Math.max(high, place(value));
  }
  return (point) => {
    const value = point[axis];
    return typeof value === 'string' ? value : Math.min(count - 1, Math.floor(((place(value) - low) / (high - low || 1)) * count));
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

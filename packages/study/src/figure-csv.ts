import type { Figure, FigurePoint } from './figure.js';

/**
 * The points of a figure as CSV (RFC 4180), headed by the figure's own labels, units included. Numbers stand in the
 * shortest form that reads back as the same number.
 */
export function figureCsv(figure: Figure, points: readonly FigurePoint[]): string {
  const hasSeries = points.some((point) => point.series !== '');
  const hasValue = points.some((point) => point.value !== undefined);
  const header = [
    ...(hasSeries ? ['series' in figure && figure.series !== undefined ? figure.series : 'series'] : []),
    figure.xLabel,
    figure.yLabel,
    ...(hasValue ? [('valueLabel' in figure ? figure.valueLabel : undefined) ?? 'value'] : []),
  ];
  const lines = [csvLine(header)];
  for (const { series, x, y, value } of points) {
    lines.push(csvLine([...(hasSeries ? [series] : []), x, y, ...(hasValue ? [value ?? ''] : [])]));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** One line of CSV (RFC 4180), without its end. */
export function csvLine(cells: readonly (string | number)[]): string {
  return cells.map(csvCell).join(',');
}

function csvCell(cell: string | number): string {
  if (typeof cell === 'number') return Object.is(cell, -0) ? '-0' : String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

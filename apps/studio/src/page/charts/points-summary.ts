import { type Figure, type FigurePoint, shortNumber } from '@sardonyx/study/figures';

/** A figure in words, for those who cannot see it: what is on its axes, and how far each series goes. */
export function pointsSummary(figure: Figure, points: readonly FigurePoint[]): string {
  const series = [...new Set(points.map((point) => point.series))];
  const named = series.slice(0, 12).map((name) => {
    const own = points.filter((point) => point.series === name);
    const label = name === '' ? '' : `${name}: `;
    return `${label}${extent(own, 'x', figure.xLabel)}; ${extent(own, 'y', figure.yLabel)}`;
  });
  const more = series.length > 12 ? ` And ${series.length - 12} more series.` : '';
  const references = (figure.reference ?? []).map(({ label, value }) => `${label}: ${shortNumber(value)}.`).join(' ');
  return `${figure.yLabel} over ${figure.xLabel}. ${named.join('. ')}.${more} ${references}`.trim();
}

function extent(points: readonly FigurePoint[], axis: 'x' | 'y', label: string): string {
  const names = points.map((point) => point[axis]);
  if (names.some((value) => typeof value === 'string')) return `${label}: ${[...new Set(names)].slice(0, 12).join(', ')}`;
  let [low, high] = [Infinity, -Infinity];
  for (const value of names) {
    if (typeof value === 'string' || !Number.isFinite(value)) continue;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  const last = axis === 'y' && typeof names.at(-1) === 'number' ? `, the last ${shortNumber(Number(names.at(-1)))}` : '';
  return `${label} from ${shortNumber(low)} to ${shortNumber(high)}${last}`;
}

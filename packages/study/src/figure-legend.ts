import type { Figure } from './figure.js';
import type { Frame } from './frame.js';
import { escapeXml, shortNumber } from './markup.js';
import { seriesColour, seriesDash } from './palette.js';
import { letterWidth } from './typography.js';

const rowHeight = 18;
export const colourLegendHeight = 26;

/** The part of an SVG above the plot that explains it. */
export interface Legend {
  readonly height: number;
  readonly svg: string;
}

type LegendFrame = Pick<Frame, 'width' | 'marginLeft'>;

/** Samples and names in rows above the plot. */
export function seriesLegend(figure: Figure, series: readonly string[], { width, marginLeft }: LegendFrame): Legend {
  let x = marginLeft;
  let row = 0;
  const entries = series.map((name, index) => {
    const needed = 28 + name.length * letterWidth;
    if (x + needed > width && x > marginLeft) {
      x = marginLeft;
      row++;
    }
    const y = row * rowHeight + 10;
    const entry = `${sample(figure, index, x, y)}<text x="${x + 24}" y="${y}" dy="0.35em">${escapeXml(name)}</text>`;
    x += needed + 12;
    return entry;
  });
  return { height: series.length === 0 ? 0 : (row + 1) * rowHeight + 4, svg: entries.join('') };
}

function sample(figure: Figure, index: number, x: number, y: number): string {
  const colour = seriesColour(index);
  if (figure.kind === 'bar') return `<rect x="${x + 2}" y="${y - 6}" width="12" height="12" fill="${colour}"/>`;
  if (figure.kind === 'dot') return `<circle cx="${x + 8}" cy="${y}" r="4" fill="${colour}"/>`;
  return `<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke-width="2" stroke-dasharray="${seriesDash(index)}" stroke="${colour}"/>`;
}

/** A scale of Plot, as `plot.scale` gives it. */
interface ColourScale {
  readonly domain?: Iterable<unknown>;
  apply(input: number): unknown;
}

/** A strip of the colour scale with its least and greatest value. */
export function colourLegend(figure: Figure, scale: ColourScale | undefined, { width, marginLeft }: LegendFrame): Legend {
  const domain = [...(scale?.domain ?? [])].map(Number);
  const [low, high] = [domain[0], domain.at(-1)];
  if (scale === undefined || low === undefined || high === undefined) return { height: colourLegendHeight, svg: '' };
  const label = 'valueLabel' in figure && figure.valueLabel !== undefined ? `${figure.valueLabel}: ` : '';
  const text = `${label}${shortNumber(low)} to ${shortNumber(high)}`;
  const steps = 48;
  const strip = Math.max(48, Math.min(200, width - marginLeft - 10 - text.length * letterWidth));
  const cells = Array.from({ length: steps }, (_, index) => {
    const colour = String(scale.apply(low + ((high - low) * index) / (steps - 1)));
    return `<rect x="${marginLeft + (strip * index) / steps}" y="4" width="${strip / steps + 0.5}" height="10" fill="${colour}"/>`;
  });
  return {
    height: colourLegendHeight,
    svg: `${cells.join('')}<text x="${marginLeft + strip + 10}" y="9" dy="0.35em">${escapeXml(text)}</text>`,
  };
}

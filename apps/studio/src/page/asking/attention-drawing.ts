import { escapeXml } from '@sardonyx/study/figures';
import { shownToken } from './token-text.js';

/** Pixels of one pair of tokens. */
export const cell = 14;
/** A token that is longer is cut, characters. */
const longestLabel = 8;
/** Weights that are fainter than one step of a screen's colours are left out. */
const leastShown = 1 / 512;

/** What a head attends to on a sequence, and the tokens of the sequence. */
export interface AttentionMap {
  /** [length, length] row by row; row i is what query i attends to. */
  readonly probabilities: Float32Array;
  readonly labels: readonly string[];
}

/** The space that labels take at the left and at the top, pixels. */
export function labelSpace(labels: readonly string[]): number {
  const longest = Math.max(1, ...labels.map((label) => shorten(label).length));
  return 10 + 6.2 * Math.min(longest, longestLabel);
}

/** Pixels of a map with its labels, in both directions. */
export const mapSize = (labels: readonly string[]): number => labelSpace(labels) + cell * labels.length + 1;

/**
 * A heat map as the inside of an SVG element: rows are queries, columns the keys that they see, and the opacity of one
 * colour the weight. One hue from nothing to dark is told apart with every colour vision and in grey.
 */
export function drawAttention({ probabilities, labels }: AttentionMap): string {
  const n = labels.length;
  const space = labelSpace(labels);
  const parts: string[] = [];
  // Only what the causal mask lets a query see has a ground.
  const stairs = Array.from({ length: n }, () => `h${cell}v${cell}`).join('');
  parts.push(`<path d="M${space} ${space}${stairs}H${space}Z" fill="currentColor" fill-opacity="0.05"/>`);
  parts.push('<g fill="var(--heat)">');
  for (let query = 0; query < n; query++) {
    for (let key = 0; key <= query; key++) {
      const weight = probabilities[query * n + key]!;
      if (weight < leastShown) continue;
      const place = `x="${space + key * cell}" y="${space + query * cell}"`;
      parts.push(`<rect ${place} width="${cell}" height="${cell}" fill-opacity="${weight.toFixed(3)}"/>`);
    }
  }
  parts.push('</g>', ...tokenLabels(labels, space));
  return parts.join('');
}

function tokenLabels(labels: readonly string[], space: number): string[] {
  const isWide = labels.some((label) => shorten(label).length > 2);
  return [
    '<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="10" fill="currentColor">',
    ...labels.map((label, i) => {
      const middle = space + (i + 0.5) * cell;
      const text = escapeXml(shorten(label));
      const top = isWide
        ? `<text transform="translate(${middle + 3.5},${space - 4}) rotate(-90)">${text}</text>`
        : `<text x="${middle}" y="${space - 4}" text-anchor="middle">${text}</text>`;
      return `<text x="${space - 4}" y="${middle + 3.5}" text-anchor="end">${text}</text>${top}`;
    }),
    '</g>',
  ];
}

function shorten(label: string): string {
  const shown = shownToken(label);
  return shown.length > longestLabel ? `${shown.slice(0, longestLabel - 1)}…` : shown;
}

import type { SaveFormat } from '../charts/save-menu.js';
import { fileName, pngOf, saveFile } from '../charts/saving.js';

/** A figure as it is saved. */
export interface Sheet {
  readonly name: readonly string[];
  drawing(): string;
  csv(): string;
}

/** Pixels of a canvas side, beyond which browsers draw nothing. */
const longestSide = 16_000;

/** Saves a figure as a file of the browser's downloads. */
export async function saveSheet(format: SaveFormat, { name, drawing, csv }: Sheet): Promise<void> {
  const file = fileName(...name);
  if (format === 'CSV') return saveFile(`${file}.csv`, csv(), 'text/csv');
  const svg = drawing();
  if (format === 'SVG') return saveFile(`${file}.svg`, svg, 'image/svg+xml');
  const [, width = '0', height = '0'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const scale = Math.min(2, longestSide / Math.max(Number(width), Number(height)));
  saveFile(`${file}.png`, await pngOf(svg, scale));
}

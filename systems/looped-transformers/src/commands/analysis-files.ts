import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Figure, figurePoints, figureSvg, type TableFigure } from '@sardonyx/study';
import { csvLine } from '@sardonyx/study/figures';
import { writeAtomically } from '@sardonyx/tensor/atomic-write';
import type { AnalysisRows, AnalysisTables } from './analysis-tables.js';

const line = (name: string, title: string, y: string, yLabel: string, rest: Partial<TableFigure> = {}): TableFigure => ({
  name,
  title,
  kind: 'line',
  table: 'loops',
  x: 'loop',
  y,
  xLabel: 'loop',
  yLabel,
  ...rest,
});

const byHops = (table: string): Partial<TableFigure> => ({ table, series: 'hops' });

/** What there may be to draw; a figure of a table or of a column that an analysis does not have is left out. */
const figures: readonly TableFigure[] = [
  line('norm', 'Residual stream', 'norm', 'root mean square of X_t'),
  line('change', 'Change in a loop', 'change', '‖X_t − X_t−1‖ / ‖X_t−1‖'),
  line('cosine', 'Cosine of successive states', 'cosine', 'cosine, mean over positions'),
  line('fixed-point-distance', 'Distance to the fixed point', 'distance', '‖X_t − X_∞‖ / ‖X_∞‖', { yScale: 'log' }),
  line('logit-lens', 'Logit lens', 'accuracy', 'accuracy (%)'),
  line('logit-lens-loss', 'Loss of the logit lens', 'loss', 'cross-entropy (nats)'),
  {
    name: 'cka',
    title: 'Linear CKA of the states of two loops',
    kind: 'heatmap',
    table: 'cka',
    x: 'loop',
    y: 'other',
    value: 'cka',
    valueLabel: 'CKA',
    xLabel: 'loop',
    yLabel: 'loop',
  },
  line('pointer-symbols', 'Symbol after h hops, linear probes', 'symbol', 'accuracy (%), a curve for each h', byHops('pointer-probes')),
  line('pointer-places', 'Place after h hops, linear probes', 'place', 'accuracy (%), a curve for each h', byHops('pointer-probes')),
  line(
    'pointer-attention',
    'Attention on the place after h hops',
    'mass',
    'attention of the head with most (%), a curve for each h',
    byHops('pointer-attention'),
  ),
];

/**
 * Writes `tables/<name>.csv` and `figures/<name>.svg` into a folder, which is made where it is missing.
 * @returns the paths of what was written, within the folder
 * @throws Node's own error where the disk refuses
 */
export async function writeAnalysis(folder: string, tables: AnalysisTables): Promise<string[]> {
  const source = { table: (name: string) => tables[name] && columnsOf(tables[name]), metric: () => ({ steps: [], values: [] }) };
  const written: string[] = [];
  const write = async (path: string, text: string): Promise<void> => {
    await writeAtomically(join(folder, path), [new TextEncoder().encode(text)]);
    written.push(path);
  };
  for (const part of ['tables', 'figures']) await mkdir(join(folder, part), { recursive: true });
  for (const [name, rows] of Object.entries(tables)) await write(join('tables', `${name}.csv`), csv(rows));
  for (const figure of figures.filter((one) => isDrawn(one, tables))) {
    await write(join('figures', `${figure.name}.svg`), await figureSvg(figure as Figure, figurePoints(figure, source)));
  }
  return written;
}

/** Whether any row has a number to draw. */
const isDrawn = (figure: TableFigure, tables: AnalysisTables): boolean =>
  (tables[figure.table] ?? []).some((row) => Number.isFinite(row[figure.value ?? figure.y]));

function columnsOf(rows: AnalysisRows): { readonly columns: Readonly<Record<string, readonly unknown[]>>; readonly rowCount: number } {
  const names = Object.keys(rows[0]!);
  return { columns: Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])), rowCount: rows.length };
}

/** RFC 4180; an empty cell for a number that there is not. */
function csv(rows: AnalysisRows): string {
  const names = Object.keys(rows[0]!);
  const cell = (value: number | string | boolean): string | number =>
    typeof value === 'boolean' ? String(value) : Number.isNaN(value) ? '' : value;
  return [names, ...rows.map((row) => names.map((name) => cell(row[name]!)))].map((cells) => `${csvLine(cells)}\r\n`).join('');
}

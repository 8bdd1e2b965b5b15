import { styleText } from 'node:util';

/** Where a command writes. Streams are given, so that tests see what a person would. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Output {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

type Style = Parameters<typeof styleText>[0];

/** Colours text for a stream that shows colours; plain otherwise (no terminal, `NO_COLOR`, `TERM=dumb`). */
export function styled(stream: OutputStream, style: Style, text: string): string {
  const plain = stream.isTTY !== true || (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  // Node would look at the process's own standard output; what counts is the stream written to.
  return plain ? text : styleText(style, text, { validateStream: false });
}

export function printLine(stream: OutputStream, text = ''): void {
  stream.write(`${text}\n`);
}

export function printJson(stream: OutputStream, value: unknown): void {
  printLine(stream, JSON.stringify(value));
}

/** Rows as text in columns, two blanks between; the last column is not padded. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** A duration for people: `8.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** A value for people: four significant digits, whole numbers whole. */
export function formatValue(value: unknown): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value);
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : String(Number(value.toPrecision(4)));
}

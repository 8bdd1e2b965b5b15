import { allBytes, type ByteSource } from './byte-source.js';
import { csvFields } from './csv.js';
import { FormatError, quoted } from './format-error.js';
import { type JsonItem, jsonItems } from './json-items.js';
import type { OrbitRecord } from './orbit-record.js';
import { isSbdbHeader } from './sbdb.js';
import type { Axes } from './states-csv.js';
import { lineBatches, linesOf, type TextLine } from './text-lines.js';

/* What readers of all formats share. */

export interface ReadOptions {
  /** Called with the error of a row that is left out; without it the first such row ends the reading. */
  readonly skip?: (error: FormatError) => void;
  /** Called now and then while the source is read. */
  readonly progress?: () => void;
  readonly signal?: AbortSignal;
  /** Told once a kind what had to be done to the file's numbers before they were orbits about the Sun. */
  readonly note?: (text: string) => void;
  /** Axes of tables of states that do not say theirs. Default the ecliptic of J2000. */
  readonly axes?: Axes;
  /** JD (TDB) that ephemerides are read at, or the nearest to it that they cover; their first time where it is left out. */
  readonly epoch?: number;
  /** JD (TDB) of the last date that orbits are followed to. Default the epoch. */
  readonly until?: number;
}

/** Adds a record read by `read` at a place, or leaves it out. */
export type Add = (line: number | undefined, read: () => OrbitRecord) => void;

/** Reads a source of one format. */
export type Reader = (source: ByteSource, add: Add, options: ReadOptions) => Promise<void>;

/** Lines of a small file. */
export async function allLines(source: ByteSource): Promise<TextLine[]> {
  return linesOf(new TextDecoder().decode(await allBytes(source)));
}

/** Runs `read`; its errors then name the file. */
export async function atFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw cause instanceof FormatError ? cause.at({ file }) : cause;
  }
}

/** Hands out the parts of a JSON document. */
export async function eachItem(source: ByteSource, { progress, signal }: ReadOptions, take: (item: JsonItem) => void): Promise<void> {
  for await (const items of jsonItems(source)) {
    signal?.throwIfAborted();
    for (const item of items) take(item);
    progress?.();
  }
}

/**
 * Reads a table with a line of names, which may stand behind #, and a row a line.
 * @param readerOf of rows, from the names; its errors end the reading
 */
export async function readTable(
  source: ByteSource,
  add: Add,
  { progress, signal }: ReadOptions,
  readerOf: (fields: readonly string[]) => (row: readonly string[]) => OrbitRecord,
): Promise<void> {
  let table: { readonly width: number; readonly read: (row: readonly string[]) => OrbitRecord } | undefined;
  for await (const lines of lineBatches(source)) {
    signal?.throwIfAborted();
    for (const { text, number } of lines) {
      if (text.trim() === '') continue;
      if (table === undefined) {
        const fields = csvFields(text.replace(/^#\s*/, '')).map((field) => field.trim());
        if (text.startsWith('#') && !isSbdbHeader(fields)) continue;
        table = { width: fields.length, read: await atFile(source.name, async () => readerOf(fields)) };
        continue;
      }
      if (text.startsWith('#')) continue;
      const { width, read } = table;
      add(number, () => read(wholeRow(text, width)));
    }
    progress?.();
  }
}

function wholeRow(text: string, width: number): string[] {
  const values = csvFields(text);
  if (values.length >= width) return values;
  throw new FormatError(
    'line-too-short',
    {},
    {
      expected: `${width} fields`,
      given: `${values.length}: ${quoted(text)}`,
      remedy: 'restore the line, or leave it out with --skip-bad',
    },
  );
}

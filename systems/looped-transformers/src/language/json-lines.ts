import type { z } from 'zod';
import { type BrokenRecord, badRecord, type FileRecord, FileRecords, type RecordOptions } from './records.js';
import { textLines } from './text-lines.js';

/**
 * The values of a file with one JSON text a line, plain, gzip or Zstandard, read line by line; empty lines are nothing.
 * @throws {LanguageDataError} while iterating: as {@link textLines}, and `bad-record` with line and field
 */
export const readJsonLines = <T>(path: string, schema: z.ZodType<T>, options: RecordOptions = {}): FileRecords<T> =>
  new FileRecords(path, parsedLines(path), schema, options);

async function* parsedLines(path: string): AsyncGenerator<FileRecord<unknown> | BrokenRecord, void> {
  for await (const { number, text } of textLines(path)) {
    if (text.trim() === '') continue;
    const place = `line ${number}`;
    let record: FileRecord<unknown> | BrokenRecord;
    try {
      record = { place, value: JSON.parse(text) as unknown };
    } catch (cause) {
      record = { place, problem: badRecord(`file ${path}, ${place}`, 'JSON', JSON.stringify(text.slice(0, 60)), cause) };
    }
    yield record;
  }
}

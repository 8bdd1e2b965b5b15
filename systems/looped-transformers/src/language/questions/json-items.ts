import { JSONParser } from '@streamparser/json';
import type { z } from 'zod';
import { decompressedFile } from '../decompressed-file.js';
import { type BrokenRecord, badRecord, type FileRecord, FileRecords, type RecordOptions } from '../records.js';

/**
 * The items of an array or an object in a JSON file, checked one by one, without holding the file.
 * @param where `$.*` for those of the file's own array or object, `$.data.*` for those of its field `data`
 * @throws {LanguageDataError} while iterating: `empty-file`, `compression`, and `bad-record` with the item and its field
 */
export const readJsonItems = <T>(
  path: string,
  where: '$.*' | `$.${string}.*`,
  schema: z.ZodType<T>,
  options: RecordOptions = {},
): FileRecords<T> => new FileRecords(path, parsedItems(path, where), schema, options);

async function* parsedItems(path: string, where: string): AsyncGenerator<FileRecord<unknown> | BrokenRecord, void> {
  const parser = new JSONParser({ paths: [where], keepStack: false });
  let ready: FileRecord<unknown>[] = [];
  let count = 0;
  parser.onValue = ({ value, key }) => {
    count += 1;
    ready.push({ place: typeof key === 'string' ? `item ${JSON.stringify(key)}` : `item ${count}`, value });
  };
  const take = (parse: () => void): (FileRecord<unknown> | BrokenRecord)[] => {
    const found: (FileRecord<unknown> | BrokenRecord)[] = [];
    try {
      parse();
    } catch (cause) {
      const place = `after item ${count}`;
      const given = cause instanceof Error ? cause.message : String(cause);
      found.push({ place, problem: badRecord(`file ${path}, ${place}`, 'JSON', given, cause) });
    }
    found.unshift(...ready);
    ready = [];
    return found;
  };
  for await (const chunk of decompressedFile(path)) {
    const found = take(() => parser.write(chunk));
    yield* found;
    // What comes after broken JSON cannot be read.
    if (found.some((record) => 'problem' in record)) return;
  }
  if (!parser.isEnded) yield* take(() => parser.end());
}

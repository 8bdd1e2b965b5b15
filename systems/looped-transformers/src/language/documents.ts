import { z } from 'zod';
import { readJsonLines } from './json-lines.js';
import { LanguageDataError } from './language-data-error.js';
import type { RecordOptions } from './records.js';
import { readTextFile } from './text-file.js';

/** A text that stands for itself: what comes before it says nothing about it. */
export interface TextDocument {
  readonly text: string;
  /** `book.txt`, or `pile.jsonl.zst, line 7`. */
  readonly source: string;
}

export interface DocumentOptions extends RecordOptions {
  /** Field of JSON lines that holds the text; `text` by default, as in the Pile. */
  readonly field?: string;
  /** Called at the end of each file of JSON lines that had bad lines. */
  readonly onSkipped?: (path: string, count: number) => void;
}

/** Whether a file is one of JSON lines, by its name. */
export const isJsonLines = (path: string): boolean => /\.(jsonl|ndjson)(\.(gz|zst))?$/i.test(path);

/**
 * The documents of text files: every file is one, every line of JSON lines (`.jsonl` or `.ndjson`, `.gz` or `.zst` after it)
 * is one. `limit` counts documents of all files.
 * @throws {LanguageDataError} `empty-file`, `not-text`, `compression`, `bad-record`, `too-large`
 */
export async function* readDocuments(paths: readonly string[], options: DocumentOptions = {}): AsyncGenerator<TextDocument, void> {
  let left = options.limit ?? Infinity;
  for (const path of paths) {
    if (left <= 0) return;
    for await (const document of isJsonLines(path) ? jsonDocuments(path, options, left) : [await wholeFile(path)]) {
      yield document;
      left -= 1;
    }
  }
}

async function wholeFile(path: string): Promise<TextDocument> {
  const text = await readTextFile(path);
  if (text.trim() !== '') return { text, source: path };
  throw new LanguageDataError('empty-file', `file ${path}`, 'text', 'white space only', 'give a file with something in it');
}

/** JSON can write half a surrogate pair, which is no character. */
const documentText = z
  .string()
  .min(1, 'expected a text that is not empty')
  .refine((text) => !/\p{Surrogate}/u.test(text), 'expected whole characters, without half a surrogate pair');

async function* jsonDocuments(path: string, options: DocumentOptions, left: number): AsyncGenerator<TextDocument, void> {
  const { field = 'text', skipBad = false, onSkipped } = options;
  const schema = z.object({ [field]: documentText });
  const lines = readJsonLines(path, schema, { skipBad, ...(left !== Infinity && { limit: left }) });
  for await (const { place, value } of lines) yield { text: value[field]!, source: `${path}, ${place}` };
  if (lines.skipped > 0) onSkipped?.(path, lines.skipped);
}

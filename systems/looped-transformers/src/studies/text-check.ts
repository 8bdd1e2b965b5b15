import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { asBadInput } from '../bad-input.js';
import { isCompressed } from '../language/decompressed-file.js';
import { LanguageDataError } from '../language/language-data-error.js';
import { decodeText } from '../language/text-lines.js';
import type { TokenizerName } from '../training/text-data.js';

/** Of a larger file only so much is looked at; what is wrong beyond is found when the run reads it. */
const lookedAtBytes = 2 ** 20;

/** The parameters that decide whether a text is enough. */
export interface TextParameters {
  readonly text: string;
  readonly characters: number;
  readonly validation: number;
  readonly tokenizer: TokenizerName;
  readonly length: number;
}

/**
 * Refuses a text file that is empty or no text as far as it is looked at, and any text that is too short for one sequence.
 * A file that is missing is for the parameter itself to refuse.
 */
export function textIsEnough({ value, issues }: z.core.ParsePayload<TextParameters>): void {
  const { text, characters, validation, length } = value;
  const refuse = (path: 'text' | 'characters', message: string): void =>
    void issues.push({ code: 'custom', input: value[path], path: [path], message });
  try {
    if (text === '') {
      const learned = characters - Math.ceil(characters * validation);
      if (learned <= length) refuse('characters', `${learned} of them are to learn, too few for sequences of ${length}`);
      return;
    }
    const most = mostTokens(value);
    if (most <= length) refuse('text', `it has at most ${most} tokens to learn, too few for sequences of ${length}`);
  } catch (cause) {
    // What may not be read at all, the parameter refuses.
    if (cause instanceof Error && 'syscall' in cause) return;
    if (!(cause instanceof LanguageDataError)) throw cause;
    refuse('text', (asBadInput(cause) as Error).message.replace(/\.$/, ''));
  }
}

/**
 * How many tokens the part of a file that is learned has, at most: a token is one byte or more, or one character.
 * @throws {LanguageDataError} `empty-file`, `not-text`
 */
function mostTokens({ text: path, validation, tokenizer }: TextParameters): number {
  const size = statSync(path, { throwIfNoEntry: false });
  if (!size?.isFile()) return Infinity;
  const bytes = firstBytes(path, Math.min(size.size, lookedAtBytes));
  if (bytes.length === 0) {
    throw new LanguageDataError('empty-file', `file ${path}`, 'text', 'an empty file', 'give a file with something in it');
  }
  if (isCompressed(bytes)) return Infinity;
  const isWhole = bytes.length === size.size;
  // No character is cut in two at the end of a line.
  const text = decodeText(isWhole ? bytes : bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1), `file ${path}`, true);
  if (!isWhole) return Infinity;
  if (text.trim() === '') {
    throw new LanguageDataError('empty-file', `file ${path}`, 'text', 'white space only', 'give a file with something in it');
  }
  const learned = text.slice(0, Math.round(text.length * (1 - validation)));
  return tokenizer === 'character' ? Array.from(learned).length : Buffer.byteLength(learned);
}

function firstBytes(path: string, count: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(count);
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
  } finally {
    closeSync(file);
  }
}

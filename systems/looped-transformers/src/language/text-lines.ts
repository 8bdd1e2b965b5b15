import { decompressedFile } from './decompressed-file.js';
import { LanguageDataError } from './language-data-error.js';

export interface TextLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Longer lines are taken for a mistake: V8's strings end at 512 MiB. */
const longestLineBytes = 2 ** 28;

const lineFeed = 0x0a;

/**
 * The lines of a file in UTF-8, plain or compressed, without their ends (`\n` or `\r\n`). The file is never held whole.
 * @throws {LanguageDataError} `empty-file`, `compression`, `not-text` with the line, `too-large` for a line beyond 256 MiB
 */
export async function* textLines(path: string): AsyncGenerator<TextLine, void> {
  let number = 0;
  let pieces: Uint8Array[] = [];
  let length = 0;
  const take = (piece: Uint8Array): void => {
    pieces.push(piece);
    length += piece.length;
    if (length <= longestLineBytes) return;
    const expected = `at most ${longestLineBytes} bytes`;
    throw new LanguageDataError('too-large', `file ${path}, line ${number + 1}`, expected, 'more', 'break the line up');
  };
  const finish = (): TextLine => {
    const bytes = Buffer.concat(pieces);
    pieces = [];
    length = 0;
    number += 1;
    return { number, text: decodeText(bytes, `file ${path}, line ${number}`, number === 1).replace(/\r$/, '') };
  };
  for await (const chunk of decompressedFile(path)) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      take(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}

/**
 * UTF-8 bytes as text; a byte order mark is dropped where a text starts.
 * @throws {LanguageDataError} `not-text` where the bytes are no UTF-8 or hold a NUL
 */
export function decodeText(bytes: Uint8Array, place: string, isStart: boolean): string {
  const utf16 = isStart && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));
  if (utf16) throw notText(place, 'UTF-16', 'convert it to UTF-8');
  const zero = bytes.indexOf(0);
  if (zero !== -1) throw notText(place, `a NUL byte at offset ${zero}`, 'give a text file, not a binary one');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: !isStart }).decode(bytes);
  } catch (cause) {
    throw notText(place, 'other bytes', 'convert it to UTF-8', cause);
  }
}

const notText = (place: string, given: string, remedy: string, cause?: unknown): LanguageDataError =>
  new LanguageDataError('not-text', place, 'text in UTF-8', given, remedy, { cause });

import { decompressedFile } from './decompressed-file.js';
import { LanguageDataError } from './language-data-error.js';
import { decodeText } from './text-lines.js';

/** Under the longest string of V8, 2²⁹ − 24 units. */
const largestTextBytes = 500_000_000;

/**
 * A text file as it is, plain or compressed; only a byte order mark is dropped.
 * @throws {LanguageDataError} `empty-file`, `compression`, `not-text` with the first line at fault, `too-large`
 */
export async function readTextFile(path: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of decompressedFile(path)) {
    pieces.push(piece);
    length += piece.length;
    if (length <= largestTextBytes) continue;
    const remedy = 'divide it, or make it JSON lines, which are read one by one';
    throw new LanguageDataError('too-large', `file ${path}`, `at most ${largestTextBytes} bytes in one text`, 'more', remedy);
  }
  const bytes = Buffer.concat(pieces, length);
  try {
    return decodeText(bytes, `file ${path}`, true);
  } catch (cause) {
    throw lineAtFault(bytes, path) ?? cause;
  }
}

/** The refusal of the first line that is no text, which says more than that of the file. */
function lineAtFault(bytes: Uint8Array, path: string): unknown {
  let start = 0;
  for (let number = 1; start < bytes.length; number++) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    try {
      decodeText(line, `file ${path}, line ${number}`, number === 1);
    } catch (cause) {
      return cause;
    }
    start += line.length + 1;
  }
  return undefined;
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Problem } from './problem.js';

/** A piece of a file. */
export interface FilePiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As in `Content-Range`; undefined for the whole file. */
  readonly range: string | undefined;
}

/** Longest piece that is held in memory and answered at once, bytes. */
const longestPiece = 1 << 26;

/**
 * The piece of a file that a `Range` header asks for, `bytes=<first>-[<last>]` or `bytes=-<count>`: of a longer one its beginning. A file
 * that is asked for whole and is longer than a piece is refused.
 * @throws {Problem} 416 for a range outside of the file, or none where one is needed
 */
export function readPiece(path: string, header: string | undefined): FilePiece {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const [first, end] = header === undefined ? [0, size] : boundsOf(header, size);
    if (header === undefined && size > longestPiece) {
      throw unsatisfiable(`expected a range of a file of ${size} bytes, got none; ask for at most ${longestPiece} bytes at a time`);
    }
    const bytes = new Uint8Array(Math.min(end - first, longestPiece));
    // A file that is being written may have lost its end since.
    const count = readSync(file, bytes, 0, bytes.length, first);
    return {
      bytes: bytes.subarray(0, count),
      range: header === undefined ? undefined : `bytes ${first}-${first + count - 1}/${size}`,
    };
  } finally {
    closeSync(file);
  }
}

/** First byte of a range, and one beyond its last. */
function boundsOf(header: string, size: number): [first: number, end: number] {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
  const isGiven = from !== undefined && to !== undefined && from + to !== '';
  if (isGiven && first < end) return [first, end];
  throw unsatisfiable(`expected one range within the ${size} bytes of the file, such as bytes=0-1023, got "${header}"`);
}

const unsatisfiable = (rest: string): Problem => new Problem(416, 'bad-range', `Cannot read the file: ${rest}.`);

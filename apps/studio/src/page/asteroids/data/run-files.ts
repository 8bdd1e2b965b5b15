import type { ArchiveFile } from '../../../api/index.js';
import { fetchArchivePiece } from '../../api-client.js';

/** What was read of a file: all of it, or its beginning and its end. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  /** Where in `bytes` the end begins; 0 where nothing is left out. */
  readonly end: number;
}

/** Bytes that are read at most, and those asked for at a time; multiples of eight. */
export interface ReadingLimits {
  readonly most: number;
  readonly piece: number;
}

const limits: ReadingLimits = { most: 1 << 28, piece: 1 << 25 };

/**
 * A file of a run's archive of orbits. Of one that is too long its first piece and its end, which starts at a multiple of eight bytes of
 * the file.
 * @throws ApiFailure, ServerUnreachable
 */
export async function fetchArchiveFile(run: string, file: ArchiveFile, { most, piece } = limits): Promise<ReadFile> {
  const first = await fetchArchivePiece(run, file, `0-${piece - 1}`);
  const { size } = first;
  const isWhole = size <= most;
  const pieces = [first.bytes];
  for (let at = isWhole ? first.bytes.length : Math.ceil((size - most + piece) / 8) * 8; at < size; ) {
    const { bytes } = await fetchArchivePiece(run, file, `${at}-${Math.min(size, at + piece) - 1}`);
    // A file that is being written may end before the size that it had.
    if (bytes.length === 0) break;
    pieces.push(bytes);
    at += bytes.length;
  }
  return { bytes: joined(pieces), end: isWhole ? 0 : first.bytes.length };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of pieces) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

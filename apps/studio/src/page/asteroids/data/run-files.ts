import type { ArchiveFile } from '../../../api/index.js';
import { fetchArchivePiece } from '../../api-client.js';

/** Bytes asked for at a time. */
const piece = 1 << 25;

/** A file of a run, or what was read of it. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  /** Bytes left out between the beginning and the end that were read. */
  readonly leftOut: number;
}

/**
 * A file of a run's archive of orbits. Of one longer than `most` bytes only its beginning and its end, which starts at a multiple of eight
 * bytes.
 * @throws ApiFailure, ServerUnreachable
 */
export async function fetchArchiveFile(run: string, file: ArchiveFile, most: number): Promise<ReadFile> {
  const first = await fetchArchivePiece(run, file, `0-${Math.min(piece, most) - 1}`);
  const { size } = first;
  const leftOut = size <= most ? 0 : Math.ceil((size - most) / 8) * 8;
  const pieces = [first.bytes];
  for (let at = first.bytes.length + leftOut; at < size; ) {
    const { bytes } = await fetchArchivePiece(run, file, `${at}-${Math.min(size, at + piece) - 1}`);
    // A file that is being written may end before the size that it had.
    if (bytes.length === 0) break;
    pieces.push(bytes);
    at += bytes.length;
  }
  return { bytes: joined(pieces), leftOut };
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

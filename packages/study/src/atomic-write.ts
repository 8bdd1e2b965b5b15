import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attempt, type FileSystem, writeFully } from './file-system.js';
import { StorageError } from './errors.js';

/** Marks files that a crash may leave behind; they are never read. */
const temporarySuffix = '.partial';

/**
 * Writes a file so that a reader, or a process that starts after a crash at any point, finds either the old contents
 * whole or the new ones whole: write beside it, flush, rename over it, flush the directory.
 * Throws {@link StorageError}; the old file is then still in place.
 */
export function writeAtomically(files: FileSystem, path: string, parts: Iterable<Uint8Array> | string): void {
  const temporary = `${path}.${process.pid}${temporarySuffix}`;
  const pieces = typeof parts === 'string' ? [Buffer.from(parts, 'utf8')] : parts;
  try {
    const fd = files.open(temporary, 'w');
    try {
      for (const piece of pieces) writeFully(files, fd, piece, temporary);
      files.sync(fd, temporary);
    } finally {
      files.close(fd, temporary);
    }
    files.rename(temporary, path);
  } catch (error) {
    discard(files, temporary);
    throw error;
  }
  files.syncDirectory(dirname(path));
}

/** Removes what killed writers left in a folder that nobody else writes to now. Throws {@link StorageError}. */
export function removeUnfinished(files: FileSystem, directory: string): void {
  for (const name of attempt('list', directory, () => readdirSync(directory))) {
    if (name.endsWith(temporarySuffix)) files.remove(join(directory, name));
  }
}

/** Removes the unfinished file; the failure that led here is what the caller needs to hear of, not a second one. */
function discard(files: FileSystem, temporary: string): void {
  try {
    files.remove(temporary);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}

import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * Writes a file that appears under `path` complete or not at all: into a new file beside it, flushed, then renamed. A file
 * that was there before stays whole until then. Chunks are asked for one at a time, so that a file may be larger than
 * memory. Throws Node's own error where the disk refuses, and whatever `chunks` throws.
 */
export async function writeAtomically(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.unfinished`;
  try {
    await writeFile(unfinished, chunks, { flag: 'wx', flush: true });
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw cause;
  }
}

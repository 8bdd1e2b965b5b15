import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** A single system call moves less than 2 GiB. */
const transferLimitBytes = 2 ** 30;

/**
 * Writes a file that appears under `path` complete or not at all: into a new file beside it, flushed, then renamed. A file
 * that was there before stays whole until then.
 */
export async function writeAtomically(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.unfinished`;
  try {
    const handle = await open(unfinished, 'wx');
    try {
      for (const chunk of chunks) {
        for (let done = 0; done < chunk.byteLength; ) {
          const length = Math.min(transferLimitBytes, chunk.byteLength - done);
          done += (await handle.write(chunk, done, length)).bytesWritten;
        }
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw cause;
  }
}

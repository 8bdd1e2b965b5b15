import { open, rename, rm } from 'node:fs/promises';

/** Writes pieces to a file, which appears whole or not at all. @throws Node's own error where it cannot be written */
export async function writeWhole(path: string, pieces: Iterable<Uint8Array | string>): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    const file = await open(partial, 'w');
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw cause;
  }
}

import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FormatError, quoted } from './format-error.js';

/** Writes pieces to a file, which appears whole or not at all. @throws {FormatError} `unwritable`; what `pieces` throws */
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
    await rm(partial, { force: true }).catch(() => undefined);
    throw cause instanceof Error && 'syscall' in cause ? unwritable(path, cause) : cause;
  }
}

/** Why the system does not take a file, in words. */
function unwritable(path: string, cause: Error & { readonly code?: unknown }): FormatError {
  const folder = quoted(dirname(path));
  const { code } = cause;
  const refusals: Readonly<Record<string, readonly [given: string, remedy: string]>> = {
    ENOENT: [`no folder ${folder}`, 'make the folder, or name another'],
    ENOTDIR: [`a file in the place of the folder ${folder}`, 'name another folder'],
    EACCES: [`no right to write to ${folder}`, 'name a folder of your own'],
    EPERM: [`no right to write to ${folder}`, 'name a folder of your own'],
    EROFS: [`a folder ${folder} that is for reading only`, 'name another folder'],
    ENOSPC: [`a full disk under ${folder}`, 'make room, or name another folder'],
    EISDIR: ['a folder of this name', 'name a file'],
  };
  const [given, remedy] = refusals[String(code)] ?? [`"${String(code)}" from the system`, `look at the folder ${folder}`];
  return new FormatError('unwritable', { file: path }, { expected: 'a file that can be written', given, remedy });
}

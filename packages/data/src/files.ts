import { open, type FileHandle } from 'node:fs/promises';
import { writeAtomically } from '@sardonyx/tensor/atomic-write';
import { decodeSafetensors, encodeSafetensorsChunks, type SafetensorsContent } from './safetensors.js';
import { SafetensorsError } from './safetensors-error.js';
import { type ByteSource, SafetensorsFile } from './safetensors-file.js';
import type { SafetensorsTensor, SafetensorsTensors } from './safetensors-types.js';

/**
 * Reads all tensors of a safetensors file, from its bytes or its path. For a few tensors of a large file, use
 * {@link openSafetensors}.
 * @throws {SafetensorsError} where the file breaks the format; `no-files` for a path in a browser
 * @throws Node's own error where `path` cannot be read
 */
export async function readSafetensors(source: Uint8Array | string): Promise<SafetensorsContent> {
  if (typeof source !== 'string') return decodeSafetensors(source);
  const file = await openSafetensors(source);
  try {
    const tensors: [string, SafetensorsTensor][] = [];
    for (const name of file.names) tensors.push([name, await file.read(name)]);
    return { tensors: Object.fromEntries(tensors), metadata: file.metadata };
  } finally {
    await file.close();
  }
}

/**
 * Writes a safetensors file; it appears complete or not at all.
 * @throws {SafetensorsError} as {@link encodeSafetensorsChunks}; `no-files` in a browser
 */
export async function writeSafetensors(
  path: string,
  tensors: SafetensorsTensors,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeAtomically(path, encodeSafetensorsChunks(tensors, metadata));
}

/**
 * Opens a safetensors file and reads its header; tensors are read when asked for.
 * @throws {SafetensorsError} where the header breaks the format; `no-files` in a browser
 * @throws Node's own error where `path` cannot be opened
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const handle = await open(path, 'r');
  try {
    return await SafetensorsFile.over(path, new CountingFile(path, handle, (await handle.stat()).size));
  } catch (cause) {
    await handle.close();
    throw cause;
  }
}

/** A single system call moves less than 2 GiB. */
const transferLimitBytes = 2 ** 30;

/** A file that knows how much was read of it. */
class CountingFile implements ByteSource {
  bytesRead = 0;

  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  async read(start: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.handle.read(bytes, done, Math.min(transferLimitBytes, length - done), start + done);
      if (bytesRead === 0) {
        const remedy = 'copy the file again, it is incomplete';
        throw new SafetensorsError('truncated', this.path, `${start + length} bytes`, `${start + done}`, remedy);
      }
      done += bytesRead;
      this.bytesRead += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

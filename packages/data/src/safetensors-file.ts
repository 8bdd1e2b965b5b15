import { open, type FileHandle } from 'node:fs/promises';
import { writeAtomically } from '@sardonyx/tensor/atomic-write';
import { decodeSafetensors, encodeSafetensorsChunks, type SafetensorsContent } from './safetensors.js';
import { SafetensorsError } from './safetensors-error.js';
import { headerLength, parseHeader, prefixBytes, type SafetensorsEntry, type SafetensorsHeader } from './safetensors-header.js';
import { tensorOver, type SafetensorsTensor, type SafetensorsTensors } from './safetensors-types.js';

/**
 * Reads all tensors of a safetensors file, from its bytes or its path. For a few tensors of a large file, use
 * {@link openSafetensors}.
 * @throws {SafetensorsError} where the file breaks the format
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
 * @throws {SafetensorsError} as {@link encodeSafetensorsChunks}
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
 * @throws {SafetensorsError} where the header breaks the format
 * @throws Node's own error where `path` cannot be opened
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const source = new CountingFile(path, await open(path, 'r'));
  try {
    const { size } = await source.handle.stat();
    const length = headerLength(await source.read(0, Math.min(prefixBytes, size)), size);
    const header = parseHeader(await source.read(prefixBytes, length), size - prefixBytes - length);
    return new SafetensorsFile(path, source, header, prefixBytes + length);
  } catch (cause) {
    await source.handle.close();
    throw cause;
  }
}

/** An open safetensors file; close it, or declare it with `await using`. Made by {@link openSafetensors}. */
export class SafetensorsFile implements AsyncDisposable {
  private closed = false;

  constructor(
    readonly path: string,
    private readonly source: CountingFile,
    private readonly header: SafetensorsHeader,
    private readonly dataStart: number,
  ) {}

  get names(): readonly string[] {
    return [...this.header.entries.keys()];
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.header.metadata;
  }

  /** Bytes taken from the file so far, the header included. */
  get bytesRead(): number {
    return this.source.bytesRead;
  }

  /**
   * Type, shape and place of a tensor, without reading it.
   * @throws {SafetensorsError} `unknown-name`
   */
  entry(name: string): SafetensorsEntry {
    const entry = this.header.entries.get(name);
    if (entry !== undefined) return entry;
    const known = this.names
      .slice(0, 5)
      .map((other) => `"${other}"`)
      .join(', ');
    const more = this.names.length > 5 ? `, … (${this.names.length} in all)` : '';
    throw new SafetensorsError('unknown-name', this.path, `one of ${known}${more}`, `"${name}"`, 'see names');
  }

  /**
   * Reads one tensor into memory of its own, and no other byte of the file.
   * @throws {SafetensorsError} `unknown-name`, `closed`, `truncated` where the file shrank since it was opened
   */
  async read(name: string): Promise<SafetensorsTensor> {
    const { dtype, shape, begin, end } = this.entry(name);
    if (this.closed) {
      throw new SafetensorsError('closed', this.path, 'an open file', 'a closed one', 'read before closing');
    }
    return tensorOver(dtype, shape, await this.source.read(this.dataStart + begin, end - begin));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.source.handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A single system call moves less than 2 GiB. */
const transferLimitBytes = 2 ** 30;

/** A file that knows how much was read of it. */
class CountingFile {
  bytesRead = 0;

  constructor(
    private readonly path: string,
    readonly handle: FileHandle,
  ) {}

  /** @throws {SafetensorsError} `truncated` where the file ends within the range */
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
}

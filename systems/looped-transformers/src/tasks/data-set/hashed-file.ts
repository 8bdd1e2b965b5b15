import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** Bytes gathered before they are written. */
const flushBytes = 2 ** 20;

/** A file that appears complete or not at all, and knows its SHA-256. */
export class HashedFile {
  private readonly hash = createHash('sha256');
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private bytes = 0;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws Node's own error where the file cannot be created */
  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(path, await open(unfinished(path), 'w'));
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.bytes += chunk.byteLength;
    this.pending.push(chunk);
    this.pendingBytes += chunk.byteLength;
    if (this.pendingBytes >= flushBytes) await this.flush();
  }

  /** Gives the file its name. */
  async finish(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    await this.flush();
    await this.handle.sync();
    await this.handle.close();
    await rename(unfinished(this.path), this.path);
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  /** Removes what was written. */
  async abandon(): Promise<void> {
    await this.handle.close();
    await rm(unfinished(this.path), { force: true });
  }

  private async flush(): Promise<void> {
    const chunk = Buffer.concat(this.pending);
    this.pending = [];
    this.pendingBytes = 0;
    for (let written = 0; written < chunk.byteLength; ) {
      written += (await this.handle.write(chunk, written)).bytesWritten;
    }
  }
}

/** Where a file is while it is written. */
export const unfinished = (path: string): string => `${path}.unfinished`;

/** SHA-256 and size of a file, in one pass. */
export async function hashOfFile(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: flushBytes }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.digest('hex') };
}

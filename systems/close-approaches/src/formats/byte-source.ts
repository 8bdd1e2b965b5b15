import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { FormatError, quoted } from './format-error.js';

/** Something that is read from its beginning to its end, piece by piece. */
export interface ByteSource {
  /** Its name in messages. */
  readonly name: string;
  /** Bytes on the disk. */
  readonly size: number;
  /** Bytes of `size` that have been read. */
  readonly bytesRead: number;
  /** The content, decompressed. May be asked for again. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A file, decompressed where it starts as gzip files do, whatever its name. @throws Node's own error where it cannot be opened */
export async function fileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
    return new FileSource(path, size, bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b);
  } finally {
    await file.close();
  }
}

class FileSource implements ByteSource {
  bytesRead = 0;

  constructor(
    readonly name: string,
    readonly size: number,
    private readonly isCompressed: boolean,
  ) {}

  async *chunks(): AsyncGenerator<Uint8Array> {
    this.bytesRead = 0;
    const file = createReadStream(this.name, { highWaterMark: 1 << 20 });
    file.on('data', (chunk) => {
      this.bytesRead += chunk.length;
    });
    if (!this.isCompressed) {
      yield* file as AsyncIterable<Uint8Array>;
      return;
    }
    const content = createGunzip({ chunkSize: 1 << 20 });
    // A pipe does not pass errors on.
    file.once('error', (cause) => content.destroy(cause));
    try {
      yield* file.pipe(content) as AsyncIterable<Uint8Array>;
    } catch (cause) {
      const { code, message } = cause as { code?: unknown; message: string };
      if (typeof code !== 'string' || !code.startsWith('Z_')) throw cause;
      throw new FormatError(
        'compression',
        { file: this.name },
        { expected: 'a whole gzip file', given: quoted(message), remedy: 'download it again' },
      );
    } finally {
      file.destroy();
    }
  }
}

/** A source over text or bytes in memory, handed out in pieces of `chunkSize`. */
export function memorySource(name: string, content: string | Uint8Array, chunkSize = 1 << 20): ByteSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    name,
    size: bytes.length,
    bytesRead: bytes.length,
    async *chunks() {
      for (let start = 0; start < bytes.length; start += chunkSize) yield bytes.subarray(start, start + chunkSize);
    },
  };
}

/** The first `count` bytes, or all of a shorter source. */
export async function firstBytes(source: ByteSource, count: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.chunks()) {
    pieces.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return joined(pieces).subarray(0, count);
}

/** Everything, as one array. */
export async function allBytes(source: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of source.chunks()) pieces.push(chunk);
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { ByteSource } from './byte-source.js';
import { FormatError, quoted } from './format-error.js';

/** A file, decompressed where it starts as gzip files do, whatever its name. @throws {FormatError} `unreadable` */
export async function fileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r').catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
    return new FileSource(path, size, bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b);
  } finally {
    await file.close();
  }
}

/** A file as text. @throws {FormatError} `unreadable` */
export const fileText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => Promise.reject(unreadable(path, cause)));

/** Why the system does not give a file, in words. */
function unreadable(path: string, cause: unknown): FormatError {
  const code = (cause as { code?: unknown }).code;
  const given = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : String(code);
  return new FormatError('unreadable', { file: path }, { expected: 'a file that can be read', given, remedy: 'check the path' });
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

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { LanguageDataError } from './language-data-error.js';

/**
 * The bytes of a file, piece by piece, decompressed where it starts as gzip or Zstandard files do, whatever its name.
 * Zstandard is decompressed by a library, since only newer versions of Node bring it.
 * @throws {LanguageDataError} `empty-file`, `compression`; `not-text` for a folder
 * @throws Node's own error where the file cannot be read
 */
export async function* decompressedFile(path: string): AsyncGenerator<Uint8Array, void> {
  const start = await firstBytes(path, 4);
  if (start.length === 0) {
    throw new LanguageDataError('empty-file', `file ${path}`, 'text', 'an empty file', 'give a file with something in it');
  }
  const source = createReadStream(path);
  try {
    if (isGzip(start)) yield* gunzip(path, source);
    else if (isZstandard(start)) yield* unzstandard(path, source);
    else yield* source as AsyncIterable<Uint8Array>;
  } finally {
    source.destroy();
  }
}

/** Whether the first four bytes of a file are those of gzip or Zstandard files. */
export const isCompressed = (start: Uint8Array): boolean => isGzip(start) || isZstandard(start);

const isGzip = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b;

/** Frames start with 0xFD2FB528, least byte first (RFC 8878). */
const isZstandard = (start: Uint8Array): boolean => [0x28, 0xb5, 0x2f, 0xfd].every((byte, i) => start[i] === byte);

async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    if ((await file.stat()).isDirectory()) {
      throw new LanguageDataError('not-text', `file ${path}`, 'a text file', 'a folder', 'name the files in it');
    }
    const { bytesRead, buffer } = await file.read(new Uint8Array(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* gunzip(path: string, source: NodeJS.ReadableStream & { once(event: 'error', listener: (cause: Error) => void): unknown }) {
  const decompressor = createGunzip();
  // A pipe does not pass errors on.
  source.once('error', (cause) => decompressor.destroy(cause));
  try {
    yield* source.pipe(decompressor) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    throw typeof code === 'string' && code.startsWith('Z_') ? damaged(path, 'gzip', cause) : cause;
  } finally {
    decompressor.destroy();
  }
}

async function* unzstandard(path: string, source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array, void> {
  let ready: Uint8Array[] = [];
  // The decompressor keeps and reuses its window, so pieces are copied.
  const decompressor = new Decompress((piece) => ready.push(piece.slice()));
  const push = (chunk: Uint8Array, isLast: boolean): Uint8Array[] => {
    try {
      decompressor.push(chunk, isLast);
    } catch (cause) {
      throw damaged(path, 'Zstandard', cause);
    }
    const pieces = ready;
    ready = [];
    return pieces;
  };
  for await (const chunk of source) yield* push(chunk as Uint8Array, false);
  yield* push(new Uint8Array(0), true);
}

function damaged(path: string, format: string, cause: unknown): LanguageDataError {
  const given = cause instanceof Error ? cause.message : String(cause);
  return new LanguageDataError('compression', `file ${path}`, `${format} data`, given, 'copy the file again, it is damaged', { cause });
}

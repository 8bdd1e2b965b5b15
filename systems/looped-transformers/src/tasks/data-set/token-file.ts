import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { TaskError } from '../task-error.js';

/**
 * How tokens lie in a file.
 *
 * - `nanogpt`: 16-bit numbers and nothing else, little-endian
 * - `llmc`: a header of 256 32-bit numbers (20240520, version 1, count of tokens, zeros), then 16-bit numbers, as llm.c reads
 */
export const tokenFileFormats = ['nanogpt', 'llmc'] as const;
export type TokenFileFormat = (typeof tokenFileFormats)[number];

const magic = 20_240_520;
const version = 1;
const headerBytes = 256 * 4;
const tokenBytes = 2;

/** Tokens gathered before they are written. */
const chunkTokens = 2 ** 18;

/**
 * Writes tokens as they come and returns how many there were.
 * @throws {TaskError} `format` for a token that 16 bits do not hold, naming its place; `argument` for more than 2³¹ − 1
 *   tokens in an llm.c file, whose header holds no more
 * @throws Node's own error where the disk refuses
 */
export async function writeTokenFile(
  path: string,
  tokens: Iterable<number> | AsyncIterable<number>,
  format: TokenFileFormat,
): Promise<number> {
  const file = await open(path, 'w');
  try {
    if (format === 'llmc') await file.write(header(0));
    let count = 0;
    let chunk = Buffer.alloc(chunkTokens * tokenBytes);
    let used = 0;
    for await (const token of tokens) {
      if (!Number.isInteger(token) || token < 0 || token >= 2 ** 16) {
        throw new TaskError(
          'format',
          `${path}, token ${count}: expected a number from 0 to 65535, given ${token}; use a smaller vocabulary`,
          { token },
        );
      }
      used = chunk.writeUInt16LE(token, used);
      count += 1;
      if (used < chunk.byteLength) continue;
      await file.write(chunk);
      chunk = Buffer.alloc(chunkTokens * tokenBytes);
      used = 0;
    }
    await file.write(chunk.subarray(0, used));
    if (format === 'llmc') {
      if (count >= 2 ** 31)
        throw new TaskError('argument', `${path}: expected at most 2147483647 tokens in an llm.c file, given ${count}; write shards`);
      await file.write(header(count), 0, headerBytes, 0);
    }
    return count;
  } finally {
    await file.close();
  }
}

function header(count: number): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  [magic, version, count].forEach((value, index) => bytes.writeInt32LE(value, index * 4));
  return bytes;
}

/**
 * Tokens of a file in chunks, as they are asked for. Without a format a file that starts with llm.c's magic number and version
 * is taken for one of those, any other for one of nanoGPT's.
 * @param vocabulary tokens must be below it
 * @throws {TaskError} `format` for another header, a wrong length, or a token beyond the vocabulary, naming its place
 * @throws Node's own error where the file cannot be read
 */
export async function* readTokenFile(
  path: string,
  {
    format,
    vocabulary = 2 ** 16,
    limit = Infinity,
  }: { readonly format?: TokenFileFormat; readonly vocabulary?: number; readonly limit?: number } = {},
): AsyncGenerator<Uint16Array> {
  const { start, count } = await tokensOf(path, format);
  let place = 0;
  let odd: Buffer = Buffer.alloc(0);
  for await (const bytes of createReadStream(path, { start, highWaterMark: chunkTokens * tokenBytes }) as AsyncIterable<Buffer>) {
    const chunk = odd.byteLength === 0 ? bytes : Buffer.concat([odd, bytes]);
    const complete = Math.floor(chunk.byteLength / tokenBytes);
    odd = chunk.subarray(complete * tokenBytes);
    const tokens = Uint16Array.from({ length: Math.min(complete, count - place, limit - place) }, (_, index) =>
      chunk.readUInt16LE(index * tokenBytes),
    );
    const wrong = tokens.findIndex((token) => token >= vocabulary);
    if (wrong >= 0) {
      throw new TaskError(
        'format',
        `${path}, token ${place + wrong}: expected a number below the vocabulary's ${vocabulary}, given ${tokens[wrong]}`,
        {
          token: place + wrong,
        },
      );
    }
    place += tokens.length;
    if (tokens.length > 0) yield tokens;
    if (place >= limit) return;
  }
}

/** Where the tokens start and how many there are. */
async function tokensOf(path: string, format: TokenFileFormat | undefined): Promise<{ readonly start: number; readonly count: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    const [foundMagic, foundVersion, count] = [0, 4, 8].map((offset) => (bytesRead === headerBytes ? buffer.readInt32LE(offset) : 0));
    const isLlmc = foundMagic === magic && foundVersion === version;
    if (format === 'nanogpt' || (format === undefined && !isLlmc)) {
      if (size % tokenBytes === 0) return { start: 0, count: size / tokenBytes };
      throw new TaskError(
        'format',
        `${path}: expected 16-bit tokens, given ${size} bytes, an odd number; the file is incomplete or of another kind`,
      );
    }
    if (!isLlmc) {
      const given = bytesRead < headerBytes ? `${size} bytes` : `magic number ${foundMagic}, version ${foundVersion}`;
      throw new TaskError('format', `${path}: expected the header of an llm.c token file (${magic}, version ${version}), given ${given}`);
    }
    const expected = headerBytes + count! * tokenBytes;
    if (size !== expected) {
      throw new TaskError(
        'format',
        `${path}: expected ${count} tokens in ${expected} bytes, given ${size} bytes; the file is incomplete or changed`,
      );
    }
    return { start: headerBytes, count: count! };
  } finally {
    await file.close();
  }
}

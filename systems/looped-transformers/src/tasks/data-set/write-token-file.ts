import { open } from 'node:fs/promises';
import type { TokenStoreFormat } from '../../language/token-file.js';
import { TaskError } from '../task-error.js';

/** The header of llm.c: 256 numbers of 32 bits, of which the magic one, the version and the count of tokens are used. */
const magic = 20_240_520;
const version = 1;
const headerBytes = 256 * 4;
const tokenBytes = 2;

/** Tokens gathered before they are written. */
const chunkTokens = 2 ** 18;

/**
 * Writes tokens of 16 bits as they come, for `openTokenFile`, nanoGPT or llm.c, and returns how many there were.
 * @throws {TaskError} `format` for a token that 16 bits do not hold, naming its place; `argument` for more than 2³¹ − 1
 *   tokens in an llm.c file, whose header holds no more
 * @throws Node's own error where the disk refuses
 */
export async function writeTokenFile(
  path: string,
  tokens: Iterable<number> | AsyncIterable<number>,
  format: TokenStoreFormat,
): Promise<number> {
  const file = await open(path, 'w');
  try {
    if (format === 'llm.c') await file.write(header(0));
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
    if (format === 'llm.c') {
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

import { gunzipSync } from 'node:zlib';
import { PreconditionerError } from '../errors.js';

/**
 * The bytes of a file, unpacked where they are a gzip file's, told by its first two bytes.
 * @throws {PreconditionerError} `format` for one that is cut off or damaged
 */
export function unpacked(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new PreconditionerError(
      'format',
      `${path}: expected a complete gzip file, got one that does not unpack; copy it again`,
      {},
      { cause },
    );
  }
}

import { ArchiveError } from './archive-error.js';
import { type BlockType, blockTypes } from './block-content.js';
import { crc32c } from '../formats/crc32c.js';

/*
 * The file, little-endian throughout:
 *
 *   header  magic (8 bytes), version (u32), length of the JSON (u32), JSON {config, build}, CRC-32C of all that (u32), zeros to 8 bytes
 *   block   marker (u32), type (u16), flags (u16), step (u64), length of the payload (u64), CRC-32C of the payload (u32),
 *           CRC-32C of the 28 bytes before (u32); the payload; zeros to 8 bytes
 *
 * Blocks begin at multiples of eight bytes, so that after a damaged one the next is found by its marker and checksum.
 */

export const formatVersion = 1;
const magic = new TextEncoder().encode('SDX-CAPH');
export const prefixLength = 16;
export const blockHeaderLength = 32;
const marker = 0x4b4c4253;
const interimFlag = 1;

export interface ArchiveHeader {
  /** The run's configuration, with all defaults. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What wrote it. */
  readonly build: string;
}

export interface BlockHeader {
  readonly type: BlockType;
  /** Number of the step at whose end it was written. */
  readonly step: number;
  /** Written at an interruption between two regular blocks; the next block replaces it. */
  readonly interim: boolean;
  readonly payloadLength: number;
  readonly payloadChecksum: number;
}

export const padded = (length: number): number => Math.ceil(length / 8) * 8;

export function encodeArchiveHeader(header: ArchiveHeader): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ config: header.config, build: header.build }));
  const bytes = new Uint8Array(padded(prefixLength + json.length + 4));
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, formatVersion, true);
  view.setUint32(12, json.length, true);
  bytes.set(json, prefixLength);
  view.setUint32(prefixLength + json.length, crc32c(bytes.subarray(0, prefixLength + json.length)), true);
  return bytes;
}

/**
 * Bytes of the JSON, from the first sixteen bytes of a file.
 * @throws {ArchiveError} `not-an-archive`, `version`
 */
export function headerJsonLength(prefix: Uint8Array): number {
  if (prefix.length < prefixLength || magic.some((byte, k) => prefix[k] !== byte)) {
    const given =
      prefix.length === 0 ? 'an empty file' : [...prefix.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new ArchiveError(
      'not-an-archive',
      `archive: expected a file that begins with "SDX-CAPH", got ${given}; give the archive of a run`,
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const version = view.getUint32(8, true);
  if (version === formatVersion) return view.getUint32(12, true);
  throw new ArchiveError(
    'version',
    `archive: expected format version ${formatVersion}, got ${version}; read it with the build that wrote it, or run again`,
    { version },
  );
}

/** @throws {ArchiveError} `damaged-header` */
export function decodeArchiveHeader(bytes: Uint8Array, jsonLength: number): ArchiveHeader {
  const end = prefixLength + jsonLength;
  if (bytes.length >= end + 4) {
    const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(end, true);
    if (stored === crc32c(bytes.subarray(0, end))) {
      return JSON.parse(new TextDecoder().decode(bytes.subarray(prefixLength, end))) as ArchiveHeader;
    }
  }
  throw new ArchiveError(
    'damaged-header',
    `archive: expected a header of ${end + 4} bytes with a right checksum, got a damaged one; restore the file from a copy`,
    { bytesLost: end + 4 },
  );
}

export function encodeBlockHeader(header: Omit<BlockHeader, 'payloadLength' | 'payloadChecksum'>, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(blockHeaderLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, marker, true);
  view.setUint16(4, blockTypes.indexOf(header.type), true);
  view.setUint16(6, header.interim ? interimFlag : 0, true);
  view.setBigUint64(8, BigInt(header.step), true);
  view.setBigUint64(16, BigInt(payload.length), true);
  view.setUint32(24, crc32c(payload), true);
  view.setUint32(28, crc32c(bytes.subarray(0, 28)), true);
  return bytes;
}

/** The header that begins at `bytes`, or undefined where none with a right checksum does. */
export function decodeBlockHeader(bytes: Uint8Array): BlockHeader | undefined {
  if (bytes.length < blockHeaderLength) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== marker || view.getUint32(28, true) !== crc32c(bytes.subarray(0, 28))) return undefined;
  const type = blockTypes[view.getUint16(4, true)];
  if (type === undefined) return undefined;
  return {
    type,
    interim: view.getUint16(6, true) === interimFlag,
    step: Number(view.getBigUint64(8, true)),
    payloadLength: Number(view.getBigUint64(16, true)),
    payloadChecksum: view.getUint32(24, true),
  };
}

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { attempt, type FileSystem } from './file-system.js';
import { CheckpointError } from './errors.js';
import { writeAtomically } from './atomic-write.js';
import { type JsonValue, stringifyExactly } from './exact-json.js';

/**
 * Checkpoint files: the safetensors layout (8-byte little-endian header length, JSON header, tensor data end to end),
 * so that any safetensors reader opens the arrays. The header's `__metadata__` holds `sardonyx`, a JSON text with
 * everything that is no array, and `sha256`, the digest of header and data with the digest's own 64 digits as zeros.
 */

/** Element types, by the names that tensors use; each with its safetensors name and its carrier in JavaScript. */
const dtypes = {
  float64: ['F64', Float64Array],
  float32: ['F32', Float32Array],
  float16: ['F16', Uint16Array],
  bfloat16: ['BF16', Uint16Array],
  int64: ['I64', BigInt64Array],
  int32: ['I32', Int32Array],
  int16: ['I16', Int16Array],
  int8: ['I8', Int8Array],
  uint64: ['U64', BigUint64Array],
  uint32: ['U32', Uint32Array],
  uint16: ['U16', Uint16Array],
  uint8: ['U8', Uint8Array],
  bool: ['BOOL', Uint8Array],
} as const;

export type CheckpointDtype = keyof typeof dtypes;

/** The carriers of the element types; over shared memory as well. */
export type CheckpointData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** One array of a checkpoint; `data` holds the product of `shape` elements in row-major order, in the dtype's carrier. */
export interface CheckpointArray {
  readonly dtype: CheckpointDtype;
  readonly shape: readonly number[];
  readonly data: CheckpointData;
}

export interface CheckpointContents {
  readonly arrays: Readonly<Record<string, CheckpointArray>>;
  readonly metadata: JsonValue;
}

/** The safetensors reference implementation refuses larger headers too; a corrupt length must not exhaust memory. */
const maximumHeaderBytes = 100_000_000;
const zeroDigest = '0'.repeat(64);

/** Writes a checkpoint atomically. Throws `CheckpointError` for arrays that do not fit their description. */
export function writeCheckpointFile(files: FileSystem, path: string, contents: CheckpointContents): void {
  const header: Record<string, unknown> = {
    __metadata__: { sha256: zeroDigest, sardonyx: stringifyExactly(contents.metadata, 'checkpoint state') },
  };
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const [name, array] of Object.entries(contents.arrays)) {
    checkArray(name, array);
    const bytes = new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
    header[name] = {
      dtype: dtypes[array.dtype][0],
      shape: array.shape,
      data_offsets: [offset, offset + bytes.length],
    };
    pieces.push(bytes);
    offset += bytes.length;
  }
  const text = padTo8(JSON.stringify(header));
  const digest = createHash('sha256').update(text);
  for (const piece of pieces) digest.update(piece);
  const headerBytes = Buffer.from(text.replace(zeroDigest, digest.digest('hex')));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(headerBytes.length));
  writeAtomically(files, path, [length, headerBytes, ...pieces]);
}

/**
 * Reads and verifies a whole checkpoint file.
 * Throws {@link CheckpointError} with code `checkpoint-truncated`, `checkpoint-header`, `checkpoint-dtype`,
 * `checkpoint-layout` or `checkpoint-checksum`.
 */
export function readCheckpointFile(path: string): CheckpointContents {
  const fd = attempt('open', path, () => openSync(path, 'r'));
  try {
    return readOpenFile(fd, path);
  } finally {
    closeSync(fd);
  }
}

function readOpenFile(fd: number, path: string): CheckpointContents {
  const size = fstatSync(fd).size;
  if (size < 8) throw damaged('truncated', path, `expected at least 8 bytes, got ${size}`);
  const declared = Buffer.from(readAt(fd, path, new Uint8Array(8), 0).buffer).readBigUInt64LE();
  if (declared > maximumHeaderBytes) {
    throw damaged('header', path, `expected a header of at most ${maximumHeaderBytes} bytes, got ${declared}`);
  }
  const dataStart = 8 + Number(declared);
  if (size < dataStart) throw damaged('truncated', path, `expected a header of ${declared} bytes, got ${size - 8}`);
  const text = Buffer.from(readAt(fd, path, new Uint8Array(Number(declared)), 8)).toString('utf8');
  const { metadata, entries } = parseHeader(text, path);
  const end = checkLayout(entries, path);
  if (size !== dataStart + end) {
    throw damaged(size < dataStart + end ? 'truncated' : 'layout', path, `expected ${dataStart + end} bytes, got ${size}`);
  }

  const digest = createHash('sha256').update(text.replace(metadata.sha256, zeroDigest));
  const arrays: Record<string, CheckpointArray> = {};
  for (const entry of entries) {
    const bytes = readAt(fd, path, new Uint8Array(entry.end - entry.start), dataStart + entry.start);
    digest.update(bytes);
    const Carrier = dtypes[entry.dtype][1];
    arrays[entry.name] = { dtype: entry.dtype, shape: entry.shape, data: new Carrier(bytes.buffer) };
  }
  const found = digest.digest('hex');
  if (found !== metadata.sha256) {
    throw damaged('checksum', path, `expected the SHA-256 ${metadata.sha256}, got ${found}`);
  }
  return { arrays, metadata: JSON.parse(metadata.sardonyx) as JsonValue };
}

interface Entry {
  readonly name: string;
  readonly dtype: CheckpointDtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function parseHeader(text: string, path: string): { metadata: { sha256: string; sardonyx: string }; entries: Entry[] } {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw damaged('header', path, 'expected a JSON header, got other bytes', error);
  }
  if (!isRecord(header)) throw damaged('header', path, 'expected a JSON object as header');
  const { __metadata__: metadata, ...tensors } = header;
  if (
    !isRecord(metadata) ||
    typeof metadata['sardonyx'] !== 'string' ||
    typeof metadata['sha256'] !== 'string' ||
    !/^[0-9a-f]{64}$/.test(metadata['sha256'])
  ) {
    throw damaged('header', path, 'expected the metadata "sardonyx" and "sha256", as in a checkpoint of a run');
  }
  const entries = Object.entries(tensors).map(([name, tensor]) => parseEntry(name, tensor, path));
  return { metadata: { sha256: metadata['sha256'], sardonyx: metadata['sardonyx'] }, entries };
}

function parseEntry(name: string, tensor: unknown, path: string): Entry {
  if (!isRecord(tensor)) throw damaged('header', path, `expected an object for the array "${name}"`);
  const { dtype: given, shape, data_offsets: offsets } = tensor;
  const dtype = (Object.keys(dtypes) as CheckpointDtype[]).find((key) => dtypes[key][0] === given);
  if (dtype === undefined) {
    throw damaged('dtype', path, `expected a dtype of safetensors for the array "${name}", got ${String(given)}`);
  }
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw damaged('header', path, `expected whole numbers as shape and data_offsets of the array "${name}"`);
  }
  const [start, end] = offsets as [number, number];
  const expected = elementCount(shape) * dtypes[dtype][1].BYTES_PER_ELEMENT;
  if (end - start !== expected) {
    throw damaged('layout', path, `expected ${expected} bytes for the array "${name}", got ${end - start}`);
  }
  return { name, dtype, shape, start, end };
}

/** Arrays must follow each other without gaps or overlaps, as safetensors demands. Returns the data's length. */
function checkLayout(entries: Entry[], path: string): number {
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.start !== end) {
      throw damaged('layout', path, `expected the array "${entry.name}" at byte ${end}, got ${entry.start}`);
    }
    end = entry.end;
  }
  return end;
}

function checkArray(name: string, array: CheckpointArray): void {
  const problem = arrayProblem(name, array);
  if (problem !== undefined) {
    throw new CheckpointError('checkpoint-array', `Cannot save the array "${name}": ${problem}.`);
  }
}

function arrayProblem(name: string, array: CheckpointArray): string | undefined {
  if (name === '__metadata__' || name === '__proto__') return 'this name is reserved. Choose another';
  if (!(array.dtype in dtypes)) return `expected a dtype of ${Object.keys(dtypes).join(', ')}, got ${array.dtype}`;
  const Carrier = dtypes[array.dtype][1];
  if (!(array.data instanceof Carrier)) {
    return `expected a ${Carrier.name} for the dtype ${array.dtype}, got ${Object.prototype.toString.call(array.data)}`;
  }
  if (!isCounts(array.shape)) return `expected whole numbers as shape, got [${String(array.shape)}]`;
  const count = elementCount(array.shape);
  if (array.data.length === count) return undefined;
  return `expected ${count} elements for the shape [${array.shape.join(', ')}], got ${array.data.length}`;
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function padTo8(text: string): string {
  const excess = Buffer.byteLength(text) % 8;
  return excess === 0 ? text : text + ' '.repeat(8 - excess);
}

function readAt(fd: number, path: string, into: Uint8Array<ArrayBuffer>, position: number): Uint8Array<ArrayBuffer> {
  const slice = 1 << 28;
  for (let at = 0; at < into.length; ) {
    const wanted = Math.min(slice, into.length - at);
    const got = attempt('read', path, () => readSync(fd, into, at, wanted, position + at));
    if (got === 0) throw damaged('truncated', path, `expected ${into.length - at} more bytes at ${position + at}`);
    at += got;
  }
  return into;
}

function damaged(kind: string, path: string, detail: string, cause?: unknown): CheckpointError {
  return new CheckpointError(
    `checkpoint-${kind}`,
    `Cannot use the checkpoint ${path}: ${detail}. Remove this file; the run then goes on from the checkpoint before it.`,
    { cause },
  );
}

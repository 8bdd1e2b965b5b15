import { SafetensorsError } from './safetensors-error.js';
import { bytesPerElement, isSafetensorsDtype, safetensorsDtypes, type SafetensorsDtype } from './safetensors-types.js';

/** Bytes in front of the header: its length, unsigned, little-endian. */
export const prefixBytes = 8;

/** The format's limit for the header, against files that would exhaust memory. */
const headerLimitBytes = 100_000_000;

/** Key of the header under which free text is kept. */
export const metadataKey = '__metadata__';

/** Where a tensor lies, in bytes from the end of the header. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Length of the header from the first bytes of a file.
 * @throws {SafetensorsError} `truncated`, `header-length`
 */
export function headerLength(prefix: Uint8Array, fileBytes: number): number {
  if (prefix.byteLength < prefixBytes || fileBytes < prefixBytes) {
    throw new SafetensorsError('truncated', 'file', `at least ${prefixBytes} bytes`, `${fileBytes}`, 'copy the file again');
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefixBytes);
  const length = Number(view.getBigUint64(0, true));
  const limit = Math.min(headerLimitBytes, fileBytes - prefixBytes);
  if (length > limit) {
    const remedy = 'check that this is a safetensors file and complete';
    throw new SafetensorsError('header-length', 'file', `a header of at most ${limit} bytes`, `${length}`, remedy);
  }
  return length;
}

/**
 * Parses and checks a header: every byte behind it belongs to exactly one tensor.
 * @param dataBytes number of bytes behind the header
 * @throws {SafetensorsError} `header-json`, `header-entry`, `duplicate-name`, `dtype`, `shape`, `offsets`, `size-mismatch`
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number): SafetensorsHeader {
  const text = decodeText(bytes);
  const json = parseObject(text);
  refuseDuplicateNames(text);
  const entries = new Map<string, SafetensorsEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === metadataKey) metadata = parseMetadata(value);
    else entries.set(name, parseEntry(name, value));
  }
  checkOffsets(entries, dataBytes);
  return { entries, metadata };
}

const notSafetensors = 'check that this is a safetensors file';

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SafetensorsError('header-json', 'header', 'text in UTF-8', 'other bytes', notSafetensors, { cause });
  }
}

function parseObject(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) {
    const given = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 20));
    throw new SafetensorsError('header-json', 'header', 'a JSON object', given, notSafetensors);
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    const given = cause instanceof Error ? cause.message : String(cause);
    throw new SafetensorsError('header-json', 'header', 'a JSON object', given, notSafetensors, { cause });
  }
}

/** `JSON.parse` keeps the last of several equal keys and says nothing; the format forbids them. `text` is valid JSON. */
function refuseDuplicateNames(text: string): void {
  const open: Set<string>[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]+|\\.)*"|[{}:]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token !== ':') lastString = token;
    else {
      const name = JSON.parse(lastString) as string;
      const names = open.at(-1)!;
      if (names.has(name)) {
        throw new SafetensorsError('duplicate-name', 'header', 'each name once', `"${name}" twice`, 'write the file again');
      }
      names.add(name);
    }
  }
}

function parseMetadata(value: unknown): Record<string, string> {
  if (isObject(value) && Object.values(value).every((text) => typeof text === 'string')) {
    return value as Record<string, string>;
  }
  const remedy = 'store other values as JSON text';
  throw new SafetensorsError('header-entry', metadataKey, 'an object of strings', shown(value), remedy);
}

function parseEntry(name: string, value: unknown): SafetensorsEntry {
  const what = `tensor "${name}"`;
  if (!isObject(value)) {
    throw new SafetensorsError('header-entry', what, 'an object', shown(value), notSafetensors);
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isSafetensorsDtype(dtype)) {
    const remedy = 'convert the tensor to one of these';
    throw new SafetensorsError('dtype', what, `a dtype of ${safetensorsDtypes.join(', ')}`, shown(dtype), remedy);
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new SafetensorsError('header-entry', what, 'data_offsets [begin, end]', shown(offsets), notSafetensors);
  }
  const [begin, end] = offsets as [number, number];
  const expected = checkedByteLength(what, dtype, shape);
  if (end - begin !== expected) {
    const size = `${expected} bytes for ${dtype} ${shown(shape)}`;
    throw new SafetensorsError('size-mismatch', what, size, `${end - begin}`, 'write the file again');
  }
  return { dtype, shape: shape as number[], begin, end };
}

/**
 * Bytes of a tensor.
 * @throws {SafetensorsError} `shape` where the shape is none or its product exceeds 2⁵³ − 1 bytes
 */
export function checkedByteLength(what: string, dtype: SafetensorsDtype, shape: unknown): number {
  if (!isCounts(shape)) {
    throw new SafetensorsError('shape', what, 'a list of non-negative integers', shown(shape), 'correct the shape');
  }
  const bytes = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, bytesPerElement(dtype));
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new SafetensorsError('shape', what, 'less than 2^53 bytes', `shape ${shown(shape)}`, 'correct the shape');
}

function checkOffsets(entries: ReadonlyMap<string, SafetensorsEntry>, dataBytes: number): void {
  const ordered = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of ordered) {
    if (begin !== covered) {
      const kind = begin < covered ? 'an overlap' : 'a gap';
      const given = `${kind}: begin ${begin}`;
      throw new SafetensorsError('offsets', `tensor "${name}"`, `begin ${covered}`, given, 'write the file again');
    }
    covered = end;
  }
  if (covered === dataBytes) return;
  const remedy = covered > dataBytes ? 'copy the file again, it is incomplete' : 'write the file again';
  throw new SafetensorsError('offsets', 'file', `${covered} bytes behind the header`, `${dataBytes}`, remedy);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** A value as short text for a message. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

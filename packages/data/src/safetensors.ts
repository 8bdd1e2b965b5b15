import { SafetensorsError } from './safetensors-error.js';
import { checkedByteLength, headerLength, metadataKey, parseHeader, prefixBytes } from './safetensors-header.js';
import {
  bytesPerElement,
  holdsDtype,
  isSafetensorsDtype,
  safetensorsDtypes,
  tensorOver,
  type SafetensorsTensor,
  type SafetensorsTensors,
} from './safetensors-types.js';

/** What a safetensors file holds. */
export interface SafetensorsContent {
  readonly tensors: SafetensorsTensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a whole safetensors file from memory. Tensors are views on `bytes` where those are aligned for their dtype, which
 * they are in files of the reference writer and of {@link encodeSafetensors}; else copies.
 *
 * Format: https://github.com/huggingface/safetensors#format, eight bytes of header length, a JSON header, the data.
 * @throws {SafetensorsError} where the file breaks the format in any way
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsContent {
  const dataStart = prefixBytes + headerLength(bytes, bytes.byteLength);
  const { entries, metadata } = parseHeader(bytes.subarray(prefixBytes, dataStart), bytes.byteLength - dataStart);
  const tensors = [...entries].map(([name, { dtype, shape, begin, end }]) => {
    const data = new Uint8Array(bytes.buffer, bytes.byteOffset + dataStart + begin, end - begin);
    return [name, tensorOver(dtype, shape, data)] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

/**
 * The file as one array.
 * @throws {SafetensorsError} as {@link encodeSafetensorsChunks}
 */
export function encodeSafetensors(tensors: SafetensorsTensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const chunks = encodeSafetensorsChunks(tensors, metadata);
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.byteLength;
  }
  return bytes;
}

/**
 * The file in pieces, to be written one after the other; the tensors' pieces are views, not copies. As in the reference
 * writer, larger elements come first, then names decide, and the header is padded to eight bytes, so that every
 * tensor is aligned and equal content gives equal bytes.
 *
 * @throws {SafetensorsError} `dtype`, `shape`, `size-mismatch` where a tensor contradicts itself; `duplicate-name` for a tensor
 * called `__metadata__`; `header-entry` where metadata is no text
 */
export function encodeSafetensorsChunks(
  tensors: SafetensorsTensors,
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  checkMetadata(metadata);
  const ordered = Object.entries(tensors).sort(
    ([a, { dtype: x }], [b, { dtype: y }]) => bytesPerElement(y) - bytesPerElement(x) || (a < b ? -1 : 1),
  );
  const header: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [[metadataKey, metadata]];
  const chunks: Uint8Array[] = [];
  let begin = 0;
  for (const [name, tensor] of ordered) {
    const end = begin + checkTensor(name, tensor);
    header.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] }]);
    chunks.push(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
    begin = end;
  }
  return [encodeHeader(Object.fromEntries(header)), ...chunks];
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value === 'string') continue;
    throw new SafetensorsError('header-entry', `metadata "${key}"`, 'text', typeof value, 'store other values as JSON text');
  }
}

/** Byte length of a consistent tensor. */
function checkTensor(name: string, { dtype, shape, data }: SafetensorsTensor): number {
  const what = `tensor "${name}"`;
  if (name === metadataKey) {
    throw new SafetensorsError('duplicate-name', what, 'another name', 'the one reserved for metadata', 'rename the tensor');
  }
  if (!isSafetensorsDtype(dtype)) {
    throw new SafetensorsError('dtype', what, `one of ${safetensorsDtypes.join(', ')}`, String(dtype), 'convert the tensor');
  }
  if (!holdsDtype(data, dtype)) {
    const given = Object.prototype.toString.call(data);
    throw new SafetensorsError('dtype', what, `the array type that holds ${dtype}`, given, 'convert the data');
  }
  const expected = checkedByteLength(what, dtype, shape);
  if (data.byteLength === expected) return expected;
  const given = `${data.byteLength}`;
  throw new SafetensorsError('size-mismatch', what, `${expected} bytes for [${shape.join(', ')}]`, given, 'correct the shape');
}

/** Length, JSON and as many spaces as align the data. */
function encodeHeader(header: Record<string, unknown>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(prefixBytes + Math.ceil(json.byteLength / 8) * 8).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.byteLength - prefixBytes), true);
  bytes.set(json, prefixBytes);
  return bytes;
}

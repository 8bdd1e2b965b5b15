import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { OnnxElementType } from './element-types.js';

/** The repeated fields of `TensorProto` in which elements may be stored, beside `raw_data`. */
export type ElementField = 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data';

/**
 * The field that stores elements of `type` when they are not raw, after the comments of `TensorProto` in `onnx.proto`.
 * Small integers, booleans, 16-bit floats (as their bits) and packed sub-byte elements (a byte an entry) share `int32_data`.
 */
export function elementField(type: OnnxElementType): ElementField {
  switch (type) {
    case 'float':
    case 'complex64':
      return 'floatData';
    case 'double':
    case 'complex128':
      return 'doubleData';
    case 'int64':
      return 'int64Data';
    case 'uint32':
    case 'uint64':
      return 'uint64Data';
    default:
      return 'int32Data';
  }
}

/**
 * Raw little-endian bytes of elements that were stored in `field` as packed protobuf numbers.
 *
 * @param packed the field's stretches of packed numbers, in order
 * @param byteLength bytes that the raw form must take
 * @returns the bytes, a view on `packed` where the wire form is the raw form already; or, where the number of bytes
 * disagrees with `byteLength`, that number. Nothing is allocated before this is known.
 */
export function rawElements(
  type: OnnxElementType,
  field: ElementField,
  packed: readonly Uint8Array[],
  byteLength: number,
): Uint8Array | number {
  const stored = concatenate(packed);
  if (field === 'floatData' || field === 'doubleData') return stored.byteLength === byteLength ? stored : stored.byteLength;
  const bytesPerEntry = entryByteLength(type);
  const given = countVarints(stored) * bytesPerEntry;
  return given === byteLength ? fromVarints(stored, bytesPerEntry, byteLength) : given;
}

/** Raw bytes that one entry of `int32_data`, `int64_data` or `uint64_data` stands for. */
function entryByteLength(type: OnnxElementType): 1 | 2 | 4 | 8 {
  switch (type) {
    case 'int64':
    case 'uint64':
      return 8;
    case 'int32':
    case 'uint32':
      return 4;
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return 2;
    default:
      return 1;
  }
}

/** Every varint ends with its only byte below 128. */
function countVarints(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! < 0x80) count += 1;
  return count;
}

function fromVarints(packed: Uint8Array, bytesPerEntry: 1 | 2 | 4 | 8, byteLength: number): Uint8Array {
  const reader = new BinaryReader(packed);
  const raw = new Uint8Array(byteLength);
  const view = new DataView(raw.buffer);
  for (let position = 0; position < byteLength; position += bytesPerEntry) {
    switch (bytesPerEntry) {
      case 1:
        view.setUint8(position, reader.int32());
        break;
      case 2:
        view.setUint16(position, reader.int32(), true);
        break;
      case 4:
        view.setInt32(position, reader.int32(), true);
        break;
      case 8:
        view.setBigUint64(position, BigInt(reader.uint64()), true);
        break;
    }
  }
  return raw;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.byteLength, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.byteLength;
  }
  return whole;
}

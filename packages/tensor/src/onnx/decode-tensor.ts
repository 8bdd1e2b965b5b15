import { WireType } from '@bufbuild/protobuf/wire';
import { elementCount, elementTypeOfCode, rawByteLength, type OnnxElementType } from './element-types.js';
import type { MessageReader } from './message-reader.js';
import type { OnnxDataLocation, OnnxTensor } from './model.js';
import { externalDataLocation, field } from './schema.js';
import { elementField, rawElements, type ElementField } from './tensor-data.js';

/** The fields of one `TensorProto` as they came. */
interface StoredTensor {
  name: string;
  readonly dims: number[];
  typeCode: number;
  raw: Uint8Array | undefined;
  readonly packed: Record<ElementField, Uint8Array[]>;
  readonly strings: string[];
  readonly externalData: Map<string, string>;
  dataLocation: number;
}

/** Reads the `TensorProto` at the reader's position; its path segment is `name[index]`. */
export function decodeTensor(reader: MessageReader, wireType: WireType, name: string, index?: number): OnnxTensor {
  const stored: StoredTensor = {
    name: '',
    dims: [],
    typeCode: 0,
    raw: undefined,
    packed: { floatData: [], doubleData: [], int32Data: [], int64Data: [], uint64Data: [] },
    strings: [],
    externalData: new Map(),
    dataLocation: 0,
  };
  return reader.message(wireType, name, index, () => {
    reader.fields((number, wire) => readTensorField(reader, stored, number, wire));
    return normalise(reader, stored);
  });
}

function readTensorField(reader: MessageReader, stored: StoredTensor, number: number, wire: WireType): boolean {
  const numbers = field.tensor;
  switch (number) {
    case numbers.dims:
      reader.integers(wire, (value) => stored.dims.push(safeDimension(reader, value)));
      return true;
    case numbers.dataType:
      stored.typeCode = reader.safeInteger(wire, 'an element type');
      return true;
    case numbers.name:
      stored.name = reader.string(wire);
      return true;
    case numbers.rawData:
      stored.raw = reader.bytes(wire);
      return true;
    case numbers.floatData:
      stored.packed.floatData.push(reader.packed(wire, WireType.Bit32));
      return true;
    case numbers.doubleData:
      stored.packed.doubleData.push(reader.packed(wire, WireType.Bit64));
      return true;
    case numbers.int32Data:
      stored.packed.int32Data.push(reader.packed(wire, WireType.Varint));
      return true;
    case numbers.int64Data:
      stored.packed.int64Data.push(reader.packed(wire, WireType.Varint));
      return true;
    case numbers.uint64Data:
      stored.packed.uint64Data.push(reader.packed(wire, WireType.Varint));
      return true;
    case numbers.stringData:
      stored.strings.push(reader.string(wire));
      return true;
    case numbers.externalData: {
      const [key, value] = decodeEntry(reader, wire, 'external_data', stored.externalData.size);
      stored.externalData.set(key, value);
      return true;
    }
    case numbers.dataLocation:
      stored.dataLocation = reader.safeInteger(wire, 'a data location');
      return true;
    case numbers.segment:
      throw reader.error('unsupported', 'whole tensors', 'a tensor in segments', 'export the model without segments');
    default:
      return false;
  }
}

function safeDimension(reader: MessageReader, value: number | bigint): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw reader.error('invalid-value', 'dimensions from 0 to 2^53', String(value), 'export the model again');
}

function normalise(reader: MessageReader, stored: StoredTensor): OnnxTensor {
  const { name, dims, typeCode } = stored;
  const elementType = elementTypeOfCode(typeCode);
  if (elementType === undefined) {
    const known = typeCode > 0 ? 'unsupported' : 'missing-field';
    throw reader.error(known, 'a known element type', `code ${typeCode}`, 'convert the tensor to another type');
  }
  const count = elementCount(dims);
  if (count === undefined || !Number.isSafeInteger(count * 16)) {
    throw reader.error('too-large', 'fewer than 2^49 elements', `dims [${dims.join(', ')}]`, 'check the dimensions');
  }
  if (stored.dataLocation === externalDataLocation) {
    const location = decodeLocation(reader, stored.externalData, elementType, count);
    return { name, elementType, dims, data: new Uint8Array(0), location };
  }
  if (elementType === 'string') {
    if (stored.strings.length === count) return { name, elementType, dims, data: new Uint8Array(0), strings: stored.strings };
    throw mismatch(reader, elementType, dims, `${count} strings`, stored.strings.length);
  }
  return { name, elementType, dims, data: rawData(reader, stored, elementType, rawByteLength(elementType, count)) };
}

function rawData(reader: MessageReader, stored: StoredTensor, type: OnnxElementType, byteLength: number): Uint8Array {
  const source = elementField(type);
  const data =
    stored.raw === undefined || (stored.raw.byteLength === 0 && stored.packed[source].length > 0)
      ? rawElements(type, source, stored.packed[source], byteLength)
      : stored.raw;
  if (typeof data !== 'number' && data.byteLength === byteLength) return data;
  const given = typeof data === 'number' ? data : data.byteLength;
  throw mismatch(reader, type, stored.dims, `${byteLength} bytes`, given);
}

function mismatch(reader: MessageReader, type: OnnxElementType, dims: readonly number[], expected: string, given: number) {
  return reader.error('size-mismatch', `${expected} for ${type}[${dims.join(', ')}]`, String(given), 'check that the file is complete');
}

function decodeLocation(
  reader: MessageReader,
  entries: ReadonlyMap<string, string>,
  type: OnnxElementType,
  count: number,
): OnnxDataLocation {
  const file = entries.get('location');
  if (file === undefined) {
    throw reader.error('missing-field', 'the location of external data', 'none', 'export the model again');
  }
  if (type === 'string') {
    throw reader.error('unsupported', 'numbers in external data', 'strings', 'store the strings in the model');
  }
  const expected = rawByteLength(type, count);
  const length = byteCount(reader, 'length', entries.get('length') ?? String(expected));
  if (length !== expected) {
    throw reader.error('size-mismatch', `external data of ${expected} bytes`, String(length), 'export the model again');
  }
  return { file, offset: byteCount(reader, 'offset', entries.get('offset') ?? '0'), length };
}

function byteCount(reader: MessageReader, what: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw reader.error('invalid-value', `the ${what} of external data in decimal digits`, `"${text}"`, 'export the model again');
}

/** Reads the `StringStringEntryProto` at the reader's position. */
export function decodeEntry(reader: MessageReader, wireType: WireType, name: string, index: number): [string, string] {
  let key = '';
  let value = '';
  reader.message(wireType, name, index, () =>
    reader.fields((number, wire) => {
      if (number === field.stringStringEntry.key) key = reader.string(wire);
      else if (number === field.stringStringEntry.value) value = reader.string(wire);
      else return false;
      return true;
    }),
  );
  return [key, value];
}

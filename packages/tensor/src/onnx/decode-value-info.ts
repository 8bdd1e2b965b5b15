import type { WireType } from '@bufbuild/protobuf/wire';
import { elementTypeOfCode, type OnnxElementType } from './element-types.js';
import type { MessageReader } from './message-reader.js';
import type { OnnxValueInfo } from './model.js';
import { field } from './schema.js';

type Dimension = number | string | undefined;

interface TensorType {
  elementType: OnnxElementType | undefined;
  shape: Dimension[] | undefined;
}

/** Reads the `ValueInfoProto` at the reader's position; its path segment is `path[index]`. */
export function decodeValueInfo(reader: MessageReader, wireType: WireType, path: string, index: number): OnnxValueInfo {
  let name = '';
  const type: TensorType = { elementType: undefined, shape: undefined };
  reader.message(wireType, path, index, () =>
    reader.fields((number, wire) => {
      if (number === field.valueInfo.name) name = reader.string(wire);
      else if (number === field.valueInfo.type) readType(reader, wire, type);
      else return false;
      return true;
    }),
  );
  return { name, elementType: type.elementType, shape: type.shape };
}

const nameOfOtherType = new Map<number, string>([
  [field.type.sequence, 'a sequence'],
  [field.type.map, 'a map'],
  [field.type.opaque, 'an opaque type'],
  [field.type.sparseTensor, 'a sparse tensor'],
  [field.type.optional, 'an optional'],
]);

function readType(reader: MessageReader, wireType: WireType, type: TensorType): void {
  reader.message(wireType, 'type', undefined, () =>
    reader.fields((number, wire) => {
      const other = nameOfOtherType.get(number);
      if (other !== undefined) throw reader.error('unsupported', 'a dense tensor', other, 'export the model with tensors only');
      if (number !== field.type.tensor) return false;
      readTensorType(reader, wire, type);
      return true;
    }),
  );
}

function readTensorType(reader: MessageReader, wireType: WireType, type: TensorType): void {
  reader.message(wireType, 'tensor_type', undefined, () =>
    reader.fields((number, wire) => {
      if (number === field.tensorType.elementType) type.elementType = readElementType(reader, wire);
      else if (number === field.tensorType.shape) type.shape = readShape(reader, wire);
      else return false;
      return true;
    }),
  );
}

function readElementType(reader: MessageReader, wire: WireType): OnnxElementType | undefined {
  const code = reader.safeInteger(wire, 'an element type');
  const type = elementTypeOfCode(code);
  if (type === undefined && code !== 0) {
    throw reader.error('unsupported', 'a known element type', `code ${code}`, 'convert the value to another type');
  }
  return type;
}

function readShape(reader: MessageReader, wireType: WireType): Dimension[] {
  const shape: Dimension[] = [];
  reader.message(wireType, 'shape', undefined, () =>
    reader.fields((number, wire) => {
      if (number !== field.shape.dim) return false;
      shape.push(readDimension(reader, wire, shape.length));
      return true;
    }),
  );
  return shape;
}

function readDimension(reader: MessageReader, wireType: WireType, index: number): Dimension {
  let dimension: Dimension;
  reader.message(wireType, 'dim', index, () =>
    reader.fields((number, wire) => {
      if (number === field.dimension.value) {
        const size = reader.safeInteger(wire, 'a size');
        dimension = size < 0 ? undefined : size;
      } else if (number === field.dimension.param) dimension = reader.string(wire) || undefined;
      else return false;
      return true;
    }),
  );
  return dimension;
}

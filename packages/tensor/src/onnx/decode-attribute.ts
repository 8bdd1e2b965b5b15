import type { WireType } from '@bufbuild/protobuf/wire';
import { decodeTensor } from './decode-tensor.js';
import type { MessageReader } from './message-reader.js';
import type { OnnxAttribute, OnnxGraph, OnnxReferableKind, OnnxTensor } from './model.js';
import { attributeTypeCode, field } from './schema.js';

/** Reads the graph at the reader's position; handed in because graphs hold attributes in turn. */
export type GraphDecoder = (reader: MessageReader, wireType: WireType, path: string, index?: number) => OnnxGraph;

/** The value fields of one `AttributeProto` as they came; which of them counts, `typeCode` says. */
interface StoredAttribute {
  name: string;
  typeCode: number;
  referenceName: string;
  /** The kind of the last value field seen: what the attribute is where no type was written (IR version 1). */
  seen: OnnxReferableKind | undefined;
  int: number | bigint;
  float: number;
  bytes: Uint8Array;
  tensor: OnnxTensor | undefined;
  graph: OnnxGraph | undefined;
  readonly ints: (number | bigint)[];
  readonly floats: number[];
  readonly strings: string[];
  readonly tensors: OnnxTensor[];
  readonly graphs: OnnxGraph[];
}

/** Reads the `AttributeProto` at the reader's position: its name and value. */
export function decodeAttribute(
  reader: MessageReader,
  wireType: WireType,
  index: number,
  decodeGraph: GraphDecoder,
): [string, OnnxAttribute] {
  const stored: StoredAttribute = {
    name: '',
    typeCode: 0,
    referenceName: '',
    seen: undefined,
    int: 0,
    float: 0,
    bytes: new Uint8Array(0),
    tensor: undefined,
    graph: undefined,
    ints: [],
    floats: [],
    strings: [],
    tensors: [],
    graphs: [],
  };
  return reader.message(wireType, 'attribute', index, () => {
    reader.fields((number, wire) => readField(reader, stored, number, wire, decodeGraph));
    return [stored.name, attributeOf(reader, stored)];
  });
}

function readField(reader: MessageReader, stored: StoredAttribute, number: number, wire: WireType, decodeGraph: GraphDecoder): boolean {
  switch (number) {
    case field.attribute.name:
      stored.name = reader.string(wire);
      return true;
    case field.attribute.type:
      stored.typeCode = reader.safeInteger(wire, 'an attribute type');
      return true;
    case field.attribute.refAttrName:
      stored.referenceName = reader.string(wire);
      return true;
    default: {
      const kind = kindOfField.get(number);
      if (kind === undefined) return refuseOrSkip(reader, number);
      stored.seen = kind;
      readValue(reader, stored, kind, wire, decodeGraph);
      return true;
    }
  }
}

const kindOfField = new Map<number, OnnxReferableKind>([
  [field.attribute.i, 'int'],
  [field.attribute.f, 'float'],
  [field.attribute.s, 'string'],
  [field.attribute.t, 'tensor'],
  [field.attribute.g, 'graph'],
  [field.attribute.ints, 'ints'],
  [field.attribute.floats, 'floats'],
  [field.attribute.strings, 'strings'],
  [field.attribute.tensors, 'tensors'],
  [field.attribute.graphs, 'graphs'],
]);

const refused = new Map<number, string>([
  [field.attribute.sparseTensor, 'a sparse tensor'],
  [field.attribute.sparseTensors, 'sparse tensors'],
  [field.attribute.tp, 'a type'],
  [field.attribute.typeProtos, 'types'],
]);

function refuseOrSkip(reader: MessageReader, number: number): false {
  const given = refused.get(number);
  if (given === undefined) return false;
  throw reader.error('unsupported', 'numbers, text, dense tensors or graphs', given, 'export the model without it');
}

function readValue(
  reader: MessageReader,
  stored: StoredAttribute,
  kind: OnnxReferableKind,
  wire: WireType,
  decodeGraph: GraphDecoder,
): void {
  switch (kind) {
    case 'int':
      stored.int = reader.integer(wire);
      return;
    case 'float':
      stored.float = reader.float(wire);
      return;
    case 'string':
      stored.bytes = reader.bytes(wire);
      return;
    case 'tensor':
      stored.tensor = decodeTensor(reader, wire, 't');
      return;
    case 'graph':
      stored.graph = decodeGraph(reader, wire, 'g');
      return;
    case 'ints':
      return reader.integers(wire, (value) => stored.ints.push(value));
    case 'floats':
      return reader.floats(wire, (value) => stored.floats.push(value));
    case 'strings':
      stored.strings.push(reader.string(wire));
      return;
    case 'tensors':
      stored.tensors.push(decodeTensor(reader, wire, 'tensors', stored.tensors.length));
      return;
    case 'graphs':
      stored.graphs.push(decodeGraph(reader, wire, 'graphs', stored.graphs.length));
      return;
  }
}

const kindOfTypeCode = new Map<number, OnnxReferableKind>([...kindOfField.values()].map((kind) => [attributeTypeCode[kind], kind]));

function attributeOf(reader: MessageReader, stored: StoredAttribute): OnnxAttribute {
  const kind = stored.typeCode === 0 ? stored.seen : kindOfTypeCode.get(stored.typeCode);
  if (kind === undefined) {
    const code = stored.typeCode === 0 ? 'missing-field' : 'unsupported';
    throw reader.error(code, `a known type for attribute "${stored.name}"`, `code ${stored.typeCode}`, 'export the model again');
  }
  if (stored.referenceName !== '') return { kind: 'reference', name: stored.referenceName, type: kind };
  switch (kind) {
    case 'int':
      return { kind, value: stored.int };
    case 'float':
      return { kind, value: stored.float };
    case 'string':
      return textOrBytes(stored.bytes);
    case 'tensor':
      return { kind, value: present(reader, stored.tensor, 'a tensor', stored.name) };
    case 'graph':
      return { kind, value: present(reader, stored.graph, 'a graph', stored.name) };
    case 'ints':
      return { kind, value: stored.ints };
    case 'floats':
      return { kind, value: stored.floats };
    case 'strings':
      return { kind, value: stored.strings };
    case 'tensors':
      return { kind, value: stored.tensors };
    case 'graphs':
      return { kind, value: stored.graphs };
  }
}

function present<T>(reader: MessageReader, value: T | undefined, what: string, name: string): T {
  if (value !== undefined) return value;
  throw reader.error('missing-field', `${what} in attribute "${name}"`, 'none', 'export the model again');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOrBytes(bytes: Uint8Array): OnnxAttribute {
  try {
    return { kind: 'string', value: utf8.decode(bytes) };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return { kind: 'bytes', value: bytes };
  }
}

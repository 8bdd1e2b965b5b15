import { WireType } from '@bufbuild/protobuf/wire';
import { ChunkedWriter } from './chunked-writer.js';
import { elementCount, elementTypeCode, rawByteLength } from './element-types.js';
import { OnnxFormatError } from './errors.js';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode, OnnxOpset, OnnxTensor, OnnxValueInfo } from './model.js';
import { attributeTypeCode, externalDataLocation, field } from './schema.js';

/**
 * The model as an ONNX protobuf message in pieces, to be written one after the other. Tensor data of 4 KiB and more is
 * referenced, not copied: do not change it before the pieces are written.
 *
 * @throws {OnnxFormatError} `size-mismatch` where a tensor's data disagrees with its dimensions, `invalid-value` where a
 * number does not fit its field, `too-large` from 2³¹ bytes on
 */
export function encodeModelChunks(model: OnnxModel): readonly Uint8Array[] {
  const writer = new ChunkedWriter();
  writer.int64(field.model.irVersion, integer(model.irVersion, 'irVersion'));
  if (model.producerName !== undefined) writer.string(field.model.producerName, model.producerName);
  if (model.producerVersion !== undefined) writer.string(field.model.producerVersion, model.producerVersion);
  writer.largeMessage(field.model.graph, graphMessage(model.graph));
  writeOpsets(writer, field.model.opsetImport, model.opsets);
  for (const [key, value] of Object.entries(model.metadata ?? {})) {
    writeEntry(writer, field.model.metadataProps, key, value);
  }
  for (const definition of model.functions ?? []) {
    writer.largeMessage(field.model.functions, functionMessage(definition));
  }
  return writer.chunks();
}

/**
 * The model as one ONNX protobuf message.
 * @throws {OnnxFormatError} as {@link encodeModelChunks}
 */
export function encodeModel(model: OnnxModel): Uint8Array {
  const chunks = encodeModelChunks(model);
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.byteLength;
  }
  return bytes;
}

function graphMessage(graph: OnnxGraph): ChunkedWriter {
  const writer = new ChunkedWriter();
  writeNodes(writer, field.graph.node, graph.nodes);
  writer.string(field.graph.name, graph.name);
  for (const tensor of graph.initializers) {
    writer.largeMessage(field.graph.initializer, tensorMessage(tensor, `initializer "${tensor.name}"`));
  }
  writeValueInfos(writer, field.graph.input, graph.inputs);
  writeValueInfos(writer, field.graph.output, graph.outputs);
  writeValueInfos(writer, field.graph.valueInfo, graph.valueInfo ?? []);
  return writer;
}

function functionMessage(definition: OnnxFunction): ChunkedWriter {
  const writer = new ChunkedWriter();
  const numbers = field.function;
  writer.string(numbers.name, definition.name);
  for (const name of definition.inputs) writer.string(numbers.input, name);
  for (const name of definition.outputs) writer.string(numbers.output, name);
  for (const name of definition.attributes) writer.string(numbers.attribute, name);
  writeNodes(writer, numbers.node, definition.nodes);
  writeOpsets(writer, numbers.opsetImport, definition.opsets);
  writer.string(numbers.domain, definition.domain);
  for (const [name, attribute] of Object.entries(definition.attributeDefaults ?? {})) {
    const content = new ChunkedWriter();
    writeAttribute(content, name, attribute, `function "${definition.name}", attribute "${name}"`);
    writer.largeMessage(numbers.attributeProto, content);
  }
  writeValueInfos(writer, numbers.valueInfo, definition.valueInfo ?? []);
  if (definition.overload !== undefined) writer.string(numbers.overload, definition.overload);
  return writer;
}

function writeNodes(writer: ChunkedWriter, number: number, nodes: readonly OnnxNode[]): void {
  for (const node of nodes) {
    if (holdsTensors(node)) {
      const content = new ChunkedWriter();
      writeNode(content, node);
      writer.largeMessage(number, content);
    } else {
      writer.message(number, () => writeNode(writer, node));
    }
  }
}

function holdsTensors({ attributes }: OnnxNode): boolean {
  return attributes !== undefined && Object.values(attributes).some(isLarge);
}

function isLarge({ kind }: OnnxAttribute): boolean {
  return kind === 'tensor' || kind === 'tensors' || kind === 'graph' || kind === 'graphs' || kind === 'bytes';
}

function writeNode(writer: ChunkedWriter, node: OnnxNode): void {
  for (const name of node.inputs) writer.string(field.node.input, name);
  for (const name of node.outputs) writer.string(field.node.output, name);
  if (node.name !== undefined) writer.string(field.node.name, node.name);
  writer.string(field.node.opType, node.opType);
  for (const [name, attribute] of Object.entries(node.attributes ?? {})) {
    const where = `node "${node.name ?? node.outputs[0] ?? ''}" (${node.opType}), attribute "${name}"`;
    if (isLarge(attribute)) {
      const content = new ChunkedWriter();
      writeAttribute(content, name, attribute, where);
      writer.largeMessage(field.node.attribute, content);
    } else {
      writer.message(field.node.attribute, () => writeAttribute(writer, name, attribute, where));
    }
  }
  if (node.domain !== undefined) writer.string(field.node.domain, node.domain);
  if (node.overload !== undefined) writer.string(field.node.overload, node.overload);
}

function writeAttribute(writer: ChunkedWriter, name: string, attribute: OnnxAttribute, where: string): void {
  writer.string(field.attribute.name, name);
  writeAttributeValue(writer, attribute, where);
  const kind = attribute.kind === 'reference' ? attribute.type : attribute.kind;
  writer.int64(field.attribute.type, attributeTypeCode[kind]);
}

function writeAttributeValue(writer: ChunkedWriter, attribute: OnnxAttribute, where: string): void {
  const numbers = field.attribute;
  switch (attribute.kind) {
    case 'int':
      return writer.int64(numbers.i, integer(attribute.value, where));
    case 'float':
      writer.tag(numbers.f, WireType.Bit32).float(single(attribute.value, where));
      return;
    case 'string':
      return writer.string(numbers.s, attribute.value);
    case 'bytes':
      return writer.bytes(numbers.s, attribute.value);
    case 'tensor':
      return writer.largeMessage(numbers.t, tensorMessage(attribute.value, where));
    case 'graph':
      return writer.largeMessage(numbers.g, graphMessage(attribute.value));
    case 'ints':
      for (const value of attribute.value) writer.int64(numbers.ints, integer(value, where));
      return;
    case 'floats':
      for (const value of attribute.value) writer.tag(numbers.floats, WireType.Bit32).float(single(value, where));
      return;
    case 'strings':
      for (const value of attribute.value) writer.string(numbers.strings, value);
      return;
    case 'tensors':
      for (const value of attribute.value) writer.largeMessage(numbers.tensors, tensorMessage(value, where));
      return;
    case 'graphs':
      for (const value of attribute.value) writer.largeMessage(numbers.graphs, graphMessage(value));
      return;
    case 'reference':
      return writer.string(numbers.refAttrName, attribute.name);
  }
}

function tensorMessage(tensor: OnnxTensor, where: string): ChunkedWriter {
  const count = checkedElementCount(tensor, where);
  const writer = new ChunkedWriter();
  for (const dim of tensor.dims) writer.int64(field.tensor.dims, dim);
  writer.int64(field.tensor.dataType, elementTypeCode(tensor.elementType));
  if (tensor.name !== '') writer.string(field.tensor.name, tensor.name);
  if (tensor.location !== undefined) {
    const { file, offset, length } = tensor.location;
    const expected = rawByteLength(tensor.elementType, count);
    if (length !== expected) throw sizeMismatch(where, tensor, `external data of ${expected} bytes`, `${length}`);
    integer(offset, where);
    writeEntry(writer, field.tensor.externalData, 'location', file);
    writeEntry(writer, field.tensor.externalData, 'offset', String(offset));
    writeEntry(writer, field.tensor.externalData, 'length', String(length));
    writer.int64(field.tensor.dataLocation, externalDataLocation);
  } else if (tensor.elementType === 'string') {
    const strings = tensor.strings ?? [];
    if (strings.length !== count) throw sizeMismatch(where, tensor, `${count} strings`, `${strings.length}`);
    for (const value of strings) writer.string(field.tensor.stringData, value);
  } else {
    const expected = rawByteLength(tensor.elementType, count);
    if (tensor.data.byteLength !== expected) {
      throw sizeMismatch(where, tensor, `${expected} bytes`, `${tensor.data.byteLength}`);
    }
    writer.bytes(field.tensor.rawData, tensor.data);
  }
  return writer;
}

function checkedElementCount(tensor: OnnxTensor, where: string): number {
  const count = elementCount(tensor.dims);
  if (count !== undefined && tensor.dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) return count;
  throw new OnnxFormatError({
    code: 'invalid-value',
    path: where,
    expected: 'dimensions that are non-negative integers with a product below 2^53',
    given: `[${tensor.dims.join(', ')}]`,
    remedy: 'correct the dimensions',
  });
}

function sizeMismatch(where: string, tensor: OnnxTensor, expected: string, given: string): OnnxFormatError {
  return new OnnxFormatError({
    code: 'size-mismatch',
    path: where,
    expected: `${expected} for ${tensor.elementType}[${tensor.dims.join(', ')}]`,
    given,
    remedy: 'make dims and data agree',
  });
}

function writeValueInfos(writer: ChunkedWriter, number: number, infos: readonly OnnxValueInfo[]): void {
  for (const info of infos) writer.message(number, () => writeValueInfo(writer, info));
}

function writeValueInfo(writer: ChunkedWriter, { name, elementType, shape }: OnnxValueInfo): void {
  writer.string(field.valueInfo.name, name);
  if (elementType === undefined) return;
  writer.message(field.valueInfo.type, () =>
    writer.message(field.type.tensor, () => {
      writer.int64(field.tensorType.elementType, elementTypeCode(elementType));
      if (shape !== undefined) writer.message(field.tensorType.shape, () => writeDimensions(writer, shape, name));
    }),
  );
}

function writeDimensions(writer: ChunkedWriter, shape: NonNullable<OnnxValueInfo['shape']>, name: string): void {
  for (const dim of shape) {
    writer.message(field.shape.dim, () => {
      if (typeof dim === 'string') writer.string(field.dimension.param, dim);
      else if (dim !== undefined) writer.int64(field.dimension.value, integer(dim, `shape of "${name}"`));
    });
  }
}

function writeOpsets(writer: ChunkedWriter, number: number, opsets: readonly OnnxOpset[]): void {
  for (const { domain, version } of opsets) {
    writer.message(number, () => {
      writer.string(field.operatorSetId.domain, domain);
      writer.int64(field.operatorSetId.version, integer(version, `opset "${domain}"`));
    });
  }
}

function writeEntry(writer: ChunkedWriter, number: number, key: string, value: string): void {
  writer.message(number, () => {
    writer.string(field.stringStringEntry.key, key);
    writer.string(field.stringStringEntry.value, value);
  });
}

function integer(value: number | bigint, where: string): number | bigint {
  const fits = typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
  if (fits) return value;
  throw new OnnxFormatError({
    code: 'invalid-value',
    path: where,
    expected: 'an integer of 64 bits, as a bigint where it exceeds 2^53',
    given: String(value),
    remedy: 'round it or pass a bigint',
  });
}

function single(value: number, where: string): number {
  if (Number.isFinite(Math.fround(value)) || !Number.isFinite(value)) return value;
  throw new OnnxFormatError({
    code: 'invalid-value',
    path: where,
    expected: 'a number within the range of float32',
    given: String(value),
    remedy: 'rescale it, or store it as a tensor of type double',
  });
}

import type { WireType } from '@bufbuild/protobuf/wire';
import { decodeAttribute } from './decode-attribute.js';
import { decodeEntry, decodeTensor } from './decode-tensor.js';
import { decodeValueInfo } from './decode-value-info.js';
import { MessageReader, withTypedErrors } from './message-reader.js';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode, OnnxOpset, OnnxTensor, OnnxValueInfo } from './model.js';
import { field } from './schema.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads an ONNX protobuf message. Unknown fields are skipped. Tensors stored in any of the forms of `TensorProto` come out
 * as raw little-endian bytes, views on `bytes` wherever that form is the raw one already (`raw_data`, `float_data`,
 * `double_data`). External data stays a `location`; {@link readOnnxFile} loads it.
 *
 * @throws {OnnxFormatError} where the bytes are no complete ONNX model, or use what {@link OnnxModel} does not represent
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const reader = new MessageReader(bytes);
  return withTypedErrors(reader, () => readModel(reader));
}

function readModel(reader: MessageReader): OnnxModel {
  let irVersion: number | undefined;
  let graph: OnnxGraph | undefined;
  const opsets: OnnxOpset[] = [];
  const metadata: [string, string][] = [];
  const functions: OnnxFunction[] = [];
  const optional: Partial<Writable<Pick<OnnxModel, 'producerName' | 'producerVersion'>>> = {};
  reader.fields((number, wire) => {
    switch (number) {
      case field.model.irVersion:
        irVersion = reader.safeInteger(wire, 'an IR version');
        return true;
      case field.model.producerName:
        setText(optional, 'producerName', reader.string(wire));
        return true;
      case field.model.producerVersion:
        setText(optional, 'producerVersion', reader.string(wire));
        return true;
      case field.model.graph:
        graph = readGraph(reader, wire, 'graph');
        return true;
      case field.model.opsetImport:
        opsets.push(readOpset(reader, wire, opsets.length));
        return true;
      case field.model.metadataProps:
        metadata.push(decodeEntry(reader, wire, 'metadata_props', metadata.length));
        return true;
      case field.model.functions:
        functions.push(readFunction(reader, wire, functions.length));
        return true;
      default:
        return false;
    }
  });
  if (graph === undefined) throw missing(reader, 'a graph');
  if (irVersion === undefined) throw missing(reader, 'an IR version');
  return {
    irVersion,
    opsets,
    ...optional,
    graph,
    ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) }),
    ...(functions.length > 0 && { functions }),
  };
}

function readGraph(reader: MessageReader, wireType: WireType, path: string, index?: number): OnnxGraph {
  let name = '';
  const nodes: OnnxNode[] = [];
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  const initializers: OnnxTensor[] = [];
  const valueInfo: OnnxValueInfo[] = [];
  const visit = (number: number, wire: WireType): boolean => {
    switch (number) {
      case field.graph.node:
        nodes.push(readNode(reader, wire, nodes.length));
        return true;
      case field.graph.name:
        name = reader.string(wire);
        return true;
      case field.graph.initializer:
        initializers.push(decodeTensor(reader, wire, 'initializer', initializers.length));
        return true;
      case field.graph.input:
        inputs.push(decodeValueInfo(reader, wire, 'input', inputs.length));
        return true;
      case field.graph.output:
        outputs.push(decodeValueInfo(reader, wire, 'output', outputs.length));
        return true;
      case field.graph.valueInfo:
        valueInfo.push(decodeValueInfo(reader, wire, 'value_info', valueInfo.length));
        return true;
      case field.graph.sparseInitializer:
        throw reader.error('unsupported', 'dense initializers', 'a sparse_initializer', 'convert it to a dense one');
      default:
        return false;
    }
  };
  reader.message(wireType, path, index, () => reader.fields(visit));
  return { name, nodes, inputs, outputs, initializers, ...(valueInfo.length > 0 && { valueInfo }) };
}

function readNode(reader: MessageReader, wireType: WireType, index: number): OnnxNode {
  let opType = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: [string, OnnxAttribute][] = [];
  const optional: Partial<Writable<Pick<OnnxNode, 'domain' | 'name' | 'overload'>>> = {};
  const visit = (number: number, wire: WireType): boolean => {
    switch (number) {
      case field.node.input:
        inputs.push(reader.string(wire));
        return true;
      case field.node.output:
        outputs.push(reader.string(wire));
        return true;
      case field.node.name:
        setText(optional, 'name', reader.string(wire));
        return true;
      case field.node.opType:
        opType = reader.string(wire);
        return true;
      case field.node.attribute:
        attributes.push(decodeAttribute(reader, wire, attributes.length, readGraph));
        return true;
      case field.node.domain:
        setText(optional, 'domain', reader.string(wire));
        return true;
      case field.node.overload:
        setText(optional, 'overload', reader.string(wire));
        return true;
      default:
        return false;
    }
  };
  reader.message(wireType, 'node', index, () => {
    reader.fields(visit);
    if (opType === '') throw missing(reader, "the operator's name");
  });
  return {
    opType,
    ...optional,
    inputs,
    outputs,
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
  };
}

function readFunction(reader: MessageReader, wireType: WireType, index: number): OnnxFunction {
  let name = '';
  let domain = '';
  let overload = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: string[] = [];
  const attributeDefaults: [string, OnnxAttribute][] = [];
  const nodes: OnnxNode[] = [];
  const opsets: OnnxOpset[] = [];
  const valueInfo: OnnxValueInfo[] = [];
  const numbers = field.function;
  const visit = (number: number, wire: WireType): boolean => {
    switch (number) {
      case numbers.name:
        name = reader.string(wire);
        return true;
      case numbers.domain:
        domain = reader.string(wire);
        return true;
      case numbers.overload:
        overload = reader.string(wire);
        return true;
      case numbers.input:
        inputs.push(reader.string(wire));
        return true;
      case numbers.output:
        outputs.push(reader.string(wire));
        return true;
      case numbers.attribute:
        attributes.push(reader.string(wire));
        return true;
      case numbers.attributeProto:
        attributeDefaults.push(decodeAttribute(reader, wire, attributeDefaults.length, readGraph));
        return true;
      case numbers.node:
        nodes.push(readNode(reader, wire, nodes.length));
        return true;
      case numbers.opsetImport:
        opsets.push(readOpset(reader, wire, opsets.length));
        return true;
      case numbers.valueInfo:
        valueInfo.push(decodeValueInfo(reader, wire, 'value_info', valueInfo.length));
        return true;
      default:
        return false;
    }
  };
  reader.message(wireType, 'functions', index, () => {
    reader.fields(visit);
    if (name === '') throw missing(reader, "the function's name");
  });
  return {
    name,
    domain,
    ...(overload !== '' && { overload }),
    inputs,
    outputs,
    attributes,
    ...(attributeDefaults.length > 0 && { attributeDefaults: Object.fromEntries(attributeDefaults) }),
    nodes,
    opsets,
    ...(valueInfo.length > 0 && { valueInfo }),
  };
}

function readOpset(reader: MessageReader, wireType: WireType, index: number): OnnxOpset {
  let domain = '';
  let version = 0;
  reader.message(wireType, 'opset_import', index, () =>
    reader.fields((number, wire) => {
      if (number === field.operatorSetId.domain) domain = reader.string(wire);
      else if (number === field.operatorSetId.version) version = reader.safeInteger(wire, 'an opset version');
      else return false;
      return true;
    }),
  );
  return { domain, version };
}

/** Sets optional text; writers of protobuf 3 leave out empty text, so the empty string means absent. */
function setText<K extends string>(target: Partial<Record<K, string>>, key: K, text: string): void {
  if (text !== '') target[key] = text;
}

function missing(reader: MessageReader, what: string) {
  return reader.error('missing-field', what, 'none', 'check that the file is an ONNX model and complete');
}

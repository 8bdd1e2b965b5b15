import type { OnnxAttribute } from './model.js';

/**
 * Field numbers of the ONNX messages that this package reads and writes, as published in `onnx.proto`
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Fields left out here are skipped when read.
 */
export const field = {
  model: { irVersion: 1, producerName: 2, producerVersion: 3, graph: 7, opsetImport: 8, metadataProps: 14, functions: 25 },
  operatorSetId: { domain: 1, version: 2 },
  stringStringEntry: { key: 1, value: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13, sparseInitializer: 15 },
  node: { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7, overload: 8 },
  attribute: {
    name: 1,
    f: 2,
    i: 3,
    s: 4,
    t: 5,
    g: 6,
    floats: 7,
    ints: 8,
    strings: 9,
    tensors: 10,
    graphs: 11,
    tp: 14,
    typeProtos: 15,
    type: 20,
    refAttrName: 21,
    sparseTensor: 22,
    sparseTensors: 23,
  },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1, sequence: 4, map: 5, opaque: 7, sparseTensor: 8, optional: 9 },
  tensorType: { elementType: 1, shape: 2 },
  shape: { dim: 1 },
  dimension: { value: 1, param: 2 },
  tensor: {
    dims: 1,
    dataType: 2,
    segment: 3,
    floatData: 4,
    int32Data: 5,
    stringData: 6,
    int64Data: 7,
    name: 8,
    rawData: 9,
    doubleData: 10,
    uint64Data: 11,
    externalData: 13,
    dataLocation: 14,
  },
  function: {
    name: 1,
    input: 4,
    output: 5,
    attribute: 6,
    node: 7,
    opsetImport: 9,
    domain: 10,
    attributeProto: 11,
    valueInfo: 12,
    overload: 13,
  },
} as const;

/** `AttributeProto.AttributeType`; `bytes` shares the code of `string`. */
export const attributeTypeCode: Readonly<Record<Exclude<OnnxAttribute['kind'], 'reference'>, number>> = {
  float: 1,
  int: 2,
  string: 3,
  bytes: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
};

/** `TensorProto.DataLocation.EXTERNAL`. */
export const externalDataLocation = 1;

/** Bytes a protobuf message must stay below: lengths are 32-bit signed in the reference implementation. */
export const protobufByteLimit = 2 ** 31;

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeModel,
  encodeModel,
  encodeModelChunks,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from '../../src/onnx/index.js';

const bytesOf = (values: Float32Array | BigInt64Array) => new Uint8Array(values.buffer);

function tensor(name: string, values: readonly number[]): OnnxTensor {
  return { name, elementType: 'float', dims: [values.length], data: bytesOf(Float32Array.from(values)) };
}

const branch: OnnxGraph = {
  name: 'branch',
  nodes: [{ opType: 'Identity', inputs: ['x'], outputs: ['branch_out'] }],
  inputs: [],
  outputs: [{ name: 'branch_out', elementType: undefined, shape: undefined }],
  initializers: [tensor('b', [4, 5])],
};

/** One model that uses every part of the types. */
const everything: OnnxModel = {
  irVersion: 10,
  opsets: [
    { domain: '', version: 21 },
    { domain: 'com.microsoft', version: 1 },
  ],
  producerName: 'sardonyx',
  producerVersion: '0.1.0',
  metadata: { licence: 'MIT', __proto__x: 'ключ' },
  graph: {
    name: 'main',
    nodes: [
      {
        opType: 'FusedMatMul',
        domain: 'com.microsoft',
        name: 'first',
        overload: 'o',
        inputs: ['x', '', 'w'],
        outputs: ['y', ''],
        attributes: {
          axis: { kind: 'int', value: -1 },
          big: { kind: 'int', value: 2n ** 63n - 1n },
          small: { kind: 'int', value: -(2n ** 63n) },
          wide: { kind: 'int', value: 2 ** 40 },
          alpha: { kind: 'float', value: 0.5 },
          infinite: { kind: 'float', value: -Infinity },
          mode: { kind: 'string', value: 'línear' },
          blob: { kind: 'bytes', value: Uint8Array.of(0xff, 0xfe, 0) },
          perm: { kind: 'ints', value: [0, -2, 2n ** 60n + 1n] },
          scales: { kind: 'floats', value: [1, -0, 0.25] },
          keys: { kind: 'strings', value: ['', 'a', 'β'] },
          none: { kind: 'ints', value: [] },
          value: { kind: 'tensor', value: tensor('', [1, 2, 3]) },
          tables: { kind: 'tensors', value: [tensor('t0', [1]), tensor('t1', [])] },
          then_branch: { kind: 'graph', value: branch },
          branches: { kind: 'graphs', value: [branch, branch] },
        },
      },
      { opType: 'Relu', inputs: ['y'], outputs: ['z'] },
    ],
    inputs: [
      { name: 'x', elementType: 'float', shape: ['batch', 3, undefined] },
      { name: 'scalar', elementType: 'int64', shape: [] },
      { name: 'rankless', elementType: 'bfloat16', shape: undefined },
    ],
    outputs: [{ name: 'z', elementType: 'double', shape: [0] }],
    initializers: [
      tensor(
        'w',
        Array.from({ length: 4000 }, (_, i) => i / 7),
      ),
      { name: 'ids', elementType: 'int64', dims: [2], data: bytesOf(BigInt64Array.of(-1n, 2n ** 62n)) },
      { name: 'words', elementType: 'string', dims: [2, 1], data: new Uint8Array(0), strings: ['', 'слово'] },
      { name: 'nibbles', elementType: 'int4', dims: [3], data: Uint8Array.of(0x21, 0x03) },
      {
        name: 'outside',
        elementType: 'float16',
        dims: [5, 2],
        data: new Uint8Array(0),
        location: { file: 'model.data', offset: 2 ** 33, length: 20 },
      },
    ],
    valueInfo: [{ name: 'y', elementType: 'float', shape: ['batch', 3] }],
  },
  functions: [
    {
      name: 'Twice',
      domain: 'local',
      inputs: ['a'],
      outputs: ['b'],
      attributes: ['factor'],
      attributeDefaults: { bias: { kind: 'float', value: 0 } },
      nodes: [
        {
          opType: 'Mul',
          inputs: ['a'],
          outputs: ['b'],
          attributes: { by: { kind: 'reference', name: 'factor', type: 'float' } },
        },
      ],
      opsets: [{ domain: '', version: 21 }],
    },
  ],
};

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const integer = fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }));
const scalar = fc.float({ noNaN: true });
const tensorArbitrary = fc.array(scalar, { maxLength: 5 }).map((values) => tensor('t', values));
const attribute: fc.Arbitrary<OnnxAttribute> = fc.oneof(
  integer.map((value): OnnxAttribute => ({ kind: 'int', value })),
  scalar.map((value): OnnxAttribute => ({ kind: 'float', value })),
  fc.string({ unit: 'binary' }).map((value): OnnxAttribute => ({ kind: 'string', value })),
  fc.array(integer).map((value): OnnxAttribute => ({ kind: 'ints', value })),
  fc.array(scalar).map((value): OnnxAttribute => ({ kind: 'floats', value })),
  fc.array(name).map((value): OnnxAttribute => ({ kind: 'strings', value })),
  tensorArbitrary.map((value): OnnxAttribute => ({ kind: 'tensor', value })),
);
const node: fc.Arbitrary<OnnxNode> = fc.record(
  {
    opType: name,
    inputs: fc.array(fc.string(), { maxLength: 4 }),
    outputs: fc.array(fc.string(), { maxLength: 4 }),
    name,
    domain: name,
    attributes: fc.dictionary(name, attribute, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  },
  { requiredKeys: ['opType', 'inputs', 'outputs'] },
);
const valueInfo: fc.Arbitrary<OnnxValueInfo> = fc.record({
  name,
  elementType: fc.constantFrom('float', 'int64', 'bool', 'bfloat16', 'string'),
  shape: fc.option(fc.array(fc.oneof(fc.maxSafeInteger().map(Math.abs), name, fc.constant(undefined))), { nil: undefined }),
});
const modelArbitrary: fc.Arbitrary<OnnxModel> = fc.record({
  irVersion: fc.nat(),
  opsets: fc.array(fc.record({ domain: fc.string(), version: fc.nat() })),
  graph: fc.record({
    name: fc.string(),
    nodes: fc.array(node),
    inputs: fc.array(valueInfo),
    outputs: fc.array(valueInfo),
    initializers: fc.array(tensorArbitrary),
  }),
});

describe('encodeModel and decodeModel', () => {
  it('return any model unchanged', () => {
    fc.assert(
      fc.property(modelArbitrary, (model) => {
        expect(decodeModel(encodeModel(model))).toEqual(model);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('return every part of a model unchanged', () => {
    expect(decodeModel(encodeModel(everything))).toEqual(everything);
  });

  it('are stable: encoding what was decoded gives the same bytes', () => {
    const bytes = encodeModel(everything);
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });

  it('reference large tensors and copy them once at most', () => {
    const chunks = encodeModelChunks(everything);
    expect(chunks).toContain(everything.graph.initializers[0]!.data);
    const joined = Buffer.concat(chunks);
    expect(Buffer.compare(joined, encodeModel(everything))).toBe(0);
  });

  it('decode tensors as views on the input', () => {
    const bytes = encodeModel(everything);
    const [weights, ids] = decodeModel(bytes).graph.initializers;
    expect(weights!.data.buffer).toBe(bytes.buffer);
    expect(ids!.data.buffer).toBe(bytes.buffer);
  });

  it('work on a view into a larger buffer', () => {
    const bytes = encodeModel(everything);
    const larger = new Uint8Array(bytes.byteLength + 20).fill(0xff);
    larger.set(bytes, 7);
    expect(decodeModel(larger.subarray(7, 7 + bytes.byteLength))).toEqual(everything);
  });
});

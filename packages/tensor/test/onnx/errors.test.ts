import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeModel,
  encodeModel,
  OnnxFormatError,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxTensor,
} from '../../src/onnx/index.js';
import { field } from '../../src/onnx/schema.js';

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));

const graphOf = (parts: Partial<OnnxGraph>): OnnxGraph => ({
  name: 'g',
  nodes: [],
  inputs: [],
  outputs: [],
  initializers: [],
  ...parts,
});
const modelOf = (graph: Partial<OnnxGraph>): OnnxModel => ({
  irVersion: 10,
  opsets: [{ domain: '', version: 21 }],
  graph: graphOf(graph),
});
const floats = (dims: number[], bytes: number): OnnxTensor => ({
  name: 'w',
  elementType: 'float',
  dims,
  data: new Uint8Array(bytes),
});

/** A model whose only content is one initializer with the given fields, which no correct writer would produce. */
function modelWithTensor(write: (tensor: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(field.model.irVersion, WireType.Varint).int64(10);
  writer.tag(field.model.graph, WireType.LengthDelimited).fork();
  writer.tag(field.graph.initializer, WireType.LengthDelimited).fork();
  write(writer);
  return writer.join().join().finish();
}

function failure(action: () => unknown): OnnxFormatError {
  try {
    action();
  } catch (error) {
    if (error instanceof OnnxFormatError) return error;
    throw error;
  }
  throw new Error('expected an OnnxFormatError');
}

describe('decodeModel refuses', () => {
  it('an empty input, which has no graph', () => {
    expect(failure(() => decodeModel(new Uint8Array(0)))).toMatchObject({ code: 'missing-field', expected: 'a graph' });
  });

  it('a text file', () => {
    const text = new TextEncoder().encode('This is no model. '.repeat(20));
    expect(['malformed', 'truncated']).toContain(failure(() => decodeModel(text)).code);
  });

  it('a truncated file, and says where it ends', () => {
    const bytes = encodeModel(modelOf({ initializers: [floats([2000], 8000)] }));
    const error = failure(() => decodeModel(bytes.subarray(0, 5000)));
    expect(error.code).toBe('truncated');
    expect(error.message).toMatch(/expected .*, given .*; /);
  });

  it('a tensor whose bytes disagree with its dimensions', () => {
    const bytes = modelWithTensor((tensor) => {
      tensor.tag(field.tensor.dims, WireType.Varint).int64(3);
      tensor.tag(field.tensor.dataType, WireType.Varint).int32(1);
      tensor.tag(field.tensor.rawData, WireType.LengthDelimited).bytes(new Uint8Array(8));
    });
    expect(failure(() => decodeModel(bytes))).toMatchObject({
      code: 'size-mismatch',
      path: 'graph.initializer[0]',
      expected: '12 bytes for float[3]',
      given: '8',
    });
  });

  it.each([
    ['a product beyond 2^53', [2 ** 30, 2 ** 30, 2 ** 30], 'too-large'],
    ['a negative size', [-3], 'invalid-value'],
    ['far more elements than bytes', [2 ** 40], 'size-mismatch'],
  ])('dimensions with %s', (_, dims, code) => {
    const bytes = modelWithTensor((tensor) => {
      for (const dim of dims) tensor.tag(field.tensor.dims, WireType.Varint).int64(dim);
      tensor.tag(field.tensor.dataType, WireType.Varint).int32(7);
      tensor.tag(field.tensor.int64Data, WireType.Varint).int64(1);
    });
    expect(failure(() => decodeModel(bytes)).code).toBe(code);
  });

  it.each([
    [0, 'missing-field'],
    [99, 'unsupported'],
  ])('element type code %i', (typeCode, code) => {
    const bytes = modelWithTensor((tensor) => tensor.tag(field.tensor.dataType, WireType.Varint).int32(typeCode));
    expect(failure(() => decodeModel(bytes)).code).toBe(code);
  });

  it('a field of the wrong wire type', () => {
    const bytes = new BinaryWriter().tag(field.model.graph, WireType.Varint).int64(1).finish();
    expect(failure(() => decodeModel(bytes)).code).toBe('malformed');
  });

  it('a field that overruns its message', () => {
    const bytes = modelWithTensor((tensor) => tensor.tag(field.tensor.dataType, WireType.Varint).raw(Uint8Array.of(0x81)));
    const continued = Uint8Array.from([...bytes, 0, 0]);
    expect(failure(() => decodeModel(continued))).toMatchObject({ code: 'malformed', path: 'graph.initializer[0]' });
  });

  it('subgraphs that nest without end, whatever the stack', () => {
    let graph = graphOf({});
    for (let depth = 0; depth < 100; depth++) {
      const body: OnnxAttribute = { kind: 'graph', value: graph };
      graph = graphOf({ nodes: [{ opType: 'Loop', inputs: [], outputs: [], attributes: { body } }] });
    }
    expect(failure(() => decodeModel(encodeModel(modelOf(graph)))).code).toBe('too-deep');
  });
});

describe('decodeModel accepts', () => {
  it('numbers of a repeated field written one at a time or in several packed parts', () => {
    const bytes = modelWithTensor((tensor) => {
      tensor.tag(field.tensor.dims, WireType.LengthDelimited).fork().int64(2).int64(2).join();
      tensor.tag(field.tensor.dataType, WireType.Varint).int32(6);
      tensor.tag(field.tensor.int32Data, WireType.Varint).int32(-7);
      tensor.tag(field.tensor.int32Data, WireType.LengthDelimited).fork().int32(300).int32(0).join();
      tensor.tag(field.tensor.int32Data, WireType.Varint).int32(5);
    });
    const [tensor] = decodeModel(bytes).graph.initializers;
    expect(tensor!.dims).toEqual([2, 2]);
    expect([...new Int32Array(tensor!.data.buffer)]).toEqual([-7, 300, 0, 5]);
  });

  it('unknown fields of every wire type', () => {
    const unknown = new BinaryWriter();
    unknown.tag(900, WireType.Varint).int64(-1).tag(901, WireType.Bit64).double(1).tag(902, WireType.Bit32).float(1);
    unknown.tag(903, WireType.LengthDelimited).string('later').tag(904, WireType.StartGroup).tag(904, WireType.EndGroup);
    const bytes = encodeModel(modelOf({}));
    expect(decodeModel(Uint8Array.from([...unknown.finish(), ...bytes]))).toEqual(modelOf({}));
  });
});

describe('encodeModel refuses', () => {
  it('data that disagrees with dims', () => {
    const error = failure(() => encodeModel(modelOf({ initializers: [floats([2, 3], 20)] })));
    expect(error).toMatchObject({ code: 'size-mismatch', path: 'initializer "w"', given: '20' });
  });

  it.each([[[1.5]], [[-1]], [[2 ** 40, 2 ** 40]]])('dimensions %j', (dims) => {
    expect(failure(() => encodeModel(modelOf({ initializers: [floats(dims, 0)] }))).code).toBe('invalid-value');
  });

  it.each<[string, OnnxAttribute]>([
    ['fraction', { kind: 'int', value: 0.5 }],
    ['unsafe integer', { kind: 'ints', value: [2 ** 60] }],
    ['bigint beyond 64 bits', { kind: 'int', value: 2n ** 63n }],
    ['double beyond float32', { kind: 'float', value: 1e39 }],
  ])('an attribute that is a %s', (_, attribute) => {
    const node = { opType: 'Gather', name: 'pick', inputs: [], outputs: [], attributes: { axis: attribute } };
    const error = failure(() => encodeModel(modelOf({ nodes: [node] })));
    expect(error).toMatchObject({ code: 'invalid-value', path: 'node "pick" (Gather), attribute "axis"' });
  });

  it('two gibibytes, before it allocates them', () => {
    const large = floats([2 ** 25], 2 ** 27);
    const error = failure(() => encodeModel(modelOf({ initializers: Array<OnnxTensor>(16).fill(large) })));
    expect(error.code).toBe('too-large');
    expect(error.remedy).toContain('externalData');
  });
});

describe('damaged bytes', () => {
  const originals = ['storage-forms.onnx', 'subgraphs.onnx', 'external.onnx'].map(fixture);
  const original = fc.constantFrom(...originals);
  const position = fc.nat({ max: 5000 });

  /** Decodes or throws the one type of error; anything else fails the property. */
  const decodesOrRefuses = (bytes: Uint8Array) => {
    try {
      decodeModel(bytes);
    } catch (error) {
      if (!(error instanceof OnnxFormatError)) throw error;
    }
  };

  it('cut anywhere decode or are refused', () => {
    fc.assert(
      fc.property(original, position, (bytes, at) => decodesOrRefuses(bytes.subarray(0, at % bytes.length))),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('changed anywhere decode or are refused', () => {
    const changes = fc.array(fc.tuple(position, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(original, changes, (bytes, flips) => {
        const damaged = bytes.slice();
        for (const [at, mask] of flips) damaged[at % damaged.length]! ^= mask;
        decodesOrRefuses(damaged);
      }),
      { numRuns: 3000, seed: 2 },
    );
  });

  it('made of nothing decode or are refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesOrRefuses), { numRuns: 3000, seed: 3 });
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeModel, encodeModel, OnnxFormatError, readOnnxFile, type OnnxTensor } from '../../src/onnx/index.js';

/** Models written by Python's `onnx` package; see make_fixtures.py. */
const pathOf = (file: string) => fileURLToPath(new URL(`./fixtures/${file}`, import.meta.url));
const bytesOf = (file: string) => new Uint8Array(readFileSync(pathOf(file)));
const expectedOf = <T>(name: string) => JSON.parse(readFileSync(pathOf(`${name}.json`), 'utf8')) as T;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

interface StoredForm {
  readonly dims: number[];
  readonly type: string;
  readonly hex?: string;
  readonly strings?: string[];
}

describe('models written by Python', () => {
  const forms = Object.entries(expectedOf<Record<string, StoredForm>>('storage-forms'));
  const { initializers } = decodeModel(bytesOf('storage-forms.onnx')).graph;

  it('hold as many tensors as expected', () => {
    expect(initializers.map(({ name }) => name)).toEqual(forms.map(([name]) => name));
  });

  it.each(forms)('give %s as raw little-endian bytes', (name, form) => {
    const tensor = initializers.find((candidate) => candidate.name === name) as OnnxTensor;
    expect(tensor.dims).toEqual(form.dims);
    expect(tensor.elementType).toBe(form.type);
    expect(hex(tensor.data)).toBe(form.hex ?? '');
    expect(tensor.strings).toEqual(form.strings);
  });

  it('keep subgraphs, functions, references and attributes', () => {
    const expected = expectedOf<{
      opsets: Record<string, number>;
      nodes: unknown[];
      loopBody: string[];
      anInt: string;
    }>('subgraphs');
    const model = decodeModel(bytesOf('subgraphs.onnx'));
    expect(Object.fromEntries(model.opsets.map(({ domain, version }) => [domain, version]))).toEqual(expected.opsets);
    expect(model.metadata).toEqual({ purpose: 'test' });
    expect([model.producerName, model.producerVersion]).toEqual(['make_fixtures', '1']);
    const { nodes } = model.graph;
    expect(nodes.map((n) => [n.opType, n.name ?? '', n.inputs, n.outputs])).toEqual(expected.nodes);
    const body = nodes[1]!.attributes!['body']!;
    if (body.kind !== 'graph') throw new Error(`a graph, not ${body.kind}`);
    expect(body.value.nodes.map(({ opType }) => opType)).toEqual(expected.loopBody);
    expect(body.value.inputs[0]).toEqual({ name: 'i', elementType: 'int64', shape: [] });
    expect(nodes[3]!.attributes).toMatchObject({
      an_int: { kind: 'int', value: BigInt(expected.anInt) },
      floats: { kind: 'floats', value: [1.5, -2] },
      text: { kind: 'string', value: 'grün' },
      ints: { kind: 'ints', value: [3, -4] },
      strings: { kind: 'strings', value: ['p', 'q'] },
    });
    expect(model.graph.outputs[0]).toEqual({ name: 'z', elementType: 'float', shape: [undefined] });
    expect(model.functions![0]!.nodes[0]!.attributes).toEqual({
      value_float: { kind: 'reference', name: 'by', type: 'float' },
    });
  });

  it.each(['storage-forms', 'subgraphs', 'external'])('survive a round trip: %s', (name) => {
    const model = decodeModel(bytesOf(`${name}.onnx`));
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });

  it('find their external data', async () => {
    const expected = expectedOf<Record<string, { hex: string; bytes: number }>>('external');
    const model = await readOnnxFile(pathOf('external.onnx'));
    for (const tensor of model.graph.initializers) {
      expect(tensor.location).toBeUndefined();
      expect(tensor.data.byteLength).toBe(expected[tensor.name]!.bytes);
      expect(hex(tensor.data.subarray(0, 32))).toBe(expected[tensor.name]!.hex);
    }
  });

  it.each(['sparse', 'sequence'])('are refused by name where unsupported: %s', (name) => {
    const { given } = expectedOf<{ given: string }>(name);
    const read = () => decodeModel(bytesOf(`${name}.onnx`));
    expect(read).toThrow(OnnxFormatError);
    expect(read).toThrow(expect.objectContaining({ code: 'unsupported', given }));
  });
});

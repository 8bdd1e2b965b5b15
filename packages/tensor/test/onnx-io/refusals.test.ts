import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeModel, importOnnx, type Tensor, zeros } from '../../src/index.js';
import { pathOf, readFixture, toTensors } from './fixture.js';
import { modelOf, named, node, port } from './models.js';
import { floats, singleNode, stored } from './single-node.js';

describe('models that are refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sardonyx-import-'));
  afterAll(() => rm(directory, { recursive: true }));
  const bytes = new Uint8Array(readFileSync(pathOf('mlp-dynamo.onnx')));

  test('truncated and corrupted files give typed errors', async () => {
    await expect(importOnnx(bytes.subarray(0, 700))).rejects.toMatchObject({ name: 'OnnxFormatError', code: 'truncated' });
    await expect(importOnnx(new Uint8Array())).rejects.toMatchObject({ name: 'OnnxFormatError' });
    const path = join(directory, 'broken.onnx');
    writeFileSync(
      path,
      bytes.map((byte, i) => (i % 97 === 5 ? byte ^ 0xff : byte)),
    );
    await expect(importOnnx(path)).rejects.toMatchObject({ code: expect.stringMatching(/^[a-z-]+$/) as unknown });
    await expect(importOnnx(join(directory, 'absent.onnx'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each(['mlp-torchscript', 'cnn-torchscript', 'attention-torchscript'])(
    'any flipped byte of %s gives a typed error or another model',
    async (name) => {
      const original = new Uint8Array(readFileSync(pathOf(`${name}.onnx`)));
      const inputs = toTensors(readFixture(name).inputs);
      for (let i = 0; i < original.length; i += 5) {
        const flipped = original.slice();
        flipped[i]! ^= 0x15;
        const failure = await importOnnx(flipped)
          .then((model) => void model.call(model.parameters, inputs))
          .catch((error: unknown) => error as { code?: string; stack?: string });
        if (failure) expect(String(failure.code ?? failure.stack), `byte ${i}`).toMatch(/^[a-z-]+$/);
      }
    },
  );

  test('unsupported operators are listed all at once, with node, domain and opset', async () => {
    const model = modelOf(
      {
        nodes: [
          { ...node('StringNormalizer', ['x'], ['a']), name: 'normalize' },
          node('Relu', ['x'], ['b']),
          { ...node('MoE', ['x'], ['c']), domain: 'com.microsoft' },
          { ...node('Gelu', ['x'], ['e']), domain: 'elsewhere' },
          node('MaxPool', ['x'], ['d', 'places'], { kernel_shape: { kind: 'ints', value: [2] }, ceil_mode: { kind: 'int', value: 1 } }),
        ],
        inputs: [port('x', 'float')],
        outputs: [port('c', 'float')],
      },
      {
        opsets: [
          { domain: '', version: 18 },
          { domain: 'com.microsoft', version: 1 },
        ],
      },
    );
    const failure = await importOnnx(model).catch((error: unknown) => error as Error & { code: string });
    expect(failure).toMatchObject({ code: 'unsupported-operator' });
    const { message } = failure as Error;
    expect(message).toContain('4 nodes are not supported');
    expect(message).toContain('node 0 "normalize" (StringNormalizer, opset 18): no translation');
    expect(message).toContain('node 2 (com.microsoft:MoE, opset 1): no translation');
    expect(message).toContain('node 3 (elsewhere:Gelu): no translation for this domain, but for Gelu, com.microsoft:Gelu');
    expect(message).toContain('node 4 (MaxPool, opset 18): positions as an output together with ceil_mode are not translated');
    expect(message).toContain('Export the model without them');
  });

  test('batch normalization in training mode', async () => {
    const statistics = [1, 2, 3, 4].map(() => floats(1));
    const { model } = singleNode('BatchNormalization', [zeros([1, 1, 2, 2]), ...statistics], { attributes: { training_mode: 1 } });
    await expect(importOnnx(model)).rejects.toThrow(/evaluation mode/);
  });

  test('conversions to element types that no tensor has', async () => {
    const { model } = singleNode('Cast', [zeros([1])], { attributes: { to: 16 } });
    await expect(importOnnx(model)).rejects.toThrow(/Cast, opset 18\): conversion to bfloat16 is not translated/);
  });

  test('opsets and element types that are not known', async () => {
    const relu = (opset: number) => singleNode('Relu', [zeros([1])], { opset }).model;
    await expect(importOnnx(relu(8))).rejects.toMatchObject({ code: 'unsupported-opset' });
    await expect(importOnnx(relu(99))).rejects.toMatchObject({ code: 'unsupported-opset' });
    const half = { name: 'w', elementType: 'bfloat16', dims: [1], data: new Uint8Array(2) } as const;
    const model = modelOf({
      nodes: [node('Add', ['x', 'w'], ['y'])],
      inputs: [port('x', 'float')],
      outputs: [port('y', 'float')],
      initializers: [half],
    });
    await expect(importOnnx(model)).rejects.toMatchObject({
      code: 'unsupported-type',
      message: expect.stringContaining('"w" has elements of type bfloat16') as unknown,
    });
  });

  test('values that nothing makes', async () => {
    const model = await importOnnx(modelOf({ nodes: [node('Relu', ['missing'], ['y'])], outputs: [port('y', 'float')] }));
    expect(() => model.call({}, {})).toThrow(/reads "missing"/);
  });

  test('external data without the path of the model', async () => {
    const outside = {
      name: 'w',
      elementType: 'float',
      dims: [1],
      data: new Uint8Array(),
      location: { file: 'w.data', offset: 0, length: 4 },
    } as const;
    const model = modelOf({ nodes: [node('Relu', ['w'], ['y'])], outputs: [port('y', 'float')], initializers: [outside] });
    await expect(importOnnx(encodeModel(model))).rejects.toThrow(/"w" is stored in the file "w.data".*give the path/);
  });

  test('declared constants that are no list of names', async () => {
    const model = modelOf({ outputs: [] }, { metadata: { 'sardonyx.constants': '{' } });
    await expect(importOnnx(model)).rejects.toMatchObject({ code: 'malformed-graph' });
  });
});

describe('calls that are refused', async () => {
  const model = await importOnnx(
    modelOf({
      nodes: [node('Add', ['a', 'b'], ['h']), { ...node('MatMul', ['h', 'w'], ['y']), name: 'project' }],
      inputs: [port('a', 'float', ['batch', 3]), port('b', 'float', ['batch', undefined])],
      outputs: [port('y', 'float')],
      initializers: [named('w', stored('float32', [3, 2], [1, 2, 3, 4, 5, 6]))],
    }),
  );
  const { parameters } = model;
  const b = zeros([2, 3]);

  test.each([
    ['a missing input', { b }, 'missing-input', /input "a" is missing: expected "a", "b", given "b"/],
    ['an unknown input', { a: b, b, c: b }, 'unknown-input', /no input "c"/],
    [
      'a wrong dtype',
      { a: zeros([2, 3], 'float64'), b },
      'input-dtype',
      /"a": expected "a" float32\[batch, 3\], given float64\[2, 3\]; convert it with cast\(x, 'float32'\)/,
    ],
    ['a wrong rank', { a: zeros([3]), b }, 'input-shape', /its rank is 1, not 2/],
    ['a wrong size', { a: zeros([2, 4]), b }, 'input-shape', /"a".*axis 1 has size 4, not 3/],
    ['sizes of one symbol that differ', { a: zeros([4, 3]), b }, 'input-shape', /"b".*axis 0 \(batch\) has size 2, but "a" makes it 4/],
    [
      'shapes that an operator refuses',
      { a: zeros([2, 3]), b: zeros([2, 5]) },
      'operator-failed',
      /node 0 \(Add, opset 18\).*do not broadcast.*given float32\[2, 3\], float32\[2, 5\]/s,
    ],
  ])('%s', (_, inputs, code, message) => {
    const call = () => model.call(parameters, inputs as Record<string, Tensor>);
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ code }));
  });

  test('wrong parameters', () => {
    expect(() => model.call({}, { a: b, b })).toThrow(expect.objectContaining({ code: 'missing-parameter' }));
    expect(() => model.call({ ...parameters, v: b }, { a: b, b })).toThrow(expect.objectContaining({ code: 'unknown-parameter' }));
    expect(() => model.call({ w: zeros([2, 3]) }, { a: b, b })).toThrow(expect.objectContaining({ code: 'parameter-type' }));
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  encodeModel,
  importOnnx,
  jit,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  ones,
  tensor,
  type Tensor,
  vmap,
  zeros,
} from '../../src/index.js';
import { pathOf } from './fixture.js';
import { runInOnnxRuntime } from './peer.js';
import { float, floats, fromNumbers, int, ints, scattered, singleNode, stored } from './single-node.js';

const named = (name: string, tensor: OnnxTensor): OnnxTensor => ({ ...tensor, name });
const node = (
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({ opType, inputs, outputs, attributes });
const port = (name: string, elementType: 'float' | 'int64' | 'bool', shape?: readonly (number | string | undefined)[]) => ({
  name,
  elementType,
  shape,
});

function modelOf(graph: Partial<OnnxGraph>, more: Partial<OnnxModel> = {}): OnnxModel {
  return {
    irVersion: 8,
    opsets: [{ domain: '', version: 18 }],
    graph: { name: 'test', nodes: [], inputs: [], outputs: [], initializers: [], ...graph },
    ...more,
  };
}

const values = async (x: Tensor | undefined) => Array.from((await x!.data()) as ArrayLike<number>, Number);

/** x as rows of 2, through a shape computed from its own. */
const dynamicReshape = modelOf({
  nodes: [
    node('Shape', ['x'], ['shape']),
    node('Gather', ['shape', 'zero'], ['batch']),
    node('Mul', ['batch', 'three'], ['rows']),
    node('Unsqueeze', ['rows', 'axes'], ['rows1']),
    node('Concat', ['rows1', 'two'], ['target'], { axis: { kind: 'int', value: 0 } }),
    node('Reshape', ['x', 'target'], ['y']),
  ],
  inputs: [port('x', 'float', ['batch', 6])],
  outputs: [port('y', 'float', [undefined, 2])],
  initializers: [named('zero', int(0)), named('three', int(3)), named('axes', ints(0)), named('two', ints(2))],
});

describe('shapes', () => {
  test('computed from shapes are known while tracing, whatever the batch', async () => {
    const model = await importOnnx(dynamicReshape);
    const f = jit((x: Tensor) => model.call({}, { x })['y']!);
    expect(f(zeros([2, 6])).shape).toEqual([6, 2]);
    expect(f(zeros([5, 6])).shape).toEqual([15, 2]);
    expect(vmap((x: Tensor) => model.call({}, { x })['y']!)(zeros([4, 1, 6])).shape).toEqual([4, 3, 2]);
  });

  test('that depend on data are refused with the node and the value named', async () => {
    const model = await importOnnx(
      modelOf({
        nodes: [
          node('Cast', ['n'], ['size'], { to: { kind: 'int', value: 7 } }),
          { ...node('Expand', ['x', 'size'], ['y']), name: 'grow' },
        ],
        inputs: [port('x', 'float', [1]), port('n', 'float', [1])],
        outputs: [port('y', 'float')],
      }),
    );
    const call = () => model.call({}, { x: ones([1]), n: ones([1]) });
    expect(call).toThrow(
      expect.objectContaining({
        code: 'data-dependent-shape',
        message: expect.stringMatching(/node 1 "grow" \(Expand, opset 18\).*"size" int64\[1\]/) as unknown,
      }),
    );
  });

  test('bounds beyond 2⁵³ reach to the end', async () => {
    const huge = { name: 'end', elementType: 'int64', dims: [1], data: new Uint8Array(BigInt64Array.of(2n ** 63n - 1n).buffer) } as const;
    const least = { ...huge, name: 'start', data: new Uint8Array(BigInt64Array.of(-(2n ** 63n)).buffer) };
    const model = await importOnnx(
      modelOf({
        nodes: [
          node('Unsqueeze', ['end', 'axis'], ['e2']),
          node('Squeeze', ['e2', 'axis'], ['e1']),
          node('Mul', ['e1', 'one'], ['e']),
          node('Slice', ['x', 'start', 'e'], ['y']),
        ],
        inputs: [port('x', 'float', [4])],
        outputs: [port('y', 'float')],
        initializers: [huge, least, named('axis', ints(0)), named('one', ints(1))],
      }),
    );
    expect(model.call({}, { x: zeros([4]) })['y']!.shape).toEqual([4]);
  });
});

describe('parameters', () => {
  const linear = modelOf({
    nodes: [node('MatMul', ['x', 'w'], ['h']), node('Mul', ['h', 'scale'], ['s']), node('Add', ['s', 'table'], ['y'])],
    inputs: [port('x', 'float', [1, 2]), port('w', 'float', [2, 2])],
    outputs: [port('y', 'float')],
    initializers: [
      named('w', stored('float32', [2, 2], [1, 2, 3, 4])),
      named('scale', float(2)),
      named('table', floats(10, 20)),
      named('unread', floats(1)),
    ],
  });

  test('are the floating-point initializers, without scalars and what nothing reads', async () => {
    const model = await importOnnx(linear);
    expect(Object.keys(model.parameters)).toEqual(['w', 'table']);
    expect(model.constants).toEqual(['scale', 'unread']);
    expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(await values(model.call(model.parameters, { x: ones([1, 2]) })['y'])).toEqual([18, 32]);
    const changed = { ...model.parameters, table: zeros([2]) };
    expect(await values(model.call(changed, { x: ones([1, 2]) })['y'])).toEqual([8, 12]);
  });

  test('can be frozen and scalars trained, by name', async () => {
    const model = await importOnnx(linear, { freeze: ['table'], train: ['scale'] });
    expect(Object.keys(model.parameters)).toEqual(['w', 'scale']);
    await expect(importOnnx(linear, { freeze: [/^missing/] })).rejects.toMatchObject({ code: 'invalid-option' });
  });

  test('are not what a shape is computed from', async () => {
    const { model, given } = singleNode('Resize', [scattered([1, 1, 2, 2]), null, floats(1, 1, 2, 2)]);
    expect((await importOnnx(model)).constants).toEqual(['x2']);
    expect((await importOnnx(model)).call({}, given)['y0']!.shape).toEqual([1, 1, 4, 4]);
  });

  test('are not running statistics, unless asked for', async () => {
    const path = pathOf('cnn-torchscript.onnx');
    expect((await importOnnx(path)).constants).toEqual(['norm.running_mean', 'norm.running_var']);
    expect(Object.keys((await importOnnx(path, { train: [/running/] })).parameters)).toContain('norm.running_mean');
  });
});

describe('functions and branches', () => {
  const opsets = [
    { domain: '', version: 18 },
    { domain: 'own', version: 1 },
  ];
  const functions = [
    {
      name: 'Scale',
      domain: 'own',
      inputs: ['a'],
      outputs: ['b'],
      attributes: ['factor'],
      opsets,
      nodes: [
        node('Constant', [], ['f'], { value_float: { kind: 'reference', name: 'factor', type: 'float' } }),
        node('Mul', ['a', 'f'], ['b']),
      ],
    },
    {
      name: 'Twice',
      domain: 'own',
      inputs: ['a'],
      outputs: ['c'],
      attributes: [],
      opsets,
      nodes: [
        { ...node('Scale', ['a'], ['h'], { factor: { kind: 'float', value: 3 } }), domain: 'own' },
        { ...node('Scale', ['h'], ['c'], { factor: { kind: 'float', value: 5 } }), domain: 'own' },
      ],
    },
  ] as const;

  test('functions of the model are inlined, with attributes and names of their own', async () => {
    const model = modelOf(
      {
        nodes: [
          // The functions have an `f` of their own.
          node('Constant', [], ['f'], { value_float: { kind: 'float', value: 100 } }),
          { ...node('Twice', ['x'], ['h']), domain: 'own' },
          { ...node('Scale', ['h'], ['s'], { factor: { kind: 'float', value: 2 } }), domain: 'own' },
          node('Add', ['s', 'f'], ['y']),
        ],
        inputs: [port('x', 'float', [2])],
        outputs: [port('y', 'float', [2])],
      },
      { opsets, functions },
    );
    const imported = await importOnnx(model);
    const x = tensor([1, 2]);
    expect(await values(imported.call({}, { x })['y'])).toEqual([130, 160]);
    expect([...((await runInOnnxRuntime(model, { x }))['y']!.elements as Float32Array)]).toEqual([130, 160]);
  });

  test('functions that call themselves are refused', async () => {
    const endless = [{ ...functions[1], name: 'Scale', nodes: functions[1].nodes }];
    const model = modelOf(
      { nodes: [{ ...node('Scale', ['x'], ['y']), domain: 'own' }], inputs: [port('x', 'float')], outputs: [port('y', 'float')] },
      { opsets, functions: endless },
    );
    await expect(importOnnx(model)).rejects.toMatchObject({ code: 'malformed-graph' });
  });

  const branch = (name: string, factor: string): OnnxGraph => ({
    name,
    inputs: [],
    initializers: [named(`${name}_two`, float(2))],
    outputs: [port(`${name}_out`, 'float')],
    nodes: [node('Mul', ['x', factor], [`${name}_h`]), node('Mul', [`${name}_h`, `${name}_two`], [`${name}_out`])],
  });
  /** Rows of more than one element are taken tenfold. */
  const choosing = modelOf({
    nodes: [
      node('Size', ['x'], ['n']),
      node('Greater', ['n', 'one'], ['isLong']),
      node('If', ['isLong'], ['y'], {
        then_branch: { kind: 'graph', value: branch('then', 'ten') },
        else_branch: { kind: 'graph', value: branch('else', 'three') },
      }),
    ],
    inputs: [port('x', 'float', ['n'])],
    outputs: [port('y', 'float')],
    initializers: [named('one', int(1)), named('ten', float(10)), named('three', float(3))],
  });

  test('If takes the branch of a condition that is known', async () => {
    const model = await importOnnx(choosing);
    for (const x of [ones([1]), ones([2])]) {
      const expected = Array.from((await runInOnnxRuntime(choosing, { x }))['y']!.elements as Float32Array);
      expect(await values(model.call({}, { x })['y'])).toEqual(expected);
    }
  });

  test('If by data is refused', async () => {
    const { graph } = choosing;
    const byData = {
      ...choosing,
      graph: {
        ...graph,
        nodes: [node('ReduceSum', ['x', ''], ['s']), node('Cast', ['s'], ['isLong'], { to: { kind: 'int', value: 9 } }), graph.nodes[2]!],
      },
    };
    const model = await importOnnx(byData);
    expect(() => model.call({}, { x: ones([1]) })).toThrow(expect.objectContaining({ code: 'data-dependent-shape' }));
  });
});

describe('sequences', () => {
  const int1 = (value: number) => ({ kind: 'int', value }) as const;
  const model = modelOf({
    nodes: [
      node('SplitToSequence', ['x', 'size'], ['parts'], { axis: int1(1) }),
      node('SequenceAt', ['parts', 'last'], ['a']),
      node('SplitToSequence', ['x'], ['columns'], { axis: int1(1), keepdims: int1(0) }),
      node('SequenceLength', ['columns'], ['count']),
      node('SequenceAt', ['columns', 'first'], ['b']),
      node('SequenceConstruct', ['b', 'b'], ['pair']),
      node('ConcatFromSequence', ['pair'], ['stacked'], { axis: int1(1), new_axis: int1(1) }),
      node('ConcatFromSequence', ['parts'], ['joined'], { axis: int1(1) }),
    ],
    inputs: [port('x', 'float', [2, 5])],
    outputs: [port('a', 'float'), port('count', 'int64'), port('stacked', 'float'), port('joined', 'float')],
    initializers: [named('size', int(2)), named('last', int(-1)), named('first', int(0))],
  });

  test('are split, taken from and joined as by ONNX Runtime', async () => {
    const x = scattered([2, 5]);
    const ours = (await importOnnx(model)).call({}, { x });
    const expected = await runInOnnxRuntime(model, { x });
    for (const [name, { shape, elements }] of Object.entries(expected)) {
      expect(ours[name]!.shape).toEqual(shape);
      expect(await ours[name]!.data()).toEqual(elements);
    }
  });

  test('are refused where a tensor is expected, and the other way round', async () => {
    const { graph } = model;
    const outputOf = async (last: OnnxNode) => {
      const wrong = { ...model, graph: { ...graph, nodes: [...graph.nodes, last], outputs: [port('z', 'float')] } };
      return (await importOnnx(wrong)).call({}, { x: scattered([2, 5]) });
    };
    await expect(outputOf(node('Relu', ['parts'], ['z']))).rejects.toThrow(
      /node 8 \(Relu, opset 18\): expected a tensor as input 0, given a sequence/,
    );
    await expect(outputOf(node('SequenceLength', ['a'], ['z']))).rejects.toThrow(/expected a sequence as input 0, given a tensor/);
    await expect(outputOf(node('SequenceConstruct', ['a'], ['z']))).rejects.toMatchObject({ code: 'unsupported-type' });
    await expect(outputOf(node('SequenceAt', ['pair', 'size'], ['z']))).rejects.toThrow(/position 2 is outside a sequence of 2/);
  });
});

describe('operators without a kernel in ONNX Runtime', () => {
  test('Swish is x·σ(αx)', async () => {
    for (const alpha of [1, 0.5]) {
      const { model, given } = singleNode('Swish', [fromNumbers([-1, 0, 2], [3])], { opset: 24, attributes: { alpha: { float: alpha } } });
      const y = await values((await importOnnx(model)).call({}, given)['y0']);
      [-1, 0, 2].forEach((x, i) => expect(y[i]).toBeCloseTo(x / (1 + Math.exp(-alpha * x)), 6));
    }
  });

  test('SimplifiedLayerNormalization is the same in both domains', async () => {
    const inputs = [scattered([2, 4]), scattered([4], { seed: 2 })];
    const [a, b] = await Promise.all(
      ['', 'com.microsoft'].map(async (domain) => {
        const { model, given } = singleNode('SimplifiedLayerNormalization', inputs, { domain });
        return values((await importOnnx(model)).call({}, given)['y0']);
      }),
    );
    expect(b).toEqual(a);
  });

  test('more operators can be given', async () => {
    const { model, given } = singleNode('Cube', [fromNumbers([2], [1])], { domain: 'own' });
    const operators = { 'own:Cube': { trace: (call: { tensor(i: number): Tensor }) => call.tensor(0).pow(3) } };
    expect(await values((await importOnnx(model, { operators })).call({}, given)['y0'])).toEqual([8]);
  });
});

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

  test('every single flipped byte is refused with a typed error or leaves a model that can be read', async () => {
    for (let i = 0; i < bytes.length; i += 3) {
      const flipped = bytes.slice();
      flipped[i]! ^= 0x15;
      const failure = await importOnnx(flipped).then(
        () => undefined,
        (error: unknown) => error as { code?: string },
      );
      if (failure) expect(failure.code, `byte ${i}: ${String(failure)}`).toMatch(/^[a-z-]+$/);
    }
  });

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

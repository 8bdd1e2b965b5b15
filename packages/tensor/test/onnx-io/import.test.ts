import { describe, expect, test } from 'vitest';
import { importOnnx, jit, type OnnxGraph, type OnnxNode, ones, tensor, type Tensor, vmap, zeros } from '../../src/index.js';
import { pathOf } from './fixture.js';
import { named, node, port, modelOf, values } from './models.js';
import { runInOnnxRuntime } from './peer.js';
import { float, floats, fromNumbers, int, ints, scattered, singleNode, stored } from './single-node.js';

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

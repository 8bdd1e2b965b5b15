import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  attention,
  conv2d,
  crossEntropy,
  decodeModel,
  encodeModel,
  exportOnnx,
  geluErf,
  geluTanh,
  grad,
  importOnnx,
  jit,
  layerNorm,
  matmul,
  type NamedTensors,
  ones,
  readOnnxFile,
  rmsNorm,
  softmax,
  sum,
  tensor,
  type Tensor,
  treeMap,
  valueAndGrad,
  vmap,
  writeOnnx,
  zeros,
} from '../../src/index.js';
import { floatsOf, pathOf, readFixture, relativeDifference, toTensors } from './fixture.js';
import { runInOnnxRuntime } from './peer.js';

/** Deterministic numbers in −1 … 1. */
const numbers = (shape: readonly number[], seed = 1): Tensor => {
  let state = seed * 2654435761;
  const size = shape.reduce((a, b) => a * b, 1);
  const elements = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return tensor(elements, shape);
};

/** The same operators in another arrangement: a few roundings of float32 (6e-8) apart. */
const tolerance = 3e-6;

interface Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

const network = {
  layers: [
    { weight: numbers([6, 8], 1), bias: numbers([8], 2) },
    { weight: numbers([8, 8], 3), bias: numbers([8], 4) },
  ] as readonly Layer[],
  gain: numbers([8], 5),
};

function forward(params: typeof network, x: Tensor) {
  let h = x;
  for (const { weight, bias } of params.layers) h = geluTanh(geluErf(matmul(h, weight).add(bias)));
  const normalized = rmsNorm(layerNorm(h, params.gain, params.gain), params.gain);
  const scores = softmax(matmul(normalized, normalized, { transposeB: true, scale: 0.5 }));
  return { logits: normalized.add(matmul(scores, normalized)), hidden: [h, normalized] };
}

describe('exportOnnx', () => {
  test('names inputs, parameters and outputs by their paths', async () => {
    const model = await exportOnnx(forward, [network, numbers([4, 6])], { parameters: 0, argumentNames: ['params', 'x'] });
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(['logits', 'hidden[0]', 'hidden[1]']);
    expect(model.graph.initializers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['params.layers[0].weight', 'params.layers[1].bias', 'params.gain']),
    );
    expect(model.opsets).toEqual([{ domain: '', version: 23 }]);
  });

  test.each([true, false])('gives a model that ONNX Runtime runs to the same numbers (portable: %s)', async (portable) => {
    const x = numbers([4, 6], 9);
    const model = await exportOnnx(forward, [network, x], { parameters: 0, portable });
    const peer = await runInOnnxRuntime(model, { input: x });
    const ours = forward(network, x);
    for (const [name, output] of [
      ['logits', ours.logits],
      ['hidden[0]', ours.hidden[0]!],
      ['hidden[1]', ours.hidden[1]!],
    ] as const) {
      expect(peer[name]!.shape).toEqual(output.shape);
      expect(relativeDifference(peer[name]!.elements as Float32Array, await floatsOf(output))).toBeLessThan(tolerance);
    }
  });

  test('keeps to the ONNX standard unless told otherwise', async () => {
    const args = [network, numbers([4, 6])] as const;
    const kinds = async (portable: boolean) =>
      new Set(
        (await exportOnnx(forward, args, { parameters: 0, portable })).graph.nodes.map(({ domain, opType }) => `${domain ?? ''}:${opType}`),
      );
    const standard = await kinds(true);
    expect([...standard].filter((kind) => !kind.startsWith(':') || kind === ':SimplifiedLayerNormalization')).toEqual([]);
    expect(standard).toContain(':RMSNormalization');
    const fused = await kinds(false);
    expect(fused).toContain('com.microsoft:FusedMatMul');
    expect(fused).toContain('com.microsoft:Gelu');
    expect(fused).toContain(':SimplifiedLayerNormalization');
  });

  test('exports a whole training step, gradients of normalization and attention included', async () => {
    const loss = (params: { w: Tensor; gain: Tensor }, x: Tensor, labels: Tensor) => {
      const h = rmsNorm(matmul(x, params.w), params.gain);
      return crossEntropy(attention(h, h, h, { causal: true }), labels);
    };
    const step = (params: { w: Tensor; gain: Tensor }, x: Tensor, labels: Tensor) => {
      const [value, gradients] = valueAndGrad(loss)(params, x, labels);
      return { loss: value, params: treeMap((p, _, g) => p.sub(g!.mul(0.1)), params, gradients) };
    };
    const params = { w: numbers([5, 8], 2), gain: ones([8]) };
    const [x, labels] = [numbers([6, 5], 3), tensor([0, 7, 3, 3, 1, 6], [6], 'int64')];
    const model = await exportOnnx(step, [params, x, labels], { argumentNames: ['weights', 'x', 'labels'] });
    const peer = await runInOnnxRuntime(model, { 'weights.w': params.w, 'weights.gain': params.gain, x, labels });
    const ours = jit(step)(params, x, labels);
    expect(peer['loss']!.elements[0]).toBeCloseTo(await ours.loss.item(), 5);
    for (const name of ['w', 'gain'] as const) {
      const expected = await floatsOf(ours.params[name]);
      expect(relativeDifference(peer[`params.${name}`]!.elements as Float32Array, expected)).toBeLessThan(tolerance);
    }
  });

  test('exports convolutions without the blocked layout of one machine', async () => {
    const params = { kernel: numbers([16, 16, 3, 3], 4) };
    const f = (p: typeof params, x: Tensor) => grad((image: Tensor) => sum(conv2d(image, p.kernel, { padding: 1 }).square()))(x);
    const x = numbers([1, 16, 6, 6], 5);
    const model = await exportOnnx(f, [params, x], { parameters: 0 });
    expect(new Set(model.graph.nodes.map(({ domain }) => domain ?? ''))).toEqual(new Set(['']));
    const { output } = await runInOnnxRuntime(model, { input: x });
    const expected = await floatsOf(f(params, x));
    // Sums over 16·9 products in another order, twice.
    expect(relativeDifference(output!.elements as Float32Array, expected)).toBeLessThan(1e-5);
  });

  test('stores captured tensors, and keeps arguments that are not used', async () => {
    const captured = numbers([3], 6);
    const model = await exportOnnx((...[x]: readonly [Tensor, Tensor]) => [x.add(captured), x], [zeros([3]), zeros([2])]);
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['input', 'input1']);
    expect(model.graph.initializers.map(({ name }) => name)).toEqual(['constant0']);
    const peer = await runInOnnxRuntime(model, { input: ones([3]), input1: zeros([2]) });
    expect([...(peer['output[1]']!.elements as Float32Array)]).toEqual([1, 1, 1]);
    expect([...(peer['output[0]']!.elements as Float32Array)]).toEqual([...(await floatsOf(captured.add(1)))]);
  });

  test('names that the lowering uses itself are free for values', async () => {
    const names = ['v0', 'v1', 'c0', 'portable0'];
    const f = (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => a.mul(b).add(c).sub(d.mul(3)).matmul(a, { transposeB: true });
    const args = [1, 2, 3, 4].map((seed) => numbers([2, 2], seed)) as [Tensor, Tensor, Tensor, Tensor];
    const model = await exportOnnx(f, args, { argumentNames: names, outputName: 'v2' });
    const { v2 } = await runInOnnxRuntime(model, Object.fromEntries(names.map((name, i) => [name, args[i]!])));
    expect(relativeDifference(v2!.elements as Float32Array, await floatsOf(f(...args)))).toBeLessThan(tolerance);
  });

  test('refuses names that coincide, positions and arguments that do not exist', async () => {
    const add = (a: Tensor, b: Tensor) => a.add(b);
    const args = [zeros([2]), zeros([2])] as const;
    await expect(exportOnnx(add, args, { argumentNames: ['a', 'a'] })).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(exportOnnx(add, args, { argumentNames: ['a'] })).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(exportOnnx(add, args, { parameters: 2 })).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(exportOnnx(() => ({}), [])).rejects.toMatchObject({ code: 'no-outputs' });
    let inner: Promise<unknown> | undefined;
    jit((x: Tensor) => {
      inner = exportOnnx((y: Tensor) => y.add(x), [zeros([2])]);
      inner.catch(() => undefined);
      return x.add(1);
    })(zeros([2]));
    await expect(inner).rejects.toMatchObject({ code: 'captured-argument' });
  });
});

describe('writeOnnx', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sardonyx-onnx-'));
  afterAll(() => rm(directory, { recursive: true }));

  test('writes a file, with external data and metadata if asked for', async () => {
    const path = join(directory, 'model.onnx');
    const params = { w: numbers([32, 32]) };
    await writeOnnx(path, (p: typeof params, x: Tensor) => x.matmul(p.w), [params, zeros([2, 32])], {
      parameters: 0,
      externalData: { file: 'model.onnx.data' },
      metadata: { origin: 'test' },
    });
    expect((await stat(join(directory, 'model.onnx.data'))).size).toBe(32 * 32 * 4);
    expect((await readOnnxFile(path)).metadata).toEqual({ origin: 'test' });
    const model = await importOnnx(path);
    expect(await model.parameters['params.w']!.data()).toEqual(await params.w.data());
    expect(model.metadata).toEqual({ origin: 'test' });
  });
});

describe('round trip', () => {
  test.each([true, false])('an exported function imports as the same function (portable: %s)', async (portable) => {
    const x = numbers([4, 6], 9);
    const exported = await exportOnnx(forward, [network, x], { parameters: 0, portable });
    const model = await importOnnx(decodeModel(encodeModel(exported)));
    expect(Object.keys(model.parameters).sort()).toEqual([
      'params.gain',
      ...[0, 1].flatMap((i) => [`params.layers[${i}].bias`, `params.layers[${i}].weight`]),
    ]);
    const ours = forward(network, x);
    const theirs = model.call(model.parameters, { input: x });
    expect(relativeDifference(await floatsOf(theirs['logits']!), await floatsOf(ours.logits))).toBeLessThan(tolerance);
    const expected = grad((params: typeof network) => sum(forward(params, x).logits.square()))(network);
    const given = grad((params: NamedTensors) => sum(model.call(params, { input: x })['logits']!.square()))(model.parameters);
    const pairs = [
      [given['params.gain']!, expected.gain],
      [given['params.layers[0].weight']!, expected.layers[0]!.weight],
    ] as const;
    // Gradients are computed by other formulas (of the parts instead of the whole) and cancel in part.
    for (const [a, b] of pairs) expect(relativeDifference(await floatsOf(a), await floatsOf(b))).toBeLessThan(2e-5);
  });

  test.each(['encoder-torchscript', 'attention-dynamo', 'cnn-torchscript'])('%s imports, exports and imports again', async (name) => {
    const inputs = toTensors(readFixture(name).inputs);
    const model = await importOnnx(pathOf(`${name}.onnx`));
    const exported = await exportOnnx(model.call, [model.parameters, inputs], { parameters: 0, argumentNames: ['p', 'x'] });
    const expected = await floatsOf(model.call(model.parameters, inputs)['output']!);
    const named = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [`x.${key}`, value]));
    const peer = await runInOnnxRuntime(exported, named);
    expect(relativeDifference(peer['output']!.elements as Float32Array, expected)).toBeLessThan(1e-5);
    const again = await importOnnx(exported);
    expect(Object.keys(again.parameters)).toHaveLength(Object.keys(model.parameters).length);
    const output = await floatsOf(again.call(again.parameters, named)['output']!);
    expect(relativeDifference(output, expected)).toBeLessThan(1e-5);
  });
});

describe('transformations of an imported model', async () => {
  const model = await importOnnx(pathOf('mlp-dynamo.onnx'));
  const x = numbers([3, 5, 6], 7);
  const f = (params: NamedTensors, given: Tensor) => model.call(params, { x: given })['output']!;

  test('vmap over inputs is a loop over inputs', async () => {
    const all = vmap((given: Tensor) => f(model.parameters, given))(x);
    expect(all.shape).toEqual([3, 5, 4]);
    for (const i of [0, 1, 2]) {
      const one = f(model.parameters, x.slice([i], [i + 1]).reshape([5, 6]));
      const row = all.slice([i], [i + 1]).reshape([5, 4]);
      expect(relativeDifference(await floatsOf(row), await floatsOf(one))).toBeLessThan(tolerance);
    }
  });

  test('vmap of grad gives gradients of each example', async () => {
    const loss = (params: NamedTensors, given: Tensor) => f(params, given).square().mean();
    const each = vmap(grad(loss), { in: [null, 0] })(model.parameters, x);
    for (const i of [0, 2]) {
      const one = grad(loss)(model.parameters, x.slice([i], [i + 1]).reshape([5, 6]));
      const given = await floatsOf(each['first.weight']!.slice([i], [i + 1]));
      expect(relativeDifference(given, await floatsOf(one['first.weight']!))).toBeLessThan(1e-5);
    }
  });

  test('vmap over an ensemble of parameters', async () => {
    const ensemble = Object.fromEntries(
      Object.entries(model.parameters).map(([name, p]) => [name, p.expandDims(0).mul(tensor([1, 0.5], [2, ...p.shape.map(() => 1)]))]),
    );
    const given = x.slice([0], [1]).reshape([5, 6]);
    const outputs = vmap((params: NamedTensors) => f(params, given))(ensemble);
    const halved = f(
      treeMap((p) => p.mul(0.5), model.parameters),
      given,
    );
    expect(relativeDifference(await floatsOf(outputs.slice([1], [2])), await floatsOf(halved))).toBeLessThan(tolerance);
  });

  test('second derivatives', async () => {
    const along = (v: Tensor) => sum(grad((u: Tensor) => sum(f(model.parameters, u).square()))(v).square());
    const given = x.slice([0], [1]).reshape([5, 6]);
    const second = grad(along)(given);
    expect(second.shape).toEqual([5, 6]);
    expect((await floatsOf(second)).every(Number.isFinite)).toBe(true);
  });
});

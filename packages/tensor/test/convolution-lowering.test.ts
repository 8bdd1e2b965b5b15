import { describe, expect, test } from 'vitest';
import { conv2d, type ConvOptions, type Tensor, tensor, vjp } from '../src/index.js';
import { leavesOf } from '../src/core/graph.js';
import { lowerGraph } from '../src/lowering/lower.js';
import { prepareGraph } from '../src/lowering/prepare.js';
import { portable, type Target } from '../src/lowering/target.js';
import type { OnnxModel } from '../src/onnx/model.js';
import { encodeModel } from '../src/onnx/protobuf.js';
import { currentRuntime } from '../src/runtime/current.js';
import { normal, seeded } from './conformance/draw.js';

/*
 * In float32 the lowering of a convolution and of its gradients is chosen by shape; in float64 it is always the same
 * composition, which the conformance suite checks by differences. Here every choice is held against that composition.
 */

interface Shapes {
  readonly name: string;
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly options: ConvOptions;
}

const shapes: readonly Shapes[] = [
  { name: 'blocks of channels', x: [2, 16, 17, 18], w: [32, 16, 3, 3], options: { padding: 1 } },
  { name: 'blocks in, part of a block out', x: [2, 16, 17, 18], w: [5, 16, 3, 2], options: { padding: 'same' } },
  { name: 'blocks, few pixels: batch folded into the product', x: [3, 32, 4, 5], w: [48, 32, 3, 3], options: { padding: 1 } },
  {
    name: 'blocks with a stride that leaves rows over',
    x: [2, 32, 36, 35],
    w: [16, 32, 3, 3],
    options: {
      stride: 2,
      padding: [
        [1, 0],
        [0, 1],
      ],
    },
  },
  { name: 'blocks with dilation', x: [1, 16, 30, 31], w: [16, 16, 3, 3], options: { dilation: 2, padding: 2 } },
  { name: 'blocks with stride and dilation', x: [2, 16, 40, 41], w: [16, 16, 3, 3], options: { dilation: 2, stride: 3, padding: 2 } },
  { name: 'groups of blocks', x: [2, 64, 17, 16], w: [32, 32, 3, 3], options: { groups: 2, padding: 1 } },
  { name: 'groups smaller than blocks', x: [2, 12, 9, 8], w: [9, 4, 3, 3], options: { groups: 3, padding: 1 } },
  { name: 'depthwise', x: [3, 32, 9, 8], w: [32, 1, 3, 3], options: { groups: 32, padding: 1 } },
  {
    name: 'depthwise with a stride that leaves rows over',
    x: [2, 16, 12, 11],
    w: [16, 1, 5, 3],
    options: { groups: 16, stride: [3, 2], padding: [2, 0] },
  },
  {
    name: 'depthwise with stride and dilation',
    x: [1, 16, 14, 17],
    w: [16, 1, 3, 3],
    options: { groups: 16, stride: 2, dilation: [2, 3], padding: 1 },
  },
  { name: 'depthwise of odd channels', x: [2, 6, 7, 8], w: [6, 1, 3, 3], options: { groups: 6, padding: 1 } },
  { name: 'few channels', x: [2, 3, 15, 16], w: [24, 3, 7, 7], options: { stride: 2, padding: 3 } },
  { name: 'few channels, batch folded', x: [4, 8, 3, 3], w: [40, 8, 3, 3], options: { padding: 1 } },
  { name: 'patches', x: [2, 3, 16, 16], w: [10, 3, 4, 4], options: { stride: 4 } },
  { name: '1×1', x: [2, 32, 9, 9], w: [48, 32, 1, 1], options: {} },
  { name: '1×1 with a stride', x: [2, 32, 9, 9], w: [48, 32, 1, 1], options: { stride: 2 } },
  { name: 'more padding than the kernel reaches', x: [2, 16, 16, 17], w: [16, 16, 2, 1], options: { padding: 3 } },
];

type Products = readonly [y: Tensor, dx: Tensor, dw: Tensor];

/** A convolution and its two gradients for a cotangent drawn once. */
function products({ name, x, w, options }: Shapes, dtype: 'float32' | 'float64'): Products {
  const random = seeded(name);
  const draw = (shape: readonly number[]) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return tensor(
      Float32Array.from({ length: size }, () => normal(random)),
      shape,
      dtype,
    );
  };
  const [y, pullback] = vjp(([a, b]: Tensor[]) => conv2d(a!, b!, options), [draw(x), draw(w)]);
  const [dx, dw] = pullback(draw(y.shape));
  return [y, dx!, dw!];
}

/** The products computed by a model lowered for `target`. */
async function run(results: Products, target: Target): Promise<{ values: number[][]; model: OnnxModel }> {
  const outputs = prepareGraph([...results]);
  const inputs = leavesOf(outputs);
  const runtime = currentRuntime();
  const model = lowerGraph(inputs, outputs, target);
  const executable = await runtime.compile(encodeModel(model), inputs, outputs);
  const storages = outputs.map((output) => runtime.allocate(output));
  const given = inputs.map(({ origin }) => {
    if (origin.kind !== 'value') throw new Error('expected values as leaves');
    return origin.value.storageForRun();
  });
  await executable.run(given, storages);
  executable.dispose();
  return { values: storages.map(({ array }) => Array.from(array as Float32Array)), model };
}

/**
 * Sums of up to 4,000 products in float32: rounding grows like √4000 · 6e-8 of a term, 4e-6 of the largest sum; a
 * missing or misplaced tap changes sums by 1e-2 and more.
 */
const tolerance = 1e-5;

describe.each(shapes)('conv2d of $name', (shape) => {
  const targets = { 'for this machine': currentRuntime().target, portable };
  test.each(Object.entries(targets))('%s', async (_, target) => {
    const expected = await run(products(shape, 'float64'), portable);
    const actual = await run(products(shape, 'float32'), target);
    actual.values.forEach((values, i) => {
      const want = expected.values[i]!;
      const largest = Math.max(...want.map(Math.abs));
      const error = Math.max(...values.map((value, j) => Math.abs(value - want[j]!)));
      expect(values.length).toBe(want.length);
      expect(error / largest, ['value', 'input gradient', 'weight gradient'][i]!).toBeLessThan(tolerance);
    });
  });
});

describe('the blocked layout', () => {
  const domains = ({ graph }: OnnxModel) => new Set(graph.nodes.map((node) => node.domain));
  const blocked = 'com.microsoft.nchwc';

  test('is used where the runtime has it, and declared', async () => {
    const { channelBlock } = currentRuntime().target;
    const { model } = await run(products(shapes[0]!, 'float32'), currentRuntime().target);
    expect(domains(model).has(blocked)).toBe(channelBlock !== undefined);
    expect(model.opsets.some(({ domain }) => domain === blocked)).toBe(channelBlock !== undefined);
    if (process.arch === 'x64') expect([8, 16]).toContain(channelBlock);
  });

  test('is neither used nor declared in portable models', async () => {
    const { model } = await run(products(shapes[0]!, 'float32'), portable);
    expect(domains(model).has(blocked)).toBe(false);
    expect(model.opsets.some(({ domain }) => domain === blocked)).toBe(false);
  });
});

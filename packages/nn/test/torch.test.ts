import { readFileSync } from 'node:fs';
import { geluErf, grad, relu, reshape, sum, square, tensor, type Tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { distance, type FixtureArray, tensorsOf } from './arrays.js';

/** Made by fixtures/make_layers.py with PyTorch 2.13 in float64. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/layers.json', import.meta.url), 'utf8')) as {
  readonly blockGelu: BlockFixture;
  readonly blockRelu: BlockFixture;
  readonly cross: { params: object; x: FixtureArray; context: FixtureArray; visible: boolean[][]; y: FixtureArray };
  readonly grouped: { params: object; x: FixtureArray; y: FixtureArray };
  readonly losses: {
    logits: FixtureArray;
    other: FixtureArray;
    labels: number[];
    targets: FixtureArray;
    weights: FixtureArray;
    values: Record<string, number>;
  };
};

interface BlockFixture {
  readonly params: object;
  readonly x: FixtureArray;
  readonly y: FixtureArray;
  readonly gradientOfX: FixtureArray;
  readonly gradientOfUp: FixtureArray;
}

// Everything is float64: a dozen layers of sums of up to 12 terms of size 1 to 100, each rounded by 1e-16.
const tolerance = 1e-11;

describe.each([
  ['gelu', fixture.blockGelu, geluErf],
  ['relu', fixture.blockRelu, relu],
] as const)('causal transformer block with %s', (activation, block, f) => {
  const params = tensorsOf<nn.TransformerBlockParameters>(block.params);
  const x = tensorsOf<Tensor>(block.x);
  const options = { heads: 2, causal: true } as const;

  test('computes what PyTorch computes', async () => {
    const y = nn.transformerBlock(params, x, { ...options, activation });
    expect(y.shape).toEqual(block.y.shape);
    expect(await distance(y, block.y.data)).toBeLessThan(tolerance);
    expect(await distance(nn.transformerBlock(params, x, { ...options, activation: f }), y)).toBe(0);
  });

  test('has the same gradients', async () => {
    const loss = (p: { x: Tensor; params: nn.TransformerBlockParameters }) =>
      sum(square(nn.transformerBlock(p.params, p.x, { ...options, activation })));
    const gradients = grad(loss)({ x, params });
    // Gradients are sums of products of up to 1e3.
    expect(await distance(gradients.x, block.gradientOfX.data)).toBeLessThan(1e-9);
    expect(await distance(gradients.params.mlp.up.weight, block.gradientOfUp.data)).toBeLessThan(1e-9);
  });
});

test('cross-attention with hidden keys', async () => {
  const { cross } = fixture;
  const mask = reshape(tensor(cross.visible), [2, 1, 1, 4]);
  const y = nn.multiHeadAttention(tensorsOf(cross.params), tensorsOf(cross.x), {
    heads: 2,
    context: tensorsOf<Tensor>(cross.context),
    mask,
  });
  expect(await distance(y, cross.y.data)).toBeLessThan(tolerance);
});

test('attention of four heads that share two of keys and values', async () => {
  const { grouped } = fixture;
  const y = nn.multiHeadAttention(tensorsOf(grouped.params), tensorsOf(grouped.x), { heads: 4, causal: true });
  expect(await distance(y, grouped.y.data)).toBeLessThan(tolerance);
});

describe('losses', () => {
  const { losses } = fixture;
  const [logits, other, targets, weights] = [losses.logits, losses.other, losses.targets, losses.weights].map((a) => tensorsOf<Tensor>(a));
  const labels = tensor(Int32Array.from(losses.labels));
  const ours: Record<string, () => Tensor> = {
    crossEntropy: () => nn.crossEntropy(logits!, labels),
    crossEntropySmoothed: () => nn.crossEntropy(logits!, labels, { labelSmoothing: 0.1 }),
    meanSquaredError: () => nn.meanSquaredError(logits!, other!),
    meanAbsoluteError: () => nn.meanAbsoluteError(logits!, other!),
    huber: () => nn.huber(logits!, other!, { delta: 0.7 }),
    binaryCrossEntropy: () => nn.binaryCrossEntropyWithLogits(logits!, targets!),
    binaryCrossEntropyWeighted: () => nn.binaryCrossEntropyWithLogits(logits!, targets!, { positiveWeight: weights! }),
    klDivergence: () => nn.klDivergence(other!, logits!),
    cosineSimilarity: () => nn.cosineSimilarity(logits!, other!).mean(),
  };
  test.each(Object.keys(losses.values))('%s', async (name) => {
    expect(await ours[name]!().item()).toBeCloseTo(losses.values[name]!, 13);
  });
});

import { arange, conv2d, evaluate, jit, random, rotary, ShapeError, tensor, type Tensor, unstack } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { distance, inFloat64, numbers } from './arrays.js';

const key = (n: number) => random.key(n);
const draw = (n: number, shape: number[]) => random.normal(key(n), shape, { dtype: 'float64' });

describe('linear', () => {
  test('is x·W + b', async () => {
    const params = {
      weight: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      bias: tensor([10, 20, 30]),
    };
    expect(await numbers(nn.linear(params, tensor([[1, -1]])))).toEqual([7, 17, 27]);
    expect(await numbers(nn.linear({ weight: params.weight }, tensor([1, -1]).reshape([1, 1, 2])))).toEqual([-3, -3, -3]);
  });

  test('has a bias of zeros, an initialised one or none', async () => {
    const sizes = { inputs: 3, outputs: 2 };
    expect(await numbers(nn.initLinear(key(1), sizes).bias!)).toEqual([0, 0]);
    expect(Object.keys(nn.initLinear(key(1), sizes, { bias: false }))).toEqual(['weight']);
    const both = nn.initLinear(key(1), { inputs: 1, outputs: 2 }, { biasInitializer: nn.initializers.normal() });
    expect(await numbers(both.bias!)).not.toEqual(await numbers(both.weight));
    expect(nn.initLinear(key(1), sizes, { dtype: 'float64' }).weight.dtype).toBe('float64');
  });

  test('names shapes that do not fit', () => {
    expect(() => nn.linear(nn.initLinear(key(1), { inputs: 3, outputs: 2 }), tensor([[1, 2]]))).toThrow(/\[1, 2\] and \[3, 2\]/);
  });
});

describe('embedding', () => {
  const params = {
    weight: tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  };

  test('takes rows, and gives logits back by the same rows', async () => {
    expect(await numbers(nn.embedding(params, tensor(Int32Array.of(2, 0))))).toEqual([5, 6, 1, 2]);
    expect(await numbers(nn.unembed(params, tensor([1, -1]).reshape([1, 2])))).toEqual([-1, -1, -1]);
  });

  test('of positions takes the first ones, or some from a start', async () => {
    expect(await numbers(nn.positionEmbedding(params, 2))).toEqual([1, 2, 3, 4]);
    expect(await numbers(nn.positionEmbedding(params, 1, 2))).toEqual([5, 6]);
    expect(() => nn.positionEmbedding(params, 2, 2)).toThrow(ShapeError);
  });
});

describe('normalization', () => {
  test('starts as plain normalization', async () => {
    const x = tensor([
      [1, 3],
      [0, 8],
    ]);
    // ε against variances of 1 and 16.
    expect(await distance(nn.layerNorm(nn.initLayerNorm(2), x), [-1, 1, -1, 1])).toBeLessThan(1e-5);
    const root = [Math.sqrt(5), Math.sqrt(32)];
    expect(await distance(nn.rmsNorm(nn.initRmsNorm(2), x), [1 / root[0]!, 3 / root[0]!, 0, 8 / root[1]!])).toBeLessThan(1e-6);
  });

  test('of layers needs no bias', async () => {
    const params = nn.initNorm('layer', 2, { bias: false });
    expect(Object.keys(params)).toEqual(['gain']);
    expect(await distance(nn.applyNorm('layer', params, tensor([[1, 3]])), [-1, 1])).toBeLessThan(1e-5);
  });
});

describe('mlp', () => {
  const x = draw(1, [3, 4]);

  test('is two maps with an activation between', async () => {
    const params = nn.initMlp(key(2), { width: 4, hidden: 6, outputs: 2 }, { dtype: 'float64' });
    const expected = nn.linear(params.down, nn.linear(params.up, x).silu());
    expect(await distance(nn.mlp(params, x, { activation: 'silu' }), expected)).toBe(0);
    expect(expected.shape).toEqual([3, 2]);
  });

  test('is gated where the parameters are', async () => {
    const params = nn.initMlp(key(2), { width: 4 }, { gated: true, bias: false, dtype: 'float64' });
    const expected = nn.linear(params.down, nn.linear(params.gate!, x).silu().mul(nn.linear(params.up, x)));
    expect(params.up.weight.shape).toEqual([4, 16]);
    expect(await distance(nn.mlp(params, x, { activation: 'silu' }), expected)).toBe(0);
  });

  test('may start with a smaller last map', async () => {
    const params = nn.initMlp(key(2), { width: 4 }, { down: { weightInitializer: nn.initializers.zeros } });
    expect(new Set(await numbers(params.down.weight))).toEqual(new Set([0]));
    expect(new Set(await numbers(params.up.weight)).size).toBeGreaterThan(60);
  });
});

describe('activations', () => {
  test.each([
    ['gelu', 0.8413447460685429],
    ['geluTanh', 0.8411919906082768],
    ['relu', 1],
    ['reluSquared', 1],
    ['silu', 1 / (1 + Math.exp(-1))],
    ['elu', 1],
    ['tanh', Math.tanh(1)],
    ['sigmoid', 1 / (1 + Math.exp(-1))],
    ['identity', 1],
  ] as const)('%s of 1', async (name, expected) => {
    expect(
      await nn
        .activationOf(name)(tensor(1, [], 'float64'))
        .item(),
    ).toBeCloseTo(expected, 14);
  });
});

describe('rotary tables', () => {
  test('hold cos and sin of position·base^(−2m/width)', async () => {
    const { cos, sin } = nn.rotaryTables(3, 4, 100, 'float64');
    const angles = [0, 1, 2].flatMap((p) => [p, p * 0.1]);
    expect(await distance(cos, angles.map(Math.cos))).toBeLessThan(1e-15);
    expect(await distance(sin, angles.map(Math.sin))).toBeLessThan(1e-15);
  });

  test('keep the angles of far positions in float32', async () => {
    const { cos } = nn.rotaryTables(tensor(Int32Array.of(100_000)), 2);
    expect(await distance(cos, [Math.cos(100_000)])).toBeLessThan(6e-8);
  });

  test('make scores depend on distance alone', async () => {
    const { cos, sin } = nn.rotaryTables(6, 8, 10000, 'float64');
    const [q, k] = [draw(1, [1, 8]), draw(2, [1, 8])].map((x) => x.broadcastTo([6, 8]));
    for (const layout of ['interleaved', 'half-split'] as const) {
      const scores = await numbers(rotary(q!, cos, sin, { layout }).matmul(rotary(k!, cos, sin, { layout }), { transposeB: true }));
      expect(scores[2]).toBeCloseTo(scores[23]!, 12);
      expect(Math.abs(scores[0]! - scores[1]!)).toBeGreaterThan(1e-3);
    }
  });

  test('refuse odd widths', () => {
    expect(() => nn.rotaryTables(3, 5)).toThrow(/even width of a head, given 5/);
  });
});

describe('multi-head attention', () => {
  test('refuses heads that do not fit', () => {
    expect(() => nn.initMultiHeadAttention(key(1), { width: 6, heads: 4 })).toThrow(ShapeError);
    expect(() => nn.initMultiHeadAttention(key(1), { width: 8, heads: 4, keyValueHeads: 3 })).toThrow(/keyValueHeads 3/);
    const params = nn.initMultiHeadAttention(key(1), { width: 8, heads: 4 });
    expect(() => nn.multiHeadAttention(params, tensor([1, 2, 3, 4, 5, 6, 7, 8]).reshape([1, 8]), { heads: 3 })).toThrow(/3 heads divide/);
  });

  test('refuses tables that are too short, and rotary positions with a context', () => {
    const params = nn.initMultiHeadAttention(key(1), { width: 8, heads: 4 });
    const x = random.normal(key(2), [5, 8]);
    expect(() => nn.multiHeadAttention(params, x, { heads: 4, rotary: nn.rotaryTables(4, 2) })).toThrow(/at least 5 positions, given 4/);
    const options = { heads: 4, rotary: nn.rotaryTables(9, 2), context: random.normal(key(3), [5, 8]) };
    expect(() => nn.multiHeadAttention(params, x, options)).toThrow(/leave out rotary or context/);
  });

  test.each([
    ['of one for all heads', [2, 1, 5, 5]],
    ['of its own for each head', [2, 4, 5, 5]],
    ['of matrices', [5, 5]],
  ])('takes masks %s in groups of heads as if keys were repeated', async (_, shape) => {
    const grouped = inFloat64(nn.initMultiHeadAttention(key(1), { width: 8, heads: 4, keyValueHeads: 2 }));
    const repeated = (p: nn.LinearParameters) => ({
      weight: p.weight.reshape([8, 2, 2]).repeat(2, 1).reshape([8, 8]),
      bias: p.bias!.reshape([2, 2]).repeat(2, 0).reshape([8]),
    });
    const full = { ...grouped, key: repeated(grouped.key), value: repeated(grouped.value) };
    const x = draw(4, [2, 5, 8]);
    const mask = random.bernoulli(key(5), 0.6, shape);
    const [a, b] = [grouped, full].map((params) => nn.multiHeadAttention(params, x, { heads: 4, mask }));
    // float64, sums in another order.
    expect(await distance(a!, b!)).toBeLessThan(1e-14);
  });
});

describe('decoding with a cache', () => {
  const heads = 4;
  const sizes = { width: 16, heads, keyValueHeads: 2 };
  const tables = (layout: 'interleaved' | 'half-split') => ({ ...nn.rotaryTables(12, 4, 10000, 'float64'), layout });

  test.each(['interleaved', 'half-split'] as const)('gives what causal attention gives, in pieces (%s)', async (layout) => {
    const params = inFloat64(nn.initTransformerBlock(key(3), sizes));
    const x = draw(6, [2, 9, 16]);
    const options = { heads, rotary: tables(layout), residualScale: 0.5 };
    const whole = nn.transformerBlock(params, x, { ...options, causal: true });
    const step = jit(
      (piece: Tensor, cache: nn.KeyValueCache, position: Tensor) => nn.decodeTransformerBlock(params, piece, cache, position, options),
      { donate: [1] },
    );
    let cache = await evaluate(nn.initKeyValueCache({ batch: 2, keyValueHeads: 2, capacity: 12, headWidth: 4 }, 'float64'));
    let position = 0;
    for (const length of [5, 1, 1, 2]) {
      const piece = x.sliceAxis(1, position, position + length);
      const result = step(piece, cache, tensor(position, [], 'int32'));
      // float64; masked keys have a probability of exactly 0.
      expect(await distance(result.output, whole.sliceAxis(1, position, position + length))).toBeLessThan(1e-13);
      cache = result.cache;
      position += length;
    }
  });

  test.each([
    ['turned inside', 16, 'interleaved', 2],
    ['turned inside', 16, 'half-split', 2],
    ['turned outside', 8, 'interleaved', 1],
    ['turned outside', 8, 'half-split', 2],
    ['not turned', 8, undefined, 2],
  ] as const)('in float32 as well, in place: %s, width %i, %s, %i heads of keys', async (_, headWidth, layout, keyValueHeads) => {
    const heads = 2;
    const width = heads * headWidth;
    const params = nn.initTransformerBlock(key(3), { width, heads, keyValueHeads }, { norm: 'rms' });
    const rotary = layout && { rotary: { ...nn.rotaryTables(12, headWidth), layout } };
    const options = { heads, norm: 'rms', ...rotary } as const;
    for (const batch of [1, 3]) {
      const x = await evaluate(random.normal(key(6), [batch, 9, width]));
      const whole = nn.transformerBlock(params, x, { ...options, causal: true });
      const step = jit(
        (piece: Tensor, cache: nn.KeyValueCache, position: Tensor) => nn.decodeTransformerBlock(params, piece, cache, position, options),
        { donate: [1] },
      );
      let cache = await evaluate(nn.initKeyValueCache({ batch, keyValueHeads, capacity: 12, headWidth }));
      let position = 0;
      for (const length of [4, 1, 1, 2, 1]) {
        const piece = x.sliceAxis(1, position, position + length);
        const result = step(piece, cache, tensor(position, [], 'int32'));
        // float32 sums of a few dozen products around 1, in another order.
        expect(await distance(result.output, whole.sliceAxis(1, position, position + length))).toBeLessThan(2e-5);
        cache = result.cache;
        position += length;
      }
    }
  });

  test('refuses more positions than there is room for', async () => {
    const params = nn.initMultiHeadAttention(key(1), sizes);
    const cache = nn.initKeyValueCache({ batch: 1, keyValueHeads: 2, capacity: 2, headWidth: 4 });
    const step = (length: number, at: number) =>
      nn.decodeStep(params, random.normal(key(2), [1, length, 16]), cache, tensor(at, [], 'int32'), { heads });
    expect(() => step(3, 0)).toThrow(/at most 2 positions/);
    await expect(step(1, 2).output.data()).rejects.toThrow();
  });

  test('refuses to run past the capacity in place', async () => {
    const params = nn.initMultiHeadAttention(key(1), { width: 16, heads: 2 });
    const step = jit((x: Tensor, cache: nn.KeyValueCache, position: Tensor) => nn.decodeStep(params, x, cache, position, { heads: 2 }), {
      donate: [1],
    });
    const empty = () => evaluate(nn.initKeyValueCache({ batch: 1, keyValueHeads: 2, capacity: 3, headWidth: 8 }));
    const at = async (position: number) => step(random.normal(key(2), [1, 1, 16]), await empty(), tensor(position, [], 'int32'));
    expect((await at(2)).output.shape).toEqual([1, 1, 16]);
    await expect((await at(3)).output.data()).rejects.toThrow();
  });
});

describe('transformer block', () => {
  const sizes = { width: 8, heads: 2, contextWidth: 6 };

  test('attends to a context where it was made to', async () => {
    const params = nn.initTransformerBlock(key(1), sizes, { cross: true, norm: 'rms', mlp: { gated: true } });
    const [x, a, b] = [random.normal(key(2), [3, 8]), random.normal(key(3), [4, 6]), random.normal(key(4), [4, 6])];
    const run = (context: Tensor) => nn.transformerBlock(params, x, { heads: 2, norm: 'rms', context });
    expect(await distance(run(a), run(b))).toBeGreaterThan(1e-2);
    expect(params.crossAttention!.key.weight.shape).toEqual([6, 8]);
  });

  test('scales what it adds, by a number or a tensor', async () => {
    const params = nn.initTransformerBlock(key(1), { width: 8, heads: 2 });
    const x = random.normal(key(2), [3, 8]);
    const run = (residualScale: number | Tensor) => nn.transformerBlock(params, x, { heads: 2, residualScale });
    expect(await distance(run(0), x)).toBe(0);
    expect(await distance(run(tensor(0.5)), run(0.5))).toBe(0);
    expect(await distance(run(1), run(0.5))).toBeGreaterThan(0.1);
  });

  test('drops out by its key alone', async () => {
    const params = nn.initTransformerBlock(key(1), { width: 8, heads: 2 });
    const x = random.normal(key(2), [3, 8]);
    const run = (seed: number) => nn.transformerBlock(params, x, { heads: 2, dropout: { rate: 0.5, key: key(seed) } });
    expect(await distance(run(1), run(1))).toBe(0);
    expect(await distance(run(1), run(2))).toBeGreaterThan(0.1);
  });

  test('draws every matrix from a key of its own', async () => {
    const params = nn.initTransformerBlock(key(1), { width: 4, heads: 2, hidden: 4 });
    const { query, key: keys, value, output } = params.attention;
    const firsts = await Promise.all(
      [query, keys, value, output, params.mlp.up, params.mlp.down].map(async ({ weight }) => (await numbers(weight))[0]),
    );
    expect(new Set(firsts).size).toBe(6);
  });
});

describe('convolution', () => {
  test('adds the bias to every pixel of its channel', async () => {
    const params = nn.initConv2d(key(1), { inputs: 2, outputs: 3, kernel: [2, 3] });
    const x = random.normal(key(2), [1, 2, 4, 5]);
    const shifted = { ...params, bias: tensor([1, 2, 3]) };
    const difference = await numbers(nn.conv2d(shifted, x).sub(conv2d(x, params.weight)));
    expect(difference.map((v) => Math.round(v * 1e5) / 1e5)).toEqual([1, 2, 3].flatMap((b) => new Array<number>(9).fill(b)));
  });

  test('along a line, in groups, without bias', () => {
    const params = nn.initConv1d(key(1), { inputs: 4, outputs: 6, kernel: 3, groups: 2 }, { bias: false });
    expect(params.weight.shape).toEqual([6, 2, 3]);
    expect(nn.conv1d(params, random.normal(key(2), [2, 4, 9]), { groups: 2, padding: 'same' }).shape).toEqual([2, 6, 9]);
    expect(() => nn.initConv2d(key(1), { inputs: 3, outputs: 4, kernel: 3, groups: 2 })).toThrow(/groups that divide 3 inputs/);
  });
});

describe('reductions of losses', () => {
  const [x, target] = [
    tensor([
      [1, 2],
      [3, 4],
    ]),
    tensor([
      [1, 0],
      [0, 0],
    ]),
  ];
  const loss = async (options: nn.ReductionOptions) => numbers(nn.meanSquaredError(x, target, options));

  test('mean, sum, none', async () => {
    expect(await loss({})).toEqual([29 / 4]);
    expect(await loss({ reduction: 'sum' })).toEqual([29]);
    expect(await loss({ reduction: 'none' })).toEqual([0, 4, 9, 16]);
  });

  test('means are over the weight, however it is broadcast', async () => {
    expect(
      await loss({
        weights: tensor([
          [true, false],
          [true, true],
        ]),
      }),
    ).toEqual([Math.fround(25 / 3)]);
    expect(await loss({ weights: tensor([[3], [1]]) })).toEqual([Math.fround((3 * 4 + 25) / 8)]);
    expect(await loss({ weights: tensor([1, 3]), reduction: 'sum' })).toEqual([9 + 3 * 20]);
  });
});

describe('metrics', () => {
  const logits = tensor([
    [3, 1, 2],
    [0, 5, 4],
    [1, 2, 0],
    [9, 8, 7],
  ]);
  const labels = tensor(Int32Array.of(0, 2, 0, 2));

  test('accuracy of the largest and of the k largest', async () => {
    expect(await nn.accuracy(logits, labels).item()).toBe(0.25);
    expect(await numbers(nn.accuracy(logits, labels, { reduction: 'none' }))).toEqual([1, 0, 0, 0]);
    expect(await nn.topKAccuracy(logits, labels, 2).item()).toBe(0.75);
    expect(await nn.topKAccuracy(logits, labels.cast('int64'), 3).item()).toBe(1);
    expect(await nn.accuracy(logits, labels, { weights: tensor([true, true, false, false]) }).item()).toBe(0.5);
    expect(() => nn.topKAccuracy(logits, labels, 4)).toThrow(/from 1 to 3 classes, given 4/);
  });

  test('binary accuracy', async () => {
    expect(await nn.binaryAccuracy(tensor([1, -1, 2, -2]), tensor([1, 0, 0, 0])).item()).toBe(0.75);
  });
});

test('cosine similarity of vectors of length 0 is 0', async () => {
  expect(
    await numbers(
      nn.cosineSimilarity(
        tensor([
          [0, 0],
          [1, 1],
        ]),
        tensor([
          [1, 2],
          [2, 2],
        ]),
      ),
    ),
  ).toEqual([0, expect.closeTo(1, 6)]);
});

test('label smoothing outside 0 to 1 is refused', () => {
  expect(() => nn.crossEntropy(tensor([[1, 2]]), tensor(Int32Array.of(0)), { labelSmoothing: 1 })).toThrow(ShapeError);
});

test('parameters are counted once', () => {
  const params = nn.initTransformerBlock(key(1), { width: 8, heads: 2 });
  expect(nn.countParameters(params)).toBe(4 * (8 * 8 + 8) + 8 * 32 + 32 + 32 * 8 + 8 + 4 * 8);
  expect(nn.countParameters([params, params])).toBe(nn.countParameters(params));
  expect(nn.countParameters(unstack(arange(3)))).toBe(3);
});

import { concat, evaluate, eye, grad, jit, mul, random, sum, tensor, type Tensor, treeMap, valueAndGrad, zeros } from '@sardonyx/tensor';
import { countParameters } from '@sardonyx/nn';
import { describe, expect, test } from 'vitest';
import { attentionMaps } from '../src/model/attention-maps.js';
import {
  initLoopedTransformer,
  loopedTransformer,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
  loopInput,
  loopLogits,
  loopStates,
  parameterCounts,
} from '../src/model/model.js';

const config: LoopedTransformerConfig = {
  layers: 1,
  loops: 3,
  width: 16,
  heads: 2,
  hidden: 24,
  vocabulary: 7,
  length: 6,
  positions: 'learned',
  inject: 'none',
  activation: 'geluTanh',
};
const tokens = tensor(new Int32Array([3, 1, 4, 1, 5, 0, 2, 6, 5, 3, 5, 6]), [2, 6]);
type Params = LoopedTransformerParameters;

/** Parameters far from their start: where norms, biases and gates are not ones and zeros, and none is like another. */
async function parameters(c: LoopedTransformerConfig, seed = 1): Promise<Params> {
  const params = initLoopedTransformer(random.key(seed), c);
  let leaf = 0;
  return await evaluate(treeMap((x) => x.add(random.normal(random.key(1000 * seed + leaf++), x.shape, { std: 0.3 })), params));
}

const inFloat64 = async (params: Params): Promise<Params> => await evaluate(treeMap((x) => x.cast('float64'), params));
const logitsOf = async (params: Params, c: LoopedTransformerConfig, options: { loops?: number } = {}): Promise<number[]> =>
  Array.from((await jit((p: Params, t: Tensor) => loopedTransformer(p, t, c, options))(params, tokens).data()) as Float32Array);
const numbers = async (x: Tensor): Promise<number[]> => Array.from((await x.data()) as Float32Array);
const loss = (c: LoopedTransformerConfig) => (p: Params) => {
  const y = loopedTransformer(p, tokens, c);
  return sum(mul(y, y));
};
const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
const distance = (a: readonly number[], b: readonly number[]): number => largest(a.map((x, i) => x - b[i]!)) / largest(b);

/** Every option away from its default, alone. */
const options: readonly Partial<LoopedTransformerConfig>[] = [
  { prelude: 1, coda: 2 },
  { inject: 'add' },
  { inject: 'concatLinear' },
  { tieBlocks: 'soft' },
  { loopNorm: true },
  { loopEmbedding: 'learned' },
  { loopEmbedding: 'sinusoidal' },
  { norm: 'layer' },
  { norm: 'none' },
  { attentionBias: true, mlpBias: 'both' },
  { mlpBias: 'none' },
  { tiedHead: true },
  { headWidth: 6 },
  { positions: 'rotary' },
  { positions: 'rotary', rotaryLayout: 'half-split', rotaryBase: 100 },
  { positions: 'none' },
  { exitGate: true },
  { activation: 'gelu', normEpsilon: 1e-3 },
];

describe('every option', () => {
  test.each(options)('%o: sizes are counted right, later tokens are not seen, gradients are those of the function', async (change) => {
    const c = { ...config, ...change };
    const params = await parameters(c);
    expect(parameterCounts(c).distinct).toBe(countParameters(params));
    const plain = await logitsOf(await parameters(config), config);
    // The gate is not read by the forward pass.
    if (!change.exitGate) expect(await logitsOf(params, c)).not.toEqual(plain);

    const changed = tensor(new Int32Array([3, 1, 4, 1, 2, 0, 2, 6, 5, 3, 1, 6]), [2, 6]);
    const after = await numbers(loopedTransformer(params, changed, c));
    const before = await logitsOf(params, c);
    const row = 6 * 7;
    for (const sequence of [0, row]) {
      expect(after.slice(sequence, sequence + 4 * 7)).toEqual(before.slice(sequence, sequence + 4 * 7));
      expect(after.slice(sequence + 4 * 7, sequence + 5 * 7)).not.toEqual(before.slice(sequence + 4 * 7, sequence + 5 * 7));
    }

    // Along one random direction, of length 50 or so, in float64: a central difference is right to nine digits or so.
    const wide = await inFloat64(params);
    const direction = await evaluate(treeMap((x) => random.normal(random.key(x.size), x.shape).cast('float64'), wide));
    const gradients = jit(grad(loss(c)))(wide);
    const products = treeMap((g, _, d) => sum(mul(g, d!)), gradients, direction);
    const slope = (await Promise.all(Object.values(await leaves(products)))).reduce((total, x) => total + x, 0);
    const at = async (step: number) => await loss(c)(treeMap((x, _, d) => x.add(d!.mul(step)), wide, direction)).item();
    const measured = (Number(await at(1e-6)) - Number(await at(-1e-6))) / 2e-6;
    expect(Math.abs(slope - measured)).toBeLessThan(1e-6 * Math.abs(measured));
  });
});

async function leaves(tree: unknown): Promise<number[]> {
  const found: Tensor[] = [];
  treeMap((x) => (found.push(x), x), tree);
  return await Promise.all(found.map(async (x) => Number(await x.item())));
}

test('the gradient of a shared weight is the sum over its copies, in float64 against finite differences as well', async () => {
  const c = { ...config, prelude: 1, layers: 2, loops: 3 };
  const params = await inFloat64(await parameters(c));
  const copies = { ...params, block: Array.from({ length: 3 }, () => treeMap((x) => x.mul(1), params.block)).flat() };
  const shared = jit(grad(loss(c)))(params);
  const apart = jit(grad(loss({ ...c, layers: 6, loops: 1 })))(await evaluate(copies));
  for (const layer of [0, 1]) {
    const ours = shared.block[layer]!;
    const [a, b, d] = [0, 2, 4].map((loop) => apart.block[loop + layer]!);
    for (const [path, sums] of [
      [ours.attention.query.weight, [a, b, d].map((x) => x!.attention.query.weight)],
      [ours.mlp.down.weight, [a, b, d].map((x) => x!.mlp.down.weight)],
      [ours.attentionNorm!.gain, [a, b, d].map((x) => x!.attentionNorm!.gain)],
    ] as const) {
      const total = await numbers(sums.reduce((x, y) => x.add(y)));
      // float64 sums of the same terms in another order.
      expect(distance(await numbers(path), total)).toBeLessThan(1e-13);
    }
  }
  const nudged = async (step: number) => {
    const block = params.block.map((layer, j) =>
      j === 1 ? { ...layer, mlp: { ...layer.mlp, up: { ...layer.mlp.up, weight: layer.mlp.up.weight.add(step) } } } : layer,
    );
    return Number(await loss(c)({ ...params, block }).item());
  };
  const measured = ((await nudged(1e-6)) - (await nudged(-1e-6))) / 2e-6;
  expect(Number(await sum(shared.block[1]!.mlp.up.weight).item()) / measured).toBeCloseTo(1, 6);
});

describe('loops', () => {
  test('a middle loop applied once is the ordinary model of a + b + c layers, bit for bit', async () => {
    const middle = { ...config, prelude: 2, layers: 1, loops: 1, coda: 1 };
    const { prelude, block, coda, ...rest } = await parameters(middle);
    const plain = { ...rest, block: [...prelude!, ...block, ...coda!] };
    expect(await logitsOf(plain, { ...config, layers: 4, loops: 1 })).toEqual(
      await logitsOf({ ...rest, prelude: prelude!, block, coda: coda! }, middle),
    );
  });

  test('softly tied blocks of equal weights are a loop, bit for bit', async () => {
    const params = await parameters({ ...config, layers: 2 });
    const copies = { ...params, block: [...params.block, ...params.block, ...params.block] };
    expect(await logitsOf(copies, { ...config, layers: 2, tieBlocks: 'soft' })).toEqual(await logitsOf(params, { ...config, layers: 2 }));
  });

  test('are chosen when the model is applied', async () => {
    const params = await parameters(config);
    for (const loops of [1, 2, 5]) {
      expect(await logitsOf(params, config, { loops })).toEqual(await logitsOf(params, { ...config, loops }));
    }
    expect(await logitsOf(params, config, { loops: 2 })).not.toEqual(await logitsOf(params, config));
  });

  test('have states and read-outs of their own, of which the last are the model', async () => {
    const c = { ...config, prelude: 1, coda: 1, inject: 'add' } as const;
    const params = await parameters(c);
    const states = loopStates(params, tokens, c);
    expect(states.map(({ shape }) => shape)).toEqual(Array.from({ length: 4 }, () => [2, 6, 16]));
    expect(await numbers(states[0]!)).toEqual(await numbers(loopInput(params, tokens, c)));
    const lens = await evaluate(loopLogits(params, tokens, c));
    expect(lens).toHaveLength(3);
    for (const [i, logits] of lens.entries())
      expect(distance(await numbers(logits), await logitsOf(params, c, { loops: i + 1 }))).toBeLessThan(1e-6);
  });

  test('tell themselves apart by embeddings', async () => {
    const c: LoopedTransformerConfig = { ...config, loopEmbedding: 'sinusoidal', norm: 'none' };
    const [first, ...later] = loopStates(await withoutLayers(c), tokens, c);
    // With layers that add nothing, X_t − X_0 is the sum of the embeddings: sin(t·10000^(−2m/d)), then cosines.
    let expected = new Array<number>(16).fill(0);
    for (const [i, state] of later.entries()) {
      expected = expected.map((before, m) => before + (m < 8 ? Math.sin : Math.cos)((i + 1) * 10_000 ** ((-2 * (m % 8)) / 16)));
      const seen = (await numbers(state.sub(first!))).slice(0, 16);
      // float32 sums of a few numbers near 1.
      expect(largest(seen.map((x, m) => x - expected[m]!))).toBeLessThan(1e-5);
    }
  });

  test('beyond those that learned embeddings know are refused, or repeat the last', async () => {
    const learned: LoopedTransformerConfig = { ...config, loopEmbedding: 'learned' };
    const params = await parameters(learned);
    expect(() => loopedTransformer(params, tokens, learned, { loops: 4 })).toThrow(
      /4 loops asked for, but learned loop embeddings are for 3; ask for at most 3, or set beyondLoops to repeatLast/,
    );
    const repeating = { ...learned, beyondLoops: 'repeatLast' } as const;
    const longer = { ...learned, loops: 4 };
    const { weight } = params.loopEmbedding!;
    const extended = { ...params, loopEmbedding: { weight: weight.take(tensor(new Int32Array([0, 1, 2, 2])), 0) } };
    expect(await logitsOf(params, repeating, { loops: 4 })).toEqual(await logitsOf(await evaluate(extended), longer));
    expect(() => initLoopedTransformer(random.key(0), { ...learned, beyondLoops: 'extrapolate' })).toThrow(/no row beyond loop 3/);
    const soft = { ...config, tieBlocks: 'soft' } as const;
    const softParams = await parameters(soft);
    expect(() => loopedTransformer(softParams, tokens, soft, { loops: 4 })).toThrow(/layers of their own for 3/);
  });

  test('are refused where they are no positive integer', async () => {
    const params = await parameters(config);
    for (const loops of [0, -1, 1.5, Number.NaN]) {
      expect(() => loopedTransformer(params, tokens, config, { loops })).toThrow(`loops must be a positive integer, given ${loops}`);
    }
  });

  test('with an injecting map start as the plain loop, and then take X_0 in', async () => {
    const c = { ...config, inject: 'concatLinear' } as const;
    const [mapped, plain] = [initLoopedTransformer(random.key(5), c), initLoopedTransformer(random.key(5), config)];
    expect(distance(await logitsOf(await evaluate(mapped), c), await logitsOf(await evaluate(plain), config))).toBeLessThan(1e-6);
    // W = [0; I] forgets X_{t−1}: every loop gives f(X_0), the plain model's X_1.
    const forgetful = await evaluate({ ...mapped, injection: { weight: concat([zeros([16, 16]), eye(16)], 0) } });
    const once = await numbers(loopStates(await evaluate(plain), tokens, config)[1]!);
    for (const state of loopStates(forgetful, tokens, c).slice(1)) expect(distance(await numbers(state), once)).toBeLessThan(1e-6);
  });
});

/** A model whose layers add nothing to the residual stream. */
async function withoutLayers(c: LoopedTransformerConfig): Promise<Params> {
  const params = await parameters(c);
  const block = params.block.map((layer) => ({
    ...layer,
    attention: { ...layer.attention, output: { weight: layer.attention.output.weight.mul(0) } },
    mlp: { ...layer.mlp, down: { weight: layer.mlp.down.weight.mul(0) } },
  }));
  return await evaluate({ ...params, block });
}

describe('back-propagation', () => {
  const c = { ...config, layers: 2, prelude: 1, inject: 'add' } as const;

  test.each(['perLoop', 'perLayer'] as const)('recomputes %s to the same values and gradients', async (checkpoint) => {
    const params = await parameters(c);
    const [value, gradients] = await evaluate(jit(valueAndGrad(loss(c)))(params));
    const [again, recomputed] = await evaluate(jit(valueAndGrad(loss({ ...c, checkpoint })))(params));
    expect(Number(await again.item()) / Number(await value.item())).toBeCloseTo(1, 6);
    const pairs: [Tensor, Tensor][] = [];
    treeMap((g, _, other) => (pairs.push([g, other!]), g), recomputed, gradients);
    // float32; ONNX Runtime may fuse the two graphs differently.
    for (const [ours, theirs] of pairs) expect(distance(await numbers(ours), await numbers(theirs))).toBeLessThan(1e-5);
    expect(pairs.length).toBeGreaterThan(20);
  });

  test('ends m loops before the last where it is told to', async () => {
    const plain = { ...config, loops: 4 };
    const params = await parameters(plain);
    const gradients = async (bpttLoops: number) => await evaluate(jit(grad(loss({ ...plain, bpttLoops })))(params));
    const of = async (g: Params) => await numbers(g.block[0]!.mlp.up.weight);
    expect(await of(await gradients(4))).toEqual(await of(await evaluate(jit(grad(loss(plain)))(params))));
    const short = await gradients(1);
    expect(largest(await numbers(short.positionEmbedding!.weight))).toBe(0);
    // One loop, of a constant input: what the untied model gives its last layer.
    const copies = await evaluate({ ...params, block: Array.from({ length: 4 }, () => treeMap((x) => x.mul(1), params.block)).flat() });
    const apart = await evaluate(jit(grad(loss({ ...plain, layers: 4, loops: 1 })))(copies));
    const layer = (i: number) => apart.block[i]!.mlp.up.weight;
    expect(distance(await of(short), await numbers(layer(3)))).toBeLessThan(1e-5);
    expect(distance(await of(await gradients(2)), await numbers(layer(3).add(layer(2))))).toBeLessThan(1e-5);
  });
});

describe('attention maps', () => {
  test('of every loop, layer and head have rows that sum to 1, and see no later token', async () => {
    const c: LoopedTransformerConfig = { ...config, prelude: 1, layers: 2, coda: 1, positions: 'rotary' };
    const params = await parameters(c);
    const maps = await evaluate(attentionMaps(params, tokens, c, { loops: 4 }));
    expect([maps.prelude.length, maps.loops.map((layers) => layers.length), maps.coda.length]).toEqual([1, [2, 2, 2, 2], 1]);
    for (const map of [...maps.prelude, ...maps.loops.flat(), ...maps.coda]) {
      expect(map.shape).toEqual([2, 2, 6, 6]);
      const p = await numbers(map);
      for (let row = 0; row < 24; row++) {
        const probabilities = p.slice(row * 6, row * 6 + 6);
        // float32 sums of six.
        expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
        expect(probabilities.slice((row % 6) + 1).every((x) => x === 0)).toBe(true);
      }
    }
  });

  test('stay finite where scores are enormous', async () => {
    const params = await parameters(config);
    const { attention, ...rest } = params.block[0]!;
    const query = { weight: attention.query.weight.mul(1e6) };
    const steep = await evaluate({ ...params, block: [{ ...rest, attention: { ...attention, query } }] });
    const map = await numbers(attentionMaps(steep, tokens, config).loops[0]![0]!);
    expect(map.every((x) => x >= 0 && x <= 1)).toBe(true);
    expect(map.filter((x) => x > 0.999).length).toBe(24);
    expect((await logitsOf(steep, config)).every(Number.isFinite)).toBe(true);
  });

  test.each(['interleaved', 'half-split'] as const)('depend on differences of rotary positions alone (%s)', async (rotaryLayout) => {
    const c: LoopedTransformerConfig = { ...config, positions: 'rotary', rotaryLayout };
    const params = await inFloat64(await parameters(c));
    const same = tensor(new Int32Array(6).fill(4), [1, 6]);
    const map = await numbers(attentionMaps(params, same, c).loops[0]![0]!);
    for (let head = 0; head < 2; head++) {
      // With equal tokens, log p(i, j) − log p(i, i) is a function of i − j.
      const relative = (i: number, j: number) => Math.log(map[head * 36 + i * 6 + j]! / map[head * 36 + i * 6 + i]!);
      for (let i = 1; i < 6; i++) for (let j = 1; j <= i; j++) expect(relative(i, j)).toBeCloseTo(relative(i - 1, j - 1), 10);
      expect(Math.abs(relative(5, 0) - relative(5, 1))).toBeGreaterThan(1e-4);
    }
  });
});

import { evaluate, grad, jit, mul, random, stopGradient, sum, tensor, type Tensor, treeMap } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import {
  initLoopedTransformer,
  loopedTransformer,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
  modelSize,
} from '../src/model/model.js';

const config: LoopedTransformerConfig = {
  layers: 2,
  loops: 3,
  width: 16,
  heads: 2,
  hidden: 32,
  vocabulary: 11,
  length: 8,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
};
const tokens = tensor(new Int32Array([3, 1, 4, 1, 5, 9, 2, 6]), [1, 8]);
const logits = (params: LoopedTransformerParameters, c: LoopedTransformerConfig, t: Tensor = tokens) =>
  jit((p: LoopedTransformerParameters, x: Tensor) => loopedTransformer(p, x, c))(params, t);

/** The kL-layer model without loops that holds copies of the looped model's weights. */
const unrolled = (params: LoopedTransformerParameters, loops: number): LoopedTransformerParameters => ({
  ...params,
  block: Array.from({ length: loops }, () => treeMap((x) => x.mul(1), params.block)).flat(),
});

describe('the looped transformer', () => {
  test('equals an unrolled model with copied weights, bit for bit', async () => {
    const params = await evaluate(initLoopedTransformer(random.key(1), config));
    const deep = await evaluate(unrolled(params, config.loops));
    const ours = await logits(params, config).data();
    expect(await logits(deep, { ...config, layers: 6, loops: 1 }).data()).toEqual(ours);
  });

  test('has the gradient of a shared weight as the sum over its copies', async () => {
    const params = await evaluate(initLoopedTransformer(random.key(2), config));
    const deep = await evaluate(unrolled(params, config.loops));
    const loss = (c: LoopedTransformerConfig) => (p: LoopedTransformerParameters) => {
      const y = loopedTransformer(p, tokens, c);
      return sum(mul(y, y));
    };
    const shared = await evaluate(jit(grad(loss(config)))(params));
    const separate = await evaluate(jit(grad(loss({ ...config, layers: 6, loops: 1 })))(deep));
    const of = (block: LoopedTransformerParameters['block'], layer: number) => block[layer]!.mlp.up.weight;
    const total = (await of(separate.block, 0).add(of(separate.block, 2)).add(of(separate.block, 4)).data()) as Float32Array;
    const ours = (await of(shared.block, 0).data()) as Float32Array;
    const scale = Math.max(...total.map(Math.abs));
    // float32 sums of the same terms in another order.
    ours.forEach((g, i) => expect(Math.abs(g - total[i]!)).toBeLessThan(1e-5 * scale));
    expect(scale).toBeGreaterThan(0);
  });

  test('differs from fewer loops, and one loop is the ordinary model', async () => {
    const params = await evaluate(initLoopedTransformer(random.key(3), config));
    const [once, thrice] = [await logits(params, { ...config, loops: 1 }).data(), await logits(params, config).data()];
    expect(once).not.toEqual(thrice);
  });

  test.each(['learned', 'rotary'] as const)(
    'is causal with %s positions: a later token leaves earlier logits unchanged',
    async (positions) => {
      const c = { ...config, positions };
      const params = await evaluate(initLoopedTransformer(random.key(4), c));
      const changed = tensor(new Int32Array([3, 1, 4, 1, 5, 7, 2, 6]), [1, 8]);
      const [a, b] = [(await logits(params, c).data()) as Float32Array, (await logits(params, c, changed).data()) as Float32Array];
      expect(a.slice(0, 5 * 11)).toEqual(b.slice(0, 5 * 11));
      expect(a.slice(5 * 11, 6 * 11)).not.toEqual(b.slice(5 * 11, 6 * 11));
    },
  );

  test('starts with predictions near uniform, whatever the number of loops', async () => {
    for (const loops of [1, 8]) {
      const c = { ...config, loops };
      const params = await evaluate(initLoopedTransformer(random.key(5), c));
      const values = (await stopGradient(logits(params, c)).data()) as Float32Array;
      expect(Math.max(...values.map(Math.abs))).toBeLessThan(4);
    }
  });

  test('counts parameters once however often they are used', async () => {
    const size = (loops: number) => modelSize(initLoopedTransformer(random.key(6), { ...config, loops }), { ...config, loops });
    expect(size(1).distinctParameters).toBe(size(5).distinctParameters);
    expect(size(5).effectiveDepth).toBe(10);
    const { width: d, hidden, vocabulary, length, layers } = config;
    const perLayer = 4 * d * d + 2 * d * hidden + hidden + 2 * d;
    expect(size(1).distinctParameters).toBe(layers * perLayer + d + (2 * vocabulary + length) * d);
  });

  test('refuses configurations that contradict themselves', () => {
    const make = (change: Partial<LoopedTransformerConfig>) => () => initLoopedTransformer(random.key(0), { ...config, ...change });
    expect(make({ loops: 0 })).toThrow(/loops must be a positive integer, given 0/);
    expect(make({ loops: -2 })).toThrow(/given -2/);
    expect(make({ loops: 1.5 })).toThrow(/given 1.5/);
    expect(make({ heads: 3 })).toThrow(/width 16 is not divisible by 3 heads/);
    expect(make({ width: 6, heads: 2, positions: 'rotary' })).toThrow(/even head width, given 3/);
    const params = initLoopedTransformer(random.key(0), config);
    expect(() => loopedTransformer(params, tensor(new Int32Array(9), [1, 9]), config)).toThrow(/9 positions is longer than the model's 8/);
  });
});

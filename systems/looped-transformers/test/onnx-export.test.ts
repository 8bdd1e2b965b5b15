import {
  decodeModel,
  encodeModel,
  evaluate,
  importOnnx,
  jit,
  type OnnxModel,
  random,
  tensor,
  type Tensor,
  treeMap,
} from '@sardonyx/tensor';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import {
  initLoopedTransformer,
  loopedTransformer,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
} from '../src/model/model.js';
import { exportModel } from '../src/model/onnx-export.js';

const config: LoopedTransformerConfig = {
  layers: 2,
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

async function parameters(c: LoopedTransformerConfig): Promise<LoopedTransformerParameters> {
  let leaf = 0;
  const params = initLoopedTransformer(random.key(1), c);
  return await evaluate(treeMap((x) => x.add(random.normal(random.key(60 + leaf++), x.shape, { std: 0.2 })), params));
}

const tokensOf = (batch: number, length: number): Tensor =>
  tensor(
    Int32Array.from({ length: batch * length }, (_, i) => (i * i + 1) % 7),
    [batch, length],
  );

/** The file in ONNX Runtime itself, through its own JavaScript binding. */
async function inOnnxRuntime(model: OnnxModel, tokens: Tensor, loops?: number): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(encodeModel(model), { logSeverityLevel: 3 });
  const feeds: Record<string, ort.Tensor> = { tokens: new ort.Tensor('int32', (await tokens.data()) as Int32Array, tokens.shape) };
  if (loops !== undefined) feeds['loops'] = new ort.Tensor('int64', BigInt64Array.of(BigInt(loops)), []);
  const { logits } = await session.run(feeds);
  await session.release();
  return logits!.data as Float32Array;
}

/** The file in our own importer. */
async function imported(model: OnnxModel, tokens: Tensor): Promise<Float32Array> {
  const { call, parameters: given } = await importOnnx(encodeModel(model));
  return (await jit((p: typeof given, t: Tensor) => call(p, { tokens: t })['logits']!)(given, tokens).data()) as Float32Array;
}

const expected = async (params: LoopedTransformerParameters, c: LoopedTransformerConfig, tokens: Tensor, loops?: number) =>
  (await loopedTransformer(params, tokens, c, loops === undefined ? {} : { loops }).data()) as Float32Array;

/** float32, with other kernels for normalizations, attention and activations. */
const expectClose = (ours: Float32Array, theirs: Float32Array): void => {
  expect(ours.length).toBe(theirs.length);
  const scale = Math.max(...theirs.map(Math.abs));
  expect(Math.max(...ours.map((x, i) => Math.abs(x - theirs[i]!)))).toBeLessThan(1e-5 * scale);
};

describe('an exported model', () => {
  test.each<Partial<LoopedTransformerConfig>>([
    {},
    { positions: 'rotary', activation: 'relu' },
    { positions: 'rotary', rotaryLayout: 'half-split', rotaryBase: 100, headWidth: 6, activation: 'gelu' },
    { prelude: 1, coda: 1, inject: 'add', activation: 'silu' },
    { inject: 'concatLinear', loopNorm: true, loopEmbedding: 'learned', activation: 'reluSquared' },
    { loopEmbedding: 'sinusoidal', norm: 'layer', attentionBias: true, mlpBias: 'both', tiedHead: true, activation: 'tanh' },
    { norm: 'none', mlpBias: 'none', positions: 'none', activation: 'elu' },
  ])('gives the same logits, here and in ONNX Runtime, unrolled and as a Loop, at any batch and length: %o', async (change) => {
    const c = { ...config, ...change };
    const params = await parameters(c);
    const unrolled = await exportModel(params, c);
    const looped = await exportModel(params, c, { loopOperator: true });
    for (const [batch, length] of [
      [1, 6],
      [3, 4],
    ] as const) {
      const tokens = tokensOf(batch, length);
      const ours = await expected(params, c, tokens);
      expectClose(await inOnnxRuntime(unrolled, tokens), ours);
      expectClose(await imported(unrolled, tokens), ours);
      for (const loops of c.loopEmbedding === 'learned' ? [1, 3] : [1, 3, 5]) {
        expectClose(await inOnnxRuntime(looped, tokens, loops), await expected(params, c, tokens, loops));
      }
    }
  });

  test('has fixed sizes and other loops where they are asked for', async () => {
    const params = await parameters(config);
    const model = await exportModel(params, config, { batch: 2, length: 5, loops: 4 });
    expect(model.graph.inputs).toEqual([{ name: 'tokens', elementType: 'int32', shape: [2, 5] }]);
    expectClose(await inOnnxRuntime(model, tokensOf(2, 5)), await expected(params, config, tokensOf(2, 5), 4));
    await expect(inOnnxRuntime(model, tokensOf(1, 5))).rejects.toThrow();
  });

  test('stores each weight once, whatever the loops, and its configuration', async () => {
    const model = decodeModel(encodeModel(await exportModel(await parameters(config), config, { loops: 5 })));
    const names = model.graph.initializers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.includes('mlp.up.weight'))).toEqual(['block[0].mlp.up.weight', 'block[1].mlp.up.weight']);
    expect(JSON.parse(model.metadata!['sardonyx.config']!)).toEqual(config);
  });

  test('is refused where it cannot be', async () => {
    const soft = { ...config, tieBlocks: 'soft' } as const;
    const params = await parameters(soft);
    await expect(exportModel(params, soft, { loopOperator: true })).rejects.toThrow(/softly tied blocks differ from loop to loop/);
    expectClose(await inOnnxRuntime(await exportModel(params, soft), tokensOf(1, 6)), await expected(params, soft, tokensOf(1, 6)));
    await expect(exportModel(params, soft, { length: 7 })).rejects.toThrow(/7 positions are more than the model's 6/);
    const wide = await evaluate(treeMap((x) => x.cast('float64'), await parameters(config)));
    await expect(exportModel(wide, config)).rejects.toThrow(/tokenEmbedding\.weight is float64, expected float32/);
  });
});

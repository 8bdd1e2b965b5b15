import { evaluate, jit, liveObjects, random, tensor, type Tensor, treeMap } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { createDecoder, type DecoderOptions, generate, streamTokens } from '../src/generation/decoding.js';
import {
  initLoopedTransformer,
  loopedTransformer,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
} from '../src/model/model.js';

const config: LoopedTransformerConfig = {
  layers: 2,
  loops: 3,
  width: 32,
  heads: 2,
  hidden: 48,
  vocabulary: 11,
  length: 48,
  positions: 'rotary',
  inject: 'none',
  activation: 'relu',
};
type Params = LoopedTransformerParameters;

/** Larger than at the start of training, so that predictions differ from position to position. */
async function parameters(c: LoopedTransformerConfig): Promise<Params> {
  let leaf = 0;
  const params = initLoopedTransformer(random.key(7), c);
  return await evaluate(treeMap((x) => x.add(random.normal(random.key(100 + leaf++), x.shape, { std: 0.15 })), params));
}

/** Logits of every position, [length][vocabulary], by one forward pass over the whole sequence. */
async function recomputed(params: Params, c: LoopedTransformerConfig, tokens: readonly number[], loops?: number): Promise<number[][]> {
  const forward = jit((p: Params, t: Tensor) => loopedTransformer(p, t, c, loops === undefined ? {} : { loops }));
  const all = (await forward(params, tensor(Int32Array.from(tokens), [1, tokens.length])).data()) as Float32Array;
  forward.dispose();
  return tokens.map((_, i) => Array.from(all.subarray(i * c.vocabulary, (i + 1) * c.vocabulary)));
}

const draws = (count: number, seed: number): number[] => Array.from({ length: count }, (_, i) => (i * i * 7 + i * seed + 3) % 11);
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

describe('a decoder', () => {
  test.each<[string, Partial<LoopedTransformerConfig>]>([
    ['learned', { positions: 'learned' }],
    ['rotary', {}],
  ])('pads what is left of a prompt, up to the last position, with %s positions', async (_, change) => {
    const c = { ...config, ...change };
    const params = await parameters(c);
    const tokens = draws(c.length, 5);
    const expected = await recomputed(params, c, tokens);
    const decoder = await createDecoder(params, c);
    // 32 and 16 that are padded to 32 beyond the model's 48 positions.
    expect(distance(await decoder.read(tokens), expected[47]!)).toBeLessThan(1e-5);
    await decoder.restart();
    expect(decoder.position).toBe(0);
    // 10 padded, one that is written over the padding, 37 more.
    expect(distance(await decoder.read(tokens.slice(0, 10)), expected[9]!)).toBeLessThan(1e-5);
    expect(distance(await decoder.read([tokens[10]!]), expected[10]!)).toBeLessThan(1e-5);
    expect(distance(await decoder.read(tokens.slice(11)), expected[47]!)).toBeLessThan(1e-5);
    decoder.dispose();
  });

  test.each<[string, Partial<LoopedTransformerConfig>, DecoderOptions]>([
    ['of the plain loop', {}, {}],
    ['of other loops than trained', {}, { loops: 5 }],
    ['with half-split rotary positions', { rotaryLayout: 'half-split' }, {}],
    ['with learned positions', { positions: 'learned' }, {}],
    ['with layers before and after, and X_0 added', { prelude: 1, coda: 1, inject: 'add' }, {}],
    ['with an injecting map, loop norms and loop embeddings', { inject: 'concatLinear', loopNorm: true, loopEmbedding: 'learned' }, {}],
    ['with soft ties, layer norms, biases and a tied head', { tieBlocks: 'soft', norm: 'layer', attentionBias: true, tiedHead: true }, {}],
    ['with narrow heads', { heads: 8 }, {}],
    ['with heads turned outside', { heads: 4 }, {}],
  ])('%s gives the logits of full recomputation', async (_, change, options) => {
    const c = { ...config, ...change };
    const params = await parameters(c);
    const decoder = await createDecoder(params, c, options);
    const tokens = draws(42, 5);
    const expected = await recomputed(params, c, tokens, options.loops);
    // 37 at once (a chunk of 32 and five single ones), then one by one.
    expect(distance(await decoder.read(tokens.slice(0, 37)), expected[36]!)).toBeLessThan(1e-5);
    for (let i = 37; i < 42; i++) expect(distance(await decoder.read([tokens[i]!]), expected[i]!)).toBeLessThan(1e-5);
    expect(decoder.position).toBe(42);
    expect(distance(expected[41]!, expected[40]!)).toBeGreaterThan(1e-2);
    decoder.dispose();
  });

  test('reads a batch as it reads each sequence, and starts anew', async () => {
    const params = await parameters(config);
    const decoder = await createDecoder(params, config, { batch: 2, capacity: 40 });
    const [a, b] = [draws(36, 1), draws(36, 2)];
    for (let round = 0; round < 2; round++) {
      const logits = await decoder.read([...a, ...b]);
      for (const [row, tokens] of [a, b].entries()) {
        expect(distance(logits.subarray(row * 11, row * 11 + 11), (await recomputed(params, config, tokens)).at(-1)!)).toBeLessThan(1e-5);
      }
      await decoder.restart();
      expect(decoder.position).toBe(0);
    }
    decoder.dispose();
  });

  test('keeps its memory however many tokens it reads', async () => {
    const decoder = await createDecoder(await parameters(config), config);
    for (let i = 0; i < 5; i++) await decoder.read([i]);
    const { values } = liveObjects();
    for (let i = 0; i < 30; i++) await decoder.read([i % 11]);
    expect(liveObjects().values).toBeLessThanOrEqual(values);
    decoder.dispose();
  });

  test('refuses tokens outside the vocabulary, and more positions than it has', async () => {
    const params = await parameters(config);
    const decoder = await createDecoder(params, config, { batch: 2, capacity: 4 });
    await expect(decoder.read([1, 11])).rejects.toThrow(/token 11 at place 1 is not in the vocabulary of 11, 0 … 10/);
    await expect(decoder.read([1, 2, 3])).rejects.toThrow(/tokens for 2 sequences, one or more each, given 3/);
    await expect(decoder.read(draws(10, 1))).rejects.toThrow(/5 positions are more than the 4 there is room for/);
    await expect(createDecoder(params, config, { capacity: 49 })).rejects.toThrow(
      /49 positions is longer than the model's 48; make the model longer/,
    );
    await expect(createDecoder(params, config, { loops: 0 })).rejects.toThrow(/loops must be a positive integer, given 0/);
    decoder.dispose();
  });
});

describe('generation', () => {
  /** Greedy decoding without a cache. */
  async function greedy(params: Params, prompt: readonly number[], count: number): Promise<number[]> {
    const tokens = [...prompt];
    for (let i = 0; i < count; i++) {
      const last = (await recomputed(params, config, tokens)).at(-1)!;
      tokens.push(last.indexOf(Math.max(...last)));
    }
    return tokens.slice(prompt.length);
  }

  test('is greedy decoding without a cache, alone and in a batch of different prompts', async () => {
    const params = await parameters(config);
    const prompts = [draws(3, 1), draws(7, 4), draws(5, 9)];
    const expected = await Promise.all(prompts.map((prompt) => greedy(params, prompt, 8)));
    const together = await createDecoder(params, config, { batch: 3 });
    expect(await generate(together, prompts, { maxTokens: 8 })).toEqual(expected);
    const alone = await createDecoder(params, config);
    for (const [i, prompt] of prompts.entries()) expect(await generate(alone, [prompt], { maxTokens: 8 })).toEqual([expected[i]]);
    expect(new Set(expected.flat()).size).toBeGreaterThan(3);
    for (const decoder of [together, alone]) decoder.dispose();
  });

  test('gives tokens one by one, and ends at a stop token', async () => {
    const decoder = await createDecoder(await parameters(config), config, { batch: 2 });
    const prompts = [draws(3, 1), draws(4, 4)];
    const [first, second] = await generate(decoder, prompts, { maxTokens: 6 });
    const stopToken = first![2]!;
    const seen: (readonly (number | undefined)[])[] = [];
    for await (const tokens of streamTokens(decoder, prompts, { maxTokens: 6, stopToken })) seen.push(tokens);
    const upTo = (tokens: readonly number[]) => tokens.slice(0, tokens.indexOf(stopToken) < 0 ? 6 : tokens.indexOf(stopToken) + 1);
    expect(seen.map(([a]) => a).filter((x) => x !== undefined)).toEqual(upTo(first!));
    expect(seen.map(([, b]) => b).filter((x) => x !== undefined)).toEqual(upTo(second!));
    // The second prompt is longer by one: its first token comes with the first sequence's second.
    expect(seen[0]![1]).toBeUndefined();
    decoder.dispose();
  });

  test('draws the same tokens for a seed, others for another, and a sequence its own whatever is beside it', async () => {
    const params = await parameters(config);
    const [alone, pair] = [await createDecoder(params, config), await createDecoder(params, config, { batch: 2 })];
    const options = { maxTokens: 12, temperature: 2 };
    const [one] = await generate(alone, [[1, 2]], { ...options, seed: 1 });
    expect(await generate(alone, [[1, 2]], { ...options, seed: 1 })).toEqual([one]);
    expect(await generate(alone, [[1, 2]], { ...options, seed: 2 })).not.toEqual([one]);
    const [beside, other] = await generate(
      pair,
      [
        [1, 2],
        [1, 2],
      ],
      { ...options, seed: 1 },
    );
    expect(beside).toEqual(one);
    expect(other).not.toEqual(one);
    for (const decoder of [alone, pair]) decoder.dispose();
  });

  test('refuses what it cannot do before it starts', async () => {
    const decoder = await createDecoder(await parameters(config), config, { capacity: 6 });
    const of = (prompts: number[][], options: object) => generate(decoder, prompts, { maxTokens: 2, ...options });
    await expect(of([[1, 2, 3, 4, 5]], { maxTokens: 3 })).rejects.toThrow(
      /a prompt of 5 tokens and 3 new ones need 7 positions, but there is room for 6/,
    );
    expect(await of([[1, 2, 3, 4, 5]], {})).toHaveLength(1);
    await expect(of([[]], {})).rejects.toThrow(/expected 1 prompts of one token or more/);
    await expect(of([[1], [2]], {})).rejects.toThrow(/expected 1 prompts/);
    await expect(of([[1]], { temperature: -1 })).rejects.toThrow(/temperature must be 0 \(greedy\) or more, given -1/);
    await expect(of([[1]], { topK: 0 })).rejects.toThrow(/topK must be a positive integer, given 0/);
    await expect(of([[1]], { topP: 1.5 })).rejects.toThrow(/topP must be above 0 and at most 1, given 1.5/);
    await expect(of([[1]], { maxTokens: 0 })).rejects.toThrow(/maxTokens must be a positive integer/);
    decoder.dispose();
  });
});

import { RandomStream } from '@sardonyx/data';
import { evaluate, random, treeMap } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { initLoopedTransformer, type LoopedTransformerConfig } from '../../src/model/model.js';
import { sequenceLogits, solve } from '../../src/theory/construction.js';
import { greedyChainOfThought, latentChainOfThought } from '../../src/theory/latent-chain-of-thought.js';
import { loopedChainOfThought } from '../../src/theory/looped-chain-of-thought.js';
import { unrolledModel } from '../../src/theory/plain-model.js';
import { randomPlainModel, randomSequences } from '../../src/theory/verification/random-models.js';
import { expectOrdinaryModel } from './ordinary-shapes.js';

const stream = new RandomStream(0, 'chain of thought test');

describe('latent chain of thought as an executor', () => {
  const config: LoopedTransformerConfig = {
    layers: 2,
    loops: 1,
    width: 16,
    heads: 2,
    hidden: 32,
    vocabulary: 7,
    length: 20,
    positions: 'learned',
    inject: 'none',
    activation: 'relu',
  };
  test.each<[string, LoopedTransformerConfig]>([
    ['rms norms, learned positions', config],
    ['rotary positions, gelu', { ...config, positions: 'rotary', activation: 'geluTanh' }],
    ['a looped model with injection', { ...config, loops: 3, inject: 'add' }],
  ])('gives the tokens of greedy decoding: %s', async (_, of) => {
    const params = await evaluate(treeMap((x) => x.mul(3).cast('float64'), initLoopedTransformer(random.key(stream.integer(1000)), of)));
    const prompts = randomSequences(stream, 6, 5, 7);
    const greedy = await greedyChainOfThought({ config: of, params }, prompts, 12);
    expect(await latentChainOfThought({ config: of, params }, prompts, 12)).toEqual(greedy.tokens);
    expect(new Set(greedy.tokens.flat()).size).toBeGreaterThan(1);
    expect(greedy.lead).toBeGreaterThan(1e-9); // or rounding could choose another token
  });

  test('refuses prompts of several lengths and chains longer than the model', async () => {
    const model = await randomPlainModel(stream, { distinct: 1 });
    await expect(latentChainOfThought(model, [[1, 2], [1]], 3)).rejects.toThrow('expected prompts of one length, given 2, 1');
    await expect(greedyChainOfThought(model, [[1, 2]], 15)).rejects.toThrow(
      "expected at most 16 positions, the model's, given a prompt of 2 and 15 steps",
    );
    await expect(latentChainOfThought(model, [[1, 2]], 0)).rejects.toThrow('steps: expected a whole number of at least 1');
  });
});

describe('chain of thought as the weights of a looped block', () => {
  test.each([1, 2, 4])('m loops of %d + 3 layers give the m tokens', async (layers) => {
    const model = unrolledModel(await randomPlainModel(stream, { distinct: layers, gain: 3 }));
    for (const [promptLength, steps] of [
      [1, 1],
      [4, 12],
      [9, 5],
    ] as const) {
      const prompts = randomSequences(stream, 5, promptLength, model.config.vocabulary);
      const construction = await loopedChainOfThought(model, steps);
      expect([construction.params.block.length, construction.loops]).toEqual([layers + 3, steps]);
      expectOrdinaryModel(construction);
      expect(await solve(construction, prompts)).toEqual((await greedyChainOfThought(model, prompts, steps)).tokens);
    }
  });

  test('one token a loop: after t loops the first t are there', async () => {
    const model = unrolledModel(await randomPlainModel(stream, { distinct: 2, gain: 3 }));
    const [prompt, steps] = [[1, 2, 3], 8];
    const construction = await loopedChainOfThought(model, steps);
    const { tokens } = await greedyChainOfThought(model, [prompt], steps);
    for (let t = 1; t <= steps; t++) {
      const [logits] = await sequenceLogits(construction, [construction.encode(prompt)], t);
      expect(construction.decode(logits!, prompt).slice(0, t)).toEqual(tokens[0]!.slice(0, t));
    }
  });

  test('distinct layers in any order, and float32', async () => {
    const model = await randomPlainModel(stream, { distinct: 2, schedule: [1, 0, 1], gain: 3, dtype: 'float32' });
    const prompts = randomSequences(stream, 6, 4, model.config.vocabulary);
    const greedy = await greedyChainOfThought(unrolledModel(model), prompts, 10);
    expect(greedy.lead).toBeGreaterThan(1e-3); // float32 errs by about 1e-6 of logits of size 10
    expect(await solve(await loopedChainOfThought(model, 10), prompts)).toEqual(greedy.tokens);
  });

  test('refuses prompts that do not fit and models beyond the theorem', async () => {
    const model = await randomPlainModel(stream, { distinct: 1 });
    const construction = await loopedChainOfThought(model, 10);
    expect(() => construction.encode([1, 2, 3, 4, 5, 6, 7])).toThrow('expected 1 to 6 tokens from 0 to 8, given 7');
    expect(() => construction.encode([9])).toThrow('from 0 to 8');
    await expect(loopedChainOfThought({ ...model, config: { ...model.config, norm: 'rms' } }, 3)).rejects.toThrow('given norm rms');
  });
});

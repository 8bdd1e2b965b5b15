import { evaluate, random, treeMap } from '@sardonyx/tensor';
import { RandomStream } from '@sardonyx/data';
import { expect, test } from 'vitest';
import { initLoopedTransformer, type LoopedTransformerConfig } from '../../src/model.js';
import { greedyChainOfThought, latentChainOfThought } from '../../src/theory/latent-chain-of-thought.js';
import { loopedChainOfThought } from '../../src/theory/looped-chain-of-thought.js';
import { solve, sequenceLogits } from '../../src/theory/construction.js';
test('x', async () => {
  const config: LoopedTransformerConfig = {
    layers: 3,
    loops: 1,
    width: 16,
    heads: 2,
    hidden: 32,
    vocabulary: 11,
    length: 16,
    positions: 'learned',
    inject: 'none',
    activation: 'relu',
    norm: 'none',
  };
  const params = await evaluate(treeMap((x) => x.mul(2.5).cast('float64'), initLoopedTransformer(random.key(1), config)));
  const stream = new RandomStream(1, 'x');
  const seqs = Array.from({ length: 8 }, () => Array.from({ length: 6 }, () => stream.integer(11)));
  const model = { config, params };
  const truth = await greedyChainOfThought(model, seqs, 10);
  console.log(
    truth.lead,
    truth.tokens.map((x) => x.join(' ')),
  );
  expect(await latentChainOfThought(model, seqs, 10)).toEqual(truth.tokens);
  const c = await loopedChainOfThought(model, 10);
  console.log(c.claimed, c.config);
  expect(await solve(c, seqs)).toEqual(truth.tokens);
});

import { add, evaluate, mul, oneHot, random, tensor, type Tensor } from '@sardonyx/tensor';
import { expect, test } from 'vitest';
import { bitsPerByte, crossEntropyScorer, evaluatePerplexity } from '../../src/language/perplexity.js';
import { tokenStoreOf } from '../../src/language/token-store.js';
import { initLoopedTransformer, loopedTransformer, type LoopedTransformerConfig } from '../../src/model/model.js';

const ids = Array.from({ length: 50 }, (_, i) => (i * i + 3 * i) % 7);
const store = tokenStoreOf(ids, 7);

test('a model that knows nothing has the vocabulary as its perplexity', async () => {
  const scorer = crossEntropyScorer((bias: Tensor, tokens: Tensor) => add(mul(oneHot(tokens, 7), 0), bias));
  const { perplexity, nats, tokens } = await evaluatePerplexity(scorer, tensor(new Float32Array(7), [7]), store, {
    length: 8,
    batchSize: 4,
  });
  // Float32 cross-entropies of about 2: 1e-7 each, and as much again in the exponential.
  expect(perplexity).toBeCloseTo(7, 5);
  expect(tokens).toBe(49);
  expect(bitsPerByte({ perplexity, nats, tokens }, 98)).toBeCloseTo(Math.log2(7) / 2, 6);
  scorer.dispose();
});

test('frequencies as a model give the entropy of the targets', async () => {
  const counts = Array.from({ length: 7 }, (_, id) => ids.slice(1).filter((x) => x === id).length);
  const logits = tensor(
    Float32Array.from(counts, (n) => Math.log(Math.max(n, 1e-9) / 49)),
    [7],
  );
  const scorer = crossEntropyScorer((bias: Tensor, tokens: Tensor) => add(mul(oneHot(tokens, 7), 0), bias));
  const entropy = counts.reduce((total, n) => (n === 0 ? total : total - (n / 49) * Math.log(n / 49)), 0);
  for (const batchSize of [1, 4, 16]) {
    expect((await evaluatePerplexity(scorer, logits, store, { length: 5, batchSize })).nats).toBeCloseTo(entropy, 5);
  }
  scorer.dispose();
});

test('a looped transformer is scored the same in batches of any size', async () => {
  const config: LoopedTransformerConfig = {
    layers: 1,
    loops: 2,
    width: 8,
    heads: 2,
    hidden: 16,
    vocabulary: 7,
    length: 6,
    positions: 'learned',
    inject: 'none',
    activation: 'relu',
  };
  const params = await evaluate(initLoopedTransformer(random.key(2), config));
  const scorer = crossEntropyScorer((p: typeof params, tokens: Tensor) => loopedTransformer(p, tokens, config));
  const alone = await evaluatePerplexity(scorer, params, store, { length: 6, batchSize: 1 });
  const together = await evaluatePerplexity(scorer, params, store, { length: 6, batchSize: 5 });
  // The same rows; float32 products may be summed in another order.
  expect(together.nats).toBeCloseTo(alone.nats, 5);
  expect(alone.perplexity).toBe(Math.exp(alone.nats));
  scorer.dispose();
});

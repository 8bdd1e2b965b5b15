import { crossEntropy, jit, mul, sum, type Tensor, treeLeaves } from '@sardonyx/tensor';
import type { SequenceBatch } from '../model/sequence-batch.js';
import { evaluationBatches } from './language-batches.js';
import type { TokenStore } from './token-store.js';

/** How well a model predicts a text. */
export interface Perplexity {
  /** exp(nats). */
  readonly perplexity: number;
  /** Mean cross-entropy of a token. */
  readonly nats: number;
  /** Tokens predicted: all but the first. */
  readonly tokens: number;
}

/** The logits of a model: parameters and tokens int32 [batch, length] to [batch, length, vocabulary]. */
export type LanguageModelLogits<P> = (params: P, tokens: Tensor) => Tensor;

/** A model's cross-entropies, compiled once a shape. */
export interface CrossEntropyScorer<P> {
  /** Sum over each row of weight · −ln p(target): float32 [batch]. The batch is given up. */
  rowNats(params: P, batch: SequenceBatch): Promise<Float32Array>;
  dispose(): void;
}

/** Compiles a model for scoring; the model may be of any kind that gives logits. */
export function crossEntropyScorer<P>(logits: LanguageModelLogits<P>): CrossEntropyScorer<P> {
  const compiled = jit(
    (params: P, { tokens, targets, weights }: SequenceBatch) =>
      sum(mul(crossEntropy(logits(params, tokens), targets, { reduction: 'none' }), weights), -1),
    { name: 'cross-entropy of rows' },
  );
  return {
    async rowNats(params, batch) {
      const result = compiled(params, batch);
      const rows = (await result.data()) as Float32Array;
      for (const given of treeLeaves(batch)) given.dispose();
      result.dispose();
      return rows;
    },
    dispose: () => compiled.dispose(),
  };
}

/**
 * The perplexity of a text, every token but the first predicted once, from the up to `length` tokens before it in its
 * sequence. Sums over rows are in float32, those over the text in float64.
 * @throws {LanguageDataError} `too-small` where the text has less than two tokens
 */
export async function evaluatePerplexity<P>(
  scorer: CrossEntropyScorer<P>,
  params: P,
  store: TokenStore,
  options: { readonly length: number; readonly batchSize: number },
): Promise<Perplexity> {
  let total = 0;
  for await (const batch of evaluationBatches(store, options)) {
    for (const nats of await scorer.rowNats(params, batch)) total += nats;
  }
  const tokens = store.length - 1;
  return { perplexity: Math.exp(total / tokens), nats: total / tokens, tokens };
}

/** Bits that a byte of the text costs: comparable between tokenizers. `textBytes` is the text's length in UTF-8. */
export const bitsPerByte = ({ nats, tokens }: Perplexity, textBytes: number): number => (nats * tokens) / (Math.LN2 * textBytes);

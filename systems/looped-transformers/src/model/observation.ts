import { jit, softmax, tensor, type Tensor } from '@sardonyx/tensor';
import { expectTokens } from '../generation/decoding.js';
import { type AttentionMaps, attentionMaps } from './attention-maps.js';
import { type ForwardOptions, loopLogits, type LoopedTransformerConfig, type LoopedTransformerParameters, loopsOf } from './model.js';

/** One application of one layer. */
export interface ObservedLayer {
  readonly part: 'prelude' | 'loop' | 'coda';
  /** The loop, from 1; 0 of a layer before the loops or after them. */
  readonly loop: number;
  /** Number of the layer in its part, from 1. */
  readonly layer: number;
  /** For every head what position i attends to, [length, length] row by row: rows sum to 1. */
  readonly heads: readonly Float32Array[];
}

/** What a model does with one sequence. */
export interface Observation {
  /** Positions. */
  readonly length: number;
  readonly loops: number;
  /** In the order of application. */
  readonly layers: readonly ObservedLayer[];
  /**
   * The logit lens: for every loop, from the first, the probabilities of the next token if it were the last loop,
   * [length, vocabulary] row by row. Those of the last loop are the model's own.
   */
  readonly lens: readonly Float32Array[];
}

/**
 * Attention of every loop, layer and head on a sequence, and the read-out after every loop.
 * Throws ModelError `token`, `length` for a sequence longer than the model's, `loops` as `loopsOf`.
 */
export async function observeModel(
  params: LoopedTransformerParameters,
  config: LoopedTransformerConfig,
  sequence: ArrayLike<number>,
  options: ForwardOptions = {},
): Promise<Observation> {
  const loops = loopsOf(config, options.loops);
  const length = sequence.length;
  expectTokens(sequence, config.vocabulary);
  const tokens = tensor(Int32Array.from(sequence), [1, length]);
  const watch = jit(
    (params: LoopedTransformerParameters, tokens: Tensor) => ({
      maps: attentionMaps(params, tokens, config, { loops }),
      lens: loopLogits(params, tokens, config, { loops }).map((logits) => softmax(logits, -1)),
    }),
    { name: 'observation' },
  );
  try {
    const { maps, lens } = watch(params, tokens);
    return { length, loops, layers: await observedLayers(maps, length), lens: await Promise.all(lens.map(taken)) };
  } finally {
    watch.dispose();
    tokens.dispose();
  }
}

async function observedLayers({ prelude, loops, coda }: AttentionMaps, length: number): Promise<ObservedLayer[]> {
  const observed = async (maps: readonly Tensor[], part: ObservedLayer['part'], loop: number): Promise<ObservedLayer[]> =>
    Promise.all(maps.map(async (map, i) => ({ part, loop, layer: i + 1, heads: headsOf(await taken(map), length) })));
  const parts = [observed(prelude, 'prelude', 0), ...loops.map((maps, i) => observed(maps, 'loop', i + 1)), observed(coda, 'coda', 0)];
  return (await Promise.all(parts)).flat();
}

function headsOf(map: Float32Array, length: number): Float32Array[] {
  const size = length * length;
  return Array.from({ length: map.length / size }, (_, head) => map.slice(head * size, (head + 1) * size));
}

/** The numbers of a tensor, which is given up. */
async function taken(values: Tensor): Promise<Float32Array> {
  const data = Float32Array.from((await values.data()) as Float32Array | Float64Array);
  values.dispose();
  return data;
}

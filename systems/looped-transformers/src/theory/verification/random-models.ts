import type { RandomStream } from '@sardonyx/data';
import { evaluate, random, treeMap } from '@sardonyx/tensor';
import { initLoopedTransformer, type LoopedTransformerConfig } from '../../model/model.js';
import type { WeightDType } from '../layer-weights.js';
import type { ScheduledModel } from '../plain-model.js';

export interface RandomModelOptions {
  readonly distinct: number;
  readonly schedule?: readonly number[];
  /** Factor on fresh weights, so that attention chooses and layers matter; 1.5 by default. */
  readonly gain?: number;
  readonly dtype?: WeightDType;
  readonly config?: Partial<LoopedTransformerConfig>;
}

/** A model without norms, with biases everywhere in its perceptrons, and random weights. */
export async function randomPlainModel(stream: RandomStream, options: RandomModelOptions): Promise<ScheduledModel> {
  const { distinct, schedule, gain = 1.5, dtype = 'float64' } = options;
  const config: LoopedTransformerConfig = {
    layers: distinct,
    loops: 1,
    width: 16,
    heads: 2,
    hidden: 24,
    vocabulary: 9,
    length: 16,
    positions: 'learned',
    inject: 'none',
    activation: 'relu',
    norm: 'none',
    mlpBias: 'both',
    ...options.config,
  };
  const key = random.key(stream.integer(2 ** 31));
  let biases = 0;
  const params = treeMap(
    // Fresh biases are zeros; the theorems must hold with others.
    (x) => (x.rank === 1 ? random.normal(random.foldIn(key, 10_000 + biases++), x.shape).mul(0.2) : x.mul(gain)).cast(dtype),
    initLoopedTransformer(key, config),
  );
  return { config, params: await evaluate(params), ...(schedule && { schedule }) };
}

/** Random token sequences of the model's vocabulary. */
export const randomSequences = (stream: RandomStream, count: number, length: number, vocabulary: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length }, () => stream.integer(vocabulary)));

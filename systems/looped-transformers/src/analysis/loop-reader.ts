import { argmax, cast, crossEntropy, jit, type Tensor, treeLeaves } from '@sardonyx/tensor';
import { attentionMaps } from '../model/attention-maps.js';
import { type LoopedTransformerConfig, type LoopedTransformerParameters, loopsOf, loopStates, readOut } from '../model/model.js';
import type { SequenceBatch } from '../model/sequence-batch.js';
import type { ResidualState } from './state-rows.js';

/** A model of fixed parameters. */
export interface ReadModel {
  readonly params: LoopedTransformerParameters;
  readonly config: LoopedTransformerConfig;
}

export interface LoopReaderOptions {
  /** L, loops to apply; the configured number by default. */
  readonly loops?: number;
  /** States to go on to after them, X_{L+1} …; 0 by default. */
  readonly extraLoops?: number;
  /** Whether read-outs are judged and attention is taken; both by default. */
  readonly lens?: boolean;
  readonly attention?: boolean;
}

/** What a model did with one batch, on the host. Places are sequence · length + position. */
export interface LoopReading {
  readonly sequences: number;
  readonly length: number;
  /** X_0 … X_{L+E}, each [places, width]. */
  readonly states: readonly ResidualState[];
  /** The logit lens on X_0 … X_L, each [places]: 1 where the most likely token is the target, and the cross-entropy in nats. */
  readonly right: readonly Uint8Array[];
  readonly losses: readonly (Float32Array | Float64Array)[];
  /** `attention[t − 1][j]` is layer j of loop t, [sequences, heads, length, length]. */
  readonly attention: readonly (readonly (Float32Array | Float64Array)[])[];
  /** [places]: 1 where the target counts. */
  readonly weights: Float32Array;
}

/** Reads what every loop makes of a batch, compiled once a shape. */
export interface LoopReader {
  readonly loops: number;
  /** The batch is given up. Throws ModelError `length`. */
  read(batch: SequenceBatch): Promise<LoopReading>;
  dispose(): void;
}

/** Throws ModelError `loops` as `loopsOf` for more loops, the extra ones included, than the model can be applied with. */
export function createLoopReader({ params, config }: ReadModel, options: LoopReaderOptions = {}): LoopReader {
  const { extraLoops = 0, lens = true, attention = true } = options;
  const loops = loopsOf(config, options.loops);
  const all = loopsOf(config, loops + extraLoops);
  const compiled = jit(
    (params: LoopedTransformerParameters, { tokens, targets }: Pick<SequenceBatch, 'tokens' | 'targets'>) => {
      const states = loopStates(params, tokens, config, { loops: all });
      const logits = lens ? states.slice(0, loops + 1).map((state) => readOut(params, state, config)) : [];
      return {
        states,
        right: logits.map((values) => cast(cast(argmax(values, -1), 'int32').equal(targets), 'uint8')),
        losses: logits.map((values) => crossEntropy(values, targets, { reduction: 'none' })),
        attention: attention ? attentionMaps(params, tokens, config, { loops }).loops : [],
      };
    },
    { name: 'loop reading' },
  );
  return {
    loops,
    async read(batch) {
      const [sequences, length] = batch.tokens.shape as [number, number];
      const result = compiled(params, { tokens: batch.tokens, targets: batch.targets });
      try {
        const [states, right, losses, maps, weights] = await Promise.all([
          Promise.all(result.states.map(floats)),
          Promise.all(result.right.map((values) => values.data<'uint8'>())),
          Promise.all(result.losses.map(floats)),
          Promise.all(result.attention.map((layers) => Promise.all(layers.map(floats)))),
          batch.weights.data<'float32'>(),
        ]);
        const residual = states.map((data) => ({ data, width: config.width }));
        return { sequences, length, states: residual, right, losses, attention: maps, weights };
      } finally {
        for (const tensor of treeLeaves([batch, result])) (tensor as Tensor).dispose();
      }
    },
    dispose: () => compiled.dispose(),
  };
}

const floats = async (values: Tensor): Promise<Float32Array | Float64Array> => (await values.data()) as Float32Array | Float64Array;

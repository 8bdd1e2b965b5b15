import { adamW, clipByGlobalNorm, type OptimizerState, schedules } from '@sardonyx/optim';
import {
  argmax,
  cast,
  crossEntropy,
  evaluate,
  fromArrays,
  jit,
  type Jitted,
  min,
  type NamedArray,
  notEqual,
  random,
  type Tensor,
  toArrays,
  treeLeaves,
  valueAndGrad,
  where,
} from '@sardonyx/tensor';
import type { SequenceBatch } from './sequence-batch.js';
import { initLoopedTransformer, loopedTransformer, type LoopedTransformerConfig, type LoopedTransformerParameters } from './model.js';

export interface TrainingOptions {
  /** Steps the schedule is laid out for. */
  readonly steps: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Gradients are scaled down to this norm. */
  readonly clipNorm: number;
}

interface TrainingState {
  readonly params: LoopedTransformerParameters;
  readonly optimizer: OptimizerState<LoopedTransformerParameters>;
}

/** Loss before the update and norm of the gradient before clipping. */
export interface StepResult {
  readonly loss: number;
  readonly gradientNorm: number;
}

/**
 * A model in training: one compiled step, its state, and the judgement of its answers. A batch is given up once it was
 * used, so that the buffers of one step serve the next, and nothing waits for the collector.
 */
export interface Trainer {
  step(batch: SequenceBatch): Promise<StepResult>;
  /** For every sequence of the batch whether all its weighted targets are the most likely tokens. */
  exactMatches(batch: SequenceBatch): Promise<boolean[]>;
  /** Everything needed to go on later, bit for bit. */
  save(): Promise<Record<string, NamedArray>>;
  restore(arrays: Readonly<Record<string, NamedArray>>): void;
  readonly parameters: LoopedTransformerParameters;
  dispose(): void;
}

/** A fresh model and its compiled training step: loss, gradients, clipping and AdamW(0.9, 0.98) in one run. */
export async function createTrainer(config: LoopedTransformerConfig, options: TrainingOptions, seed: number): Promise<Trainer> {
  const optimizer = adamW({
    learningRate: learningRateOf(options),
    beta1: 0.9,
    beta2: 0.98,
    weightDecay: 0,
  });
  const loss = (params: LoopedTransformerParameters, { tokens, targets, weights }: SequenceBatch): Tensor =>
    crossEntropy(loopedTransformer(params, tokens, config), targets, { weights });
  const step = jit(
    (state: TrainingState, batch: SequenceBatch) => {
      const [value, gradients] = valueAndGrad(loss)(state.params, batch);
      const [clipped, norm] = clipByGlobalNorm(gradients, options.clipNorm);
      const [params, next] = optimizer.update(clipped, state.optimizer, state.params);
      return { state: { params, optimizer: next }, loss: value, norm };
    },
    { donate: [0], name: 'training step' },
  );
  const matches = jit((params: LoopedTransformerParameters, batch: SequenceBatch) => exactMatch(params, batch, config));

  const params = initLoopedTransformer(random.key(seed), config);
  let state = await evaluate<TrainingState>({ params, optimizer: optimizer.init(params) });
  return {
    async step(batch) {
      const result = step(state, batch);
      state = result.state;
      const [value, gradientNorm] = await Promise.all([result.loss.item(), result.norm.item()]);
      release(batch, result.loss, result.norm);
      return { loss: value, gradientNorm };
    },
    async exactMatches(batch) {
      const result = matches(state.params, batch);
      const hits = await result.data();
      release(batch, result);
      return Array.from(hits as Uint8Array, (hit) => hit === 1);
    },
    save: () => toArrays(state),
    restore(arrays) {
      const earlier = state;
      state = fromArrays(earlier, arrays);
      release(earlier);
    },
    get parameters() {
      return state.params;
    },
    dispose() {
      for (const compiled of [step, matches] satisfies Jitted[]) compiled.dispose();
      release(state);
    },
  };
}

/** Gives up the tensors of these trees. */
function release(...trees: readonly unknown[]): void {
  for (const tensor of treeLeaves(trees)) tensor.dispose();
}

/** Linear warm-up, then half a cosine wave down to a tenth of the peak (arXiv:2502.17416, appendix A). */
const learningRateOf = ({ learningRate, warmupSteps, steps }: TrainingOptions) =>
  schedules.warmUp(warmupSteps, schedules.cosine(learningRate, Math.max(1, steps - warmupSteps), learningRate / 10));

/**
 * Whether greedy decoding reproduces every target that counts. Under teacher forcing each prediction is made from the
 * true tokens before it, so the decoded sequence is exact if and only if all predictions are.
 */
function exactMatch(params: LoopedTransformerParameters, batch: SequenceBatch, config: LoopedTransformerConfig): Tensor {
  const predicted = cast(argmax(loopedTransformer(params, batch.tokens, config), -1), 'int32');
  const right = cast(predicted.equal(batch.targets), 'int32');
  const counts = notEqual(batch.weights, 0);
  return cast(min(where(counts, right, right.mul(0).add(1)), -1), 'uint8');
}

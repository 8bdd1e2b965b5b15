import { clipByGlobalNorm, type Optimizer, type OptimizerState, valueAt } from '@sardonyx/optim';
import {
  add,
  crossEntropy,
  evaluate,
  fromArrays,
  jit,
  type Jitted,
  mul,
  type NamedArray,
  random,
  sum,
  tensor,
  type Tensor,
  toArrays,
  treeLeaves,
  treeMap,
  valueAndGrad,
} from '@sardonyx/tensor';
import { DivergenceError, largestParameter, parameterNorms } from './divergence.js';
import { exactSequences, type Judgement } from './judgement.js';
import { parametersJudge } from './model-judge.js';
import {
  initLoopedTransformer,
  loopedTransformer,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
} from '../model/model.js';
import { chosenOptimizer, defaultOptimizer } from './optimizer-choice.js';
import type { SequenceBatch } from '../model/sequence-batch.js';
import { learningRateOf, type Objective, type TrainingOptions } from './training-options.js';

type Parameters = LoopedTransformerParameters;

/** Parameters, and what the optimizer knows of each. */
export interface TrainingState {
  readonly params: Parameters;
  readonly optimizer: OptimizerState<Parameters>;
}

/** Loss before the update and norm of the gradient before clipping. */
export interface StepResult {
  readonly loss: number;
  readonly gradientNorm: number;
  /** The penalty before the update, where there is one. */
  readonly penalty?: number;
}

/**
 * A model in training: one compiled step, its state, and the judgement of its answers. A batch is given up once it was
 * used, so that the buffers of one step serve the next, and nothing waits for the collector.
 */
export interface Trainer {
  /**
   * One update. Several batches count as one large batch: their gradients are added by the weight of their targets, in
   * compiled functions of their own, so that clipping sees the sum and the optimizer works once. `loops` are the model's own
   * by default.
   * @throws {DivergenceError} where the loss or the gradient is not finite
   */
  step(batch: SequenceBatch | readonly SequenceBatch[], loops?: number): Promise<StepResult>;
  /** The learning rate of the last update. */
  learningRate(): Promise<number>;
  /** Right and wrong, and losses, position by position; with `loops` instead of the model's own. */
  judge(batch: SequenceBatch, loops?: number): Promise<Judgement>;
  /** For every sequence of the batch with a weighted target whether all of them are the most likely tokens. */
  exactMatches(batch: SequenceBatch): Promise<boolean[]>;
  /** Everything needed to go on later, bit for bit. */
  save(): Promise<Record<string, NamedArray>>;
  restore(arrays: Readonly<Record<string, NamedArray>>): void;
  readonly parameters: Parameters;
  /** Everything that {@link save} writes, as it stands; the next step gives it up. */
  readonly state: TrainingState;
  dispose(): void;
}

/** Mean cross-entropy of the targets that count. */
export const crossEntropyObjective: Objective = (params, { tokens, targets, weights }, config, loops) => ({
  loss: crossEntropy(loopedTransformer(params, tokens, config, { loops }), targets, { weights }),
});

/** A fresh model and its compiled training step: loss, gradients, clipping and update in one run. */
export async function createTrainer(config: LoopedTransformerConfig, options: TrainingOptions, seed: number): Promise<Trainer> {
  const optimizer = chosenOptimizer(options.optimizer ?? defaultOptimizer, learningRateOf(options));
  const compiled = compile(config, options, optimizer);
  const params = initLoopedTransformer(random.key(seed), config);
  let state = await evaluate<TrainingState>({ params, optimizer: optimizer.init(params) });
  /** Updates so far; read from the state after it was restored. */
  let updates: number | undefined = 0;

  /** The host's share of the optimizer's work, where it has one. */
  async function refresh(): Promise<void> {
    if (!optimizer.refresh || !(optimizer.refreshDue?.(updates!) ?? true)) return;
    const [params, next] = await optimizer.refresh(state.optimizer, state.params);
    const kept = new Set(treeLeaves([params, next]));
    const earlier = treeLeaves(state).filter((tensor) => !kept.has(tensor));
    state = { params, optimizer: next };
    release(earlier);
  }

  return {
    async step(batch, loops = config.loops) {
      updates = (updates ?? (await state.optimizer.step.item())) + 1;
      const result = isOne(batch) ? compiled.step(state, batch, loops) : await compiled.accumulated(state, batch, loops);
      state = result.state;
      const [loss, gradientNorm, penalty] = await Promise.all([result.loss.item(), result.norm.item(), result.penalty?.item()]);
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        throw new DivergenceError(updates, loss, gradientNorm, largestParameter(state.params, await result.norms.data<'float32'>()));
      }
      release(batch, result.loss, result.norm, result.norms, result.penalty);
      await refresh();
      return { loss, gradientNorm, ...(penalty !== undefined && { penalty }) };
    },
    async learningRate() {
      const rate = compiled.learningRate(state.optimizer.step);
      const value = await rate.item();
      release(rate);
      return value;
    },
    judge: (batch, loops = config.loops) => compiled.judge(state.params, batch, loops),
    async exactMatches(batch) {
      return exactSequences(await compiled.judge(state.params, batch, config.loops));
    },
    save: () => toArrays(state),
    restore(arrays) {
      const earlier = state;
      state = fromArrays(earlier, arrays);
      updates = undefined;
      release(earlier);
    },
    get parameters() {
      return state.params;
    },
    get state() {
      return state;
    },
    dispose() {
      compiled.dispose();
      release(state);
    },
  };
}

interface StepTensors {
  readonly state: TrainingState;
  readonly loss: Tensor;
  readonly norm: Tensor;
  /** Of every parameter before the update. */
  readonly norms: Tensor;
  readonly penalty?: Tensor;
}

interface Penalties {
  readonly penalty?: Tensor;
}

/** The compiled functions of a trainer. */
function compile(config: LoopedTransformerConfig, options: TrainingOptions, optimizer: Optimizer) {
  const { objective = crossEntropyObjective, penalty, clipNorm } = options;
  /** What is minimised, and the share of the penalties in it. */
  const value = (params: Parameters, batch: SequenceBatch, loops: number): [Tensor, Penalties] => {
    const { loss, penalty: own } = objective(params, batch, config, loops);
    const [first, ...others] = [...(own ? [own] : []), ...(penalty ? [penalty(params)] : [])];
    if (!first) return [loss, {}];
    const added = others.reduce((a, b) => add(a, b), first);
    return [add(loss, added), { penalty: added }];
  };
  const update = ({ params, optimizer: before }: TrainingState, gradients: Parameters) => {
    const [clipped, norm] = clipByGlobalNorm(gradients, clipNorm);
    const [next, after] = optimizer.update(clipped, before, params);
    return { state: { params: next, optimizer: after }, norm, norms: parameterNorms(params) };
  };
  /** Loss without the penalties, and the penalties. */
  const parts = (total: Tensor, { penalty }: Penalties) => (penalty ? { loss: total.sub(penalty), penalty } : { loss: total });

  const step = jit(
    (state: TrainingState, batch: SequenceBatch, loops: number): StepTensors => {
      const [[total, penalties], gradients] = valueAndGrad(value)(state.params, batch, loops);
      const { state: next, norm, norms } = update(state, gradients);
      return { state: next, ...parts(total, penalties), norm, norms };
    },
    { donate: [0], name: 'training step' },
  );
  const gradientsOf = jit(
    (params: Parameters, batch: SequenceBatch, share: Tensor, loops: number) => {
      const [[total, penalties], gradients] = valueAndGrad(value)(params, batch, loops);
      return treeMap((x) => mul(x, share), { total, penalties, gradients });
    },
    { name: 'gradients of a part of a batch' },
  );
  type Gradients = ReturnType<typeof gradientsOf>;
  const added = jit((a: Gradients, b: Gradients) => addTrees(a, b), { donate: [0], name: 'sum of gradients' });
  const finish = jit(
    (state: TrainingState, { total, penalties, gradients }: Gradients): StepTensors => {
      const { state: next, norm, norms } = update(state, gradients);
      return { state: next, ...parts(total, penalties), norm, norms };
    },
    { donate: [0, 1], name: 'update' },
  );
  const judgement = parametersJudge(config);
  const learningRate = jit((step: Tensor) => valueAt(learningRateOf(options), step), { name: 'learning rate' });

  return {
    step,
    async accumulated(state: TrainingState, batches: readonly SequenceBatch[], loops: number): Promise<StepTensors> {
      const shares = await targetShares(batches);
      let sum: Gradients | undefined;
      for (const [i, batch] of batches.entries()) {
        const share = tensor(shares[i]!);
        const part = gradientsOf(state.params, batch, share, loops);
        const before = sum;
        sum = before ? added(before, part) : part;
        if (before) release(part);
        release(share);
      }
      return finish(state, sum!);
    },
    learningRate,
    judge: judgement.judge,
    dispose() {
      for (const each of [step, gradientsOf, added, finish, learningRate] satisfies Jitted[]) each.dispose();
      judgement.dispose();
    },
  };
}

/** The share of each batch in the weight of all targets. */
async function targetShares(batches: readonly SequenceBatch[]): Promise<number[]> {
  const weights = await Promise.all(batches.map(({ weights }) => sum(weights).item()));
  const total = weights.reduce((a, b) => a + b, 0);
  if (!(total > 0)) throw new RangeError(`training: expected targets that count in a step, given ${batches.length} batches without any`);
  return weights.map((weight) => weight / total);
}

function addTrees<T>(a: T, b: T): T {
  const others = treeLeaves(b).values();
  return treeMap((x) => add(x, others.next().value!), a);
}

const isOne = (batch: SequenceBatch | readonly SequenceBatch[]): batch is SequenceBatch => !Array.isArray(batch);

/** Gives up the tensors of these trees. */
function release(...trees: readonly unknown[]): void {
  for (const tensor of treeLeaves(trees)) tensor.dispose();
}

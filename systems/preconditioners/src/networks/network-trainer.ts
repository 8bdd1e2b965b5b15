import { LinalgError } from '@sardonyx/linalg';
import { type Optimizer, OptimizerError, type OptimizerState } from '@sardonyx/optim';
import { evaluate, fromArrays, jit, type NamedArray, random, type Tensor, toArrays, treeLeaves, valueAndGrad } from '@sardonyx/tensor';
import type { TrainingProblem } from './training-problem.js';

/** What all trainers of a problem share: fresh parameters, and the judgement. */
export interface Examiner<P> {
  /** Fresh parameters; one seed, one network, whatever the optimizer. */
  start(seed: number): P;
  /** The validation loss, nats. */
  judge(params: P): Promise<number>;
  dispose(): void;
}

/** Compiles the draw of parameters and the validation loss of a problem. */
export async function createExaminer<P, B>(problem: TrainingProblem<P, B>): Promise<Examiner<P>> {
  const draw = jit((key: Tensor) => problem.init(key), { name: 'fresh parameters' });
  const loss = jit((params: P, batch: B) => problem.loss(params, batch), { name: 'validation loss' });
  const batch = await evaluate(problem.validation());
  return {
    start: (seed) => draw(random.key(seed)),
    async judge(params) {
      const value = loss(params, batch);
      const judged = await value.item();
      value.dispose();
      return judged;
    },
    dispose() {
      draw.dispose();
      loss.dispose();
      release(batch);
    },
  };
}

/** One update. */
export interface Update {
  /** Training loss before the update, nats; NaN or ∞ where the optimizer met numbers that are not finite. */
  readonly loss: number;
  /** Wall-clock time of gradient, update and the host's share of it; the batch was drawn before. */
  readonly seconds: number;
}

/** A network in training by one optimizer: one compiled step, and the host's refresh after it. */
export interface NetworkTrainer {
  /** Time of the first update in this process, compilation with it, which no other update's time holds. */
  readonly compileSeconds: number;
  /** Begins anew. */
  start(seed: number): Promise<void>;
  /** Update `step`, 1 the first, of the run with this seed. */
  update(seed: number, step: number): Promise<Update>;
  judge(): Promise<number>;
  /** Everything needed to go on later, bit for bit. */
  save(): Promise<Record<string, NamedArray>>;
  restore(arrays: Readonly<Record<string, NamedArray>>): void;
  dispose(): void;
}

interface TrainingState<P> {
  readonly params: P;
  readonly optimizer: OptimizerState<P>;
}

/** Compiles the training step of a problem by an optimizer. */
export async function createNetworkTrainer<P, B>(
  problem: TrainingProblem<P, B>,
  examiner: Examiner<P>,
  optimizer: Optimizer,
): Promise<NetworkTrainer> {
  const step = jit(
    (state: TrainingState<P>, batch: B) => {
      const [loss, gradients] = valueAndGrad((params: P) => problem.loss(params, batch))(state.params);
      const [params, next] = optimizer.update(gradients, state.optimizer, state.params);
      return { loss, state: { params, optimizer: next } };
    },
    { donate: [0], name: `training step, ${optimizer.name}` },
  );
  const fresh = async (seed: number): Promise<TrainingState<P>> => {
    const params = examiner.start(seed);
    return evaluate({ params, optimizer: optimizer.init(params) });
  };
  let state = await fresh(0);

  const trainer = {
    async start(seed: number) {
      const earlier = state;
      state = await fresh(seed);
      release(earlier);
    },
    async update(seed: number, number: number): Promise<Update> {
      const batch = await evaluate(problem.batch(seed, number));
      const begin = performance.now();
      const result = step(state, batch);
      state = result.state;
      const value = await result.loss.item();
      const loss = Number.isFinite(value) && (await refreshed(number)) ? value : Number.POSITIVE_INFINITY;
      const seconds = (performance.now() - begin) / 1000;
      release(batch, result.loss);
      return { loss, seconds };
    },
    judge: () => examiner.judge(state.params),
    save: () => toArrays(state),
    restore(arrays: Readonly<Record<string, NamedArray>>) {
      const earlier = state;
      state = fromArrays(earlier, arrays);
      release(earlier);
    },
    dispose() {
      step.dispose();
      release(state);
    },
  };
  /** The host's share of an update; false where its statistics are not finite, or have no roots. */
  const refreshed = async (number: number): Promise<boolean> => {
    if (!optimizer.refresh || optimizer.refreshDue?.(number) === false) return true;
    try {
      const [params, next] = await optimizer.refresh(state.optimizer, state.params);
      state = { params, optimizer: next };
      return true;
    } catch (error) {
      if (!isDivergence(error)) throw error;
      return false;
    }
  };
  const { seconds } = await trainer.update(0, 1);
  return { ...trainer, compileSeconds: seconds };
}

/** Whether an error says that training left the range of numbers that roots and eigenvectors exist for. */
const isDivergence = (error: unknown): boolean =>
  (error instanceof OptimizerError && (error.code === 'non-finite' || error.code === 'root')) ||
  (error instanceof LinalgError && (error.code === 'non-finite' || error.code === 'no-convergence'));

/** Gives up the tensors of these trees. */
function release(...trees: readonly unknown[]): void {
  for (const tensor of treeLeaves(trees)) tensor.dispose();
}

import { schedules, type ScheduleFunction } from '@sardonyx/optim';
import type { NamedArray } from '@sardonyx/tensor';
import type { StudyContext } from '@sardonyx/study';
import { createExaminer, createNetworkTrainer, type Examiner, type NetworkTrainer } from './network-trainer.js';
import { optimizerNamed, type OptimizerName } from './optimizer-table.js';
import type { TrainingProblem } from './training-problem.js';
import { type ChosenRate, chooseRate, ratesAround, type Trial, trialAt, trialsOf, type TuningBudget } from './tuning-protocol.js';

/** A comparison of optimizers. */
export interface RaceShape extends TuningBudget {
  readonly optimizers: readonly OptimizerName[];
  /** Updates of every trial. */
  readonly steps: number;
  /** Updates between two validations. */
  readonly evaluateEvery: number;
  readonly schedule: 'cosine' | 'constant';
  readonly rootsEvery: number;
}

/** Validations of a trial, the one before the first update with them. */
export const evaluationsOf = ({ steps, evaluateEvery }: RaceShape): number => Math.ceil(steps / evaluateEvery) + 1;

/** The update that a validation comes after. */
export const stepOfEvaluation = (evaluation: number, { steps, evaluateEvery }: RaceShape): number =>
  Math.min(steps, evaluation * evaluateEvery);

/** Validation losses and training times of all trials, ∞ from where one diverged. */
export class RaceRecord {
  readonly losses: Float64Array;
  /** Seconds of training up to a validation, compilation, data and validations left out. */
  readonly seconds: Float64Array;
  /** Time of the first update, compilation with it, one an optimizer. */
  readonly compileSeconds: Float64Array;
  /** Trials that were run, to their end or to where they diverged, one an optimizer. */
  readonly trialsRun: Float64Array;

  constructor(
    readonly shape: RaceShape,
    arrays: Readonly<Record<string, NamedArray>> = {},
  ) {
    const { optimizers } = shape;
    const restored = (name: string, length: number) =>
      Float64Array.from((arrays[name]?.data as Float64Array | undefined) ?? new Float64Array(length));
    const size = optimizers.length * trialsOf(shape) * evaluationsOf(shape);
    this.losses = restored('losses', size);
    this.seconds = restored('seconds', size);
    this.compileSeconds = restored('compileSeconds', optimizers.length);
    this.trialsRun = restored('trialsRun', optimizers.length);
  }

  arrays(): Record<string, NamedArray> {
    const asArray = (data: Float64Array): NamedArray => ({ dtype: 'float64', shape: [data.length], data });
    const { losses, seconds, compileSeconds, trialsRun } = this;
    return Object.fromEntries(Object.entries({ losses, seconds, compileSeconds, trialsRun }).map(([name, data]) => [name, asArray(data)]));
  }

  #at(optimizer: number, trial: number, evaluation: number): number {
    return (optimizer * trialsOf(this.shape) + trial) * evaluationsOf(this.shape) + evaluation;
  }

  loss(optimizer: number, trial: number, evaluation: number): number {
    return this.losses[this.#at(optimizer, trial, evaluation)]!;
  }

  time(optimizer: number, trial: number, evaluation: number): number {
    return this.seconds[this.#at(optimizer, trial, evaluation)]!;
  }

  set(optimizer: number, trial: number, evaluation: number, loss: number, seconds: number): void {
    this.losses[this.#at(optimizer, trial, evaluation)] = loss;
    this.seconds[this.#at(optimizer, trial, evaluation)] = seconds;
  }

  /** Marks what is left of a trial as diverged. */
  diverge(optimizer: number, trial: number, fromEvaluation: number, seconds: number): void {
    for (let evaluation = fromEvaluation; evaluation < evaluationsOf(this.shape); evaluation++)
      this.set(optimizer, trial, evaluation, Number.POSITIVE_INFINITY, seconds);
  }

  finalLoss(optimizer: number, trial: number): number {
    return this.loss(optimizer, trial, evaluationsOf(this.shape) - 1);
  }

  /** What tuning chose for an optimizer, once its tuning trials are done. */
  chosen(optimizer: number): ChosenRate | undefined {
    return chooseRate(Array.from({ length: this.shape.rates }, (_, trial) => this.finalLoss(optimizer, trial)));
  }
}

/** Where a run stands; the trainer's arrays are saved beside it. */
interface Progress {
  readonly optimizer: number;
  readonly trial: number;
  /** Updates of the trial that are done. */
  readonly step: number;
  /** Seconds they took. */
  readonly seconds: number;
}

const modelPrefix = 'model/';

/** The schedule that every optimizer has: a linear warm-up over a twentieth of the steps, then half a cosine down to a tenth. */
export function scheduleOf(learningRate: number, { schedule, steps }: RaceShape): number | ScheduleFunction {
  if (schedule === 'constant') return learningRate;
  const warmUp = Math.max(1, Math.round(steps / 20));
  return schedules.warmUp(warmUp, schedules.cosine(learningRate, Math.max(1, steps - warmUp), learningRate / 10));
}

/**
 * Runs all trials of all optimizers: see tuning-protocol.ts. Every run of a seed has the same first parameters and the same
 * batches, whatever the optimizer. Interrupted, it goes on with the next update.
 */
export async function raceOptimizers<P, B>(ctx: StudyContext, problem: TrainingProblem<P, B>, shape: RaceShape): Promise<RaceRecord> {
  const restored = ctx.restored?.state as unknown as Progress | undefined;
  const record = new RaceRecord(shape, ctx.restored?.arrays as Record<string, NamedArray> | undefined);
  const examiner = await createExaminer(problem);
  try {
    for (let optimizer = restored?.optimizer ?? 0; optimizer < shape.optimizers.length; optimizer++) {
      const own = optimizer === restored?.optimizer ? restored : undefined;
      await new Contender(ctx, problem, examiner, record, optimizer).runTrials(own);
    }
  } finally {
    examiner.dispose();
  }
  return record;
}

/** One optimizer and its trials. The trainer of a learning rate serves all runs at it. */
class Contender<P, B> {
  readonly #name: OptimizerName;
  readonly #grid: readonly number[];
  #trainer: NetworkTrainer | undefined;
  #trainerRate: number | undefined;

  constructor(
    readonly ctx: StudyContext,
    readonly problem: TrainingProblem<P, B>,
    readonly examiner: Examiner<P>,
    readonly record: RaceRecord,
    readonly optimizer: number,
  ) {
    this.#name = record.shape.optimizers[optimizer]!;
    this.#grid = ratesAround(optimizerNamed(this.#name).centre, record.shape);
  }

  async runTrials(restored: Progress | undefined): Promise<void> {
    try {
      for (let trial = restored?.trial ?? 0; trial < trialsOf(this.record.shape); trial++)
        await this.#runTrial(trial, trial === restored?.trial ? restored : undefined);
    } finally {
      this.#trainer?.dispose();
    }
  }

  async #runTrial(trial: number, restored: Progress | undefined): Promise<void> {
    const { record, ctx, optimizer } = this;
    const plan = trialAt(trial, record.shape, ctx.seed);
    const rate = plan.kind === 'tuning' ? plan.rate : record.chosen(optimizer)?.rate;
    if (rate === undefined) {
      if (plan.kind === 'evaluation' && plan.run === 0)
        ctx.log(`${this.#name}: diverged at all learning rates from ${this.#grid[0]} to ${this.#grid.at(-1)}; it has no result`);
      return record.diverge(optimizer, trial, 0, 0);
    }
    const trainer = await this.#trainerAt(rate);
    if (restored) trainer.restore(modelOf(ctx.restored!.arrays as Record<string, NamedArray>));
    else {
      await trainer.start(plan.seed);
      record.set(optimizer, trial, 0, await trainer.judge(), 0);
    }
    await this.#train(trainer, trial, plan, restored ?? { optimizer, trial, step: 0, seconds: 0 });
    record.trialsRun[optimizer]! += 1;
  }

  /** The rest of a trial, from the update after `from` to the last or to where it diverges. */
  async #train(trainer: NetworkTrainer, trial: number, plan: Trial, from: Progress): Promise<void> {
    const { record, ctx, optimizer } = this;
    const { shape } = record;
    let seconds = from.seconds;
    for (let step = from.step; step < shape.steps; step++) {
      if (ctx.dueCheckpoint()) await this.#checkpoint(trainer, { optimizer, trial, step, seconds });
      const update = await trainer.update(plan.seed, step + 1);
      seconds += update.seconds;
      const evaluation = Math.ceil((step + 1) / shape.evaluateEvery);
      const isDue = step + 1 === stepOfEvaluation(evaluation, shape);
      const loss = !Number.isFinite(update.loss) ? Number.NaN : isDue ? await trainer.judge() : update.loss;
      this.#report(trial, step + 1, loss);
      if (!Number.isFinite(loss)) return record.diverge(optimizer, trial, evaluation, seconds);
      if (!isDue) continue;
      record.set(optimizer, trial, evaluation, loss, seconds);
      if (plan.kind === 'evaluation' && plan.run === 0) ctx.metric(step + 1, { [`loss (nats) ${this.#name}`]: loss });
    }
  }

  #report(trial: number, step: number, loss: number): void {
    const { record, ctx, optimizer } = this;
    const { optimizers, steps } = record.shape;
    const trials = trialsOf(record.shape);
    const label = `${this.#name}, trial ${trial + 1} of ${trials}, loss ${loss.toFixed(3)}`;
    ctx.progress((optimizer * trials + trial) * steps + step, optimizers.length * trials * steps, label);
  }

  async #checkpoint(trainer: NetworkTrainer, progress: Progress): Promise<void> {
    const { steps } = this.record.shape;
    const model = Object.entries(await trainer.save()).map(([name, array]) => [modelPrefix + name, array]);
    await this.ctx.checkpoint({
      step: (progress.optimizer * trialsOf(this.record.shape) + progress.trial) * steps + progress.step,
      arrays: { ...this.record.arrays(), ...Object.fromEntries(model) },
      state: { ...progress },
    });
  }

  async #trainerAt(rate: number): Promise<NetworkTrainer> {
    if (this.#trainer && this.#trainerRate === rate) return this.#trainer;
    this.#trainer?.dispose();
    const { shape } = this.record;
    const optimizer = optimizerNamed(this.#name).make({
      learningRate: scheduleOf(this.#grid[rate]!, shape),
      rootsEvery: shape.rootsEvery,
    });
    this.#trainer = await createNetworkTrainer(this.problem, this.examiner, optimizer);
    this.#trainerRate = rate;
    // Later compilations of the same graph find the compiler warm.
    this.record.compileSeconds[this.optimizer] ||= this.#trainer.compileSeconds;
    return this.#trainer;
  }
}

/** The trainer's arrays in a checkpoint. */
const modelOf = (arrays: Readonly<Record<string, NamedArray>>): Record<string, NamedArray> =>
  Object.fromEntries(
    Object.entries(arrays).flatMap(([name, array]) => (name.startsWith(modelPrefix) ? [[name.slice(modelPrefix.length), array]] : [])),
  );

import { RandomStream, type RandomStreamState } from '@sardonyx/data';
import type { CheckpointArray, StudyContext } from '@sardonyx/study';
import { StudyError } from '@sardonyx/study/errors';
import { type NamedArray, toArrays } from '@sardonyx/tensor';
import { DivergenceError } from './divergence.js';
import { duplicateMiddle, type StackingStage, stackingStages } from './gradual-stacking.js';
import { LoopSampler } from './loop-sampling.js';
import { type LoopedTransformerConfig, modelSize, parameterCounts } from '../model/model.js';
import { saveStudyModel } from './study-model.js';
import { evaluateModel, type FinalScore, recordFinals } from './training-records.js';
import { createTrainer, type Trainer } from './trainer.js';
import type { TrainingOptions } from './training-options.js';
import { type Contender, labelOf, type StepData, type TrainingPlan } from './training-plan.js';

/** Where training a model stands beside its arrays; small, for JSON. */
interface Moment {
  readonly step: number;
  readonly data: RandomStreamState;
  readonly loops: RandomStreamState;
}

/** Where a run stands. */
interface Progress extends Moment {
  readonly model: number;
  /** Of the learning rate: halved with every rollback. */
  readonly rate: number;
  readonly rollbacks: number;
  /** Best mean accuracy so far and evaluations since. */
  readonly best: number;
  readonly stale: number;
  readonly smoothedLoss: number;
  /** Where a rollback goes; its arrays stand under `kept/`. */
  readonly kept: Moment | null;
  readonly finals: readonly FinalScore[];
}

const fresh: Pick<Progress, 'rate' | 'rollbacks' | 'best' | 'stale' | 'smoothedLoss' | 'kept'> = {
  rate: 1,
  rollbacks: 0,
  best: -1,
  stale: 0,
  smoothedLoss: 0,
  kept: null,
};

/**
 * Trains every model of a plan in turn and judges it on the way; records losses, accuracies by bucket, sizes and final
 * scores. Resumes within a model and between models to the same bits.
 */
export async function trainModels(ctx: StudyContext, plan: TrainingPlan): Promise<readonly FinalScore[]> {
  const restored = ctx.restored?.state as unknown as Progress | undefined;
  const finals = [...(restored?.finals ?? [])];
  for (let model = restored?.model ?? 0; model < plan.contenders.length; model++) {
    const run = new ModelRun(ctx, plan, model, finals);
    finals.push(...(await run.train(model === restored?.model ? restored : undefined)));
  }
  recordFinals(ctx, plan, finals);
  return finals;
}

/** One model in training. */
class ModelRun {
  readonly contender: Contender;
  readonly label: string;
  private readonly data: RandomStream;
  private readonly loops: LoopSampler;
  private readonly stages: readonly StackingStage[];
  private trainer!: Trainer;
  private state = fresh;
  private kept: Readonly<Record<string, NamedArray>> = {};
  private tokensPerSecond = 0;

  constructor(
    private readonly ctx: StudyContext,
    private readonly plan: TrainingPlan,
    private readonly model: number,
    private readonly earlier: readonly FinalScore[],
  ) {
    this.contender = plan.contenders[model]!;
    this.label = labelOf(this.contender, plan);
    this.data = new RandomStream(plan.dataSeed ?? this.contender.seed, plan.dataName);
    const sampling = plan.loopSampling?.(this.contender) ?? { kind: 'fixed', loops: this.contender.config.loops };
    this.loops = new LoopSampler(sampling, this.contender.seed);
    const { stacking } = plan;
    this.stages = stacking ? stackingStages(this.contender.config.layers, stacking.blockSize, this.steps, stacking.exponent) : [];
  }

  async train(restored: Progress | undefined): Promise<readonly FinalScore[]> {
    const { plan } = this;
    if (restored) await this.resume(restored);
    else await this.begin();
    try {
      for (let step = restored?.step ?? 0; step < this.steps; step++) {
        if (this.ctx.dueCheckpoint()) await this.checkpoint(step);
        const survived = await this.step(step);
        if (survived !== step) {
          step = survived - 1;
          continue;
        }
        const done = step + 1;
        if (done % plan.evaluateEvery !== 0 && done !== this.steps) continue;
        const { mean, finals } = await this.evaluate(done);
        await plan.evaluated?.(this.trainer, this.contender, done);
        if (done !== this.steps && !this.isStale(mean)) {
          await this.keep(done);
          continue;
        }
        if (done !== this.steps) this.ctx.log(`${this.label}: no better for ${plan.patience} evaluations, stopped at step ${done}`);
        await plan.finished?.(this.trainer, this.contender, done);
        await this.save(done);
        return finals;
      }
      return [];
    } finally {
      this.trainer.dispose();
    }
  }

  private get steps(): number {
    return this.training.steps;
  }

  private get training(): TrainingOptions {
    const training = { ...this.plan.training, ...this.contender.training };
    return { ...training, learningRate: training.learningRate * this.state.rate };
  }

  /** The model as it is after so many steps: of a model that grows, the stage of the last of them. */
  private configAfter(steps: number): LoopedTransformerConfig {
    const { config } = this.contender;
    let end = 0;
    const stage = this.stages.find((each) => steps <= (end += each.steps));
    return stage ? { ...config, layers: stage.layers } : config;
  }

  /** A trainer of the model as it is after so many steps. */
  private trainerAfter(steps: number): Promise<Trainer> {
    return createTrainer(this.configAfter(steps), this.training, this.contender.seed);
  }

  /** Adds the layers of the stage that a step begins, if it begins one. */
  private async grow(step: number): Promise<void> {
    const config = this.configAfter(step);
    const { layers } = this.configAfter(step + 1);
    if (layers === config.layers) return;
    const { params, optimizer } = await duplicateMiddle({ config, ...this.trainer.state }, this.plan.stacking!.blockSize);
    const grown = await this.trainerAfter(step + 1);
    grown.restore(await toArrays({ params, optimizer }));
    this.trainer.dispose();
    this.trainer = grown;
    this.ctx.log(`${this.label}: ${layers} layers from step ${step} on`);
  }

  private async begin(): Promise<void> {
    const { ctx, label, contender } = this;
    this.trainer = await this.trainerAfter(0);
    const { distinctParameters, effectiveDepth } = modelSize(this.trainer.parameters, this.configAfter(0));
    ctx.log(`${label}: ${distinctParameters} parameters, depth ${effectiveDepth}`);
    ctx.result(`parameters ${contender.name}`, parameterCounts(contender.config).distinct);
    await this.keep(0);
  }

  private async resume(restored: Progress): Promise<void> {
    const { step, data, loops, model: _, finals: __, ...state } = restored;
    this.state = state;
    const arrays = this.ctx.restored!.arrays as Readonly<Record<string, NamedArray>>;
    this.trainer = await this.trainerAfter(step);
    this.trainer.restore(arrays);
    this.kept = withoutPrefix('kept/', arrays);
    this.data.restore(data);
    this.loops.restore(loops);
  }

  private moment = (step: number): Moment => ({ step, data: this.data.state(), loops: this.loops.state() });

  private async checkpoint(step: number): Promise<void> {
    const kept = Object.fromEntries(Object.entries(this.kept).map(([name, array]) => [`kept/${name}`, array]));
    const state: Progress = { ...this.state, ...this.moment(step), model: this.model, finals: this.earlier };
    await this.ctx.checkpoint({
      step: this.before + step,
      arrays: { ...(await this.trainer.save()), ...kept } as Record<string, CheckpointArray>,
      state: state as never,
    });
  }

  /** Steps of the models before this one. */
  private get before(): number {
    return this.model * this.plan.training.steps;
  }

  /** Takes one step; returns the step to go on from, which is an earlier one where the model diverged and went back. */
  private async step(step: number): Promise<number> {
    const { ctx, plan, label } = this;
    const started = performance.now();
    await this.grow(step);
    const batch = await plan.data(this.data, step, this.contender);
    const tokens = tokensOf(batch);
    const result = await this.trainer.step(batch, this.loops.next()).catch((cause: unknown) => this.rollBack(cause));
    if (typeof result === 'number') return result;
    const { loss, gradientNorm, penalty } = result;
    const { smoothedLoss } = this.state;
    this.state = { ...this.state, smoothedLoss: smoothedLoss === 0 ? loss : 0.95 * smoothedLoss + 0.05 * loss };
    if (step % 10 === 0) {
      ctx.metric(step, {
        [`loss (nats) ${label}`]: loss,
        [`smoothed loss (nats) ${label}`]: this.state.smoothedLoss,
        [`gradient norm ${label}`]: gradientNorm,
        [`learning rate ${label}`]: await this.trainer.learningRate(),
        ...(penalty !== undefined && { [`penalty ${label}`]: penalty }),
      });
    }
    // How fast the machine is stands in the progress alone: what is recorded must be the same whenever a run is repeated.
    const speed = (1000 * tokens) / (performance.now() - started);
    this.tokensPerSecond = this.tokensPerSecond === 0 ? speed : 0.9 * this.tokensPerSecond + 0.1 * speed;
    ctx.progress(
      this.before + step + 1,
      plan.contenders.length * plan.training.steps,
      `${label} loss ${this.state.smoothedLoss.toFixed(3)}, ${Math.round(this.tokensPerSecond)} tokens/s`,
    );
    return step;
  }

  /** After a divergence: back to the last evaluation with half the learning rate, while rollbacks are left. */
  private async rollBack(cause: unknown): Promise<number> {
    if (!(cause instanceof DivergenceError)) throw cause;
    const { kept, rollbacks } = this.state;
    if (!kept || rollbacks >= (this.plan.rollbacks ?? 0)) {
      throw new StudyError(cause.code, `${this.label}: ${cause.message}`, { cause });
    }
    this.state = { ...this.state, rate: this.state.rate / 2, rollbacks: rollbacks + 1 };
    this.ctx.log(`${this.label}: ${cause.message}; back to step ${kept.step} with half the learning rate`);
    this.trainer.dispose();
    this.trainer = await this.trainerAfter(kept.step);
    this.trainer.restore(this.kept);
    this.data.restore(kept.data);
    this.loops.restore(kept.loops);
    return kept.step;
  }

  private async save(step: number): Promise<void> {
    const description = this.plan.describe?.(this.contender);
    if (!description) return;
    const { config } = this.contender;
    await saveStudyModel(this.ctx, this.label, { config, params: this.trainer.parameters, ...description, step });
  }

  /** Remembers where a rollback would go. */
  private async keep(step: number): Promise<void> {
    if (!this.plan.rollbacks) return;
    this.kept = await this.trainer.save();
    this.state = { ...this.state, kept: this.moment(step) };
  }

  private evaluate(step: number): ReturnType<typeof evaluateModel> {
    return evaluateModel(this.ctx, this.plan, (batch) => this.trainer.judge(batch), this.contender, step);
  }

  /** Whether the mean accuracy has not risen for as long as the plan is patient. */
  private isStale(mean: number): boolean {
    const { best, stale } = this.state;
    this.state = { ...this.state, ...(mean > best ? { best: mean, stale: 0 } : { stale: stale + 1 }) };
    return this.plan.patience !== undefined && this.state.stale >= this.plan.patience;
  }
}

/** Positions of the sequences of a step. */
const tokensOf = (data: StepData): number => [data].flat().reduce((sum, { tokens }) => sum + tokens.size, 0);

function withoutPrefix<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

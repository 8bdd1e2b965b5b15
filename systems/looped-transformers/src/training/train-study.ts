import { join } from 'node:path';
import { BadInputError, type Cost, type Study, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { loopingPenalty } from './looping-regularizer.js';
import type { LoopSampling } from './loop-sampling.js';
import { parseConfig } from '../model/model-document.js';
import { saveModel } from '../model/model-file.js';
import { type LoopedTransformerConfig, loopedName, loopsOf } from '../model/model.js';
import { ModelError } from '../model/model-error.js';
import type { OptimizerChoice } from './optimizer-choice.js';
import { loopedTriple, trainingCost } from '../studies/contenders.js';
import { checkedTrainConfig, type TrainConfig } from './train-config.js';
import { type TrainData, trainData } from './train-data.js';
import type { Contender } from './training-plan.js';
import { trainModels } from './training-run.js';
import type { TrainingOptions } from './training-options.js';
import { accuracyFigure } from './accuracy-figure.js';

const params = z.object({
  config: z.string().default('{}').describe('the configuration as JSON'),
  compare: z.boolean().default(false).describe('whether (k⊗1) and (kL⊗1) are trained beside (k⊗L)'),
});

/** Where a run keeps a model: `model`, or `model-2x3` where it trains several. */
export const modelDirectory = (run: string, config: LoopedTransformerConfig, isAlone: boolean): string =>
  join(run, isAlone ? 'model' : `model-${config.layers}x${config.loops}`);

/**
 * Training by a configuration as a study, so that it has checkpoints, a log and a report like any other. What it trains is
 * saved in `directory`.
 */
export function trainStudy(directory: string): Study<typeof params> {
  return {
    name: 'train',
    title: 'Training',
    paper: { arxiv: '2502.17416' },
    summary: 'a model trained by a configuration',
    params,
    presets: { quick: {}, standard: {}, paper: {} },
    run: (ctx, { config, compare }) => run(ctx, checkedTrainConfig(JSON.parse(config), 'the configuration of the run'), compare, directory),
    figures: [accuracyFigure()],
  };
}

/** What a model must know of its data. */
export type DataSizes = Pick<TrainData, 'vocabularySize' | 'length'>;

/**
 * The models of a configuration: one, or it and its baselines.
 * @throws {BadInputError} `model` where the configuration contradicts itself
 */
export function trainContenders({ model, training }: TrainConfig, { vocabularySize, length }: DataSizes, compare: boolean): Contender[] {
  const { hidden = 4 * model.width, length: longest = length, ...rest } = model;
  const config = asBadInput(() => parseConfig({ ...rest, hidden, vocabulary: vocabularySize, length: longest }, 'model'));
  const models = loopedTriple(config, compare ? ['iso-parameter', 'iso-flop'] : []);
  return models.map((contender) => ({ ...contender, seed: training.seed }));
}

/** What the training needs, without training. */
export const trainCost = (config: TrainConfig, data: DataSizes, compare: boolean): Cost =>
  trainingCost(trainContenders(config, data, compare), config.training);

async function run(ctx: StudyContext, config: TrainConfig, compare: boolean, directory: string): Promise<void> {
  const { training, evaluation } = config;
  const data = await trainData(config);
  const contenders = trainContenders(config, data, compare);
  const sampling = samplingOf(config);
  asBadInput(() => contenders.forEach(({ config }) => loopsOf(config, undefined)));
  await trainModels(ctx, {
    contenders,
    training: trainingOptionsOf(config),
    dataName: data.name,
    dataSeed: training.dataSeed,
    data: (stream, step) => data.batch(stream, step),
    buckets: () => data.buckets,
    measure: evaluation.measure,
    evaluateEvery: evaluation.every,
    rollbacks: training.rollbacks,
    ...(training.patience !== undefined && { patience: training.patience }),
    loopSampling: ({ config }) => (config.loops > 1 ? sampling(config.loops) : { kind: 'fixed', loops: 1 }),
    async finished(trainer, { config }, step) {
      const target = modelDirectory(directory, config, contenders.length === 1);
      await saveModel(target, { config, params: trainer.parameters, step, ...data.description });
      ctx.log(`${loopedName(config)}: saved in ${target}`);
    },
  });
}

function samplingOf({ training }: TrainConfig): (loops: number) => LoopSampling {
  switch (training.loopSampling) {
    case 'fixed':
      return (loops) => ({ kind: 'fixed', loops });
    case 'uniform':
      return (loops) => ({ kind: 'uniform', maximum: loops });
    case 'poissonLogNormal':
      return (loops) => ({ kind: 'poissonLogNormal', mean: loops });
  }
}

function trainingOptionsOf({ training }: TrainConfig): TrainingOptions {
  const { steps, learningRate, warmupSteps, minLearningRateRatio, clipNorm, optimizer, regularizer } = training;
  return {
    steps,
    learningRate,
    minLearningRateRatio,
    clipNorm,
    // The optimizer checks its own options when it is made.
    optimizer: optimizer as OptimizerChoice,
    ...(warmupSteps !== undefined && { warmupSteps }),
    ...(regularizer && { penalty: ({ block }) => loopingPenalty(block, regularizer) }),
  };
}

function asBadInput<T>(body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw cause instanceof ModelError ? new BadInputError('model', `model: ${cause.message}`, { cause }) : cause;
  }
}

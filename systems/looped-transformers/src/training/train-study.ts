import { join } from 'node:path';
import type { Study, StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { saveModel } from '../model/model-file.js';
import { type LoopedTransformerConfig, loopedName } from '../model/model.js';
import { accuracyFigure } from './accuracy-figure.js';
import { meanOf } from './judgement.js';
import { checkedTrainConfig, isLanguage, type TrainConfig } from './train-config.js';
import { withTrainData } from './train-data.js';
import { loopSamplingOf, stackingOf, trainContenders, trainingOptionsOf } from './train-models.js';
import type { TrainData } from './training-plan.js';
import { trainModels } from './training-run.js';

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
    run(ctx, { config: text, compare }) {
      const config = checkedTrainConfig(JSON.parse(text), 'the configuration of the run');
      return withTrainData(config, (data) => run(ctx, config, data, compare, directory));
    },
    figures: [accuracyFigure()],
  };
}

async function run(ctx: StudyContext, config: TrainConfig, data: TrainData, compare: boolean, directory: string): Promise<void> {
  const { training, evaluation } = config;
  const contenders = trainContenders(config, data, compare);
  const finals = await trainModels(ctx, {
    contenders,
    training: trainingOptionsOf(config),
    dataName: data.name,
    dataSeed: training.dataSeed,
    data: (stream, step) => data.batch(stream, step),
    buckets: () => data.buckets,
    measure: evaluation.measure,
    evaluateEvery: evaluation.every,
    rollbacks: training.rollbacks,
    ...(training.stacking && { stacking: stackingOf(training.stacking) }),
    ...(training.patience !== undefined && { patience: training.patience }),
    loopSampling: (contender) => loopSamplingOf(config, contender.config),
    scored({ name }, _, score, step) {
      if (isLanguage(config)) ctx.metric(step, languageMeasures(name, meanOf(score.loss)));
    },
    async finished(trainer, { config }, step) {
      const target = modelDirectory(directory, config, contenders.length === 1);
      await saveModel(target, { config, params: trainer.parameters, step, ...data.description });
      ctx.log(`${loopedName(config)}: saved in ${target}`);
    },
  });
  if (!isLanguage(config)) return;
  for (const { name, loss } of finals) {
    for (const [measure, value] of Object.entries(languageMeasures(name, loss))) ctx.result(measure, value);
  }
}

/** Mean cross-entropy of the validation text, and its exponential. */
const languageMeasures = (model: string, loss: number): Record<string, number> => ({
  [`validation loss (nats) ${model}`]: loss,
  [`perplexity ${model}`]: Math.exp(loss),
});

import { BadInputError, type Cost } from '@sardonyx/study';
import type { Optimizer } from '@sardonyx/optim';
import { random, TensorError } from '@sardonyx/tensor';
import { asBadInput } from '../bad-input.js';
import { exitGateLoss } from '../model/early-exit.js';
import { parseConfig } from '../model/model-document.js';
import { initLoopedTransformer, type LoopedTransformerConfig, loopedName, loopsOf } from '../model/model.js';
import { ModelError } from '../model/model-error.js';
import { loopedTriple, trainingCost } from '../studies/contenders.js';
import { expectGrowable, type Stacking, stackingStages } from './gradual-stacking.js';
import { checkBlockSize, loopingPenalty, LoopingRegularizerError } from './looping-regularizer.js';
import { type LoopSampling, LoopSampler } from './loop-sampling.js';
import { chosenOptimizer, defaultOptimizer, type OptimizerChoice } from './optimizer-choice.js';
import type { TrainConfig } from './train-config.js';
import type { Contender, TrainData } from './training-plan.js';
import { learningRateOf, type TrainingOptions } from './training-options.js';

/* What a configuration makes of its data: models and how they are trained, all of it checked before anything is written. */

/** What a model must know of its data. */
export type DataSizes = Pick<TrainData, 'vocabularySize' | 'length'>;

/**
 * The models of a configuration: one, or it and its baselines.
 * @throws {BadInputError} `model`, `training.regularizer`, `training.loopSampling`, `training.optimizer`, `training.stacking`
 * or `training.exitGate` where the configuration contradicts itself
 */
export function trainContenders(config: TrainConfig, { vocabularySize, length }: DataSizes, compare: boolean): Contender[] {
  const { hidden = 4 * config.model.width, length: longest = length, ...rest } = config.model;
  const model = refusingAs('model', () => parseConfig({ ...rest, hidden, vocabulary: vocabularySize, length: longest }, 'model'));
  const models = loopedTriple(model, compare ? ['iso-parameter', 'iso-flop'] : []);
  for (const contender of models) {
    refusingAs('training.regularizer', () => checkRegularizer(config, contender.config));
    refusingAs('training.loopSampling', () => checkLoops(config, contender.config));
  }
  const options = trainingOptionsOf(config);
  const optimizer = refusingAs('training.optimizer', () => chosenOptimizer(options.optimizer ?? defaultOptimizer, learningRateOf(options)));
  for (const contender of models) refusingAs('training.stacking', () => checkStacking(config, contender.config, optimizer));
  const { seed, exitGate } = config.training;
  if (exitGate && !model.exitGate) {
    const expected = 'expected model.exitGate=true, given a model without a gate';
    throw new BadInputError('training.exitGate', `training.exitGate: ${expected}; add the gate, or leave training.exitGate out.`);
  }
  // Baselines of one pass have no gate.
  return models.map((each) => ({ ...each, seed, ...(exitGate && each.config.exitGate && { training: gateTraining(exitGate.entropy) }) }));
}

/** Trains a model together with its exit gate. */
const gateTraining = (beta: number): Partial<TrainingOptions> => ({
  objective: (params, batch, config, loops) => exitGateLoss(params, batch, config, { beta, loops }),
});

/** What the training needs, without training; of a model that grows each stage counts with its own layers. */
export function trainCost(config: TrainConfig, data: DataSizes, compare: boolean): Cost {
  const contenders = trainContenders(config, data, compare);
  const { stacking, steps } = config.training;
  if (!stacking) return trainingCost(contenders, config.training);
  const { blockSize, exponent } = stackingOf(stacking);
  return trainingCost(contenders, config.training, ({ layers }) => stackingStages(layers, blockSize, steps, exponent));
}

/** The regularizer compares the layers that the parameters hold: k, or k·L where blocks are tied softly. */
function checkRegularizer({ training: { regularizer } }: TrainConfig, model: LoopedTransformerConfig): void {
  if (!regularizer) return;
  const isSoft = model.tieBlocks === 'soft';
  const layers = isSoft ? model.layers * model.loops : model.layers;
  if (isSoft || model.loops === 1 || (layers > regularizer.blockSize && layers % regularizer.blockSize === 0)) {
    checkBlockSize(layers, regularizer.blockSize);
    return;
  }
  throw new LoopingRegularizerError(
    'block-size',
    `expected two or more whole blocks of ${regularizer.blockSize} among the model's layers, given ${loopedName(model)}, whose loops share ${layers}; ` +
      'set model.tieBlocks=soft to give every loop layers of its own, or leave the regularizer out',
  );
}

/** No step may draw more loops than the model can be applied with. */
function checkLoops(config: TrainConfig, model: LoopedTransformerConfig): void {
  const sampler = new LoopSampler(loopSamplingOf(config, model), config.training.seed);
  loopsOf(model, sampler.maximum);
}

/** A model that grows has stages of one step at least, states that can be doubled, and nothing else that looks at its layers. */
function checkStacking({ training }: TrainConfig, model: LoopedTransformerConfig, optimizer: Optimizer): void {
  const { stacking, regularizer, patience, steps } = training;
  if (!stacking) return;
  const { blockSize, exponent } = stackingOf(stacking);
  stackingStages(model.layers, blockSize, steps, exponent);
  // Never computed: the structure of the optimizer's state is what is wanted.
  const first = { ...model, layers: blockSize };
  expectGrowable({ config: first, optimizer: optimizer.init(initLoopedTransformer(random.key(0), first)) }, blockSize);
  const other = regularizer
    ? 'training.regularizer, which compares layers'
    : patience && 'training.patience, which may stop before the last';
  if (other) throw new ModelError('option', `expected stages of growing layers alone, given ${other}; leave one of them out`);
}

/** How a model of a configuration grows. */
export const stackingOf = ({ blockSize, exponent }: NonNullable<TrainConfig['training']['stacking']>): Stacking => ({
  blockSize,
  ...(exponent !== undefined && { exponent }),
});

/** How the loops of a model's steps are drawn: by default around or up to its own; always once where it has one. */
export function loopSamplingOf({ training: { loopSampling } }: TrainConfig, { loops }: LoopedTransformerConfig): LoopSampling {
  if (loops === 1 || loopSampling === 'fixed') return { kind: 'fixed', loops };
  if (loopSampling === 'uniform') return { kind: 'uniform', maximum: loops };
  if (loopSampling === 'poissonLogNormal') return { kind: 'poissonLogNormal', mean: loops };
  const { kind, maximum } = loopSampling;
  if (kind === 'uniform') return { kind, maximum: maximum ?? loops };
  const { mean = loops, deviation } = loopSampling;
  return { kind, mean, ...(deviation !== undefined && { deviation }), ...(maximum !== undefined && { maximum }) };
}

/** The trainer's options of a configuration. */
export function trainingOptionsOf({ training }: TrainConfig): TrainingOptions {
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

/** Runs a check of a part of the configuration; what it refuses is bad input that names the part. */
function refusingAs<T>(part: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    const refusal = cause instanceof TensorError ? new BadInputError(part, cause.message, { cause }) : asBadInput(cause);
    if (!(refusal instanceof BadInputError)) throw cause;
    throw refusal.code === part ? refusal : new BadInputError(part, `${part}: ${refusal.message}`, { cause });
  }
}

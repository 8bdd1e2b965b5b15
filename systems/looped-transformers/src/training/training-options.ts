import { type ScheduleFunction, schedules } from '@sardonyx/optim';
import type { Tensor } from '@sardonyx/tensor';
import type { LoopedTransformerConfig, LoopedTransformerParameters } from '../model/model.js';
import type { OptimizerChoice } from './optimizer-choice.js';
import type { SequenceBatch } from '../model/sequence-batch.js';

export interface TrainingOptions {
  /** Steps the schedule is laid out for. */
  readonly steps: number;
  /** Peak of the learning rate. */
  readonly learningRate: number;
  /** Steps of linear warm-up; min(1000, 5 % of the steps) by default. */
  readonly warmupSteps?: number;
  /** Where the cosine ends, as a share of the peak; 0.1 by default, and 0 is allowed. */
  readonly minLearningRateRatio?: number;
  /** Gradients are scaled down to this norm. */
  readonly clipNorm: number;
  /** AdamW(0.9, 0.98) without decay by default. */
  readonly optimizer?: OptimizerChoice;
  /** What is minimised; the mean cross-entropy of the targets that count by default. */
  readonly objective?: Objective;
  /** Added to the objective; reported apart from the loss, with the penalty of the objective where there is one. */
  readonly penalty?: (params: LoopedTransformerParameters) => Tensor;
}

/** A scalar to minimise, and what is minimised with it but reported apart from it. */
export interface ObjectiveParts {
  readonly loss: Tensor;
  readonly penalty?: Tensor;
}

/** What a step minimises. `loops` is how often the block is applied in it. */
export type Objective = (
  params: LoopedTransformerParameters,
  batch: SequenceBatch,
  config: LoopedTransformerConfig,
  loops: number,
) => ObjectiveParts;

/** min(1000, 5 % of the steps), and one at least. */
export const defaultWarmup = (steps: number): number => Math.max(1, Math.min(1000, Math.round(0.05 * steps)));

/** Linear warm-up, then half a cosine wave down to a share of the peak (arXiv:2502.17416, appendix A). */
export function learningRateOf({
  learningRate,
  steps,
  warmupSteps = defaultWarmup(steps),
  minLearningRateRatio = 0.1,
}: TrainingOptions): ScheduleFunction {
  const end = learningRate * minLearningRateRatio;
  return schedules.warmUp(warmupSteps, schedules.cosine(learningRate, Math.max(1, steps - warmupSteps), end));
}

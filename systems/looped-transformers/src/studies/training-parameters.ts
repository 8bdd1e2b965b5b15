import { z } from 'zod';
import { type OptimizerChoice, optimizerNames } from '../training/optimizer-choice.js';
import type { TrainingOptions } from '../training/training-options.js';

const count = z.int().min(1);

/** The parameters of training and judging that studies share. */
export const trainingParameters = {
  optimizer: z.enum(optimizerNames).default('adafactor').describe('optimizer'),
  scaleParameter: z.boolean().default(true).describe('whether Adafactor makes steps relative to the size of the parameter'),
  weightDecay: z.number().min(0).max(1).default(0).describe('decoupled decay of matrices'),
  steps: count.max(10_000_000).default(200_000).describe('training steps of every model'),
  batchSize: count.max(65_536).default(256).describe('sequences a step'),
  accumulate: count.max(1024).default(1).describe('parts that a batch is computed in, one after the other'),
  learningRate: z.number().positive().max(1).default(0.001).describe('peak learning rate'),
  warmupSteps: count.max(1_000_000).default(1000).describe('steps of linear warm-up'),
  minLearningRateRatio: z.number().min(0).max(1).default(0.1).describe('where the cosine ends, as a share of the peak'),
  clipNorm: z.number().positive().default(1).describe('norm that gradients are scaled down to'),
  seeds: count.max(32).default(1).describe('runs of every model, with seeds one after the other; results are medians'),
  evaluateEvery: count.default(5000).describe('steps between evaluations'),
  evaluationExamples: count.max(1_000_000).default(1000).describe('problems of every evaluation and difficulty'),
  patience: z.int().min(0).max(10_000).default(0).describe('evaluations without a better accuracy after which a model stops; 0 for never'),
  rollbacks: z.int().min(0).max(100).default(0).describe('times that a model which diverges goes back with half the learning rate'),
};

export type TrainingParameters = z.output<z.ZodObject<typeof trainingParameters>>;

/** As a flag; the tasks' own default. */
export const heldOutShare = z
  .number()
  .min(0)
  .max(0.4)
  .default(1 / 16)
  .describe('share of all problems in each of validation and test; 0 lets training meet the problems of the test');

/** What the presets of reduced size have in common: AdamW(0.9, 0.98) at 0.003 with a short warm-up (calibrated runs). */
export const smallTraining = { optimizer: 'adamW', learningRate: 0.003, warmupSteps: 100, batchSize: 32 } as const;

/** The trainer's options of a study's parameters. */
export function trainingOptions(p: TrainingParameters): TrainingOptions {
  const { steps, learningRate, warmupSteps, minLearningRateRatio, clipNorm } = p;
  return { steps, learningRate, warmupSteps: Math.min(warmupSteps, steps), minLearningRateRatio, clipNorm, optimizer: optimizerOf(p) };
}

function optimizerOf({ optimizer, scaleParameter, weightDecay }: TrainingParameters): OptimizerChoice {
  switch (optimizer) {
    case 'adafactor':
      return { name: optimizer, scaleParameter, weightDecay };
    case 'adam':
    case 'adamW':
      return { name: optimizer, beta1: 0.9, beta2: 0.98, weightDecay };
    default:
      return { name: optimizer, weightDecay };
  }
}

/** The part of a plan that the shared parameters say. */
export const planOf = (p: TrainingParameters) => ({
  training: trainingOptions(p),
  evaluateEvery: p.evaluateEvery,
  rollbacks: p.rollbacks,
  ...(p.patience > 0 && { patience: p.patience }),
});

/** The seeds of a run: the run's own and those after it. */
export const seedsOf = ({ seeds }: TrainingParameters, seed: number): number[] => Array.from({ length: seeds }, (_, i) => seed + i);

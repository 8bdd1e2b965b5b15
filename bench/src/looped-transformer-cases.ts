import { z } from 'zod';
import type { BenchmarkCase } from './benchmark.js';

const size = z.int().min(1);

/** A looped transformer of `@sardonyx/looped-transformers`: RMSNorm, no biases but that of the perceptron's first map, a head of its own. */
const modelSchema = z.strictObject({
  layers: size,
  loops: size,
  width: size,
  heads: size,
  hidden: size,
  vocabulary: size,
  length: size,
  positions: z.enum(['learned', 'rotary']),
  activation: z.enum(['relu', 'geluTanh']),
});
export type LoopedModel = z.infer<typeof modelSchema>;

/** A whole training step on one fixed batch: forward, backward, clipping of the global norm, AdamW. */
const trainSchema = z.strictObject({
  kind: z.literal('train'),
  model: modelSchema,
  batch: size,
  /** The last so many positions of every sequence have targets. */
  supervised: size,
  /** `perLoop`: what a loop computes is computed again for its gradients instead of kept. */
  checkpoint: z.enum(['none', 'perLoop']),
  optimizer: z.strictObject({
    learningRate: z.number(),
    beta1: z.number(),
    beta2: z.number(),
    epsilon: z.number(),
    weightDecay: z.number(),
    clipNorm: z.number(),
  }),
});
/** Greedy generation with a cache of keys and values: reading a prompt, then so many new tokens one after the other. */
const generateSchema = z.strictObject({
  kind: z.literal('generate'),
  model: modelSchema,
  batch: size,
  prompt: size,
  newTokens: size,
});

export const loopedCaseSchema = z.discriminatedUnion('kind', [trainSchema, generateSchema]);
export type LoopedCase = z.infer<typeof loopedCaseSchema>;
export type LoopedTrainCase = z.infer<typeof trainSchema>;
export type LoopedGenerateCase = z.infer<typeof generateSchema>;

/** The model of the preset `small/phop`. */
const small = { layers: 1, loops: 4, width: 64, heads: 4, hidden: 256, vocabulary: 4, length: 32, positions: 'learned' } as const;
/** The paper's models (arXiv:2502.17416, appendix A): p-hop with n = 256, addition with up to 32 operands of three digits. */
const hops = { layers: 1, loops: 6, width: 128, heads: 8, hidden: 512, vocabulary: 4, length: 256, positions: 'rotary' } as const;
const sums = { layers: 1, loops: 12, width: 256, heads: 8, hidden: 1024, vocabulary: 14, length: 134, positions: 'learned' } as const;

const models = {
  small: { ...small, activation: 'relu' },
  phop: { ...hops, activation: 'geluTanh' },
  addition: { ...sums, activation: 'geluTanh' },
} as const satisfies Record<string, LoopedModel>;

const optimizer = { learningRate: 3e-4, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };

function train(
  name: string,
  model: LoopedModel,
  batch: number,
  supervised: number,
  checkpoint: LoopedTrainCase['checkpoint'] = 'none',
): BenchmarkCase {
  return {
    name,
    specification: { kind: 'train', model, batch, supervised, checkpoint, optimizer } satisfies LoopedTrainCase,
    measure: 'step',
    // The batch is fixed: past some hundred steps the loss vanishes and denormal numbers distort the times.
    maximumIterations: 40,
    tokens: batch * model.length,
  };
}

function generate(name: string, model: LoopedModel, batch: number, prompt: number): BenchmarkCase {
  const newTokens = model.length - prompt;
  return {
    name,
    specification: { kind: 'generate', model, batch, prompt, newTokens } satisfies LoopedGenerateCase,
    measure: 'step',
    maximumIterations: 200,
    comparedSteps: [0],
    tokens: batch * newTokens,
  };
}

/** The cases of the benchmark of looped transformers, in the order in which they are measured. */
export const loopedCases: readonly BenchmarkCase[] = [
  train('train-small', models.small, 32, 32),
  train('train-phop', models.phop, 16, 1),
  train('train-phop-checkpointed', models.phop, 16, 1, 'perLoop'),
  train('train-addition', models.addition, 8, 6),
  train('train-addition-checkpointed', models.addition, 8, 6, 'perLoop'),
  generate('generate-small-1', models.small, 1, 8),
  generate('generate-small-8', models.small, 8, 8),
  generate('generate-phop-1', models.phop, 1, 128),
  generate('generate-phop-8', models.phop, 8, 128),
  generate('generate-addition-1', models.addition, 1, 64),
  generate('generate-addition-8', models.addition, 8, 64),
];

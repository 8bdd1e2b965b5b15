import { z } from 'zod';
import type { BenchmarkCase } from './benchmark.js';
import { gptCaseSchema } from './training-cases.js';

/** The optimizers measured, each with the options that README.md lists. */
export const methods = ['adamW', 'muon', 'soap', 'shampoo', 'asgo', 'one-sided', 'one-sided-host'] as const;

/** A GPT trained by one of the optimizers; a step of the benchmark is `updates` updates, so that work done every tenth counts. */
export const optimizerCaseSchema = gptCaseSchema.omit({ optimizer: true }).extend({
  method: z.enum(methods),
  updates: z.int().min(1),
});
export type OptimizerCase = z.infer<typeof optimizerCaseSchema>;

const model = { kind: 'gpt', batch: 8, length: 128, width: 256, layers: 4, heads: 4, vocabulary: 96, layerNormEpsilon: 1e-5 } as const;

/**
 * The cases of the benchmark of optimizers. Losses are compared before any update and after ten. Not so SOAP's: the factors
 * of a long axis have a null space at first, within which every library takes another eigenbasis; packages/optim compares
 * its path with the authors' where the basis is unique. A fixed batch is learnt by heart soon: few steps a turn. */
export const optimizerCases: readonly BenchmarkCase[] = methods.map((method) => ({
  name: method,
  specification: { ...model, method, updates: 10 } satisfies OptimizerCase,
  measure: 'step',
  maximumIterations: 4,
  comparedSteps: method === 'soap' ? [0] : [0, 1],
}));

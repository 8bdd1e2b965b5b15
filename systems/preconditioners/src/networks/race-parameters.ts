import { z } from 'zod';
import type { RaceShape } from './optimizer-race.js';
import { type OptimizerName, optimizerNames, optimizerTable } from './optimizer-table.js';

/** Parameters of every study that compares optimizers on a network. */
export const raceParameters = {
  optimizers: z
    .array(z.enum(optimizerNames as [OptimizerName, ...OptimizerName[]]))
    .min(1)
    .default([...optimizerNames])
    .describe('optimizers compared'),
  reference: z
    .enum(optimizerNames as [OptimizerName, ...OptimizerName[]])
    .default('adamW')
    .describe('optimizer whose final loss is the target; one of those compared'),
  rates: z.int().min(1).max(51).multipleOf(1).default(9).describe('learning rates tried by every optimizer, around its own centre'),
  spacing: z.number().positive().max(2).default(0.5).describe('decades from one learning rate to the next'),
  seeds: z.int().min(2).max(100).default(5).describe('runs at the chosen learning rate, with seeds that tuning never saw'),
  steps: z.int().min(1).max(10_000_000).default(5000).describe('updates of every run'),
  evaluateEvery: z.int().min(1).default(100).describe('updates between validations'),
  batchSize: z.int().min(1).max(65_536).default(128).describe('examples or windows an update'),
  schedule: z.enum(['cosine', 'constant']).default('cosine').describe('learning rate over the steps: warm-up and cosine, or constant'),
  rootsEvery: z.int().min(1).max(10_000).default(1).describe('updates between matrix roots, and the first with them; SOAP has its own'),
};

/** Refuses a reference that is not compared. */
export function referenceIsCompared({
  value,
  issues,
}: z.core.ParsePayload<{ reference: OptimizerName; optimizers: readonly OptimizerName[] }>): void {
  const { reference, optimizers } = value;
  if (optimizers.includes(reference)) return;
  issues.push({
    code: 'custom',
    input: reference,
    path: ['reference'],
    message: `must be one of the optimizers compared (${optimizers.join(', ')})`,
  });
}

/** The optimizers that are feasible for a network whose largest parameter has this many elements, and those that are not. */
export function feasible(optimizers: readonly OptimizerName[], largestParameter: number): [OptimizerName[], OptimizerName[]] {
  const limits = new Map(
    optimizerTable.map((row) => [row.name as OptimizerName, 'largestParameter' in row ? row.largestParameter : Infinity]),
  );
  const fits = (name: OptimizerName) => largestParameter <= limits.get(name)!;
  const distinct = [...new Set(optimizers)];
  return [distinct.filter(fits), distinct.filter((name) => !fits(name))];
}

/** The shape of a race from its parameters. */
export const shapeOf = (p: Omit<RaceShape, 'optimizers'>, optimizers: readonly OptimizerName[]): RaceShape => ({
  optimizers,
  rates: p.rates,
  spacing: p.spacing,
  seeds: p.seeds,
  steps: p.steps,
  evaluateEvery: p.evaluateEvery,
  schedule: p.schedule,
  rootsEvery: p.rootsEvery,
});

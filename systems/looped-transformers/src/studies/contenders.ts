import type { Cost } from '@sardonyx/study';
import { z } from 'zod';
import {
  activationBytes,
  isoFlop,
  isoParameter,
  type LoopedTransformerConfig,
  loopedName,
  parameterCounts,
  trainingFlopsPerToken,
} from '../model/model.js';
import type { StackingStage } from '../training/gradual-stacking.js';
import type { Contender } from '../training/training-plan.js';
import type { TrainingParameters } from './training-parameters.js';

/** What a model is in the comparison of a (k⊗L) with (k⊗1) and (kL⊗1). */
export type Role = 'looped' | 'iso-parameter' | 'iso-flop';

/** The looped model first, then the baselines asked for; those that equal the looped model are left out. */
export function loopedTriple(config: LoopedTransformerConfig, baselines: readonly Role[]): Omit<Contender, 'seed'>[] {
  const all: { readonly role: Role; readonly config: LoopedTransformerConfig }[] = [
    { role: 'looped', config },
    { role: 'iso-parameter', config: isoParameter(config) },
    { role: 'iso-flop', config: isoFlop(config) },
  ];
  return all
    .filter(({ role }) => role === 'looped' || (config.loops > 1 && baselines.includes(role)))
    .map((contender) => ({ ...contender, name: loopedName(contender.config) }));
}

/** Models as a flag: `2x3,2x1` for (2⊗3) and (2⊗1). */
export const shapes = z.array(z.string().refine((text) => /^[1-9]\d*x[1-9]\d*$/.test(text), 'layers and loops from 1 on, as in 2x3'));

/** k and L of `2x3`. */
export function shapeOf(text: string): { readonly layers: number; readonly loops: number } {
  const [layers, loops] = text.split('x').map(Number);
  return { layers: layers!, loops: loops! };
}

/** A model of every shape for every seed; all models of one seed come after another, and see the same data. */
export const contendersOf = (
  shared: Omit<LoopedTransformerConfig, 'layers' | 'loops'>,
  models: readonly string[],
  seeds: readonly number[],
  variant?: string,
): Contender[] =>
  seeds.flatMap((seed) =>
    models.map((text) => {
      const config = { ...shared, ...shapeOf(text) };
      const name = loopedName(config);
      return { name: variant ? `${name} ${variant}` : name, config, seed, ...(variant && { variant }) };
    }),
  );

/** Floating-point operations a second that a run on two cores reaches, for estimates of its time. */
const flopsPerSecond = 4e10;

/**
 * What training all contenders needs: the largest model's parameters and memory (parameters, gradients, two moments and
 * activations in float32), all tokens and operations, and the time that two cores would take.
 * @param stagesOf the stages of a model that grows, of all steps together; all layers in all steps by default
 */
export function trainingCost(
  contenders: readonly Contender[],
  p: Pick<TrainingParameters, 'steps' | 'batchSize' | 'accumulate'>,
  stagesOf: (config: LoopedTransformerConfig) => readonly StackingStage[] = ({ layers }) => [{ layers, steps: p.steps }],
): Cost {
  const tokens = contenders.map(({ config }) => p.steps * p.batchSize * config.length);
  const flops = contenders
    .flatMap(({ config }) => stagesOf(config).map(({ layers, steps }) => ({ config: { ...config, layers }, steps })))
    .reduce((sum, { config, steps }) => sum + steps * p.batchSize * config.length * trainingFlopsPerToken(config), 0);
  const parameters = contenders.map(({ config }) => parameterCounts(config).distinct);
  const batch = Math.ceil(p.batchSize / p.accumulate);
  const memory = contenders.map(({ config }, i) => 16 * parameters[i]! + activationBytes(config, { batch }));
  return {
    models: contenders.length,
    parameters: Math.max(...parameters),
    tokens: tokens.reduce((a, b) => a + b, 0),
    flops,
    memoryBytes: Math.max(...memory),
    seconds: flops / flopsPerSecond,
  };
}

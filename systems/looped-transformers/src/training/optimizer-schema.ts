import { z } from 'zod';

const share = z.number().min(0).max(1).optional();
const positive = z.number().positive().optional();
const atLeastZero = z.number().min(0).optional();
const count = z.int().min(1).optional();
const flag = z.boolean().optional();

const named = <N extends string, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.strictObject({ name: z.literal(name), weightDecay: atLeastZero, ...shape });

const moments = { beta1: share, beta2: share, epsilon: positive };

/** Optimizers as configurations name them, with the options that are plain data. */
export const optimizerSchema = z.discriminatedUnion('name', [
  named('sgd', {}),
  named('momentum', { momentum: share, nesterov: flag }),
  named('adam', moments),
  named('adamW', moments),
  named('adafactor', {
    scaleParameter: flag,
    decayExponent: positive,
    epsilon: positive,
    leastScale: positive,
    clippingThreshold: positive,
    momentum: share,
  }),
  named('muon', {
    momentum: share,
    nesterov: flag,
    iterations: count,
    epsilon: positive,
    scale: z.enum(['original', 'match-adamW', 'spectral', 'none']).optional(),
  }),
  named('shampoo', {
    ...moments,
    maxDimension: count,
    preconditionEvery: count,
    startStep: count,
    grafting: z.enum(['none', 'sgd', 'adagrad', 'adam']).optional(),
  }),
  named('soap', { ...moments, shampooBeta: share, preconditionEvery: count, maxDimension: count, normalizeSteps: flag }),
  named('asgo', { momentum: share, beta2: share, epsilon: atLeastZero, preconditionEvery: count }),
  named('structuredAdaGrad', {
    set: z.string().optional(),
    form: z.enum(['cumulative', 'ema', 'weighted']).optional(),
    momentum: share,
    beta2: share,
    epsilon: atLeastZero,
    preconditionEvery: count,
  }),
]);

import {
  adafactor,
  adam,
  adamW,
  asgo,
  dasgo,
  momentum,
  muon,
  normalizedSteepestDescent,
  type Optimizer,
  type Schedule,
  sgd,
  shampoo,
  soap,
  structuredAdaGrad,
  type StructuredSet,
} from '@sardonyx/optim';
import { isEmbeddingOrHead } from './training-problem.js';

/** What the study chooses for an optimizer; everything else is the row's. */
export interface OptimizerSettings {
  readonly learningRate: Schedule;
  /** Updates from one computation of matrix roots to the next; also the first update that has them. */
  readonly rootsEvery: number;
}

/** One optimizer of the comparison. */
export interface OptimizerRow {
  readonly name: string;
  /** The learning rate in the middle of its grid. */
  readonly centre: number;
  readonly make: (settings: OptimizerSettings) => Optimizer;
  /** Elements of the largest parameter that it is feasible for; any by default. */
  readonly largestParameter?: number;
}

const adaGrad =
  (set: StructuredSet): OptimizerRow['make'] =>
  ({ learningRate, rootsEvery }) =>
    structuredAdaGrad({
      learningRate,
      set,
      // The statistic of a whole matrix has low rank for long: a pseudo-inverse leaves alone what a small ε would blow up.
      ...(set === 'full' && { epsilon: 0 }),
      ...rootsAt(rootsEvery),
    });

/** Late roots: until there are statistics of as many gradients, steps are those of a multiple of the identity. */
const rootsAt = (every: number) => (every === 1 ? {} : { preconditionEvery: every, startStep: every });

/**
 * All families of @sardonyx/optim, a row each, with the defaults of the package but for what is written here.
 *
 * A learning rate is the only thing tuned, so it serves all parameters: Muon, ASGO and DASGO step with the root mean square of
 * AdamW, to which they leave embeddings, heads and vectors. One-sided sets take the shorter side of a matrix, and single
 * elements of vectors; Shampoo joins no axes, which would make a small matrix one long vector. Weights decay where that is
 * the method's own default: AdamW, SOAP, ASGO, DASGO.
 */
export const optimizerTable = [
  { name: 'sgd', centre: 1, make: ({ learningRate }) => sgd({ learningRate }) },
  { name: 'momentum', centre: 0.3, make: ({ learningRate }) => momentum({ learningRate }) },
  { name: 'nesterov', centre: 0.3, make: ({ learningRate }) => momentum({ learningRate, nesterov: true }) },
  { name: 'adam', centre: 0.03, make: ({ learningRate }) => adam({ learningRate }) },
  { name: 'adamW', centre: 0.03, make: ({ learningRate }) => adamW({ learningRate }) },
  { name: 'adafactor', centre: 0.1, make: ({ learningRate }) => adafactor({ learningRate }) },
  {
    name: 'sign-descent',
    centre: 3e-3,
    make: ({ learningRate }) => normalizedSteepestDescent({ learningRate, norm: 'maximum', momentum: 0.9 }),
  },
  {
    name: 'spectral-descent',
    centre: 0.03,
    make: ({ learningRate }) => normalizedSteepestDescent({ learningRate, norm: 'spectral', momentum: 0.9 }),
  },
  { name: 'adagrad-norm', centre: 0.1, make: adaGrad('scalar') },
  { name: 'adagrad-rows', centre: 0.1, make: adaGrad('rows') },
  { name: 'adagrad', centre: 0.1, make: adaGrad('diagonal') },
  { name: 'one-sided-shampoo', centre: 0.1, make: adaGrad('auto') },
  // A root of order d for a parameter of d elements, at every update: 30 ms for 400 of them.
  { name: 'adagrad-full', centre: 1, make: adaGrad('full'), largestParameter: 400 },
  {
    name: 'one-sided-shampoo-ema',
    centre: 0.03,
    make: ({ learningRate, rootsEvery }) =>
      structuredAdaGrad({ learningRate, form: 'ema', beta2: 0.99, momentum: 0.9, biasCorrection: true, ...rootsAt(rootsEvery) }),
  },
  {
    name: 'shampoo',
    centre: 0.3,
    make: ({ learningRate, rootsEvery }) => shampoo({ learningRate, mergeDimensions: false, preconditionEvery: rootsEvery }),
  },
  {
    name: 'shampoo-grafted',
    centre: 0.03,
    make: ({ learningRate, rootsEvery }) =>
      shampoo({ learningRate, mergeDimensions: false, preconditionEvery: rootsEvery, grafting: 'adam' }),
  },
  { name: 'soap', centre: 0.03, make: ({ learningRate }) => soap({ learningRate }) },
  {
    name: 'muon',
    centre: 0.03,
    make: ({ learningRate }) => muon({ learningRate, scale: 'match-adamW', adamWFor: isEmbeddingOrHead, adamW: { learningRate } }),
  },
  { name: 'asgo', centre: 0.03, make: ({ learningRate }) => asgo({ learningRate, adamWFor: isEmbeddingOrHead, adamW: { learningRate } }) },
  {
    name: 'dasgo',
    centre: 0.03,
    make: ({ learningRate }) => dasgo({ learningRate, adamWFor: isEmbeddingOrHead, adamW: { learningRate } }),
  },
] as const satisfies readonly OptimizerRow[];

export type OptimizerName = (typeof optimizerTable)[number]['name'];

export const optimizerNames: readonly OptimizerName[] = optimizerTable.map(({ name }) => name);

/** The row of that name. */
export const optimizerNamed = (name: OptimizerName): OptimizerRow => optimizerTable.find((row) => row.name === name)!;

import { defineStudy } from '@sardonyx/study';
import { z } from 'zod';
import type { Algorithm } from '../problems/algorithms.js';
import { sweepFigures } from './quadratic-figures.js';
import { contenders, sweepCost, sweepLearningRates, sweepParameters } from './quadratic-sweep.js';
import type { Contender } from './sweep-runs.js';
import { besidePublished, lowest } from './sweep-tables.js';

/** The weighted counterparts of AdaGrad-Norm, AdaGrad and their relatives, under the paper's names. */
export const weightedNames: Readonly<Partial<Record<Algorithm, string>>> = {
  'AdaGrad-Norm': 'AdaSGD',
  AdaGrad: 'Adam (β₁ = 0)',
  'full-matrix': 'full-matrix, weighted',
  'one-sided Shampoo': 'one-sided Shampoo, weighted',
};

/** The four methods with `M ← β₂·M + g·gᵀ`. */
export function weightedContenders(beta2: number): Contender[] {
  return contenders({ accumulation: 'weighted', beta2 }, Object.keys(weightedNames) as Algorithm[], (name) => weightedNames[name]!);
}

/** Losses at step 100 in Figure 2 (d = 1000, float32), read off the plot. */
const published = {
  AdaSGD: [2.5e-2, 2.7e-2],
  'Adam (β₁ = 0)': [3.4e-2, 2.5e-2],
  'full-matrix, weighted': [6.5e-2, 1.3e-1],
  'one-sided Shampoo, weighted': [4e-4, 4.5e-4],
} as const;

const params = z.object({
  ...sweepParameters,
  beta2: z.number().gt(0).max(1).default(0.95).describe('factor on the statistic before every gradient'),
});

/** The weighted versions of the four methods (Figure 2). */
export const matrixQuadraticEma = defineStudy({
  name: 'matrix-quadratic-ema',
  title: 'One-sided Shampoo beats full-matrix AdaGrad with exponential weights too',
  paper: { arxiv: '2503.10537', where: 'Figure 2' },
  summary: 'the matrix quadratic with statistics and averages weighted by powers of β₂',
  params,
  presets: {
    quick: { order: 60, seeds: 2, rates: 13, lowestRate: 1e-2 },
    standard: { seeds: 2, rates: 26, lowestRate: 1e-3, search: 'bracket' },
    paper: {},
  },
  cost: (p) => sweepCost(p, weightedContenders(p.beta2)),
  run: (ctx, p) => sweepLearningRates(ctx, p, weightedContenders(p.beta2)),
  figures: sweepFigures,
  expect: [
    {
      name: 'one-sided Shampoo is best',
      paper: 'last 4e-4 against 2.5e-2, average 4.5e-4 against 2.5e-2',
      claim: 'below all others at the last and the average iterate',
      evaluate: (results) => lowest(results, 'one-sided Shampoo, weighted', ['AdaSGD', 'Adam (β₁ = 0)', 'full-matrix, weighted']),
    },
    ...besidePublished(published, 'mean over the seeds at the best learning rate; the paper has float32 and d = 1000'),
  ],
});

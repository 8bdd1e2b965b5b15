import { defineStudy } from '@sardonyx/study';
import { z } from 'zod';
import type { Algorithm } from '../problems/algorithms.js';
import { sweepFigures } from './quadratic-figures.js';
import { contenders, cumulative, sweepCost, sweepLearningRates, sweepParameters } from './quadratic-sweep.js';
import { besidePublished, lowest } from './sweep-tables.js';

const compared: readonly Algorithm[] = ['AdaGrad-Norm', 'AdaGrad', 'full-matrix', 'one-sided Shampoo'];
const all = contenders(cumulative, compared);

/** Losses at step 100 in Figure 1 (d = 1000, float32), read off the plot to an order of magnitude. */
const published: Readonly<Record<string, readonly [last: number, average: number]>> = {
  'AdaGrad-Norm': [2e-2, 4e-2],
  AdaGrad: [2.3e-2, 3.4e-2],
  'full-matrix': [7e-2, 1.2e-1],
  'one-sided Shampoo': [2.3e-4, 4.5e-4],
};

const claim = 'mean over the seeds at the best learning rate; the paper has float32 and d = 1000';

/** One-sided Shampoo against AdaGrad-Norm, AdaGrad and full-matrix AdaGrad on a matrix quadratic (Figure 1). */
export const matrixQuadratic = defineStudy({
  name: 'matrix-quadratic',
  title: 'One-sided Shampoo beats full-matrix AdaGrad on a matrix quadratic',
  paper: { arxiv: '2503.10537', where: 'Figure 1' },
  summary: 'four preconditioners at their best learning rates, last and average iterate, in float64 or as published',
  params: z.object(sweepParameters),
  presets: {
    quick: { order: 60, seeds: 2, rates: 13, lowestRate: 1e-2 },
    standard: { seeds: 2, rates: 26, lowestRate: 1e-3, search: 'bracket' },
    paper: {},
  },
  cost: (p) => sweepCost(p, all),
  run: (ctx, p) => sweepLearningRates(ctx, p, all),
  figures: sweepFigures,
  expect: [
    {
      name: 'one-sided Shampoo is best',
      paper: 'last 2.3e-4 against 2.0e-2, average 4.5e-4 against 3.4e-2',
      claim: 'below all others at the last and the average iterate',
      evaluate: (results) => lowest(results, 'one-sided Shampoo', ['AdaGrad-Norm', 'AdaGrad', 'full-matrix']),
    },
    ...besidePublished(published, claim),
  ],
});

import { defineStudy, type Results } from '@sardonyx/study';
import { z } from 'zod';
import { algorithms } from '../problems/algorithms.js';
import { weightedContenders, weightedNames } from './matrix-quadratic-ema.js';
import { sweepFigures } from './quadratic-figures.js';
import { contenders, cumulative, sweepCost, sweepLearningRates, sweepParameters } from './quadratic-sweep.js';
import { type Contender, type Metric, metrics } from './sweep-runs.js';

const summed = algorithms.filter((name) => name !== 'two-sided Shampoo');
const all = (beta2: number): Contender[] => [...contenders(cumulative, summed), ...weightedContenders(beta2)];

const params = z.object({ ...sweepParameters, beta2: z.number().gt(0).max(1).default(0.95).describe('factor of the weighted methods') });

/** Decades of learning rates, as the grid samples them, over which a series stays below the best that any of the others reaches at its own best rate. */
function decadesBelow(results: Results, series: string, others: readonly string[], metric: Metric): number {
  const table = results.table('rates');
  if (table === undefined) return 0;
  const { series: names = [], metric: kinds = [], rate = [], loss = [] } = table.columns;
  const rows = rate.map((value, i) => ({ name: String(names[i]), kind: String(kinds[i]), rate: Number(value), loss: Number(loss[i]) }));
  const bar = Math.min(...rows.filter(({ name, kind }) => others.includes(name) && kind === metric).map(({ loss }) => loss));
  const below = rows.filter((row) => row.name === series && row.kind === metric && row.loss < bar).map((row) => row.rate);
  const grid = [...new Set(rows.map((row) => row.rate))].sort((a, b) => a - b);
  return below.length * Math.log10((grid[1] ?? 1) / (grid[0] ?? 1));
}

/** Loss against learning rate for the eight methods (Figure 3). */
export const learningRates = defineStudy({
  name: 'learning-rates',
  title: 'Loss against the learning rate, sums and exponential weights',
  paper: { arxiv: '2503.10537', where: 'Figure 3' },
  summary: 'all eight methods over the grid of learning rates',
  params,
  presets: {
    quick: { order: 40, seeds: 2, rates: 13, lowestRate: 1e-3 },
    standard: { order: 100, rates: 31 },
    paper: {},
  },
  cost: (p) => sweepCost(p, all(p.beta2)),
  run: (ctx, p) => sweepLearningRates(ctx, p, all(p.beta2)),
  figures: sweepFigures,
  expect: metrics.map((metric) => ({
    name: `one-sided Shampoo, ${metric}: width of the valley`,
    paper: 'lowest over two decades of η (float32)',
    claim:
      'decades of η at which its loss is below the best that any other summed (weighted) method reaches at its own best η; holds above 0',
    evaluate: (results) => {
      const groups = [[...summed], Object.values(weightedNames)].map((names) => ({
        series: names.find((name) => name.startsWith('one-sided'))!,
        others: names.filter((name) => !name.startsWith('one-sided')),
      }));
      const decades = groups.map(({ series, others }) => decadesBelow(results, series, others, metric));
      return { ours: decades.map((width) => width.toFixed(2)).join(' and '), verdict: Math.min(...decades) > 0 ? 'holds' : 'fails' };
    },
  })),
});

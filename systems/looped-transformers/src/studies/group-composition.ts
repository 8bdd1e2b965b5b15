import { defineStudy, type Results, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { accuracyFigure } from '../training/accuracy-figure.js';
import { meanOf } from '../training/judgement.js';
import { groupComposition } from '../tasks/group-composition.js';
import { groupOrder } from '../tasks/named-groups.js';
import { descriptionOf } from '../tasks/task.js';
import type { Contender } from '../training/training-plan.js';
import { trainModels } from '../training/training-run.js';
import { contendersOf, shapes, trainingCost } from './contenders.js';
import { beside } from './model-expectations.js';
import { bodyOf, bodyParameters } from './model-parameters.js';
import { drawBatch, taskBucket } from '../training/task-training.js';
import { checkedBy, headsDivideWidth } from './parameter-checks.js';
import { heldOutShare, planOf, seedsOf, smallTraining, trainingParameters } from './training-parameters.js';

const params = z
  .object({
    groups: z
      .array(z.string())
      .min(1)
      .default(['S_3', 'Z_6'])
      .describe('groups: Z_m, S_n, A_n, D_n (order 2n), or a product such as Z_2 x S_3'),
    factors: z.int().min(2).max(4096).default(16).describe('factors of a product, n'),
    models: shapes.min(1).default(['1x4', '1x1', '4x1']).describe('models, 2x3 for (2⊗3), the looped one first'),
    ...bodyParameters,
    ...trainingParameters,
    width: bodyParameters.width.default(128),
    heldOut: heldOutShare,
  })
  .check(headsDivideWidth)
  .check(checkedBy('groups', ({ groups }) => groups.map(groupOrder)));
type Params = z.output<typeof params>;

/** For every group all models; the group is the variant. */
const allContenders = (p: Params, seed: number): Contender[] =>
  p.groups.flatMap((group) =>
    contendersOf({ ...bodyOf(p), vocabulary: groupOrder(group) + 1, length: p.factors + 1 }, p.models, seedsOf(p, seed), group),
  );

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const length = p.factors + 1;
  const tasks = new Map(
    p.groups.map((group) => {
      const task = groupComposition({ group, lengths: [p.factors], evaluateLengths: [p.factors], supervise: 'dense', heldOut: p.heldOut });
      const bucket = taskBucket(task, { ...p, name: `n=${p.factors}`, difficulty: p.factors, count: p.evaluationExamples, seed: ctx.seed });
      return [group, { task, bucket }] as const;
    }),
  );
  let latest: { readonly model: string; readonly prefix: number; readonly accuracy: number }[] = [];
  await trainModels(ctx, {
    ...planOf(p),
    contenders: allContenders(p, ctx.seed),
    dataName: 'group-composition train',
    data: (stream, _, { variant }) => drawBatch(stream, tasks.get(variant!)!.task, { ...p, length }),
    buckets: ({ variant }) => [tasks.get(variant!)!.bucket],
    measure: 'dense',
    describe: ({ variant }) => descriptionOf(tasks.get(variant!)!.task),
    scored({ name, seed }, _, { positions }, step) {
      if (seed !== ctx.seed) return;
      latest = positions.flatMap((share, prefix) => (share.count > 0 ? [{ model: name, prefix, accuracy: 100 * meanOf(share) }] : []));
      const table = ctx.table('prefix-accuracy', { model: 'utf8', step: 'int32', prefix: 'int32', accuracy: 'float64' });
      for (const row of latest) table.append({ ...row, step });
    },
    finished(_, { seed }) {
      const table = ctx.table('final-prefix-accuracy', { model: 'utf8', prefix: 'int32', accuracy: 'float64' });
      if (seed === ctx.seed) for (const row of latest) table.append(row);
      return Promise.resolve();
    },
  });
  ctx.result('groups', p.groups.join(', '));
}

/** The looped model of a group beside the same layers applied once; the n-th of the groups. */
function loopedBesideOnce(results: Results, index: number): ReturnType<typeof beside> {
  const group = String(results.values['groups']).split(', ')[index];
  const first = String(results.values['first model']);
  const shape = first.slice(0, first.indexOf(')') + 1);
  if (group === undefined) return { ours: 'no such group in the run', verdict: 'reported' };
  return beside(results, `${shape} ${group}`, `${shape.replace(/⊗\d+/, '⊗1')} ${group}`, (looped, once) => looped - once >= 10);
}

/** Composition of group elements, learned: the task whose solution by ⌈log₂ n⌉ loops is written out in the theory. */
export const groupCompositionStudy = defineStudy({
  name: 'group-composition',
  title: 'Products in a group: how long a prefix a loop can multiply',
  paper: { arxiv: '2502.17416', where: 'Theorem 5.1: one layer and ⌈log₂ n⌉ loops are enough; nothing is trained there' },
  summary: 'products of all prefixes of n group elements by (k⊗L), (k⊗1) and (kL⊗1), accuracy by prefix length',
  params,
  presets: {
    quick: {
      factors: 8,
      models: ['1x3', '1x1'],
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      batchSize: 64,
      steps: 2000,
      evaluateEvery: 250,
      evaluationExamples: 512,
    },
    standard: {
      groups: ['S_3', 'Z_6', 'A_5'],
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      batchSize: 64,
      steps: 5000,
      seeds: 3,
      evaluateEvery: 500,
    },
    paper: { groups: ['S_3', 'Z_6', 'S_5'], factors: 64, models: ['1x6', '1x1', '6x1'] },
  },
  cost: (p) => trainingCost(allContenders(p, 0), p),
  run,
  figures: [
    {
      name: 'prefixes',
      title: 'Accuracy by length of the prefix, at the end',
      kind: 'line',
      table: 'final-prefix-accuracy',
      x: 'prefix',
      y: 'accuracy',
      series: 'model',
      xLabel: 'factors of the prefix',
      yLabel: 'accuracy (%)',
    },
    accuracyFigure([], 'Accuracy over all prefixes while training'),
  ],
  expect: [
    {
      name: 'looping beats one pass in the first group',
      paper: 'none trained; ⌈log₂ n⌉ loops of one layer are enough',
      claim: 'at least 10 percentage points above the same layers applied once, mean over prefixes',
      evaluate: (results) => loopedBesideOnce(results, 0),
    },
    {
      name: 'the second group',
      paper: 'none trained; ⌈log₂ n⌉ loops of one layer are enough',
      claim: 'reported: a commutative group needs no order of the factors, and one pass may be enough',
      evaluate: (results) => ({ ...loopedBesideOnce(results, 1), verdict: 'reported' }),
    },
  ],
});

import { defineStudy, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { curriculum, stageAt } from '../training/curriculum.js';
import { pHop } from '../tasks/p-hop.js';
import { descriptionOf } from '../tasks/task.js';
import type { Contender } from '../training/training-plan.js';
import { median } from '../training/training-records.js';
import { trainModels } from '../training/training-run.js';
import { contendersOf, shapes, trainingCost } from './contenders.js';
import { besideFirst, depthOf, onceOf } from './model-expectations.js';
import { bodyOf, bodyParameters } from './model-parameters.js';
import { drawBatch, taskBucket } from '../training/task-training.js';
import { checkedBy, headsDivideWidth, stagesEnd } from './parameter-checks.js';
import { heldOutShare, planOf, seedsOf, smallTraining, trainingParameters } from './training-parameters.js';
import { accuracyFigure } from '../training/accuracy-figure.js';

const hops = z.int().min(1).max(1024);

const params = z
  .object({
    length: z.int().min(3).max(4096).default(256).describe('symbols of a sequence, n'),
    hops: hops.default(16).describe('hops back from the last symbol, p'),
    alphabet: z.int().min(2).max(26).default(4).describe('different symbols'),
    sampler: z
      .enum(['rejection', 'planted', 'uniform'])
      .default('rejection')
      .describe('uniform sequences redrawn until the last hop is real; a chosen chain; or uniform with the fixed points left in'),
    supervise: z.enum(['last', 'dense']).default('last').describe('the answer at the last symbol, or at every prefix with a real one'),
    stages: z.array(hops).default([]).describe('hops of the earlier stages of a curriculum, in order'),
    until: z.array(z.number().gt(0).lt(1)).default([]).describe('share of the steps at which each of these stages ends'),
    models: shapes
      .min(1)
      .default(['1x6', '1x1', '6x1', '2x3', '2x1', '3x2', '3x1'])
      .describe('models, 2x3 for (2⊗3), the looped one first'),
    contrast: shapes.default([]).describe('models that are trained without the curriculum as well'),
    ...bodyParameters,
    ...trainingParameters,
    width: bodyParameters.width.default(128),
    heldOut: heldOutShare,
  })
  .check(headsDivideWidth)
  .check(stagesEnd)
  .check(checkedBy('hops', tasksOf));
type Params = z.output<typeof params>;

/** What the models of the contrast are called after their shape. */
const atOnce = 'at once';

/** All models with the curriculum, then those of the contrast without. */
function allContenders(p: Params, seed: number): Contender[] {
  const shared = { ...bodyOf(p), vocabulary: p.alphabet, length: p.length };
  const seeds = seedsOf(p, seed);
  return [...contendersOf(shared, p.models, seeds), ...contendersOf(shared, p.contrast, seeds, atOnce)];
}

/** The tasks of a curriculum, the one that is judged last. */
function tasksOf({ length, alphabet, sampler, supervise, heldOut, stages, hops }: Params) {
  return [...stages, hops].map((hops) => pHop({ length, alphabet, sampler, supervise, heldOut, hops }));
}

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const tasks = tasksOf(p);
  const staged = curriculum(tasks, p.until);
  const last = tasks.at(-1)!;
  const bucket = taskBucket(last, { ...p, name: `p=${p.hops}`, difficulty: p.hops, count: p.evaluationExamples, seed: ctx.seed });
  const finals = await trainModels(ctx, {
    ...planOf(p),
    contenders: allContenders(p, ctx.seed),
    dataName: 'p-hop train',
    data: (stream, step, { variant }) => drawBatch(stream, variant === atOnce ? last : stageAt(staged, step, p.steps), p),
    buckets: () => [bucket],
    measure: p.supervise,
    describe: () => descriptionOf(last),
  });
  for (const name of new Set(finals.map((final) => final.name))) {
    ctx.result(`last-position accuracy ${name}`, median(finals.filter((final) => final.name === name).map(({ last }) => last)));
  }
}

/** p-hop induction by looped and ordinary transformers, with and without a curriculum (Table 2). */
export const pHopStudy = defineStudy({
  name: 'p-hop',
  title: 'Hopping back: depth by looping in p-hop induction',
  paper: { arxiv: '2502.17416', where: 'Table 2' },
  summary: 'p-hop induction by (k⊗L), (k⊗1) and (kL⊗1) transformers, with a curriculum and without',
  params,
  presets: {
    quick: {
      length: 32,
      hops: 2,
      sampler: 'uniform',
      supervise: 'dense',
      models: ['1x4', '1x1'],
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      steps: 1500,
      evaluateEvery: 250,
      evaluationExamples: 512,
    },
    standard: {
      length: 32,
      hops: 4,
      sampler: 'uniform',
      supervise: 'dense',
      stages: [1, 2],
      until: [0.12, 0.5],
      models: ['1x5', '1x1', '5x1'],
      contrast: ['1x5', '5x1'],
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      seeds: 3,
      steps: 3600,
      evaluateEvery: 300,
      evaluationExamples: 1024,
    },
    paper: {},
  },
  cost: (p) => trainingCost(allContenders(p, 0), p),
  run,
  figures: [
    accuracyFigure([
      { label: 'paper, (1⊗6), p = 16', value: 99.9 },
      { label: 'paper, (1⊗1), p = 16', value: 48.9 },
    ]),
    {
      name: 'models',
      title: 'Accuracy at the end, median of the seeds',
      kind: 'bar',
      table: 'final-accuracy',
      x: 'model',
      y: 'accuracy',
      xLabel: 'model',
      yLabel: 'accuracy (%)',
    },
  ],
  expect: [
    {
      name: 'looping beats one pass',
      paper: '(1⊗6) 99.9 against (1⊗1) 48.9 at p = 16',
      claim: 'at least 20 percentage points above the same layers applied once',
      evaluate: (results) => besideFirst(results, onceOf, (looped, once) => looped - once >= 20),
    },
    {
      name: 'looping is as good as layers',
      paper: '(1⊗6) 99.9, (6⊗1) 99.9 at p = 16',
      claim: 'at most 3 percentage points below as many different layers',
      evaluate: (results) => besideFirst(results, depthOf, (looped, deep) => deep - looped <= 3),
    },
    {
      name: 'the looped model without the curriculum',
      paper: 'trained without one, for 200,000 steps',
      claim: 'reported: whether it solves the task at once as well depends on the initial weights',
      evaluate: (results) => ({
        ...besideFirst(
          results,
          (name) => `${name} ${atOnce}`,
          () => true,
        ),
        verdict: 'reported',
      }),
    },
  ],
});

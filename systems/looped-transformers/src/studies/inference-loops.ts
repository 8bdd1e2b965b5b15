import { defineStudy, type Results, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { curriculum, stageAt } from '../training/curriculum.js';
import { type Bucket, scoreOf } from '../training/evaluation.js';
import { meanOf } from '../training/judgement.js';
import type { LoopSampling } from '../training/loop-sampling.js';
import { loopedName } from '../model/model.js';
import { pHop } from '../tasks/p-hop.js';
import { descriptionOf } from '../tasks/task.js';
import type { Trainer } from '../training/trainer.js';
import type { Contender } from '../training/training-plan.js';
import { trainModels } from '../training/training-run.js';
import { trainingCost } from './contenders.js';
import { percent } from './model-expectations.js';
import { bodyOf, bodyParameters, modelParameters } from './model-parameters.js';
import { drawBatch, taskBucket } from '../training/task-training.js';
import { checkedBy, headsDivideWidth, stagesEnd } from './parameter-checks.js';
import { heldOutShare, planOf, seedsOf, smallTraining, trainingParameters } from './training-parameters.js';

const samplings = ['fixed', 'uniform', 'poissonLogNormal'] as const;

const params = z
  .object({
    layers: modelParameters.layers,
    loops: modelParameters.loops,
    samplings: z.array(z.enum(samplings)).min(1).default(['fixed', 'uniform']).describe('how the loops of a training step are chosen'),
    testLoops: z
      .array(z.int().min(1).max(256))
      .min(1)
      .default([1, 2, 3, 4, 6, 8, 12, 16, 24])
      .describe('loops that models are judged with'),
    length: z.int().min(3).max(4096).default(256).describe('symbols of a p-hop sequence'),
    hops: z.int().min(1).max(1024).default(16).describe('hops back from the last symbol'),
    stages: z.array(z.int().min(1)).default([]).describe('hops of the earlier stages of a curriculum'),
    until: z.array(z.number().gt(0).lt(1)).default([]).describe('share of the steps at which each of these stages ends'),
    ...bodyParameters,
    ...trainingParameters,
    heldOut: heldOutShare,
  })
  .check(headsDivideWidth)
  .check(stagesEnd)
  .check(checkedBy('hops', tasksOf));
type Params = z.output<typeof params>;

const alphabet = 4;

function allContenders(p: Params, seed: number): Contender[] {
  const config = { ...bodyOf(p), layers: p.layers, loops: p.loops, vocabulary: alphabet, length: p.length };
  return seedsOf(p, seed).flatMap((seed) =>
    p.samplings.map((variant): Contender => ({ name: `${loopedName(config)} ${variant}`, variant, config, seed })),
  );
}

function samplingOf(kind: Params['samplings'][number], loops: number): LoopSampling {
  if (kind === 'fixed') return { kind, loops };
  return kind === 'uniform' ? { kind, maximum: loops } : { kind, mean: loops };
}

/** The tasks of a curriculum, the one that is judged last. */
function tasksOf({ length, heldOut, stages, hops }: Params) {
  return [...stages, hops].map((hops) => pHop({ length, hops, alphabet, sampler: 'uniform', supervise: 'dense', heldOut }));
}

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const tasks = tasksOf(p);
  const staged = curriculum(tasks, p.until);
  const bucket = taskBucket(tasks.at(-1)!, { ...p, name: `p=${p.hops}`, difficulty: p.hops, count: p.evaluationExamples, seed: ctx.seed });
  await trainModels(ctx, {
    ...planOf(p),
    contenders: allContenders(p, ctx.seed),
    dataName: 'p-hop train',
    data: (stream, step) => drawBatch(stream, stageAt(staged, step, p.steps), p),
    loopSampling: ({ variant }) => samplingOf(variant as Params['samplings'][number], p.loops),
    buckets: () => [bucket],
    measure: 'dense',
    describe: () => descriptionOf(tasks.at(-1)!),
    finished: (trainer, { name, seed }) => judgeByLoops(ctx, trainer, name, seed === ctx.seed, p.testLoops, bucket),
  });
  ctx.result('trained loops', p.loops);
}

/** Accuracy and loss with every number of loops. */
async function judgeByLoops(
  ctx: StudyContext,
  trainer: Trainer,
  model: string,
  isFirstSeed: boolean,
  testLoops: readonly number[],
  bucket: Bucket,
): Promise<void> {
  const table = ctx.table('loops', { model: 'utf8', loops: 'int32', accuracy: 'float64', loss: 'float64' });
  for (const loops of testLoops) {
    const score = await scoreOf((batch) => trainer.judge(batch, loops), bucket);
    const [accuracy, loss] = [100 * meanOf(score.dense), meanOf(score.loss)];
    table.append({ model, loops, accuracy, loss });
    if (isFirstSeed) ctx.result(`accuracy ${model} with ${loops} loops`, accuracy);
  }
}

/** Accuracy of a sampling by loops, in the order of the loops. */
function curve(results: Results, sampling: string): readonly { readonly loops: number; readonly accuracy: number }[] {
  return Object.entries(results.values)
    .flatMap(([key, value]) => {
      const match = new RegExp(`^accuracy \\S+ ${sampling} with (\\d+) loops$`).exec(key);
      return match && typeof value === 'number' ? [{ loops: Number(match[1]), accuracy: value }] : [];
    })
    .sort((a, b) => a.loops - b.loops);
}

const inWords = (points: ReturnType<typeof curve>): string =>
  points.map(({ loops, accuracy }) => `${loops}: ${percent(accuracy)}`).join(', ');

/** Accuracy against the loops at test time, of models trained with a fixed and with a random number of loops. */
export const inferenceLoops = defineStudy({
  name: 'inference-loops',
  title: 'More or fewer loops than in training',
  paper: { arxiv: '2502.17416', where: 'none: the looped model at other depths; random loops after Geiping et al., arXiv:2502.05171' },
  summary: 'accuracy with every number of loops, after training with a fixed number and with a random one',
  params,
  presets: {
    quick: {
      layers: 1,
      loops: 4,
      testLoops: [1, 2, 3, 4, 5, 6, 8],
      length: 32,
      hops: 2,
      stages: [1],
      until: [0.25],
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      steps: 1200,
      evaluateEvery: 300,
      evaluationExamples: 512,
    },
    standard: {
      layers: 1,
      loops: 5,
      samplings: ['fixed', 'uniform', 'poissonLogNormal'],
      testLoops: [1, 2, 3, 4, 5, 6, 8, 10, 15],
      length: 32,
      hops: 4,
      stages: [1, 2],
      until: [0.12, 0.5],
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      steps: 4000,
      seeds: 2,
      evaluateEvery: 500,
      evaluationExamples: 1024,
    },
    paper: { loops: 6 },
  },
  cost: (p) => trainingCost(allContenders(p, 0), p),
  run,
  figures: [
    {
      name: 'loops',
      title: 'Accuracy against the loops at test time',
      kind: 'line',
      table: 'loops',
      x: 'loops',
      y: 'accuracy',
      series: 'model',
      xLabel: 'loops',
      yLabel: 'accuracy (%)',
    },
    {
      name: 'losses',
      title: 'Loss against the loops at test time',
      kind: 'line',
      table: 'loops',
      x: 'loops',
      y: 'loss',
      series: 'model',
      xLabel: 'loops',
      yLabel: 'loss (nats)',
    },
  ],
  expect: [
    {
      name: 'a model trained at L is best at L',
      paper: 'none',
      claim: 'trained with fixed loops, no number of loops is better by over 1 percentage point than that of training',
      evaluate(results) {
        const points = curve(results, 'fixed');
        const trained = points.find(({ loops }) => loops === results.number('trained loops'));
        if (!trained) return { ours: inWords(points), verdict: 'reported' };
        const best = Math.max(...points.map(({ accuracy }) => accuracy));
        return { ours: inWords(points), verdict: best <= trained.accuracy + 1 ? 'holds' : 'fails' };
      },
    },
    {
      name: 'random loops make a smooth curve',
      paper: 'none',
      claim: 'trained with random loops, half the loops lose fewer percentage points than with fixed loops',
      evaluate(results) {
        const half = Math.ceil(results.number('trained loops') / 2);
        const lost = (sampling: string): number => {
          const points = curve(results, sampling);
          const at = (loops: number): number => points.find((point) => point.loops === loops)?.accuracy ?? Number.NaN;
          return at(results.number('trained loops')) - at(half);
        };
        const [fixed, uniform] = [lost('fixed'), lost('uniform')];
        const ours = `with ${half} loops: fixed ${fixed.toFixed(1)} lower, uniform ${uniform.toFixed(1)} lower`;
        return { ours, verdict: Number.isNaN(fixed + uniform) ? 'reported' : uniform < fixed ? 'holds' : 'fails' };
      },
    },
  ],
});

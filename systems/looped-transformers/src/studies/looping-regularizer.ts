import { defineStudy, type Results, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { blockCosineRows, blockCosines, type BlockCosines, meanBlockCosines } from '../model/block-cosines.js';
import { loopingPenalty, weightGroups } from '../training/looping-regularizer.js';
import { loopedName } from '../model/model.js';
import { pHop } from '../tasks/p-hop.js';
import { descriptionOf } from '../tasks/task.js';
import type { Trainer } from '../training/trainer.js';
import type { Contender } from '../training/training-plan.js';
import { trainModels } from '../training/training-run.js';
import { trainingCost } from './contenders.js';
import { bodyOf, bodyParameters } from './model-parameters.js';
import { drawBatch, taskBucket } from '../training/task-training.js';
import { checkedBy, headsDivideWidth } from './parameter-checks.js';
import { heldOutShare, planOf, seedsOf, smallTraining, trainingParameters } from './training-parameters.js';

const params = z
  .object({
    layers: z.int().min(2).max(96).default(24).describe('layers of the model, all different'),
    blockSize: z.int().min(1).max(48).default(4).describe('k, layers of a block; neighbouring blocks are drawn together'),
    strengths: z.array(z.number().min(0)).min(1).default([0, 0.1, 1, 10]).describe('λ, strengths of the regulariser'),
    length: z.int().min(3).max(4096).default(256).describe('symbols of a p-hop sequence'),
    hops: z.int().min(1).max(1024).default(16).describe('hops back from the last symbol'),
    ...bodyParameters,
    ...trainingParameters,
    heldOut: heldOutShare,
  })
  .check(headsDivideWidth)
  .check(({ value: { layers, blockSize }, issues }) => {
    if (layers % blockSize === 0 && layers > blockSize) return;
    const message = `${layers} layers cannot be cut in two or more blocks of ${blockSize}`;
    issues.push({ code: 'custom', input: blockSize, path: ['blockSize'], message });
  })
  .check(checkedBy('hops', taskOf));
type Params = z.output<typeof params>;

const alphabet = 4;
const variantOf = (strength: number): string => `λ=${strength}`;

function allContenders(p: Params, seed: number): Contender[] {
  const config = { ...bodyOf(p), layers: p.layers, loops: 1, vocabulary: alphabet, length: p.length };
  return p.strengths.flatMap((strength) =>
    seedsOf(p, seed).map((seed): Contender => {
      const variant = variantOf(strength);
      const penalty = { blockSize: p.blockSize, strength };
      const training = strength > 0 ? { penalty: ({ block }: Trainer['parameters']) => loopingPenalty(block, penalty) } : {};
      return { name: `${loopedName(config)} ${variant}`, variant, config, seed, training };
    }),
  );
}

function taskOf({ length, hops, heldOut }: Params) {
  return pHop({ length, hops, alphabet, sampler: 'uniform', supervise: 'dense', heldOut });
}

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const task = taskOf(p);
  const bucket = taskBucket(task, { ...p, name: `p=${p.hops}`, difficulty: p.hops, count: p.evaluationExamples, seed: ctx.seed });
  let latest: readonly BlockCosines[] = [];
  const finals = await trainModels(ctx, {
    ...planOf(p),
    contenders: allContenders(p, ctx.seed),
    dataName: 'p-hop train',
    data: (stream) => drawBatch(stream, task, p),
    buckets: () => [bucket],
    measure: 'dense',
    describe: () => descriptionOf(task),
    async evaluated(trainer, { name, seed }, step) {
      if (seed !== ctx.seed) return;
      latest = await blockCosines(weightGroups(trainer.parameters.block), p.blockSize);
      recordCosines(ctx, name, step, latest);
    },
    finished(_, { name, seed, variant }) {
      if (seed === ctx.seed) recordFinalCosines(ctx, name, heatMapOf(p, variant!), latest);
      return Promise.resolve();
    },
  });
  ctx.result('strengths', p.strengths.join(', '));
  for (const { name, seed, loss } of finals) if (seed === ctx.seed) ctx.result(`loss ${name}`, loss);
}

/** Which heat map shows a strength: the weakest and the strongest have one. */
function heatMapOf({ strengths }: Params, variant: string): string | undefined {
  if (variant === variantOf(Math.max(...strengths))) return 'cosines-strongest';
  return variant === variantOf(Math.min(...strengths)) ? 'cosines-weakest' : undefined;
}

/** Every cell of every group, and the means over pairs of different blocks. */
function recordCosines(ctx: StudyContext, model: string, step: number, matrices: readonly BlockCosines[]): void {
  const cells = ctx.table('cosines', { model: 'utf8', step: 'int32', group: 'utf8', row: 'int32', column: 'int32', cosine: 'float64' });
  for (const row of blockCosineRows(matrices)) cells.append({ model, step, ...row });
  const means = Object.values(meanBlockCosines(matrices));
  const cosine = means.reduce((a, b) => a + b, 0) / means.length;
  ctx.table('mean-cosine', { model: 'utf8', step: 'int32', cosine: 'float64' }).append({ model, step, cosine });
  ctx.metric(step, { [`cosine of blocks ${model}`]: cosine });
}

/** The extremes over groups as results, and the mean over groups as a heat map. */
function recordFinalCosines(ctx: StudyContext, model: string, table: string | undefined, matrices: readonly BlockCosines[]): void {
  const means = Object.values(meanBlockCosines(matrices));
  ctx.result(`least cosine ${model}`, Math.min(...means));
  ctx.result(`largest cosine ${model}`, Math.max(...means));
  if (!table) return;
  const heat = ctx.table(table, { row: 'utf8', column: 'utf8', cosine: 'float64' });
  const { blocks } = matrices[0]!;
  for (let place = 0; place < blocks * blocks; place++) {
    const cosine = matrices.reduce((sum, { cosines }) => sum + cosines[place]!, 0) / matrices.length;
    heat.append({ row: `block ${Math.floor(place / blocks) + 1}`, column: `block ${(place % blocks) + 1}`, cosine });
  }
}

/** A result of the strongest or the weakest regulariser. */
function extreme(results: Results, what: string, choose: (...values: number[]) => number): number {
  const strengths = String(results.values['strengths']).split(', ').map(Number);
  const shape = String(results.values['first model']).replace(/ .*/, '');
  return results.number(`${what} ${shape} ${variantOf(choose(...strengths))}`);
}

/** The looping regulariser: layers of their own that become nearly the same (§4 of the paper). */
export const loopingRegularizerStudy = defineStudy({
  name: 'looping-regularizer',
  title: 'Soft looping: a penalty that makes blocks alike',
  paper: { arxiv: '2502.17416', where: 'Section 4, Tables 4 and 5' },
  summary: 'cosines between the blocks of a deep model and its loss, by strength of the looping regulariser',
  params,
  presets: {
    quick: {
      layers: 8,
      blockSize: 2,
      strengths: [0, 10],
      length: 32,
      hops: 1,
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      steps: 800,
      evaluateEvery: 100,
      evaluationExamples: 256,
    },
    standard: {
      layers: 8,
      blockSize: 2,
      length: 32,
      hops: 2,
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      seeds: 3,
      steps: 3000,
      evaluateEvery: 300,
      evaluationExamples: 1024,
    },
    paper: {},
  },
  cost: (p) => trainingCost(allContenders(p, 0), p),
  run,
  figures: [
    {
      name: 'cosines-strongest',
      title: 'Cosines between blocks with the strongest regulariser, mean over groups of weights',
      kind: 'heatmap',
      table: 'cosines-strongest',
      x: 'column',
      y: 'row',
      value: 'cosine',
      valueLabel: 'cosine',
      xLabel: 'block',
      yLabel: 'block',
    },
    {
      name: 'cosines-weakest',
      title: 'Cosines between blocks with the weakest regulariser, mean over groups of weights',
      kind: 'heatmap',
      table: 'cosines-weakest',
      x: 'column',
      y: 'row',
      value: 'cosine',
      valueLabel: 'cosine',
      xLabel: 'block',
      yLabel: 'block',
    },
    {
      name: 'mean-cosine',
      title: 'Mean cosine between different blocks while training',
      kind: 'line',
      table: 'mean-cosine',
      x: 'step',
      y: 'cosine',
      series: 'model',
      xLabel: 'training step',
      yLabel: 'cosine',
      reference: [{ label: 'paper, λ = 10, at least', value: 0.98 }],
    },
  ],
  expect: [
    {
      name: 'the regulariser makes blocks alike',
      paper: 'cosines of 0.98 and more with λ = 10',
      claim: 'mean cosine of at least 0.95 in every group of matrices with the strongest regulariser',
      evaluate(results) {
        const ours = extreme(results, 'least cosine', Math.max);
        return { ours, verdict: ours >= 0.95 ? 'holds' : 'fails' };
      },
    },
    {
      name: 'without it they stay different',
      paper: 'near 0 for large matrices',
      claim: 'mean cosine below 0.3 in every group of matrices with the weakest',
      evaluate(results) {
        const ours = extreme(results, 'largest cosine', Math.min);
        return { ours, verdict: ours < 0.3 ? 'holds' : 'fails' };
      },
    },
    {
      name: 'the loss stays',
      paper: 'perplexity 7.40 without, 7.38 with λ = 10 and k = 4',
      claim: 'losses of the strongest and the weakest within 0.05 nats',
      evaluate(results) {
        const [strong, weak] = [extreme(results, 'loss', Math.max), extreme(results, 'loss', Math.min)];
        const ours = `${strong.toFixed(3)} against ${weak.toFixed(3)}`;
        return { ours, verdict: Math.abs(strong - weak) <= 0.05 ? 'holds' : 'fails' };
      },
    },
  ],
});

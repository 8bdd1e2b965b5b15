import { defineStudy, type Expectation, type Results, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { additionLength, additionTask, additionVocabulary } from '../tasks/addition.js';
import { descriptionOf } from '../tasks/task.js';
import { accuracyFigure } from '../training/accuracy-figure.js';
import type { Bucket } from '../training/evaluation.js';
import type { Contender } from '../training/training-plan.js';
import { trainModels } from '../training/training-run.js';
import { loopedTriple, type Role, trainingCost } from './contenders.js';
import { modelParameters } from './model-parameters.js';
import { headsDivideWidth } from './parameter-checks.js';
import { drawBatch, taskBucket } from '../training/task-training.js';
import { heldOutShare } from './training-parameters.js';

const positive = z.int().min(1);

const params = z
  .object({
    digits: z.int().min(1).max(6).default(3).describe('digits of every operand'),
    operands: z
      .array(z.int().min(2).max(64))
      .min(1)
      .default([2, 4, 8, 16, 32])
      .describe('numbers of operands in training, drawn uniformly'),
    curriculum: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('share of the steps that trains on the fewest operands only, before the mixture'),
    evaluateOperands: z.array(z.int().min(2).max(64)).min(1).default([8, 16, 24, 32]).describe('numbers of operands judged separately'),
    ...modelParameters,
    baselines: z
      .array(z.enum(['iso-parameter', 'iso-flop']))
      .default(['iso-parameter', 'iso-flop'])
      .describe('models beside the looped one: k layers once, kL layers once'),
    positions: z.enum(['learned', 'rotary']).default('learned').describe('position information'),
    inject: z
      .enum(['none', 'add'])
      .default('none')
      .describe('what every loop is given besides the last state: nothing, or the first input'),
    activation: z.enum(['relu', 'geluTanh']).default('geluTanh').describe('activation of the perceptrons'),
    steps: positive.max(10_000_000).default(200_000).describe('training steps of every model'),
    batchSize: positive.max(65_536).default(1024).describe('sequences a step'),
    learningRate: z.number().positive().max(1).default(0.005).describe('peak learning rate'),
    warmupSteps: z.int().min(1).max(1_000_000).default(1000).describe('steps of linear warm-up'),
    evaluateEvery: positive.default(5000).describe('steps between evaluations'),
    evaluationExamples: positive.max(1_000_000).default(1000).describe('problems of every evaluation and number of operands'),
    heldOut: heldOutShare,
  })
  .check(headsDivideWidth);
type Params = z.output<typeof params>;

/** The looped model first, then its baselines. */
function contendersOf(p: Params, seed: number): Contender[] {
  const length = additionLength(Math.max(...p.operands, ...p.evaluateOperands), p.digits);
  const { layers, loops, width, heads, positions, inject, activation } = p;
  const shape = { layers, loops, width, heads, hidden: 4 * width, vocabulary: additionVocabulary.length, length };
  return loopedTriple({ ...shape, positions, inject, activation }, p.baselines).map((contender) => ({ ...contender, seed }));
}

/** Sums whose operands, in any order, belong to the split that is drawn from: none of the test is ever trained on. */
const taskOf = ({ digits, heldOut }: Params, operands: readonly number[], evaluateOperands: readonly number[]) =>
  additionTask({ digits, operands: [...operands], evaluateOperands: [...evaluateOperands], heldOut });

/** Problems of one number of operands, the same for all models and steps. */
const bucketOf = (p: Params, operands: number, length: number, seed: number): Bucket =>
  taskBucket(taskOf(p, p.operands, [operands]), {
    name: `n=${operands}`,
    difficulty: operands,
    count: p.evaluationExamples,
    seed,
    batchSize: p.batchSize,
    length,
  });

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const contenders = contendersOf(p, ctx.seed);
  const { length } = contenders[0]!.config;
  const buckets = p.evaluateOperands.map((operands) => bucketOf(p, operands, length, ctx.seed));
  const all = taskOf(p, p.operands, p.evaluateOperands);
  const fewest = taskOf(p, [Math.min(...p.operands)], p.evaluateOperands);
  await trainModels(ctx, {
    contenders,
    training: { ...p, clipNorm: 1 },
    dataName: 'addition training',
    // The fewest operands alone while the curriculum lasts, then the mixture.
    data: (stream, step) => drawBatch(stream, step < p.curriculum * p.steps ? fewest : all, { batchSize: p.batchSize, length }),
    buckets: () => buckets,
    measure: 'exact',
    evaluateEvery: p.evaluateEvery,
    describe: () => descriptionOf(all),
  });
}

/** The looped model's mean accuracy beside a baseline's; only reported where the baseline was left out. */
function beats(results: Results, role: Role): ReturnType<Expectation['evaluate']> {
  const ours = results.number('accuracy looped');
  const baseline = results.values[`accuracy ${role}`];
  if (typeof baseline !== 'number') return { ours, verdict: 'reported' };
  return {
    ours: `${ours.toFixed(1)} against ${baseline.toFixed(1)}`,
    verdict: ours > baseline ? 'holds' : 'fails',
  };
}

/** The best constant guess, 10^digits − 1 for two operands, is right in 10^−digits of all cases: 0.1 % of three digits. */
const chance = 1;

/** Multi-operand addition by a k⊗L looped transformer beside k layers once and kL layers once (Table 1). */
export const addition = defineStudy({
  name: 'addition',
  title: 'Adding numbers: depth by looping against depth by layers',
  paper: { arxiv: '2502.17416', where: 'Table 1' },
  summary: 'n-ary addition by (k⊗L), (k⊗1) and (kL⊗1) transformers, exact-match accuracy',
  params,
  presets: {
    quick: {
      digits: 3,
      operands: [2, 3],
      evaluateOperands: [2, 3],
      curriculum: 0.5,
      layers: 1,
      loops: 3,
      baselines: ['iso-parameter'],
      width: 64,
      heads: 4,
      activation: 'relu',
      steps: 5000,
      batchSize: 32,
      learningRate: 0.003,
      warmupSteps: 100,
      evaluateEvery: 500,
      evaluationExamples: 256,
    },
    standard: {
      digits: 2,
      operands: [2, 3, 4, 6],
      evaluateOperands: [2, 3, 4, 6],
      curriculum: 0.25,
      layers: 2,
      loops: 3,
      width: 128,
      heads: 4,
      steps: 12_000,
      batchSize: 64,
      learningRate: 0.002,
      warmupSteps: 500,
      evaluateEvery: 1000,
    },
    paper: {},
  },
  cost: (p) => trainingCost(contendersOf(p, 0), { ...p, accumulate: 1 }),
  run,
  figures: [
    accuracyFigure(
      [
        { label: 'paper, (1⊗12), n = 8', value: 99.9 },
        { label: 'paper, (1⊗1), n = 8', value: 0.1 },
      ],
      'Exact-match accuracy, mean over the numbers of operands',
    ),
  ],
  expect: [
    {
      name: 'looping beats one pass',
      paper: '(1⊗12) 99.9 against (1⊗1) 0.1 at n = 8',
      claim: 'mean accuracy higher than that of the same layers applied once',
      evaluate: (results) => beats(results, 'iso-parameter'),
    },
    {
      name: 'looping beats chance',
      paper: '99.6 at n = 32',
      claim: `mean accuracy above ${chance} %, ten times the best constant guess for three digits`,
      evaluate: (results) => ({
        ours: results.number('accuracy looped'),
        verdict: results.number('accuracy looped') > chance ? 'holds' : 'fails',
      }),
    },
  ],
});

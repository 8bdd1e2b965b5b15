import { defineStudy, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { type DepthPoint, fitScalingLaw, slopeRatio } from '../analysis/scaling-law.js';
import { curriculum, stageAt } from '../training/curriculum.js';
import { loopedName } from '../model/model.js';
import { pHop } from '../tasks/p-hop.js';
import { symbolicIgsm } from '../tasks/symbolic-igsm/igsm.js';
import { descriptionOf, type SequenceTask } from '../tasks/task.js';
import type { Contender } from '../training/training-plan.js';
import { trainModels } from '../training/training-run.js';
import { trainingCost } from './contenders.js';
import { bodyOf, bodyParameters } from './model-parameters.js';
import { drawBatch, taskBucket } from '../training/task-training.js';
import { checkedBy, headsDivideWidth, stagesEnd } from './parameter-checks.js';
import { heldOutShare, planOf, seedsOf, smallTraining, trainingParameters } from './training-parameters.js';
import { accuracyFigure } from '../training/accuracy-figure.js';

const params = z
  .object({
    task: z.enum(['p-hop', 'i-gsm']).default('p-hop').describe('what is learned'),
    layers: z.int().min(1).max(24).default(4).describe('k, layers of the looped block'),
    loops: z.array(z.int().min(1).max(64)).min(2).default([1, 2, 3, 6, 9, 12]).describe('L; beside every (k⊗L) stands (kL⊗1)'),
    length: z.int().min(3).max(4096).default(256).describe('symbols of a p-hop sequence'),
    hops: z.int().min(1).max(1024).default(32).describe('hops back from the last symbol'),
    stages: z.array(z.int().min(1)).default([]).describe('hops of the earlier stages of a curriculum'),
    until: z.array(z.number().gt(0).lt(1)).default([]).describe('share of the steps at which each of these stages ends'),
    operations: z.int().min(1).max(100).default(6).describe('operations of an i-GSM question, at most'),
    ...bodyParameters,
    ...trainingParameters,
    heldOut: heldOutShare,
  })
  .check(headsDivideWidth)
  .check(stagesEnd)
  .check(checkedBy('hops', stagesOf));
type Params = z.output<typeof params>;

/** The tasks of a curriculum, the one that is judged last. */
function stagesOf(p: Params): SequenceTask[] {
  const { length, heldOut } = p;
  if (p.task === 'p-hop') {
    const hops = [...p.stages, p.hops];
    return hops.map((hops) => pHop({ length, hops, sampler: 'uniform', supervise: 'dense', heldOut }) as SequenceTask);
  }
  const shape = { levels: 3, minItems: 1, maxItems: 2, maxEdges: 6, modulus: 5, maxOperands: 2, minOperations: 1 };
  return [symbolicIgsm({ ...shape, maxOperations: p.operations, heldOut }) as SequenceTask];
}

/** For every L the models (k⊗L) and (kL⊗1); they are the same at L = 1, which is trained once and counts for both. */
function allContenders(p: Params, seed: number): Contender[] {
  const { vocabulary, length } = stagesOf(p).at(-1)!;
  const shared = { ...bodyOf(p), vocabulary: vocabulary.length, length };
  const depths = [...new Set(p.loops)].sort((a, b) => a - b);
  const of = (layers: number, loops: number, seed: number): Contender => {
    const config = { ...shared, layers, loops };
    return { name: loopedName(config), config, seed };
  };
  return seedsOf(p, seed).flatMap((seed) => [
    ...depths.map((loops) => of(p.layers, loops, seed)),
    ...depths.filter((loops) => loops > 1).map((loops) => of(p.layers * loops, 1, seed)),
  ]);
}

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const tasks = stagesOf(p);
  const task = tasks.at(-1)!;
  const staged = curriculum(tasks, p.task === 'p-hop' ? p.until : []);
  const bucket = taskBucket(task, { ...p, length: task.length, name: p.task, difficulty: 0, count: p.evaluationExamples, seed: ctx.seed });
  const contenders = allContenders(p, ctx.seed);
  const finals = await trainModels(ctx, {
    ...planOf(p),
    contenders,
    dataName: `depth scaling ${p.task}`,
    data: (stream, step) => drawBatch(stream, stageAt(staged, step, p.steps), { ...p, length: task.length }),
    buckets: () => [bucket],
    measure: p.task === 'p-hop' ? 'dense' : 'exact',
    describe: () => descriptionOf(task),
  });
  const points = finals.map(({ name, accuracy }) => {
    const { layers, loops } = contenders.find((contender) => contender.name === name)!.config;
    return { layers, loops, depth: layers * loops, accuracy };
  });
  recordLaws(
    ctx,
    points.filter(({ layers }) => layers === p.layers),
    points.filter(({ loops }) => loops === 1),
  );
}

/** Accuracy = α·ln D + β of both families, and the ratio of their α (arXiv:2502.17416, §3.3). */
function recordLaws(ctx: StudyContext, ofLoops: readonly DepthPoint[], ofLayers: readonly DepthPoint[]): void {
  const table = ctx.table('depths', { family: 'utf8', depth: 'float64', accuracy: 'float64' });
  for (const [family, members] of [
    ['(k⊗L)', ofLoops],
    ['(kL⊗1)', ofLayers],
  ] as const) {
    for (const { depth, accuracy } of members) table.append({ family, depth, accuracy });
    const { alpha, beta, rSquared } = fitScalingLaw(members, { seed: ctx.seed });
    ctx.result(`alpha ${family}`, alpha.value);
    ctx.result(`alpha ${family} interval`, interval(alpha));
    ctx.result(`beta ${family}`, beta.value);
    ctx.result(`R² ${family}`, rSquared);
  }
  const ratio = slopeRatio(ofLoops, ofLayers, { seed: ctx.seed });
  ctx.result('alpha ratio', ratio.value);
  ctx.result('alpha ratio interval', interval(ratio));
}

const interval = ({ low, high }: { readonly low: number; readonly high: number }): string => `${low.toFixed(2)} to ${high.toFixed(2)}`;

/** How accuracy grows with the logarithm of the depth, by loops and by layers. */
export const depthScaling = defineStudy({
  name: 'depth-scaling',
  title: 'Accuracy grows with the logarithm of depth, by loops as by layers',
  paper: { arxiv: '2502.17416', where: 'Section 3.3, Figure 3' },
  summary: 'accuracy against ln(depth) of (k⊗L) and (kL⊗1), the two slopes and their ratio',
  params,
  presets: {
    quick: {
      layers: 1,
      loops: [1, 2, 4],
      length: 24,
      hops: 3,
      stages: [1, 2],
      until: [0.15, 0.4],
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      steps: 1500,
      evaluateEvery: 300,
      evaluationExamples: 512,
    },
    standard: {
      layers: 1,
      loops: [1, 2, 3, 4, 6],
      length: 48,
      hops: 8,
      stages: [1, 2, 4],
      until: [0.1, 0.3, 0.6],
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      seeds: 2,
      steps: 4000,
      evaluateEvery: 500,
      evaluationExamples: 1024,
    },
    paper: {},
  },
  cost: (p) => trainingCost(allContenders(p, 0), p),
  run,
  figures: [
    {
      name: 'depth',
      title: 'Accuracy against depth',
      kind: 'line',
      table: 'depths',
      x: 'depth',
      y: 'accuracy',
      series: 'family',
      xScale: 'log',
      xLabel: 'layers applied',
      yLabel: 'accuracy (%)',
    },
    accuracyFigure(),
  ],
  expect: [
    {
      name: 'loops scale like layers',
      paper: 'α of loops over α of layers 1.19 for the reasoning primitives',
      claim: 'accuracy rises with the loops, and its slope is at least 0.8 of that with the layers',
      evaluate(results) {
        const ratio = results.number('alpha ratio');
        const ours = `${ratio.toFixed(2)} (95 %: ${String(results.values['alpha ratio interval'])})`;
        return { ours, verdict: results.number('alpha (k⊗L)') > 0 && ratio >= 0.8 ? 'holds' : 'fails' };
      },
    },
    {
      name: 'the law fits',
      paper: 'R² of 0.98 for the primitives of ordinary models',
      claim: 'R² of at least 0.8 for the looped models',
      evaluate(results) {
        const ours = results.number('R² (k⊗L)');
        return { ours, verdict: ours >= 0.8 ? 'holds' : 'fails' };
      },
    },
  ],
});

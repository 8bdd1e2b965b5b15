import { RandomStream, type RandomStreamState } from '@sardonyx/data';
import { defineStudy, type Expectation, type Results, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import {
  type AdditionTask,
  additionBatch,
  additionLength,
  additionVocabulary,
  drawAddition,
  drawAdditionBatch,
} from '../tasks/addition.js';
import { flopsPerToken, loopedName, type LoopedTransformerConfig, modelSize } from '../model.js';
import { createTrainer, type Trainer } from '../trainer.js';
import { headsDivideWidth, modelParameters } from './model-parameters.js';

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
  })
  .check(headsDivideWidth);
type Params = z.output<typeof params>;

/** What a model is in the comparison; baselines that equal the looped model are left out. */
type Role = 'looped' | 'iso-parameter' | 'iso-flop';

interface Contender {
  readonly role: Role;
  readonly config: LoopedTransformerConfig;
}

/** The looped model first, then its baselines. */
function contendersOf(p: Params): Contender[] {
  const length = additionLength(Math.max(...p.operands, ...p.evaluateOperands), p.digits);
  const shared = {
    width: p.width,
    heads: p.heads,
    hidden: 4 * p.width,
    vocabulary: additionVocabulary.length,
    length,
    positions: p.positions,
    inject: p.inject,
    activation: p.activation,
  };
  const all: Contender[] = [
    { role: 'looped', config: { ...shared, layers: p.layers, loops: p.loops } },
    { role: 'iso-parameter', config: { ...shared, layers: p.layers, loops: 1 } },
    { role: 'iso-flop', config: { ...shared, layers: p.layers * p.loops, loops: 1 } },
  ];
  return all.filter(({ role }) => role === 'looped' || (p.loops > 1 && p.baselines.includes(role)));
}

/** Where a run stands: which model is in training and how far its data stream has gone. */
interface Progress {
  readonly model: number;
  readonly step: number;
  readonly stream: RandomStreamState;
}

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const contenders = contendersOf(p);
  const restored = ctx.restored?.state as Progress | undefined;
  for (let model = restored?.model ?? 0; model < contenders.length; model++) {
    const from = model === restored?.model ? restored : undefined;
    await trainModel(ctx, p, contenders, model, from);
  }
}

/** The mixture of a step: the fewest operands alone while the curriculum lasts, then all. */
const taskAt = ({ digits, operands, curriculum, steps }: Params, step: number): AdditionTask => ({
  digits,
  operands: step < curriculum * steps ? [Math.min(...operands)] : operands,
});

async function trainModel(
  ctx: StudyContext,
  p: Params,
  contenders: readonly Contender[],
  model: number,
  restored: Progress | undefined,
): Promise<void> {
  const { config } = contenders[model]!;
  const name = loopedName(config);
  const trainer = await createTrainer(config, { ...p, clipNorm: 1 }, ctx.seed);
  // Every model sees the same problems in the same order.
  const stream = new RandomStream(ctx.seed, 'addition training');
  if (restored) {
    trainer.restore(ctx.restored!.arrays as Parameters<Trainer['restore']>[0]);
    stream.restore(restored.stream);
  } else {
    const size = modelSize(trainer.parameters, config);
    ctx.log(`${name}: ${size.distinctParameters} parameters, depth ${size.effectiveDepth}`);
    ctx.result(`parameters ${name}`, size.distinctParameters);
  }
  let recent = 0;
  try {
    for (let step = restored?.step ?? 0; step < p.steps; step++) {
      if (ctx.dueCheckpoint()) {
        await ctx.checkpoint({
          step: model * p.steps + step,
          arrays: await trainer.save(),
          state: { model, step, stream: stream.state() } as never,
        });
      }
      const { loss, gradientNorm } = await trainer.step(drawAdditionBatch(stream, taskAt(p, step), p.batchSize, config.length));
      if (!Number.isFinite(loss)) {
        throw new Error(`addition: the loss of ${name} is ${loss} at step ${step} (gradient norm ${gradientNorm}); lower --learning-rate`);
      }
      recent = recent === 0 ? loss : 0.95 * recent + 0.05 * loss;
      if (step % 10 === 0) ctx.metric(step, { [`loss (nats) ${name}`]: loss });
      ctx.progress(model * p.steps + step + 1, contenders.length * p.steps, `${name} loss ${recent.toFixed(3)}`);
      if ((step + 1) % p.evaluateEvery === 0 || step + 1 === p.steps) {
        await judge(ctx, p, trainer, contenders[model]!, step + 1);
      }
    }
  } finally {
    trainer.dispose();
  }
}

/** Exact-match accuracy for every number of operands, on problems that are the same for all models and steps. */
async function judge(ctx: StudyContext, p: Params, trainer: Trainer, { role, config }: Contender, step: number): Promise<void> {
  const name = loopedName(config);
  const table = ctx.table('accuracy', { model: 'utf8', operands: 'int32', step: 'int32', accuracy: 'float64' });
  const values: Record<string, number> = {};
  for (const operands of p.evaluateOperands) {
    const stream = new RandomStream(ctx.seed, `addition evaluation ${operands}`);
    const problems = Array.from({ length: p.evaluationExamples }, () => drawAddition(stream, operands, p.digits));
    let hits = 0;
    for (let start = 0; start < problems.length; start += p.batchSize) {
      const batch = problems.slice(start, start + p.batchSize);
      hits += (await trainer.exactMatches(additionBatch(batch, config.length))).filter(Boolean).length;
    }
    const accuracy = (100 * hits) / problems.length;
    table.append({ model: name, operands, step, accuracy });
    values[`${name} n=${operands}`] = accuracy;
  }
  const mean = Object.values(values).reduce((a, b) => a + b, 0) / p.evaluateOperands.length;
  ctx.table('mean-accuracy', { model: 'utf8', step: 'int32', accuracy: 'float64' }).append({ model: name, step, accuracy: mean });
  ctx.metric(step, { ...withPrefix('accuracy (%)', values), [`accuracy (%) ${name}`]: mean });
  if (step !== p.steps) return;
  for (const [key, value] of Object.entries(withPrefix('accuracy', values))) ctx.result(key, value);
  ctx.result(`accuracy ${role}`, mean);
}

const withPrefix = (prefix: string, values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix} ${key}`, value]));

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
      layers: 2,
      loops: 3,
      width: 128,
      heads: 4,
      steps: 20_000,
      batchSize: 128,
      learningRate: 0.002,
      warmupSteps: 500,
      evaluateEvery: 2000,
    },
    paper: {},
  },
  cost(p) {
    const configs = contendersOf(p).map(({ config }) => config);
    const tokens = p.steps * p.batchSize * configs[0]!.length;
    const perToken = configs.map(flopsPerToken).reduce((a, b) => a + b, 0);
    return { models: configs.length, tokens: tokens * configs.length, flops: 3 * tokens * perToken };
  },
  run,
  figures: [
    {
      name: 'accuracy',
      title: 'Exact-match accuracy, mean over the numbers of operands',
      kind: 'line',
      table: 'mean-accuracy',
      x: 'step',
      y: 'accuracy',
      series: 'model',
      xLabel: 'training step',
      yLabel: 'accuracy (%)',
      reference: [
        { label: 'paper, (1⊗12), n = 8', value: 99.9 },
        { label: 'paper, (1⊗1), n = 8', value: 0.1 },
      ],
    },
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

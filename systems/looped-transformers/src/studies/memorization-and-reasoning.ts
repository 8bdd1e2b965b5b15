import { defineStudy, type Results, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { memorizedBits } from '../analysis/memorized-bits.js';
import { parameterCounts } from '../model/model.js';
import type { ExampleQuestion } from '../model/model-document.js';
import { modelText, writtenTokens } from '../model/model-text.js';
import { keyValueTable } from '../tasks/key-value-table.js';
import { mixture, type MixturePart, type MixtureProblem, partOfMixture } from '../tasks/mixture.js';
import type { SequenceTask } from '../tasks/task.js';
import { taskExample } from '../tasks/task-example.js';
import { pHop } from '../tasks/p-hop.js';
import { variableAssignment } from '../tasks/variable-assignment.js';
import type { Contender } from '../training/training-plan.js';
import { trainModels } from '../training/training-run.js';
import { loopedTriple, trainingCost } from './contenders.js';
import { bodyOf, bodyParameters, modelParameters } from './model-parameters.js';
import { drawBatch, taskBucket } from '../training/task-training.js';
import { checkedBy, headsDivideWidth } from './parameter-checks.js';
import { planOf, seedsOf, smallTraining, trainingParameters } from './training-parameters.js';

const params = z
  .object({
    facts: z.int().min(1).max(1_000_000).default(100_000).describe('keys of the table, which is given in the weights only'),
    values: z.int().min(2).max(4096).default(64).describe('values that each fact draws from'),
    reasoning: z
      .enum(['variable-assignment', 'p-hop'])
      .default('variable-assignment')
      .describe('what is given in the context: copies of variables, or hops in sequences of 32 letters, learned at every letter'),
    depth: z.int().min(0).max(12).default(1).describe('copies or hops to follow'),
    chains: z.int().min(1).max(26).default(4).describe('chains of copies, one of which is asked for'),
    share: z.number().gt(0).lt(1).default(0.5).describe('share of the sequences that are of the table'),
    layers: modelParameters.layers,
    loops: modelParameters.loops,
    ...bodyParameters,
    ...trainingParameters,
  })
  .check(headsDivideWidth)
  .check(checkedBy('depth', reasoningOf));
type Params = z.output<typeof params>;

const keyLength = 2;
const closedBook = 'closed-book';
const openBook = 'open-book';

function reasoningOf({ reasoning, depth, chains }: Params): SequenceTask {
  if (reasoning === 'variable-assignment') return variableAssignment({ depth, chains, names: 'random' }) as SequenceTask;
  return pHop({ length: 32, hops: Math.max(1, depth), sampler: 'uniform', supervise: 'dense' }) as SequenceTask;
}

/** The table, in sequences as long as those of the reasoning, and the reasoning. */
function partsOf(p: Params): readonly [MixturePart, MixturePart] {
  const reasoning = reasoningOf(p);
  const perSequence = Math.max(1, Math.floor((reasoning.length + 1) / (keyLength + 1)));
  const symbols = Math.max(2, Math.ceil(p.facts ** (1 / keyLength)));
  const table = keyValueTable({ facts: p.facts, values: p.values, symbols, keyLength, perSequence }) as SequenceTask;
  return [
    { task: table, share: p.share },
    { task: reasoning, share: 1 - p.share },
  ];
}

function allContenders(p: Params, seed: number): Contender[] {
  const { vocabulary, length } = mixture(partsOf(p));
  const config = { ...bodyOf(p), layers: p.layers, loops: p.loops, vocabulary: vocabulary.length, length };
  return seedsOf(p, seed).flatMap((seed) =>
    loopedTriple(config, ['iso-parameter', 'iso-flop']).map((contender) => ({ ...contender, seed })),
  );
}

/** Examples of each part that the models bring. */
const savedExamples = 8;

/** A fact and a problem in turn, as text. */
function examplesOf(task: SequenceTask<MixtureProblem>, parts: readonly MixturePart[]): ExampleQuestion[] {
  const text = modelText(task);
  return Array.from({ length: savedExamples }, (_, seed) =>
    parts.map((part, i) => {
      const { prompt, answer } = taskExample(partOfMixture(task, part, i), seed);
      return { prompt: writtenTokens(prompt, text), answer: answer.map(text.label) };
    }),
  ).flat();
}

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const parts = partsOf(p);
  const task = mixture(parts);
  const contenders = allContenders(p, ctx.seed);
  const bucket = (name: string, part: 0 | 1) =>
    taskBucket(partOfMixture(task, parts[part], part), { ...p, name, difficulty: part, count: p.evaluationExamples, seed: ctx.seed });
  const buckets = [
    { ...bucket(closedBook, 0), measure: 'dense' as const },
    { ...bucket(openBook, 1), measure: p.reasoning === 'p-hop' ? ('dense' as const) : ('exact' as const) },
  ];
  const finals = await trainModels(ctx, {
    ...planOf(p),
    contenders,
    dataName: 'memorization and reasoning',
    data: (stream) => drawBatch(stream, task, { ...p, length: task.length }),
    buckets: () => buckets,
    measure: 'exact',
    // A mixture has no name by which it is made again.
    describe: () => ({ vocabulary: task.vocabulary, examples: examplesOf(task, parts) }),
  });
  const table = ctx.table('memory', { model: 'utf8', seed: 'int32', bits: 'float64', bitsPerParameter: 'float64' });
  for (const { name, seed, role, loss } of finals.filter(({ bucket }) => bucket === closedBook)) {
    const bits = memorizedBits(p, loss);
    const { distinct } = parameterCounts(contenders.find((contender) => contender.name === name)!.config);
    table.append({ model: name, seed, bits, bitsPerParameter: bits / distinct });
    if (seed !== ctx.seed) continue;
    ctx.result(`memorized bits ${name}`, bits);
    ctx.result(`memorized bits a parameter ${name}`, bits / distinct);
    ctx.result(`name of ${role}`, name);
  }
}

/** Accuracies of the three models on one kind of question, and how near the looped one is to its baselines. */
function nearness(results: Results, bucket: string, nearTo: 'iso-parameter' | 'iso-flop') {
  const of = (role: string): number => results.number(`accuracy ${String(results.values[`name of ${role}`])} ${bucket}`);
  if (results.values['name of iso-flop'] === undefined) return { ours: 'no baselines in the run', verdict: 'reported' as const };
  const [looped, once, deep] = [of('looped'), of('iso-parameter'), of('iso-flop')];
  const [toOnce, toDeep] = [Math.abs(looped - once), Math.abs(looped - deep)];
  const holds = nearTo === 'iso-parameter' ? toOnce < toDeep : toDeep < toOnce;
  const ours = `(k⊗L) ${looped.toFixed(1)} %, (k⊗1) ${once.toFixed(1)} %, (kL⊗1) ${deep.toFixed(1)} %`;
  return { ours, verdict: holds ? ('holds' as const) : ('fails' as const) };
}

/** One model learns facts by heart and follows hops or copies in its context: parameters against depth. */
export const memorizationAndReasoning = defineStudy({
  name: 'memorization-and-reasoning',
  title: 'Memory needs parameters, reasoning needs depth',
  paper: { arxiv: '2502.17416', where: 'Table 3, at the smallest' },
  summary: 'one model learns a random table by heart and p-hop or variable assignment in context: (k⊗L), (k⊗1) and (kL⊗1)',
  params,
  presets: {
    quick: {
      facts: 3072,
      reasoning: 'p-hop',
      depth: 1,
      share: 0.7,
      layers: 1,
      loops: 4,
      width: 32,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      learningRate: 0.005,
      steps: 2500,
      evaluateEvery: 500,
      evaluationExamples: 256,
    },
    standard: {
      facts: 8192,
      depth: 2,
      chains: 4,
      layers: 1,
      loops: 6,
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      batchSize: 64,
      steps: 12_000,
      evaluateEvery: 1500,
      evaluationExamples: 1024,
    },
    paper: { layers: 4, loops: 6 },
  },
  cost: (p) => trainingCost(allContenders(p, 0), p),
  run,
  figures: [
    {
      name: 'accuracy',
      title: 'Accuracy at the end: facts in the weights and copies in the context',
      kind: 'bar',
      table: 'final-accuracy',
      x: 'model',
      y: 'accuracy',
      series: 'bucket',
      xLabel: 'model',
      yLabel: 'accuracy (%)',
    },
    {
      name: 'memory',
      title: 'Bits of the table held by each parameter',
      kind: 'bar',
      table: 'memory',
      x: 'model',
      y: 'bitsPerParameter',
      xLabel: 'model',
      yLabel: 'bits a parameter',
    },
  ],
  expect: [
    {
      name: 'facts need parameters',
      paper: 'closed-book: (24⊗1) 11.2, (4⊗6) 6.7, (4⊗1) 1.8',
      claim: 'on the table the looped model is nearer to (k⊗1) than to (kL⊗1)',
      evaluate: (results) => nearness(results, closedBook, 'iso-parameter'),
    },
    {
      name: 'reasoning needs depth',
      paper: 'primitives: (24⊗1) 47.5, (4⊗6) 56.9, (4⊗1) 19.4',
      claim: 'in its context the looped model is nearer to (kL⊗1) than to (k⊗1)',
      evaluate: (results) => nearness(results, openBook, 'iso-flop'),
    },
  ],
});

import { RandomStream } from '@sardonyx/data';
import { defineStudy, type Expectation, type Results, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { loopedName } from '../model/model.js';
import { checkedBy } from './parameter-checks.js';
import { saveStudyModel } from '../training/study-model.js';
import { groupNamed, groupOrder } from '../tasks/named-groups.js';
import { ceilLog2, floorLog2 } from '../theory/binary-code.js';
import { loopedPointerDoubling } from '../theory/looped-pointer-doubling.js';
import { measureCompositionError, measureCompositionLoops } from '../theory/verification/composition-measurements.js';
import { measureHops } from '../theory/verification/pointer-doubling-theorem.js';
import type { Theorem } from '../theory/verification/theorem.js';
import { theorems } from '../theory/verification/theorems.js';
import { measureTrainedModel } from '../theory/verification/trained-model.js';

const names = theorems.map(({ name }) => name) as [string, ...string[]];

const params = z
  .object({
    groups: z.array(z.string()).min(1).default(['Z_7', 'S_3', 'S_5']).describe('groups of the table of loops'),
    lengths: z
      .array(z.int().min(1).max(512))
      .min(1)
      .default([2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128])
      .describe('elements multiplied, in the table of loops'),
    scales: z
      .array(z.number().positive().max(1000))
      .min(1)
      .default([2, 5, 8, 10, 12, 15, 20, 30])
      .describe('values of B in the table of errors'),
    hops: z
      .array(z.int().min(1).max(256))
      .min(1)
      .default([1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32])
      .describe('values of p in the table of hops'),
    hopLength: z.int().min(2).max(2048).default(128).describe('symbols of a p-hop sequence'),
    problems: z.int().min(1).max(10_000).default(8).describe('random problems of every row'),
    theorems: z.array(z.enum(names)).min(1).default(names).describe('theorems to execute'),
    trainingSteps: z.int().min(1).max(100_000).default(150).describe('steps of training of the model that is carried over'),
  })
  .check(checkedBy('groups', ({ groups }) => groups.map(groupOrder)));
type Params = z.output<typeof params>;

/** One part of the study: what it records is final once it is done. */
interface Stage {
  readonly name: string;
  run(ctx: StudyContext, p: Params, stream: RandomStream): Promise<void>;
}

const loopsTable: Stage = {
  name: 'loops',
  async run(ctx, p, stream) {
    const table = ctx.table('loops', {
      group: 'utf8',
      length: 'int32',
      bound: 'int32',
      needed: 'int32',
      right: 'int32',
      rightOneEarlier: 'int32',
      problems: 'int32',
    });
    for (const name of p.groups) {
      for (const length of p.lengths) {
        const { rightAfter, problems } = await measureCompositionLoops(groupNamed(name), length, p.problems, stream);
        const all = rightAfter.findIndex((right) => right === problems);
        table.append({
          group: name,
          length,
          bound: Math.max(1, ceilLog2(length)),
          needed: all < 0 ? -1 : all + 1,
          right: rightAfter.at(-1)!,
          rightOneEarlier: rightAfter.at(-2) ?? 0,
          problems,
        });
      }
    }
  },
};

const errorsTable: Stage = {
  name: 'errors',
  async run(ctx, p, stream) {
    const table = ctx.table('errors', { dtype: 'utf8', scale: 'float64', error: 'float64', right: 'int32', problems: 'int32' });
    for (const dtype of ['float64', 'float32'] as const) {
      for (const scale of p.scales) {
        const { error, right } = await measureCompositionError(groupNamed('S_3'), 33, { scale, dtype, problems: p.problems }, stream);
        table.append({ dtype, scale, error, right, problems: p.problems });
      }
    }
  },
};

const hopsTable: Stage = {
  name: 'hops',
  async run(ctx, p, stream) {
    const table = ctx.table('hops', { hops: 'int32', model: 'utf8', loops: 'int32', answers: 'int32', right: 'int32' });
    for (const hops of p.hops) {
      const size = { hops, length: p.hopLength, alphabet: 4 };
      const { blocks, loops, answers, right, loopedRight } = await measureHops(size, p.problems, stream);
      table.append({ hops, model: 'one looped layer, ⌈log2 p⌉ + 2', loops, answers, right: loopedRight });
      table.append({ hops, model: 'blocks, ⌈log2 p⌉ + 2', loops: blocks, answers, right });
      table.append({ hops, model: 'stated in the paper, ⌊log2 p⌋ + 2', loops: floorLog2(hops) + 2, answers: 0, right: 0 });
    }
  },
};

const theoremsTable: Stage = {
  name: 'theorems',
  async run(ctx, p, stream) {
    const table = ctx.table('theorems', { theorem: 'utf8', statement: 'utf8', holds: 'bool', checked: 'utf8' });
    for (const { name, statement, verify } of theorems.filter((theorem) => p.theorems.includes(theorem.name))) {
      const { holds, checked } = await verify(stream);
      table.append({ theorem: name, statement, holds, checked });
    }
  },
};

const trainedModel: Stage = {
  name: 'trained',
  async run(ctx, p) {
    const measured = await measureTrainedModel(3, p.trainingSteps, ctx.seed);
    ctx.result('accuracy of the trained model', measured.accuracy);
    ctx.result('relative difference of its imitation', measured.imitation);
    ctx.result('tokens of its chains', measured.tokens);
    ctx.result('tokens the looped block gives too', measured.sameByWeights);
    ctx.result('tokens the executor gives too', measured.sameByExecutor);
  },
};

/** Small enough to read its attention: four hops over 16 symbols. */
const shown = { hops: 4, length: 16, letters: ['a', 'b', 'c', 'd'] } as const;

/** A construction as a model that can be asked, like one that was trained. */
const modelByHand: Stage = {
  name: 'model',
  async run(ctx) {
    const { config, params } = loopedPointerDoubling(shown.hops, shown.length, shown.letters.length);
    await saveStudyModel(ctx, `${loopedName(config)} ${shown.hops} hops by hand`, { config, params, vocabulary: [...shown.letters, '#'] });
    ctx.log(`the weights of ${shown.hops} hops are saved; ask them a sequence of ${shown.length} letters a to d after the sign #`);
  },
};

const stages: readonly Stage[] = [loopsTable, errorsTable, hopsTable, theoremsTable, trainedModel, modelByHand];

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const first = (ctx.restored?.state as { done: number } | undefined)?.done ?? 0;
  for (const [at, stage] of [...stages.entries()].slice(first)) {
    await stage.run(ctx, p, new RandomStream(ctx.seed, `theory study ${stage.name}`));
    ctx.progress(at + 1, stages.length, stage.name);
    if (ctx.dueCheckpoint()) await ctx.checkpoint({ step: at + 1, arrays: {}, state: { done: at + 1 } });
  }
}

type Row = Readonly<Record<string, unknown>>;

function rowsOf(results: Results, name: string): Row[] {
  const { columns, rowCount } = results.table(name) ?? { columns: {} as Record<string, ArrayLike<unknown>>, rowCount: 0 };
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, values[row]])),
  );
}

/** Whether every row agrees; a table without rows shows nothing. */
const judgeRows = (rows: readonly Row[], agrees: (row: Row) => boolean, what: string): ReturnType<Expectation['evaluate']> => {
  const agreeing = rows.filter(agrees).length;
  return { ours: `${agreeing} of ${rows.length} ${what}`, verdict: rows.length > 0 && agreeing === rows.length ? 'holds' : 'fails' };
};

const expectTheorem = ({ name, paper, statement }: Theorem): Expectation => ({
  name: `theorem ${name}`,
  paper,
  claim: statement,
  evaluate(results) {
    const row = rowsOf(results, 'theorems').find(({ theorem }) => theorem === name);
    if (row === undefined) return { ours: 'not executed', verdict: 'reported' };
    return { ours: String(row['checked']), verdict: row['holds'] === true ? 'holds' : 'fails' };
  },
});

/** The paper's theory executed: loops, errors and blocks counted, and every theorem checked. */
export const theoryStudy = defineStudy({
  name: 'theory',
  title: 'The theorems as weights: loops, blocks and errors counted',
  paper: { arxiv: '2502.17416', where: 'Section 5 and its appendix' },
  summary: 'hand-set weights for group composition, imitation, p-hop and chain of thought, executed and compared; no training needed',
  params,
  presets: {
    quick: { lengths: [2, 3, 4, 8, 16, 31, 64, 128], groups: ['Z_7', 'S_3'] },
    standard: { problems: 32, trainingSteps: 600 },
    paper: { problems: 200, groups: ['Z_7', 'S_3', 'S_4', 'A_5', 'S_5', 'D_4', 'Z_2 x S_3'], trainingSteps: 2000 },
  },
  cost: ({ groups, lengths, problems, scales, hops }) => ({
    models: groups.length * lengths.length + 2 * scales.length + hops.length,
    problems,
  }),
  run,
  figures: [
    {
      name: 'loops',
      title: 'Loops after which every product is right',
      caption: 'The bound is ⌈log2 n⌉, reached exactly.',
      kind: 'line',
      table: 'loops',
      x: 'length',
      y: 'needed',
      series: 'group',
      xScale: 'log',
      xLabel: 'elements n',
      yLabel: 'loops',
    },
    {
      name: 'errors',
      title: 'Largest error of the last position after six loops, S_3, n = 33',
      caption: 'Errors of 0 have no place on the logarithmic axis.',
      kind: 'line',
      table: 'errors',
      x: 'scale',
      y: 'error',
      series: 'dtype',
      yScale: 'log',
      xLabel: 'scale of attention scores B',
      yLabel: 'error of a code, per bit',
    },
    {
      name: 'hops',
      title: 'Loops, or blocks, for p hops',
      kind: 'line',
      table: 'hops',
      x: 'hops',
      y: 'loops',
      series: 'model',
      xScale: 'log',
      xLabel: 'hops p',
      yLabel: 'loops or blocks',
    },
  ],
  expect: [
    {
      name: 'loops for n elements',
      paper: '⌈log2 n⌉ loops of one layer',
      claim: 'all products right after ⌈log2 n⌉ loops, none one loop earlier',
      evaluate: (results) =>
        judgeRows(rowsOf(results, 'loops'), (row) => row['needed'] === row['bound'] && row['rightOneEarlier'] === 0, 'groups and lengths'),
    },
    {
      name: 'error at B of 20 and more',
      paper: 'vanishes as B grows',
      claim: 'exactly 0 in float64',
      evaluate: (results) =>
        judgeRows(
          rowsOf(results, 'errors').filter(({ dtype, scale }) => dtype === 'float64' && Number(scale) >= 20),
          ({ error, right, problems }) => error === 0 && right === problems,
          'values of B without error',
        ),
    },
    {
      name: 'loops for p hops',
      paper: '⌊log2 p⌋ + 2 loops, at most 3 heads',
      claim: '⌈log2 p⌉ + 2 loops of one layer of 2 heads, or as many blocks, every answer right; the floor for powers of two only',
      evaluate: (results) =>
        judgeRows(
          rowsOf(results, 'hops').filter(({ answers }) => Number(answers) > 0),
          ({ hops, loops, answers, right }) => loops === ceilLog2(Number(hops)) + 2 && right === answers,
          'models',
        ),
    },
    {
      name: 'a trained model carried over',
      paper: 'none; the theorems hold for any weights',
      claim: 'imitated logits within 1e-13 of the largest in float64, every greedy token the same',
      evaluate(results) {
        const difference = results.number('relative difference of its imitation');
        const [tokens, byWeights, byExecutor] = [
          'tokens of its chains',
          'tokens the looped block gives too',
          'tokens the executor gives too',
        ].map((name) => results.number(name));
        return {
          ours: `${difference.toExponential(1)}; ${byWeights} and ${byExecutor} of ${tokens} tokens`,
          verdict: difference <= 1e-13 && byWeights === tokens && byExecutor === tokens ? 'holds' : 'fails',
        };
      },
    },
    ...theorems.map(expectTheorem),
  ],
});

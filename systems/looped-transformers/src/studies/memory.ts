import { memoryUsage } from 'node:process';
import { RandomStream, type RandomStreamState } from '@sardonyx/data';
import { defineStudy, type Expectation, type Results, type StudyContext, type TableData } from '@sardonyx/study';
import { liveObjects } from '@sardonyx/tensor';
import { z } from 'zod';
import { additionLength, additionVocabulary, drawAdditionBatch } from '../tasks/addition.js';
import { flopsPerToken, type LoopedTransformerConfig } from '../model/model.js';
import { createTrainer, type Trainer } from '../training/trainer.js';
import { growths, type Growth } from './memory-growth.js';
import { headsDivideWidth } from './parameter-checks.js';
import { modelParameters } from './model-parameters.js';

const params = z
  .object({
    digits: z.int().min(1).max(6).default(3).describe('digits of every operand'),
    operands: z.array(z.int().min(2).max(64)).min(1).default([2, 4, 8, 16, 32]).describe('numbers of operands, drawn uniformly'),
    ...modelParameters,
    batchSize: z.int().min(1).max(65_536).default(1024).describe('sequences a step'),
    learningRate: z.number().positive().max(1).default(0.005).describe('peak learning rate'),
    steps: z.int().min(1).max(10_000_000).default(200_000).describe('training steps'),
    sampleEvery: z.int().min(1).max(100_000).default(1000).describe('steps between samples of the memory'),
    settleSteps: z.int().min(0).max(1_000_000).default(20_000).describe('steps after every start that the memory may take to settle'),
  })
  .check(headsDivideWidth);
type Params = z.output<typeof params>;

const configOf = ({ digits, operands, layers, loops, width, heads }: Params): LoopedTransformerConfig => ({
  layers,
  loops,
  width,
  heads,
  hidden: 4 * width,
  vocabulary: additionVocabulary.length,
  length: additionLength(Math.max(...operands), digits),
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
});

type Evaluation = ReturnType<Expectation['evaluate']>;

/** Where a run stands, and in which of its processes: the first is 0, every resumption is one more. */
interface Progress {
  readonly step: number;
  readonly process: number;
  readonly stream: RandomStreamState;
}

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const config = configOf(p);
  const trainer = await createTrainer(config, { ...p, warmupSteps: Math.min(100, p.steps), clipNorm: 1 }, ctx.seed);
  const stream = new RandomStream(ctx.seed, 'addition training');
  const restored = ctx.restored?.state as Progress | undefined;
  if (restored) {
    trainer.restore(ctx.restored!.arrays as Parameters<Trainer['restore']>[0]);
    stream.restore(restored.stream);
  }
  const start = restored?.step ?? 0;
  const process = restored ? restored.process + 1 : 0;
  try {
    for (let step = start; step < p.steps; step++) {
      if (ctx.dueCheckpoint()) {
        await ctx.checkpoint({ step, arrays: await trainer.save(), state: { step, process, stream: stream.state() } as never });
      }
      const { loss } = await trainer.step(drawAdditionBatch(stream, p, p.batchSize, config.length));
      const done = step + 1;
      ctx.progress(done, p.steps, `loss ${loss.toFixed(3)}`);
      const isSample = done % p.sampleEvery === 0;
      if (isSample) sampleMemory(ctx, { process, settled: done - start > p.settleSteps, step: done });
      if (isSample || done === 1) ctx.metric(done, { 'loss (nats)': loss });
      if (done === p.steps) ctx.result('loss', loss);
    }
  } finally {
    trainer.dispose();
  }
}

/** Records what this process holds now: in tables, since metrics and results must be the same whenever a run is repeated. */
function sampleMemory(ctx: StudyContext, at: { readonly process: number; readonly settled: boolean; readonly step: number }): void {
  const columns = { process: 'int32', settled: 'bool', step: 'int32' } as const;
  const { rss, heapUsed, external } = memoryUsage();
  const memory = ctx.table('memory', { ...columns, kind: 'utf8', mebibytes: 'float64' });
  for (const [kind, bytes] of Object.entries({ resident: rss, 'JavaScript heap': heapUsed, external })) {
    memory.append({ ...at, kind, mebibytes: bytes / 2 ** 20 });
  }
  ctx.table('live', { ...columns, sessions: 'int32', values: 'int32' }).append({ ...at, ...liveObjects() });
}

/**
 * Growth of resident memory that counts as none, MiB: V8's young generation, two halves of up to 16 MiB, may be in use
 * at one time and given back at another. With the 16,000 settled steps of the smallest preset, a leak of 4 KiB a step
 * passes this limit; a step makes 160 KiB of new parameters and moments. What is smaller shows in the number of live
 * native objects, which must not grow at all.
 */
const residentLimitMebibytes = 32;

/** Judges by the process that grew most; a run whose processes all ended before their memory settled shows nothing. */
function judge(all: readonly Growth[], limit: number, write: (value: number) => string): Evaluation {
  const [worst] = [...all].sort((a, b) => b.growth - a.growth);
  if (worst === undefined) return { ours: 'no process ran long enough', verdict: 'reported' };
  const { steps, before, after, growth } = worst;
  return {
    ours: `at most ${write(before)}, then ${write(after)}, over ${steps.toLocaleString('en')} steps`,
    verdict: growth <= limit ? 'holds' : 'fails',
  };
}

function judgeResidentMemory(results: Results): Evaluation {
  const table = tableOf(results, 'memory');
  const resident = (row: number) => (table.columns['kind']?.[row] === 'resident' ? Number(table.columns['mebibytes']?.[row]) : undefined);
  return judge(growths(table, resident), residentLimitMebibytes, (mebibytes) => `${mebibytes.toFixed(1)} MiB`);
}

function judgeLiveObjects(results: Results): Evaluation {
  const table = tableOf(results, 'live');
  const objects = (row: number) => Number(table.columns['sessions']?.[row]) + Number(table.columns['values']?.[row]);
  return judge(growths(table, objects), 0, String);
}

function judgeLoss(results: Results): Evaluation {
  const { values } = results.metric('loss (nats)');
  const [first, last] = [values[0]!, values.at(-1)!];
  return { ours: `${first.toFixed(3)} to ${last.toFixed(3)}`, verdict: last < first ? 'holds' : 'fails' };
}

const tableOf = (results: Results, name: string): TableData => results.table(name) ?? { columns: {}, rowCount: 0 };

/**
 * Resident memory over many thousand jitted training steps. The claim is about the engine, which the paper's task
 * exercises: buffers are reused from step to step, so that training takes the memory of one step, however long it goes on.
 */
export const memory = defineStudy({
  name: 'memory',
  title: 'Memory stays flat: the engine over many thousand training steps',
  paper: { arxiv: '2502.17416', where: 'the task of Table 1; the claim is about the engine' },
  summary: 'resident memory and live native objects while a looped transformer trains; a check of the engine',
  params,
  presets: {
    quick: {
      digits: 2,
      operands: [2, 3],
      loops: 2,
      width: 32,
      heads: 2,
      batchSize: 8,
      learningRate: 0.003,
      steps: 20_000,
      sampleEvery: 250,
      settleSteps: 4000,
    },
    standard: {
      operands: [2, 3],
      loops: 3,
      width: 64,
      heads: 4,
      batchSize: 32,
      learningRate: 0.003,
      steps: 50_000,
      sampleEvery: 500,
      settleSteps: 5000,
    },
    paper: {},
  },
  cost(p) {
    const config = configOf(p);
    const tokens = p.steps * p.batchSize * config.length;
    return { tokens, flops: 3 * tokens * flopsPerToken(config) };
  },
  run,
  figures: [
    {
      name: 'memory',
      title: 'Memory of the process while it trains',
      caption: 'Depends on the machine and the moment, and starts anew in a process that resumes the run.',
      kind: 'line',
      table: 'memory',
      x: 'step',
      y: 'mebibytes',
      series: 'kind',
      xLabel: 'training step',
      yLabel: 'memory (MiB)',
    },
    {
      name: 'live-values',
      title: 'Values of ONNX Runtime that are live after a step',
      kind: 'line',
      table: 'live',
      x: 'step',
      y: 'values',
      xLabel: 'training step',
      yLabel: 'live values',
    },
  ],
  expect: [
    {
      name: 'resident memory is flat',
      paper: 'none; of the engine: no growth',
      claim: `once settled, the second half of the samples takes at most ${residentLimitMebibytes} MiB more than the first half`,
      evaluate: judgeResidentMemory,
    },
    {
      name: 'native objects are reused',
      paper: 'none; of the engine: no growth',
      claim: 'once settled, there are no more sessions and values in the second half than in the first',
      evaluate: judgeLiveObjects,
    },
    {
      name: 'the model trains',
      paper: 'none',
      claim: 'the last loss is below the first',
      evaluate: judgeLoss,
    },
  ],
});

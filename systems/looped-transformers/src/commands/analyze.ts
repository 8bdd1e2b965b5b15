import { BadInputError, type CommandContext, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { analyzeLoops, type LoopAnalysis } from '../analysis/analyze-loops.js';
import { analyzePointers, type PointerAnalysis } from '../analysis/analyze-pointers.js';
import { refusingBadInput } from '../bad-input.js';
import { type LoopedTransformerConfig, loopedName, loopsOf } from '../model/model.js';
import type { ModelDocument } from '../model/model-document.js';
import { ModelError } from '../model/model-error.js';
import { writeAnalysis } from './analysis-files.js';
import { type AnalysisSubject, analysisSubject } from './analysis-subject.js';
import { analysisTables } from './analysis-tables.js';
import { loopLines, pointerLines } from './analysis-text.js';
import { expectEmptyFolder } from './empty-folder.js';
import { modelArgument, readModel } from './model-argument.js';
import { progressLines } from './progress-lines.js';

/** Loops after the last, to see where the states go, unless another number is given. */
const usualExtraLoops = 16;
/** With more hops than this only powers of two and p itself are probed, unless others are given. */
const mostHopsOneByOne = 16;

const params = z.object({
  prompt: z.string().optional().describe('one text to look at, instead of problems'),
  loops: z.int().min(1).max(1024).optional().describe('loops to look at; as trained by default'),
  extraLoops: z
    .int()
    .min(0)
    .max(1024)
    .optional()
    .describe(`loops after them that stand for the fixed point; ${usualExtraLoops} by default, none where the model cannot`),
  examples: z.int().min(1).max(1_000_000).default(256).describe('problems of the test split to judge on'),
  probeExamples: z.int().min(1).max(1_000_000).default(1024).describe('problems of the train split that probes learn from'),
  hops: z
    .array(z.int().min(1).max(1024))
    .default([])
    .describe(`hops to probe in a p-hop model; 1 to p by default, of more than ${mostHopsOneByOne} the powers of two and p`),
  places: z.enum(['absolute', 'relative']).default('absolute').describe('whether probes tell a place by its position or by its distance'),
  problemSeed: z.int().default(1).describe('seed of the problems'),
  batchSize: z.int().min(1).max(65_536).default(64).describe('sequences at a time'),
  output: z.string().min(1).optional().describe('new or empty folder for tables in CSV and figures in SVG'),
});
type Params = z.output<typeof params>;

/** What each loop of a model does. */
export const analyze = defineCommand({
  name: 'analyze',
  aliases: ['analyse'],
  summary: 'what each loop of a model does: norms, CKA, fixed point, logit lens; and which loop resolves which hop',
  arguments: [modelArgument],
  examples: [
    'analyze trained/model',
    'analyze trained/model --loops 8 --extra-loops 32 --output analysis',
    'analyze trained/model --prompt babdadabadadb --json',
  ],
  params,
  async run(ctx, p) {
    const document = await readModel(ctx.arguments[0]!);
    await refusingBadInput(async () => {
      if (p.output !== undefined) await expectEmptyFolder(p.output, 'an analysis');
      const subject = await analysisSubject(document, p);
      if (subject.hops === undefined && p.hops.length > 0) throw noHops(document);
      const tell = progressLines(ctx);
      const loops = await analyzeLoops(document, subject.judged(), {
        ...loopChoice(document.config, p),
        signal: ctx.signal,
        progress: (done) => tell(done, subject.count, 'problems looked at'),
      });
      const pointers = await pointersOf(ctx, document, subject, p);
      const tables = analysisTables(loops, subject.next, pointers);
      if (ctx.json) printRows(ctx, tables);
      else for (const text of textOf(document, subject, loops, pointers, p)) ctx.print(text);
      if (p.output !== undefined) {
        const files = await writeAnalysis(p.output, tables);
        ctx.log(`${files.length} files in ${p.output}`);
      }
    });
  },
});

/** Loops to apply; without extra ones where the model cannot go on and nobody asked for them. */
function loopChoice(config: LoopedTransformerConfig, { loops: asked, extraLoops }: Params) {
  const loops = loopsOf(config, asked);
  const extra = extraLoops ?? (canApply(config, loops + usualExtraLoops) ? usualExtraLoops : 0);
  loopsOf(config, loops + extra);
  return { loops, extraLoops: extra };
}

function canApply(config: LoopedTransformerConfig, loops: number): boolean {
  try {
    return loopsOf(config, loops) === loops;
  } catch (cause) {
    if (cause instanceof ModelError && cause.code === 'loops') return false;
    throw cause;
  }
}

const noHops = ({ task }: ModelDocument): BadInputError =>
  new BadInputError('hops', `Cannot probe hops: expected a model of p-hop, given one of ${task?.name ?? 'no task'}; leave out --hops.`);

async function pointersOf(
  ctx: CommandContext,
  document: ModelDocument,
  subject: AnalysisSubject,
  p: Params,
): Promise<PointerAnalysis | undefined> {
  if (subject.hops === undefined) return undefined;
  const tell = progressLines(ctx);
  return await analyzePointers(document, subject.learned?.(), subject.judged(), {
    hops: p.hops.length > 0 ? [...new Set(p.hops)].sort((a, b) => a - b) : usualHops(subject.hops),
    alphabet: document.config.vocabulary,
    places: p.places,
    signal: ctx.signal,
    ...(p.loops !== undefined && { loops: p.loops }),
    progress: (done, phase) =>
      phase === 'learned' ? tell(done, p.probeExamples, 'problems learned from') : tell(done, subject.count, 'problems judged'),
  });
}

/** 1 … p; of many the F_{2^t} of pointer doubling and F_p. */
function usualHops(p: number): number[] {
  const all = Array.from({ length: p }, (_, h) => h + 1);
  return p <= mostHopsOneByOne ? all : all.filter((h) => h === p || Number.isInteger(Math.log2(h)));
}

function textOf(
  document: ModelDocument,
  subject: AnalysisSubject,
  loops: LoopAnalysis,
  pointers: PointerAnalysis | undefined,
  p: Params,
): string[] {
  const { config, step } = document;
  return [
    `${loopedName(config)}, ${step ?? 'unknown'} steps of training, on ${subject.name}: ${loops.positions} positions`,
    ...loopLines(loops, subject.next, config.width),
    ...(pointers ? pointerLines(pointers, p.probeExamples, loops.sequences) : []),
  ];
}

/** One object a row, with the name of its table; numbers that there are not are null. */
function printRows(ctx: CommandContext, tables: ReturnType<typeof analysisTables>): void {
  for (const [table, rows] of Object.entries(tables)) for (const row of rows) ctx.print(JSON.stringify({ table, ...row }));
}

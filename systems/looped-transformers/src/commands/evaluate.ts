import { type CommandContext, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { refusingBadInput } from '../bad-input.js';
import type { ExitRule } from '../model/early-exit.js';
import type { ModelDocument } from '../model/model-document.js';
import { loopedName, loopsOf } from '../model/model.js';
import { type Bucket, type Score, scoreOf } from '../training/evaluation.js';
import { exitJudge, meanLoops } from '../training/exit-judge.js';
import { meanOf } from '../training/judgement.js';
import { modelJudge } from '../training/model-judge.js';
import { exitName, exitParameters, exitRuleOf } from './exit-rule.js';
import { askQuestions, expectQuestionFlags, questionParameters } from './asked-questions.js';
import { dataParameters, withJudgedData } from './judged-data.js';
import { modelArgument, readModel } from './model-argument.js';

/** Judges a model that was saved. */
export const evaluate = defineCommand({
  name: 'eval',
  aliases: ['evaluate'],
  summary: 'accuracy and loss of a saved model on a task, a text or questions, with any number of loops or with early exits',
  arguments: [modelArgument],
  examples: [
    'eval trained/model --loops 1,2,4,8',
    'eval trained/model --exit state-change --exit-below 0.01 --loops 16',
    `eval trained/model --parameters '{"hops": 4}' --examples 5000`,
    'eval language/model --text held-out.txt',
    'eval language/model --tokens val.bin',
    'eval language/model --questions questions.jsonl --shots 3',
  ],
  params: z.object({
    loops: z
      .array(z.int().min(1).max(1024))
      .default([])
      .describe('loops to apply, one after the other, or with --exit the most; those of training by default'),
    ...exitParameters,
    ...dataParameters,
    ...questionParameters,
  }),
  async run(ctx, p) {
    const document = await readModel(ctx.arguments[0]!);
    const { config } = document;
    const rule = exitRuleOf(p, config);
    const allLoops = p.loops.length > 0 ? p.loops : [config.loops];
    await refusingBadInput(() => allLoops.forEach((loops) => loopsOf(config, loops)));
    const { task, text, tokens, exit } = p;
    expectQuestionFlags(p, { task: task !== '', text: text !== '', tokens: tokens.length > 0, exit: exit !== undefined });
    if (p.questions !== '') return askQuestions(ctx, document, p, allLoops);
    await withJudgedData(document, p, async (bucket) => {
      if (!ctx.json) {
        ctx.print(`${loopedName(config)}, ${document.step ?? 'unknown'} steps of training, judged on ${bucket.name}`);
        if (rule) ctx.print(`early exit: ${exitName(rule)}, at most ${allLoops[0]} loops`);
        ctx.print('loops   exact   dense    last      loss  perplexity');
      }
      if (rule) await judgeExits(ctx, document, bucket, rule, allLoops[0]!);
      else await judgeLoops(ctx, document, bucket, allLoops);
    });
  },
});

/** One line for every number of loops. */
async function judgeLoops(ctx: CommandContext, { params, config }: ModelDocument, bucket: Bucket, allLoops: readonly number[]) {
  const judge = modelJudge(params, config);
  try {
    for (const loops of allLoops) {
      ctx.signal.throwIfAborted();
      const score = await scoreOf((batch) => judge.judge(batch, loops), bucket);
      ctx.print(ctx.json ? JSON.stringify({ loops, ...percentages(score) }) : line(String(loops), score));
    }
  } finally {
    judge.dispose();
  }
}

/** One line with the mean number of loops, and how many sequences left after each. */
async function judgeExits(ctx: CommandContext, { params, config }: ModelDocument, bucket: Bucket, rule: ExitRule, maximum: number) {
  const judge = exitJudge(params, config, rule, maximum);
  try {
    const score = await scoreOf((batch) => {
      ctx.signal.throwIfAborted();
      return judge.judge(batch);
    }, bucket);
    const { sequences } = judge;
    const loops = meanLoops(sequences);
    if (ctx.json) {
      ctx.print(JSON.stringify({ exit: exitName(rule), maximum, loops, sequences, ...percentages(score) }));
      return;
    }
    ctx.print(line(loops.toFixed(2), score));
    const all = sequences.reduce((sum, count) => sum + count, 0);
    ctx.print('left after  sequences');
    for (const [i, count] of sequences.entries()) {
      if (count === 0) continue;
      ctx.print(`${String(i + 1).padStart(10)} ${String(count).padStart(10)}  ${((100 * count) / all).toFixed(1).padStart(5)} %`);
    }
  } finally {
    judge.dispose();
  }
}

/** Accuracies in percent, the loss in nats and its exponential. */
function percentages(score: Score) {
  const [exact, dense, last] = [score.exact, score.dense, score.last].map((share) => 100 * meanOf(share)) as [number, number, number];
  const loss = meanOf(score.loss);
  return { exact, dense, last, loss, perplexity: Math.exp(loss) };
}

function line(loops: string, score: Score): string {
  const { exact, dense, last, loss, perplexity } = percentages(score);
  const columns = [loops.padStart(5), ...[exact, dense, last].map((value) => `${value.toFixed(1)} %`.padStart(7))];
  return `${columns.join(' ')} ${loss.toFixed(4).padStart(9)} ${perplexity.toFixed(3).padStart(11)}`;
}

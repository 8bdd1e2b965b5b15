import { type Tokenizer, tokenizerFromDescription, TokenizerError } from '@sardonyx/data/tokenizers';
import { BadInputError, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { refusingBadInput } from '../bad-input.js';
import { type Bucket, scoreOf } from '../training/evaluation.js';
import { meanOf } from '../training/judgement.js';
import type { TokenStore } from '../language/token-store.js';
import { readTextFile } from '../language/text-file.js';
import type { ModelDocument } from '../model/model-document.js';
import { loopedName, loopsOf } from '../model/model.js';
import { modelJudge } from '../training/model-judge.js';
import { taskBucket } from '../training/task-training.js';
import { splits } from '../tasks/split.js';
import { expectSequence, textBucket, tokensOf } from '../training/text-data.js';
import { configuredTask } from '../training/train-data.js';
import { modelArgument, readModel } from './model-argument.js';
import { expectTaskOfModel } from './model-task.js';
import { knobsOf, taskFrom } from './task-arguments.js';

const params = z.object({
  loops: z.array(z.int().min(1).max(1024)).default([]).describe('loops to apply, one after the other; those of training by default'),
  task: z.string().default('').describe('task to judge by; the one of training by default'),
  parameters: z.string().default('{}').describe('knobs of the task that differ, as JSON, such as {"hops": 4}'),
  text: z.string().default('').describe('text to judge a language model by'),
  split: z.enum(splits).default('test').describe('part of the problems'),
  examples: z.int().min(1).max(10_000_000).default(1000).describe('problems'),
  problemSeed: z.int().default(1).describe('seed of the problems'),
  batchSize: z.int().min(1).max(65_536).default(64).describe('sequences at a time'),
});
type Params = z.output<typeof params>;

/** Judges a model that was saved. */
export const evaluate = defineCommand({
  name: 'eval',
  aliases: ['evaluate'],
  summary: 'accuracy and loss of a saved model on a task or a text, with any number of loops',
  arguments: [modelArgument],
  examples: [
    'eval trained/model --loops 1,2,4,8',
    `eval trained/model --parameters '{"hops": 4}' --examples 5000`,
    'eval language/model --text held-out.txt',
  ],
  params,
  async run(ctx, p) {
    const document = await readModel(ctx.arguments[0]!);
    const { config } = document;
    const knobs = knobsOf(p.parameters);
    const allLoops = p.loops.length > 0 ? p.loops : [config.loops];
    const bucket = await refusingBadInput(() => {
      for (const loops of allLoops) loopsOf(config, loops);
      return bucketOf(document, p, knobs);
    });
    if (!ctx.json) {
      ctx.print(`${loopedName(config)}, ${document.step ?? 'unknown'} steps of training, judged on ${bucket.name}`);
      ctx.print('loops   exact   dense    last      loss  perplexity');
    }
    const judge = modelJudge(document.params, config);
    try {
      for (const loops of allLoops) {
        ctx.signal.throwIfAborted();
        const score = await scoreOf((batch) => judge.judge(batch, loops), bucket);
        const [exact, dense, last] = [score.exact, score.dense, score.last].map((share) => 100 * meanOf(share)) as [number, number, number];
        const loss = meanOf(score.loss);
        if (ctx.json) ctx.print(JSON.stringify({ loops, exact, dense, last, loss, perplexity: Math.exp(loss) }));
        else {
          const columns = [String(loops).padStart(5), ...[exact, dense, last].map((value) => `${value.toFixed(1)} %`.padStart(7))];
          ctx.print(`${columns.join(' ')} ${loss.toFixed(4).padStart(9)} ${Math.exp(loss).toFixed(3).padStart(11)}`);
        }
      }
    } finally {
      judge.dispose();
    }
  },
});

/** The tokens of a text as the model knows them. */
function modelTokens(tokenizer: Tokenizer, path: string, text: string): TokenStore {
  try {
    return tokensOf(tokenizer, text);
  } catch (cause) {
    if (!(cause instanceof TokenizerError && cause.code === 'unknown-character')) throw cause;
    const found = cause.message.replace(/^tokenizer, text at /, '').replace(/;[^;]*$/, '');
    throw new BadInputError(
      cause.code,
      `Cannot judge by ${path}: at ${found}; give a text in characters that the model was trained on, or a model of bytes or of byte-level BPE.`,
      { cause },
    );
  }
}

/** What a model is judged on: the task or text asked for, or its own. */
async function bucketOf(document: ModelDocument, p: Params, knobs: Readonly<Record<string, unknown>>): Promise<Bucket> {
  const { config, tokenizer } = document;
  if (p.text !== '') {
    if (!tokenizer)
      throw new BadInputError('text', 'Cannot judge by a text: the model has no tokenizer, it is of a task; leave out --text.');
    const tokens = modelTokens(tokenizerFromDescription(tokenizer), p.text, await readTextFile(p.text));
    expectSequence(tokens, 1, `file ${p.text}`);
    return textBucket(p.text, tokens, config.length, p.batchSize);
  }
  const own = document.task;
  if (p.task === '' && !own)
    throw new BadInputError('task', 'Cannot judge the model: expected --text for a language model, or --task, got neither.');
  const isOwn = p.task === '' || p.task === own?.name;
  const task = isOwn ? configuredTask(own!.name, { ...own!.parameters, ...knobs }) : taskFrom(p.task, p.parameters);
  expectTaskOfModel(task, document, `judge by ${task.name}`);
  const { examples: count, problemSeed: seed, batchSize, split } = p;
  return taskBucket(task, { name: `${task.name}, ${split}`, difficulty: 0, count, seed, batchSize, split });
}

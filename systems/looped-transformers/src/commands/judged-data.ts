import { type Tokenizer, tokenizerFromDescription, TokenizerError } from '@sardonyx/data/tokenizers';
import { BadInputError } from '@sardonyx/study';
import { z } from 'zod';
import type { Bucket } from '../training/evaluation.js';
import type { TokenStore } from '../language/token-store.js';
import { readTextFile } from '../language/text-file.js';
import type { ModelDocument } from '../model/model-document.js';
import { taskBucket } from '../training/task-training.js';
import { splits } from '../tasks/split.js';
import { expectSequence, textBucket, tokensOf } from '../training/text-data.js';
import { configuredTask } from '../training/train-data.js';
import { knobsOf, taskFrom } from './task-arguments.js';

/* What a saved model is judged on, as flags give it. */

export const dataParameters = {
  task: z.string().default('').describe('task to judge by; the one of training by default'),
  parameters: z.string().default('{}').describe('knobs of the task that differ, as JSON, such as {"hops": 4}'),
  text: z.string().default('').describe('text to judge a language model by'),
  split: z.enum(splits).default('test').describe('part of the problems'),
  examples: z.int().min(1).max(10_000_000).default(1000).describe('problems'),
  problemSeed: z.int().default(1).describe('seed of the problems'),
  batchSize: z.int().min(1).max(65_536).default(64).describe('sequences at a time'),
};
const flags = z.object(dataParameters);
type DataFlags = z.output<typeof flags>;

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
export async function judgedData(document: ModelDocument, p: DataFlags): Promise<Bucket> {
  const knobs = knobsOf(p.parameters);
  const { config, tokenizer, vocabulary } = document;
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
  const differs = task.vocabulary.findIndex((token, id) => vocabulary?.[id] !== token);
  if (differs >= 0) {
    const given = JSON.stringify(vocabulary?.[differs] ?? null);
    throw new BadInputError(
      'vocabulary',
      `Cannot judge by ${task.name}: its token ${differs} is ${JSON.stringify(task.vocabulary[differs])}, the model's is ${given}; choose a task with the vocabulary of training.`,
    );
  }
  if (task.length > config.length && config.positions === 'learned') {
    throw new BadInputError(
      'length',
      `Cannot judge by ${task.name}: its sequences have up to ${task.length} positions, the model's position table ${config.length}; choose shorter problems, or train with rotary positions.`,
    );
  }
  const { examples: count, problemSeed: seed, batchSize, split } = p;
  return taskBucket(task, { name: `${task.name}, ${split}`, difficulty: 0, count, seed, batchSize, split });
}

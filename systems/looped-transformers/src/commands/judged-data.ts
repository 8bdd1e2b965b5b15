import { type Tokenizer, tokenizerFromDescription, TokenizerError } from '@sardonyx/data/tokenizers';
import { BadInputError } from '@sardonyx/study';
import { z } from 'zod';
import { refusingBadInput } from '../bad-input.js';
import type { Bucket } from '../training/evaluation.js';
import { isSameTokenizer, openTokenSources, type TokenSources } from '../language/token-sources.js';
import type { TokenStore } from '../language/token-store.js';
import { readTextFile } from '../language/text-file.js';
import type { ModelDocument } from '../model/model-document.js';
import { taskBucket } from '../training/task-training.js';
import { splits } from '../tasks/split.js';
import { expectSequence, textBucket, tokensOf } from '../training/text-data.js';
import { configuredTask } from '../training/train-data.js';
import { expectTaskOfModel } from './model-task.js';
import { knobsOf, taskFrom } from './task-arguments.js';

/* What a saved model is judged on, as flags give it. */

export const dataParameters = {
  task: z.string().default('').describe('task to judge by; the one of training by default'),
  parameters: z.string().default('{}').describe('knobs of the task that differ, as JSON, such as {"hops": 4}'),
  text: z.string().default('').describe('text to judge a language model by'),
  tokens: z.array(z.string()).default([]).describe('files of tokens, or folders of packed text, to judge a language model by'),
  tokenFormat: z.enum(['raw', 'llm.c']).default('raw').describe('of files of tokens: nothing but ids, or with the header of llm.c'),
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

/**
 * What `body` makes of what a model is judged on: the task, text or tokens asked for, or its own task.
 * @throws {BadInputError} where flags contradict each other, or what they name is not for this model
 */
export async function withJudgedData<T>(document: ModelDocument, p: DataFlags, body: (bucket: Bucket) => Promise<T>): Promise<T> {
  expectOneSource(p);
  if (p.tokens.length === 0) return body(await refusingBadInput(() => (p.text === '' ? taskData(document, p) : textData(document, p))));
  const tokens = await refusingBadInput(() => openedTokens(document, p));
  try {
    return await body(textBucket(p.tokens.join(', '), tokens, document.config.length, p.batchSize));
  } finally {
    await tokens.close();
  }
}

function expectOneSource({ task, text, tokens }: DataFlags): void {
  const asked = Object.entries({ task, text, tokens }).filter(([, value]) => value.length > 0);
  if (asked.length < 2) return;
  const flags = asked.map(([name]) => `--${name}`).join(' and ');
  throw new BadInputError(
    'argument',
    `Cannot judge by ${flags} at once: expected one of them, given ${asked.length}; leave out the others.`,
  );
}

async function textData({ config, tokenizer, task }: ModelDocument, { text, batchSize }: DataFlags): Promise<Bucket> {
  if (!tokenizer) {
    const remedy = task ? ', it is of a task; leave out --text' : '; give files of tokens with --tokens';
    throw new BadInputError('text', `Cannot judge by a text: the model has no tokenizer${remedy}.`);
  }
  const tokens = modelTokens(tokenizerFromDescription(tokenizer), text, await readTextFile(text));
  expectSequence(tokens, 1, `file ${text}`);
  return textBucket(text, tokens, config.length, batchSize);
}

async function openedTokens({ config, tokenizer }: ModelDocument, { tokens, tokenFormat: format }: DataFlags): Promise<TokenSources> {
  const sources = await openTokenSources(tokens, { format, vocabularySize: config.vocabulary });
  try {
    if (tokenizer && sources.tokenizer && !isSameTokenizer(tokenizerFromDescription(tokenizer), sources.tokenizer)) {
      const what = `Cannot judge by ${tokens.join(', ')}`;
      throw new BadInputError(
        'tokenizer',
        `${what}: expected the tokenizer of the model, given another one; pack the text with the model's.`,
      );
    }
    expectSequence(sources, 1, 'tokens');
    return sources;
  } catch (cause) {
    await sources.close();
    throw cause;
  }
}

function taskData(document: ModelDocument, p: DataFlags): Bucket {
  const own = document.task;
  const knobs = knobsOf(p.parameters);
  if (p.task === '' && !own) {
    const expected = 'expected --text for a language model (or --tokens), or --task, got neither';
    throw new BadInputError('task', `Cannot judge the model: ${expected}.`);
  }
  const isOwn = p.task === '' || p.task === own?.name;
  const task = isOwn ? configuredTask(own!.name, { ...own!.parameters, ...knobs }) : taskFrom(p.task, p.parameters);
  expectTaskOfModel(task, document, `judge by ${task.name}`);
  const { examples: count, problemSeed: seed, batchSize, split } = p;
  return taskBucket(task, { name: `${task.name}, ${split}`, difficulty: 0, count, seed, batchSize, split });
}

import type { RandomStream } from '@sardonyx/data';
import { ByteTokenizer, CharacterTokenizer, type Tokenizer, TokenizerError, trainByteLevelBpe } from '@sardonyx/data/tokenizers';
import type { Bucket } from './evaluation.js';
import { evaluationBatches, languageBatch } from '../language/language-batches.js';
import { LanguageDataError } from '../language/language-data-error.js';
import { type TokenStore, tokenStoreOf } from '../language/token-store.js';
import type { SequenceBatch } from '../model/sequence-batch.js';
import type { BatchShape } from './task-training.js';
import type { StepData } from './training-plan.js';
import { packSequences, promptAndAnswer, sequenceBatch, type TaskSequence } from '../tasks/task-sequence.js';

export const tokenizerNames = ['byte', 'character', 'bpe'] as const;
export type TokenizerName = (typeof tokenizerNames)[number];

/** A tokenizer: bytes, the characters of all texts that will be met, or byte-level BPE trained on the text to learn. */
export function tokenizerFor(
  name: TokenizerName,
  texts: { readonly learned: string; readonly judged: string },
  vocabularySize: number,
): Tokenizer {
  switch (name) {
    case 'byte':
      return new ByteTokenizer();
    case 'character':
      return CharacterTokenizer.of([texts.learned, texts.judged]);
    case 'bpe':
      return trainByteLevelBpe(texts.learned, { vocabularySize });
  }
}

/** The tokens of a text. */
export const tokensOf = (tokenizer: Tokenizer, text: string): TokenStore => tokenStoreOf(tokenizer.encode(text), tokenizer.vocabularySize);

/**
 * Refuses a text without one whole sequence of `length` positions and the token after it.
 * @throws {LanguageDataError} `too-small`, with both lengths
 */
export function expectSequence(store: TokenStore, length: number, what = 'text to learn'): void {
  if (store.length > length) return;
  const expected = `${length + 1} tokens or more, for a sequence of ${length} positions and the token after it`;
  throw new LanguageDataError('too-small', what, expected, String(store.length), 'give more text, or shorter sequences');
}

/**
 * Sequences that start anywhere in the text: a function of the stream alone.
 * @throws {LanguageDataError} `too-small` as {@link expectSequence}
 */
export async function drawTextBatch(stream: RandomStream, store: TokenStore, batchSize: number, length: number): Promise<SequenceBatch> {
  expectSequence(store, length);
  const starts = Array.from({ length: batchSize }, () => stream.integer(store.length - length));
  return languageBatch(await Promise.all(starts.map((start) => store.read(start, length + 1))), length);
}

/**
 * A batch of such sequences, in several parts where gradients are accumulated; together they are as many as the batch.
 * @throws {LanguageDataError} `too-small` as {@link expectSequence}
 */
export async function drawTextParts(
  stream: RandomStream,
  store: TokenStore,
  { batchSize, length, accumulate = 1 }: BatchShape,
): Promise<StepData> {
  const part = Math.ceil(batchSize / accumulate);
  const parts: SequenceBatch[] = [];
  for (let left = batchSize; left > 0; left -= part) parts.push(await drawTextBatch(stream, store, Math.min(part, left), length));
  return parts.length === 1 ? parts[0]! : parts;
}

/** A text, every token predicted once. */
export const textBucket = (name: string, store: TokenStore, length: number, batchSize: number): Bucket => ({
  name,
  difficulty: 0,
  measure: 'dense',
  batches: () => evaluationBatches(store, { length, batchSize }),
});

/** A prompt and the text that should follow it. */
export interface Question {
  readonly prompt: string;
  readonly answer: string;
}

/**
 * Questions that are right when greedy decoding gives the whole answer; `undefined` where one does not fit the length or has
 * characters that the tokenizer lacks.
 */
export function questionBucket(
  name: string,
  difficulty: number,
  questions: readonly Question[],
  tokenizer: Tokenizer,
  { length, batchSize }: { readonly length: number; readonly batchSize: number },
): Bucket | undefined {
  const sequences = encoded(questions, tokenizer);
  if (!sequences || sequences.some(({ tokens }) => tokens.length > length)) return undefined;
  return {
    name,
    difficulty,
    measure: 'exact',
    *batches() {
      for (let start = 0; start < sequences.length; start += batchSize) {
        yield sequenceBatch(packSequences(sequences.slice(start, start + batchSize), length, 0), length);
      }
    },
  };
}

function encoded(questions: readonly Question[], tokenizer: Tokenizer): readonly TaskSequence[] | undefined {
  try {
    return questions.map(({ prompt, answer }) => promptAndAnswer(tokenizer.encode(prompt), tokenizer.encode(answer)));
  } catch (cause) {
    if (cause instanceof TokenizerError && cause.code === 'unknown-character') return undefined;
    throw cause;
  }
}

/** exp of the cross-entropy of tokens drawn with the frequencies of another text: what is reached without any context. */
export async function frequencyPerplexity(training: TokenStore, judged: TokenStore): Promise<number> {
  const counts = new Float64Array(training.vocabularySize).fill(1);
  for (const id of await training.read(0, training.length)) counts[id]! += 1;
  const total = counts.reduce((a, b) => a + b, 0);
  let nats = 0;
  for (const id of await judged.read(0, judged.length)) nats -= Math.log(counts[id]! / total);
  return Math.exp(nats / judged.length);
}

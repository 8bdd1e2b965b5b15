import { endOfText, type Tokenizer } from '@sardonyx/data/tokenizers';
import type { SequenceBatch } from '../../sequence-batch.js';
import { packSequences, promptAndAnswer, sequenceBatch, type TaskSequence } from '../../tasks/task-sequence.js';
import { LanguageDataError } from '../language-data-error.js';
import { leadingSpace, type Question } from './question.js';

/**
 * Questions with their first answers and an end of text as a batch for training or for greedy judgement: only the answer
 * and its end are targets.
 * @throws {LanguageDataError} `invalid-option` where the tokenizer has no end of text
 * @throws {TaskError} `too-long`
 */
export function questionBatch(tokenizer: Tokenizer, questions: readonly Question[], length: number): SequenceBatch {
  const end = endOf(tokenizer);
  const sequences = questions.map((question) => questionSequence(tokenizer, question, end));
  return sequenceBatch(packSequences(sequences, length, end), length);
}

/** Positions that the longest of these questions takes in a batch. */
export function questionLength(tokenizer: Tokenizer, questions: readonly Question[]): number {
  const end = endOf(tokenizer);
  return Math.max(...questions.map((question) => questionSequence(tokenizer, question, end).tokens.length));
}

function questionSequence(tokenizer: Tokenizer, { prompt, answers: [answer] }: Question, end: number): TaskSequence {
  return promptAndAnswer(tokenizer.encode(prompt), [...tokenizer.encode(`${leadingSpace(prompt)}${answer}`), end]);
}

function endOf(tokenizer: Tokenizer): number {
  const end = tokenizer.specialTokens.get(endOfText);
  if (end !== undefined) return end;
  const expected = `a tokenizer with ${endOfText}`;
  throw new LanguageDataError('invalid-option', 'batch of questions', expected, 'one without', 'make the tokenizer with it');
}

import type { RandomStream } from '@sardonyx/data';
import { LanguageDataError } from '../language-data-error.js';
import { leadingSpace, type Question } from './question.js';

/** Between solved examples, and before the question. */
export const exampleSeparator = '\n\n';

/** A prompt and its answer as a text goes on: a space between, where the prompt does not end with white space or `=`. */
export const solved = ({ prompt, answers: [answer] }: Question): string => `${prompt}${leadingSpace(prompt)}${answer}`;

/** The question after solved examples, the same format for all. */
export const fewShotPrompt = (examples: readonly Question[], question: Question): string =>
  [...examples.map(solved), question.prompt].join(exampleSeparator);

/**
 * `count` different examples from a pool.
 * @throws {LanguageDataError} `too-small` where the pool has fewer
 */
export function drawExamples(stream: RandomStream, pool: readonly Question[], count: number): Question[] {
  if (count > pool.length) {
    throw new LanguageDataError('too-small', 'examples of a prompt', `${count} at least`, String(pool.length), 'ask for fewer');
  }
  const left = [...pool];
  return Array.from({ length: count }, () => left.splice(stream.integer(left.length), 1)[0]!);
}

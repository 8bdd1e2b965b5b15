import type { RandomStream } from '@sardonyx/data';
import { LanguageDataError } from '../language-data-error.js';
import { closedBookPrompt, type Question } from '../questions/question.js';

export interface WordProblemOptions {
  /** Operations of the story, 1 to 8. */
  readonly steps: number;
  /** Numbers of a story are 2 to this, and no count in it exceeds ten times it; 20 by default. */
  readonly largest?: number;
}

const people = ['Ada', 'Ben', 'Chika', 'Dmitri', 'Elena', 'Farid', 'Grace', 'Hiro'];
const things = ['apples', 'books', 'coins', 'marbles', 'pencils', 'shells', 'stamps', 'stones'];

/** What happens to a count, as a sentence and as a number. */
interface Happening {
  readonly sentence: string;
  readonly count: number;
}

/**
 * A word problem in whole numbers: somebody has things, gains, loses, multiplies and shares some, and the question is how
 * many are left. A stand-in for ASDiv and SVAMP that needs no file; groups are the numbers of steps.
 * @throws {LanguageDataError} `invalid-option`
 */
export function wordProblem(stream: RandomStream, { steps, largest = 20 }: WordProblemOptions): Question {
  if (!Number.isInteger(steps) || steps < 1 || steps > 8 || !Number.isInteger(largest) || largest < 4) {
    const given = `${steps} and ${largest}`;
    throw new LanguageDataError('invalid-option', 'word problem', '1 to 8 steps and numbers up to 4 or more', given, 'correct it');
  }
  const pick = <T>(list: readonly T[]): T => list[stream.integer(list.length)]!;
  const [person, thing] = [pick(people), pick(things)];
  const other = pick(people.filter((name) => name !== person));
  let count = 2 + stream.integer(largest - 1);
  const sentences = [`${person} has ${count} ${thing}.`];
  for (let step = 0; step < steps; step++) {
    const happening = pick(possible(stream, count, largest, person, other, thing));
    sentences.push(happening.sentence);
    count = happening.count;
  }
  const prompt = closedBookPrompt(`${sentences.join(' ')} How many ${thing} does ${person} have now?`);
  return { id: prompt, prompt, answers: [String(count)], group: `steps ${steps}` };
}

/** What can happen to `count` things so that a whole, positive and not too large number comes out. */
function possible(stream: RandomStream, count: number, largest: number, person: string, other: string, thing: string): Happening[] {
  const some = 2 + stream.integer(largest - 1);
  const few = 2 + stream.integer(3);
  const all: Happening[] = [
    { count: count + some, sentence: `${other} gives ${person} ${some} more ${thing}.` },
    { count: count - some, sentence: `${person} loses ${some} ${thing}.` },
    { count: count * few, sentence: `Then ${person} finds enough ${thing} to have ${few} times as many.` },
    { count: count / few, sentence: `${person} divides the ${thing} evenly among ${few} boxes and keeps one box.` },
  ];
  // A count above `some` can lose it, any other can gain it: something is always possible.
  return all.filter((happening) => Number.isInteger(happening.count) && happening.count > 0 && happening.count <= 10 * largest);
}

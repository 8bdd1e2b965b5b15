import type { RandomStream } from '@sardonyx/data';
import { LanguageDataError } from '../language-data-error.js';
import type { Question } from '../questions/question.js';

export interface AssignmentOptions {
  /** Copies between the variable that is asked for and its number: 0 for `a=1, b=2, a=?`. */
  readonly depth: number;
  /** Chains of copies, the one that is asked for among them; each starts with a number. */
  readonly chains: number;
  /** `math`: `a=1, b=a, b=?`; `code`: an assignment a line, then `print(b)`. */
  readonly form: 'math' | 'code';
  /** Values are 0 to `values` − 1; 10 by default. */
  readonly values?: number;
}

const names = 'abcdefghijklmnopqrstuvwxyz';

/**
 * A variable-assignment primitive (arXiv:2502.17416, section 3): several chains of assignments, mixed so that each variable
 * is assigned before it is copied, and the last variable of one of them to be named. All chains have the same depth, so that
 * nothing but following the copies tells which number is asked for.
 * @throws {LanguageDataError} `invalid-option` where 26 letters are too few for the variables
 */
export function assignmentQuestion(stream: RandomStream, { depth, chains, form, values = 10 }: AssignmentOptions): Question {
  const variables = chains * (depth + 1);
  if (!Number.isInteger(depth) || depth < 0 || !Number.isInteger(chains) || chains < 1 || variables > names.length) {
    const expected = `a depth from 0 and one chain or more, with at most ${names.length} variables`;
    throw new LanguageDataError('invalid-option', 'variable assignment', expected, `depth ${depth}, ${chains} chains`, 'make it smaller');
  }
  const left = [...names];
  const chainNames = Array.from({ length: chains }, () =>
    Array.from({ length: depth + 1 }, () => left.splice(stream.integer(left.length), 1)[0]!),
  );
  const numbers = chainNames.map(() => stream.integer(values));
  const asked = stream.integer(chains);
  const assignments = interleaved(
    stream,
    chainNames.map((chain, c) => chain.map((name, i) => `${name}=${i === 0 ? numbers[c] : chain[i - 1]}`)),
  );
  const last = chainNames[asked]![depth]!;
  const prompt = form === 'math' ? `${assignments.join(', ')}, ${last}=` : `${assignments.join('\n')}\nprint(${last}) #`;
  return { id: prompt, prompt, answers: [String(numbers[asked])], group: `${form}, depth ${depth}` };
}

/** Lists mixed at random, each keeping its own order; every mixture is equally likely. */
function interleaved(stream: RandomStream, lists: readonly (readonly string[])[]): string[] {
  const taken = lists.map(() => 0);
  const total = lists.reduce((sum, { length }) => sum + length, 0);
  return Array.from({ length: total }, (_, done) => {
    // A list is drawn in proportion to what it has left.
    let place = stream.integer(total - done);
    const list = lists.findIndex(({ length }, i) => (place -= length - taken[i]!) < 0);
    return lists[list]![taken[list]!++]!;
  });
}

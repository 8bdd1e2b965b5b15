import { describe, expect, test } from 'vitest';
import { additionOf, additionTask } from '../../src/tasks/addition.js';
import { groupComposition } from '../../src/tasks/group-composition.js';
import { hopsByDefinition } from '../../src/tasks/hops.js';
import { pHop } from '../../src/tasks/p-hop.js';
import { type Split, splits } from '../../src/tasks/split.js';
import { problemStream, type SequenceTask } from '../../src/tasks/task.js';
import { variableAssignment } from '../../src/tasks/variable-assignment.js';

const integers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** All words of a length over symbols. */
const words = (symbols: readonly string[], length: number): string[][] =>
  length === 0 ? [[]] : words(symbols, length - 1).flatMap((word) => symbols.map((symbol) => [...word, symbol]));

/** A task so small that all its problems can be listed, and how each is written. */
interface SmallSpace {
  readonly task: SequenceTask;
  readonly all: readonly unknown[];
}

function hops(): SmallSpace {
  const task = pHop({ length: 7, hops: 2, alphabet: 3, heldOut: 0.2 });
  const all = words(['a', 'b', 'c'], 7).flatMap((letters) => {
    const chain = [1, 2].map((hop) =>
      hopsByDefinition(
        letters.map((letter) => letter.charCodeAt(0)),
        hop,
      ),
    );
    if (letters[6] === letters[5] || chain[1] === 0) return [];
    return [{ sequence: letters.join(''), hops: 2, chain, answer: letters[chain[1]! - 1]! }];
  });
  return { task, all };
}

function sums(): SmallSpace {
  const task = additionTask({ digits: 1, operands: [2, 3], evaluateOperands: [2, 3], heldOut: 0.2 });
  const digits = integers(10);
  const pairs = digits.flatMap((a) => digits.map((b) => [a, b]));
  return { task, all: [...pairs, ...pairs.flatMap((pair) => digits.map((c) => [...pair, c]))].map((numbers) => additionOf(numbers, 1)) };
}

function products(): SmallSpace {
  const task = groupComposition({ group: 'Z_3', lengths: [4], evaluateLengths: [4], heldOut: 0.2 });
  const all = words(['0', '1', '2'], 4).map((factors) => ({
    factors,
    product: String(factors.reduce((sum, f) => sum + Number(f), 0) % 3),
  }));
  return { task, all };
}

function assignments(): SmallSpace {
  const task = variableAssignment({ depth: 1, chains: 2, largestValue: 3, heldOut: 0.2 });
  const all = integers(4).flatMap((a) =>
    integers(4).flatMap((b) =>
      ['ab', 'ba'].flatMap(([c, d]) =>
        (['c', 'd'] as const).flatMap((asked) => {
          const answer = { a, b }[(asked === 'c' ? c : d) as 'a' | 'b'];
          return a === b ? [] : [{ question: `a=${a}, b=${b}, c=${c}, d=${d}, ${asked}=?`, answer: String(answer), shots: [] }];
        }),
      ),
    ),
  );
  return { task, all };
}

describe.each([
  ['p-hop', hops],
  ['addition', sums],
  ['group composition', products],
  ['variable assignment', assignments],
])('the whole space of %s', (_, space) => {
  const { task, all } = space();
  const listed = new Map(all.map((problem) => [JSON.stringify(problem), task.splitOf(problem)]));

  /** Draws until a whole split was surely met: 4n·(ln n + 14) miss one of n, each at least a fourth as likely as the mean, once in 10⁶. */
  const drawn = (split: Split): Set<string> => {
    const stream = problemStream(task, split, 0);
    const size = [...listed.values()].filter((other) => other === split).length;
    const count = Math.ceil(4 * size * (Math.log(size) + 14));
    return new Set(Array.from({ length: count }, () => JSON.stringify(task.draw(stream, split))));
  };

  test.each(splits)('%s is drawn whole and alone', (split) => {
    const expected = [...listed].filter(([, other]) => other === split).map(([problem]) => problem);
    expect(expected.length).toBeGreaterThan(0);
    expect([...drawn(split)].sort()).toEqual(expected.sort());
  });

  test('holds true problems, and equal ones on one side', () => {
    const splitOfCanonical = new Map<string, Split>();
    for (const problem of all) {
      expect(() => task.verify(problem)).not.toThrow();
      const form = task.canonical(problem);
      const split = task.splitOf(problem);
      expect(splitOfCanonical.get(form) ?? split).toBe(split);
      splitOfCanonical.set(form, split);
    }
  });
});

test('a sum and its operands in another order are one problem, a sequence and its renaming too', () => {
  const addition = additionTask();
  expect(addition.canonical(additionOf([5, 130, 21], 3))).toBe(addition.canonical(additionOf([130, 21, 5], 3)));
  const hopTask = pHop({ length: 9, hops: 2 });
  const problem = (sequence: string) => ({ sequence, hops: 2, chain: [], answer: 'a' });
  expect(hopTask.canonical(problem('abcabcabc'))).toBe(hopTask.canonical(problem('dabdabdab')));
  expect(hopTask.canonical(problem('abcabcabc'))).not.toBe(hopTask.canonical(problem('abcabcabb')));
});

describe('addition', () => {
  const task = additionTask();

  test('mixes the numbers of operands of training evenly, and 24 is not among them', () => {
    const stream = problemStream(task, 'train', 0);
    const counts = new Map<number, number>();
    for (let i = 0; i < 2500; i++) {
      const operands = task.difficultyOf(task.draw(stream));
      counts.set(operands, (counts.get(operands) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([2, 4, 8, 16, 32]);
    // 500 ± 20 each; five standard deviations.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
  });

  test('judges 8, 16, 24 and 32', () => {
    const stream = problemStream(task, 'test', 0);
    const seen = new Set(Array.from({ length: 100 }, () => task.difficultyOf(task.draw(stream, 'test'))));
    expect([...seen].sort((a, b) => a - b)).toEqual([8, 16, 24, 32]);
  });

  test('refuses a wrong sum and operands of another width', () => {
    expect(() => task.verify({ prompt: '315+120+045+824=', answer: '1304' })).not.toThrow();
    expect(() => task.verify({ prompt: '000+000=', answer: '0' })).not.toThrow();
    expect(() => task.verify({ prompt: '000+005=', answer: '005' })).toThrow(/the sum 5, given 005/);
    expect(() => task.verify({ prompt: '315+120=', answer: '436' })).toThrow(/the sum 435, given 436 for 315\+120=/);
    expect(() => task.verify({ prompt: '15+120=', answer: '135' })).toThrow(/operands of 3 digits/);
    expect(() => task.verify({ prompt: '315+120', answer: '435' })).toThrow(/ended by =/);
  });
});

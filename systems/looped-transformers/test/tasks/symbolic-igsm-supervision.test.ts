import { describe, expect, test } from 'vitest';
import { parametersOf } from '../../src/tasks/symbolic-igsm/formula.js';
import { type IgsmOptions, type IgsmProblem, problemOf, symbolicIgsm } from '../../src/tasks/symbolic-igsm/igsm.js';
import { parseQuestion } from '../../src/tasks/symbolic-igsm/parser.js';
import { solve } from '../../src/tasks/symbolic-igsm/question.js';
import { templateOf } from '../../src/tasks/symbolic-igsm/template.js';
import { splitOf, splits } from '../../src/tasks/split.js';
import { shortcutLevels } from '../../src/tasks/shortcut-levels.js';
import { problemStream } from '../../src/tasks/task.js';
import { bestShortcut, bucketsByDifficulty } from '../../src/training/task-training.js';

const small = {
  levels: 3,
  minItems: 1,
  maxItems: 2,
  maxEdges: 6,
  modulus: 5,
  constants: 0,
  maxOperands: 2,
  minOperations: 1,
  maxOperations: 4,
};
const dense: Partial<IgsmOptions> = {
  ...small,
  forms: ['sum'],
  statements: 'ordered',
  notation: 'compact',
  supervise: 'dense',
  heldOut: 0.1,
};

const drawn = (options: Partial<IgsmOptions>, count: number, split: (typeof splits)[number] = 'train'): IgsmProblem[] => {
  const task = symbolicIgsm(options);
  const stream = problemStream(task, split, 0);
  return Array.from({ length: count }, () => task.draw(stream, split));
};

/** A problem as its tokens and their targets, a point where nothing is learned. */
function shown(options: Partial<IgsmOptions>, problem: IgsmProblem): [tokens: string, targets: string] {
  const task = symbolicIgsm(options);
  const { tokens, targets } = task.sequence(problem);
  return [
    tokens.map((token) => task.vocabulary[token]).join(' '),
    targets.map((target) => (target < 0 ? '·' : task.vocabulary[target])).join(' '),
  ];
}

describe('dense supervision', () => {
  const problems = drawn(dense, 2000);

  test('asks for nothing whose solution template is held out, and for all else', () => {
    let left = 0;
    for (const { question, further, template } of problems) {
      const { definitions, query } = parseQuestion(question);
      expect(splitOf(template, 0.1)).toBe('train');
      const asked = new Map(further.map(({ parameter, value }) => [parameter, value]));
      expect(asked.size).toBe(further.length);
      for (const name of definitions.keys()) {
        if (name === query) continue;
        const solution = solve({ definitions, query: name }, 5);
        const needed = solution.map(({ parameter }) => parameter);
        const split = splitOf(templateOf({ definitions, query: name }, needed), 0.1);
        expect(asked.get(name)).toBe(split === 'train' ? solution.at(-1)!.value : undefined);
        if (split !== 'train') left += 1;
      }
      expect(asked.has(query)).toBe(false);
    }
    // Without parameters to leave out the test would say nothing.
    expect(left).toBeGreaterThan(50);
  });

  test('asks for one parameter in validation and test, whose templates no target of training has', () => {
    const trained = new Set<string>();
    for (const { question, further, template } of problems) {
      trained.add(template);
      const { definitions } = parseQuestion(question);
      for (const { parameter } of further) trained.add(problemOf({ definitions, query: parameter }, 5).template);
    }
    const task = symbolicIgsm(dense);
    for (const split of ['validation', 'test'] as const) {
      const held = drawn(dense, 200, split);
      expect(new Set(held.map(({ template }) => template)).size).toBeGreaterThan(5);
      for (const problem of held) {
        expect(problem.further).toEqual([]);
        expect(task.sequence(problem).targets.filter((target) => target >= 0)).toHaveLength(1);
        expect(trained.has(problem.template)).toBe(false);
      }
    }
  });

  test('with nothing held out asks for every parameter', () => {
    for (const { question, further } of drawn({ ...dense, heldOut: 0 }, 100)) {
      expect(further.length).toBe(parseQuestion(question).definitions.size - 1);
    }
  });

  test('is verified', () => {
    const task = symbolicIgsm(dense);
    const problem = problems.find(({ further }) => further.length > 1)!;
    expect(() => task.verify(problem)).not.toThrow();
    const [first] = problem.further;
    const wrong = { ...first!, value: (first!.value + 1) % 5 };
    expect(() => task.verify({ ...problem, further: [wrong] })).toThrow(/the value of \w#\w to be \d, given \d/);
    const held = drawn(dense, 1, 'test')[0]!;
    const query = parseQuestion(held.question).query;
    const other = [...parseQuestion(held.question).definitions.keys()].find((name) => name !== query)!;
    const leaking = {
      ...problemOf({ ...parseQuestion(held.question), query: other }, 5),
      further: [{ parameter: query, value: held.answer }],
    };
    expect(() => task.verify(leaking)).toThrow(/further questions of training, asking for \w#\w train, given test/);
  });

  test('has the levels of adding up constants as shortcuts', () => {
    const task = symbolicIgsm(dense);
    const problem = problemOf(parseQuestion('A#E := 3. A#F := 4. E#I := 1. B#E := A#E + A#F. B#E?'), 5);
    const guesses = Object.fromEntries(
      task.shortcuts.map(({ name, guess }) => [name, task.vocabulary[Array.from(guess(problem)).at(-1)!]]),
    );
    expect(guesses).toEqual({
      'always 0': '0',
      'the first constant written': '3',
      'the median constant': '3',
      'the first two constants added': '2',
      'all constants added': '3',
    });
  });

  test('has over all difficulties together the best shortcut that it has on the same problems at once', () => {
    const task = symbolicIgsm(dense);
    const buckets = bucketsByDifficulty(task, { count: 200, seed: 3, batchSize: 50 });
    expect(buckets.length).toBeGreaterThan(1);
    const [best] = shortcutLevels(task, { count: 200, seed: 3 });
    expect(bestShortcut(buckets)).toBeCloseTo(best!.exactMatch, 12);
    expect(best!.exactMatch).toBeGreaterThan(0.2);
  });

  test('goes with answers alone', () => {
    expect(() => symbolicIgsm({ format: 'cot', supervise: 'dense' })).toThrow(/supervise: expected last with a chain of thought/);
    expect(() => symbolicIgsm({ format: 'cot', notation: 'compact' })).toThrow(/notation: expected text with a chain of thought/);
  });
});

describe('notation', () => {
  const further = [{ parameter: 'A#F', value: 3 }];
  const text = 'A#E := 3. A#F := A#E. E#I := A#F + A#E. E#I?';
  const problem = { ...problemOf(parseQuestion(text), 5), further };

  test('compact: a token a parameter, the mark before what is asked for, the answer at the name', () => {
    expect(shown(dense, problem)).toEqual(['A#E 3 A#F A#E E#I A#F + A#E ? E#I A#F', '· · · · · · · · · 1 3']);
  });

  test('text: the answer at the mark', () => {
    const [tokens, targets] = shown({ ...dense, notation: 'text' }, problem);
    expect(tokens).toBe('A # E := 3 . A # F := A # E . E # I := A # F + A # E . E # I ? A # F ?');
    expect(targets.replaceAll('· ', '')).toBe('1 3');
    expect(targets.split(' ')[tokens.split(' ').indexOf('?')]).toBe('1');
  });

  test('compact keeps what a formula says', () => {
    const options = { ...dense, forms: ['sum', 'double', 'difference'] as const };
    const { question } = { question: 'A#E := 3. A#F := 2 * (A#E + A#E). E#I := A#F - A#E. E#I?' };
    expect(shown(options, problemOf(parseQuestion(question), 5))[0]).toBe('A#E 3 A#F 2 * ( A#E + A#E ) E#I A#F - A#E ? E#I');
    expect(() => shown(options, problemOf(parseQuestion('C#E := 3. C#E?'), 5))).toThrow(/position 0: .*found "C#E"/);
  });

  test.each(['text', 'compact'] as const)('%s has a length that the longest questions reach', (notation) => {
    const options = { ...dense, notation, levels: 2, minItems: 2, maxItems: 2, minOperations: 0, heldOut: 0 };
    const task = symbolicIgsm(options);
    expect(Math.max(...drawn(options, 2000).map((one) => task.sequence(one).tokens.length))).toBe(task.length);
  });
});

describe('what is drawn', () => {
  test('ordered statements use only what is defined before; shuffled ones do not keep to that', () => {
    const early = (options: Partial<IgsmOptions>): boolean =>
      drawn(options, 200).every(({ question }) => {
        const known = new Set<string>();
        return [...parseQuestion(question).definitions].every(([name, formula]) => {
          const fine = parametersOf(formula).every((part) => known.has(part));
          known.add(name);
          return fine;
        });
      });
    expect(early({ ...small, statements: 'ordered' })).toBe(true);
    expect(early(small)).toBe(false);
  });

  test('ordered statements stand in any order that allows it', () => {
    const orders = new Set(
      drawn({ ...small, minItems: 1, maxEdges: 3, maxOperands: 0, minOperations: 0, statements: 'ordered' }, 300)
        .map(({ question }) => [...parseQuestion(question).definitions.keys()])
        .filter((names) => names.length === 2 && [...names].sort().join() === 'A#E,E#I')
        .map((names) => names.join()),
    );
    expect([...orders].sort()).toEqual(['A#E,E#I', 'E#I,A#E']);
  });

  test('a share of the definitions are constants', () => {
    const share = (constants: number): number => {
      const formulas = drawn({ ...small, minItems: 2, constants, maxOperands: 2, minOperations: 0, heldOut: 0 }, 1000).flatMap(
        ({ question }) => [...parseQuestion(question).definitions.values()],
      );
      return formulas.filter(({ kind }) => kind === 'constant').length / formulas.length;
    };
    // The first of n, of the second c and half of the rest, of the others c and a quarter of the rest; n is 4, 5, 6, 6, 6 equally
    // often. 5,400 in all, so that five standard deviations are 0.034.
    for (const constants of [0, 0.5]) {
      const [second, others] = [2, 4].map((ways) => constants + (1 - constants) / ways);
      const expected = (5 + 5 * second! + 17 * others!) / 27;
      expect(Math.abs(share(constants) - expected)).toBeLessThan(0.034);
    }
    expect(() => symbolicIgsm({ constants: 1 })).toThrow(/constants: expected a share from 0 to below 1, given 1/);
  });

  test('the forms that are asked for', () => {
    const kinds = (options: Partial<IgsmOptions>): string[] => {
      const formulas = drawn({ ...small, ...options }, 200).flatMap(({ question }) => [...parseQuestion(question).definitions.values()]);
      return [...new Set(formulas.map(({ kind }) => kind))].sort();
    };
    expect(kinds({})).toEqual(['constant', 'difference', 'multiple', 'parameter', 'sum']);
    expect(kinds({ forms: ['sum'] })).toEqual(['constant', 'parameter', 'sum']);
    expect(kinds({ forms: ['sum', 'difference'] })).toEqual(['constant', 'difference', 'parameter', 'sum']);
    expect(kinds({ maxOperands: 1, minOperations: 0 })).toEqual(['constant', 'parameter']);
    expect(kinds({ maxOperands: 0, minOperations: 0 })).toEqual(['constant']);
    expect(() => symbolicIgsm({ forms: ['difference'] })).toThrow(/forms: expected sum among them, given difference/);
  });
});

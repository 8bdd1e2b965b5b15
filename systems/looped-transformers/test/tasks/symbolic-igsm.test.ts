import { RandomStream } from '@sardonyx/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Formula, parametersOf, printFormula } from '../../src/tasks/symbolic-igsm/formula.js';
import { chainOfThought, problemOf, symbolicIgsm } from '../../src/tasks/symbolic-igsm/igsm.js';
import { shuffled } from '../../src/tasks/random-order.js';
import { parseQuestion } from '../../src/tasks/symbolic-igsm/parser.js';
import { printQuestion, type Question, solve, solveInTopologicalOrder } from '../../src/tasks/symbolic-igsm/question.js';
import { drawQuestion, type QuestionShape } from '../../src/tasks/symbolic-igsm/sampler.js';
import { drawStructureGraph, edgeRange } from '../../src/tasks/symbolic-igsm/structure-graph.js';
import { templateOf } from '../../src/tasks/symbolic-igsm/template.js';
import { problemStream } from '../../src/tasks/task.js';
import { countsOf } from './statistics.js';

/** The example of arXiv:2502.17416, appendix B.3, with the parentheses that its solution implies. */
const example =
  'E#I := 4. E#J := E#I. K#N := I#N + J#O + F#K. F#K := E#J. J#O := F#K + K#O + E#J. H#J := E#J + F#K. I#P := L#M + I#N + K#O. ' +
  'I#M := J#O + J#P + F#K. J#P := H#J - F#K. L#M := I#N + J#P + F#K. I#N := 2 * (J#P + H#J + E#I). K#O := J#P + I#N + E#J. I#P?';

const shape: QuestionShape = {
  levels: 4,
  minItems: 2,
  maxItems: 4,
  maxEdges: 20,
  modulus: 7,
  constants: 0,
  maxOperands: 3,
  forms: ['sum', 'double', 'difference'],
  statements: 'shuffled',
  minOperations: 3,
  maxOperations: 15,
};
const draws = (count: number, name: string): Question[] => {
  const stream = new RandomStream(5, name);
  return Array.from({ length: count }, () => drawQuestion(stream, shape));
};
const neededBy = (question: Question): string[] => solve(question, 7).map(({ parameter }) => parameter);

describe('the paper’s example', () => {
  test('has the values of its solution', () => {
    const values = { 'E#I': 4, 'E#J': 4, 'F#K': 4, 'H#J': 1, 'J#P': 4, 'I#N': 4, 'L#M': 5, 'K#O': 5, 'I#P': 0 };
    const { answer, solution } = problemOf(parseQuestion(example), 7);
    expect(answer).toBe(0);
    expect(Object.fromEntries(solution.map(({ parameter, value }) => [parameter, value]))).toEqual(values);
    expect(solution.at(-1)!.parameter).toBe('I#P');
  });

  test('is 6 as it is printed, without parentheses', () => {
    const printed = example.replace('(J#P + H#J + E#I)', 'J#P + H#J + E#I');
    expect(problemOf(parseQuestion(printed), 7).answer).toBe(6);
  });

  test('as a chain of thought', () => {
    const text = chainOfThought(problemOf(parseQuestion('A#E := 3. B#E := A#E + A#E. A#F := B#E - A#E. A#F?'), 7));
    expect(text).toBe('A#E = 3. B#E = 6. A#F = 3. 3');
  });
});

describe('text', () => {
  const name = fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => `${'ABCD'[a]}#${'EFGH'[b]}`);
  const formula = fc.letrec<{ formula: Formula }>((tie) => ({
    formula: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.nat(6).map((value): Formula => ({ kind: 'constant', value })),
      name.map((name): Formula => ({ kind: 'parameter', name })),
      fc.array(tie('formula'), { minLength: 2, maxLength: 3 }).map((terms): Formula => ({ kind: 'sum', terms })),
      fc.tuple(tie('formula'), tie('formula')).map(([left, right]): Formula => ({ kind: 'difference', left, right })),
      fc.tuple(fc.nat(4), tie('formula')).map(([factor, of]): Formula => ({ kind: 'multiple', factor, of })),
    ),
  })).formula;

  test('parse(print(x)) = x for every formula', () => {
    fc.assert(
      fc.property(formula, (formula) => {
        const { definitions } = parseQuestion(`A#E := ${printFormula(formula)}. A#E?`);
        expect(definitions.get('A#E')).toEqual(formula);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('parse(print(x)) = x for drawn questions, whatever the white space', () => {
    for (const question of draws(200, 'text')) {
      const text = printQuestion(question);
      const read = parseQuestion(text);
      expect(read.query).toBe(question.query);
      expect([...read.definitions]).toEqual([...question.definitions]);
      expect(parseQuestion(text.replaceAll(' ', ''))).toEqual(read);
      expect(parseQuestion(`\n${text.replaceAll(' ', ' \t ')}\n`)).toEqual(read);
    }
  });

  test('a factor binds to the term after it', () => {
    const value = (sum: string) => problemOf(parseQuestion(`A#E := 3. A#F := 1. B#E := ${sum}. B#E?`), 7).answer;
    expect(value('2 * (A#E + A#F)')).toBe(1);
    expect(value('2 * A#E + A#F')).toBe(0);
    expect(value('A#F - A#E - A#E')).toBe(2);
    expect(value('A#F - (A#E - A#E)')).toBe(1);
    expect(value('A#F - A#E + A#E')).toBe(1);
  });

  test.each([
    ['E#I := 4. E#J = E#I. E#J?', 14, /position 14: expected one of ":=", "\?", found "="/],
    ['E#I := 4. 4 := E#I', 10, /position 10: expected a letter from A to Z, found "4"/],
    ['E#I := + 4. E#I?', 7, /position 7: expected one of a number, a letter from A to Z, "\(", found "\+"/],
    ['E#I := 4', 8, /position 8: expected one of "\.", "\+", "-", "\*", found the end of the text/],
    ['E#I := 2 * (E#J + E#K. E#I?', 21, /position 21: expected one of "\)", "\+", "-", found "\."/],
    ['E#I := 4. E#I? E#J?', 15, /position 15: expected the end of the text, found "E"/],
    ['E#I := 4. E#I := 5. E#I?', 10, /position 10: expected a parameter other than E#I/],
    ['E#I := 4 & 5. E#I?', 9, /position 9: .*found "&"/],
    ['EI := 4. EI?', 1, /position 1: expected "#", found "I"/],
    ['', 0, /position 0: expected a letter from A to Z, found the end of the text/],
  ])('malformed: %s', (text, position, message) => {
    expect(() => parseQuestion(text)).toThrow(message);
    expect(() => parseQuestion(text)).toThrow(expect.objectContaining({ code: 'syntax', details: { position } }));
  });
});

describe('evaluation', () => {
  test('names a cycle', () => {
    const question = parseQuestion('A#E := B#F. B#F := C#G + A#E. C#G := 1. A#E?');
    expect(() => solve(question, 7)).toThrow(/without a cycle, given A#E → B#F → A#E/);
    expect(() => solveInTopologicalOrder(question, 7)).toThrow(/A#E, B#F never do: they wait for each other/);
  });

  test('names a parameter that is not defined', () => {
    expect(() => solve(parseQuestion('A#E := B#F. A#E?'), 7)).toThrow(/a definition of B#F, which A#E uses, found none/);
    expect(() => solve(parseQuestion('A#E := 1. A#F?'), 7)).toThrow(/a definition of A#F, which is asked for/);
    expect(() => solveInTopologicalOrder(parseQuestion('A#E := B#F. A#E?'), 7)).toThrow(/B#F is not defined/);
  });

  test('from the query and in topological order agree', () => {
    for (const question of draws(500, 'evaluation')) {
      const all = solveInTopologicalOrder(question, 7);
      expect(all.size).toBe(question.definitions.size);
      const steps = solve(question, 7);
      for (const { parameter, value } of steps) expect(all.get(parameter)).toBe(value);
      steps.forEach(({ parameter }, index) => {
        const before = steps.slice(0, index).map(({ parameter }) => parameter);
        expect(before).toEqual(expect.arrayContaining(parametersOf(question.definitions.get(parameter)!)));
      });
    }
  });

  test('the needed set is minimal, and distractors do not matter', () => {
    let distractors = 0;
    for (const question of draws(100, 'needed')) {
      const needed = neededBy(question);
      const without = (removed: (name: string) => boolean): Question => ({
        ...question,
        definitions: new Map([...question.definitions].filter(([name]) => !removed(name))),
      });
      for (const name of needed) {
        expect(() =>
          solve(
            without((other) => other === name),
            7,
          ),
        ).toThrow(expect.objectContaining({ code: 'undefined-parameter' }));
      }
      const bare = without((name) => !needed.includes(name));
      expect(solve(bare, 7)).toEqual(solve(question, 7));
      distractors += question.definitions.size - needed.length;
    }
    expect(distractors).toBeGreaterThan(100);
  });

  test('operations and depth', () => {
    const problem = problemOf(parseQuestion('A#E := 3. A#F := A#E. A#G := 2 * (A#E + A#F). A#H := A#G - A#E. B#E := 5. A#H?'), 7);
    // 2·(… + …) takes two, the difference one; constants and copies none. A#H → A#G → A#F → A#E.
    expect(problem).toMatchObject({ operations: 3, depth: 3, answer: (12 - 3) % 7 });
  });
});

describe('questions', () => {
  test('stay within what was asked for', () => {
    for (const question of draws(300, 'shape')) {
      const { operations } = problemOf(question, 7);
      expect(operations).toBeGreaterThanOrEqual(3);
      expect(operations).toBeLessThanOrEqual(15);
      expect(question.definitions.size).toBeGreaterThanOrEqual(6);
      expect(question.definitions.size).toBeLessThanOrEqual(20);
      for (const [name, formula] of question.definitions) {
        expect(name).toMatch(/^([A-D]#[E-H]|[E-H]#[I-L]|[I-L]#[M-P])$/);
        expect(parametersOf(formula).length).toBeLessThanOrEqual(3);
      }
    }
  });

  test('have every value about equally often', () => {
    const task = symbolicIgsm({ heldOut: 0 });
    const stream = new RandomStream(0, 'values');
    const counts = countsOf(
      Array.from({ length: 3500 }, () => task.draw(stream).answer),
      7,
    );
    // 500 each, ± 21. A parameter minus a copy of itself is 0, which lifts 0 to about 17 %; the others share the rest evenly.
    expect(counts[0]).toBeGreaterThan(500);
    expect(counts[0]).toBeLessThan(700);
    for (const count of counts.slice(1)) expect(Math.abs(count - 490)).toBeLessThan(5 * 21);
  });

  test('need edges between the items that have parents, and room for operations', () => {
    expect(() => symbolicIgsm({ maxEdges: 5 })).toThrow(/maxEdges: expected at least 6/);
    expect(() => symbolicIgsm({ levels: 6, maxItems: 5 })).toThrow(/needed 30/);
    expect(() => symbolicIgsm({ minOperations: 9, maxOperations: 8 })).toThrow(/at most maxOperations = 8, given 9/);
    const few = symbolicIgsm({ levels: 2, minItems: 1, maxItems: 1, minOperations: 4 });
    expect(() => few.draw(new RandomStream(0, 'few'))).toThrow(/no question of 4 to 15 operations in 1000 draws/);
  });

  test('a structure graph joins neighbouring levels, and every item below the first has a parent', () => {
    const stream = new RandomStream(0, 'graphs');
    const sizes = new Set<number>();
    for (let trial = 0; trial < 500; trial++) {
      const graph = { levels: 4, minItems: 2, maxItems: 4, maxEdges: 48 };
      const edges = drawStructureGraph(stream, graph);
      const [fewest, most] = edgeRange(graph);
      sizes.add(edges.length);
      expect(edges.length).toBeGreaterThanOrEqual(fewest);
      expect(edges.length).toBeLessThanOrEqual(most);
      expect(new Set(edges.map(({ level, parent, child }) => `${level} ${parent} ${child}`)).size).toBe(edges.length);
      for (let level = 0; level < 3; level++) {
        const children = new Set(edges.filter((edge) => edge.level === level).map(({ child }) => child));
        expect([...children].sort()).toEqual(Array.from({ length: Math.max(...children) + 1 }, (_, child) => child));
        expect(children.size).toBeGreaterThanOrEqual(2);
      }
    }
    // The number of edges is uniform on 6 … 48: in 500 draws one of the 43 is missed with a chance of 43·e^(−11.8) = 3·10⁻⁴.
    expect(sizes.size).toBe(43);
  });
});

describe('templates', () => {
  const templateOfText = (text: string): string => {
    const question = parseQuestion(text);
    return templateOf(question, neededBy(question));
  };

  /** Names, order of statements and terms, constants and distractors changed. */
  function disguised(stream: RandomStream, question: Question): Question {
    const names = [...question.definitions.keys()];
    const renamed = new Map(
      names.map((name, index) => [
        name,
        shuffled(stream, names)[0] === name ? `Q#${'ABCDEFGHIJKLMNOPQRSTU'[index]}` : `R#${'ABCDEFGHIJKLMNOPQRSTU'[index]}`,
      ]),
    );
    const change = (formula: Formula): Formula => {
      switch (formula.kind) {
        case 'constant':
          return { kind: 'constant', value: stream.integer(7) };
        case 'parameter':
          return { kind: 'parameter', name: renamed.get(formula.name)! };
        case 'sum':
          return { kind: 'sum', terms: shuffled(stream, formula.terms).map(change) };
        case 'difference':
          return { ...formula, left: change(formula.left), right: change(formula.right) };
        case 'multiple':
          return { ...formula, of: change(formula.of) };
      }
    };
    const needed = new Set(neededBy(question));
    const kept = [...question.definitions].filter(([name]) => needed.has(name) || stream.integer(2) === 0);
    const complete = kept.every(([, formula]) => parametersOf(formula).every((part) => kept.some(([name]) => name === part)));
    const definitions = (complete ? kept : [...question.definitions]).map(
      ([name, formula]) => [renamed.get(name)!, change(formula)] as const,
    );
    return { definitions: new Map(shuffled(stream, definitions)), query: renamed.get(question.query)! };
  }

  test('do not depend on names, order, constants or distractors', () => {
    const stream = new RandomStream(0, 'disguises');
    for (const question of draws(200, 'templates')) {
      const other = disguised(stream, question);
      expect(templateOf(other, neededBy(other))).toBe(templateOf(question, neededBy(question)));
    }
  });

  test('depend on structure', () => {
    const different = [
      'A#E := 1. A#F := A#E. B#E := A#E + A#F. B#E?',
      'A#E := 1. A#F := 2. B#E := A#E + A#F. B#E?',
      'A#E := 1. A#F := A#E. B#E := A#E - A#F. B#E?',
      'A#E := 1. A#F := A#E. B#E := A#F - A#E. B#E?',
      'A#E := 1. A#F := A#E. B#E := 2 * (A#E + A#F). B#E?',
      'A#E := 1. A#F := A#E. B#F := A#F. B#E := A#E + A#F + B#F. B#E?',
      // Two copies of one parameter, and copies of two.
      'A#E := 1. A#F := A#E. A#G := A#E. B#E := A#F + A#G. B#E?',
      'A#E := 1. B#F := 1. A#F := A#E. A#G := B#F. B#E := A#F + A#G. B#E?',
    ];
    expect(new Set(different.map(templateOfText)).size).toBe(different.length);
  });

  test('of the splits are disjoint', () => {
    const task = symbolicIgsm({ levels: 2, minItems: 2, maxItems: 2, minOperations: 1, maxOperations: 4, heldOut: 0.2 });
    const drawn = (split: 'train' | 'validation' | 'test') => {
      const stream = problemStream(task, split, 0);
      return new Set(Array.from({ length: 1500 }, () => task.draw(stream, split).template));
    };
    const [train, validation, test] = [drawn('train'), drawn('validation'), drawn('test')];
    // So few parameters give only some dozen templates: without the split the sets would overlap.
    expect(train.size + validation.size + test.size).toBeLessThan(300);
    for (const template of test) expect(train.has(template) || validation.has(template)).toBe(false);
    for (const template of validation) expect(train.has(template)).toBe(false);
    expect(test.size).toBeGreaterThan(3);
  });
});

describe('the task', () => {
  test('asks for one digit, or for the chain of thought and its end', () => {
    const problem = problemOf(parseQuestion('A#E := 3. B#E := A#E + A#E. B#E?'), 7);
    const shown = (format: 'answerOnly' | 'cot') => {
      const task = symbolicIgsm({ format });
      const { tokens, targets } = task.sequence(problem);
      return [tokens.map((token) => task.vocabulary[token]).join(' '), targets.map((target) => task.vocabulary[target] ?? '·').join(' ')];
    };
    const question = 'A # E := 3 . B # E := A # E + A # E . B # E ?';
    const silent = Array.from({ length: question.split(' ').length - 1 }, () => '·').join(' ');
    expect(shown('answerOnly')).toEqual([question, `${silent} 6`]);
    expect(shown('cot')).toEqual([`${question} A # E = 3 . B # E = 6 . 6`, `${silent} A # E = 3 . B # E = 6 . 6 <eos>`]);
  });

  test('refuses what a problem has wrong', () => {
    const task = symbolicIgsm();
    const problem = problemOf(parseQuestion(example), 7);
    expect(() => task.verify(problem)).not.toThrow();
    expect(() => task.verify({ ...problem, answer: 1 })).toThrow(/the answer 0, given 1/);
    expect(() => task.verify({ ...problem, operations: 1 })).toThrow(/the operations \d+, given 1/);
    expect(() => task.verify({ ...problem, template: '0' })).toThrow(/the template/);
    expect(() => task.verify({ ...problem, solution: problem.solution.slice(1) })).toThrow(/the steps/);
    const solution = problem.solution.map((step) => (step.parameter === 'H#J' ? { ...step, value: 2 } : step));
    expect(() => task.verify({ ...problem, solution })).toThrow(/the value of H#J to be 1, given 2/);
  });

  test('has a length that the longest questions reach', () => {
    const task = symbolicIgsm({ levels: 2, minItems: 2, maxItems: 2, minOperations: 1, format: 'cot', heldOut: 0 });
    const stream = new RandomStream(0, 'length');
    const longest = Math.max(...Array.from({ length: 4000 }, () => task.sequence(task.draw(stream)).tokens.length));
    expect(longest).toBe(task.length);
  });
});

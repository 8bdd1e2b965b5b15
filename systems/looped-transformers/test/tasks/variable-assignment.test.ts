import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { levelsOn } from '../../src/tasks/shortcut-levels.js';
import { problemStream } from '../../src/tasks/task.js';
import { variableAssignment, type VariableAssignmentOptions } from '../../src/tasks/variable-assignment.js';
import { chiSquareBound, chiSquareUniform, countsOf } from './statistics.js';

const drawn = (options: Partial<VariableAssignmentOptions>, count: number) => {
  const task = variableAssignment({ heldOut: 0, ...options });
  const stream = new RandomStream(1, 'assignments');
  return Array.from({ length: count }, () => task.draw(stream));
};

describe('questions', () => {
  test('known answers, in both forms', () => {
    const check = (question: string, answer: string) => variableAssignment().verify({ question, answer, shots: [] });
    expect(() => check('a=1, b=2, c=6, b=?', '2')).not.toThrow();
    expect(() => check('a=1, b=2, c=a, d=b, d=?', '2')).not.toThrow();
    expect(() => check('a=1\nb=2\nc=a\nd=b\nprint(d)', '2')).not.toThrow();
    expect(() => check('a=1, b=2, c=a, d=b, d=?', '1')).toThrow(/expected the answer 2, given 1/);
    expect(() => check('a=1, c=b, c=?', '1')).toThrow(/b to be assigned before it is used/);
    expect(() => check('a=1, b+2, b=?', '1')).toThrow(/given "b\+2"/);
    expect(() => check('a=1', '1')).toThrow(/a question at the end/);
  });

  test.each([
    [{ depth: 0, chains: 3 }, /^a=\d, b=\d, c=\d, [abc]=\?$/],
    [{ depth: 1, chains: 2 }, /^a=\d, b=\d, c=[ab], d=[ab], [cd]=\?$/],
    [{ depth: 2, chains: 1, extraVariables: 1 }, /^a=\d, b=\d, c=[ab], d=c, d=\?$/],
    [{ depth: 1, chains: 2, form: 'code' as const }, /^a=\d\nb=\d\nc=[ab]\nd=[ab]\nprint\([cd]\)$/],
  ])('of %o', (parameters, pattern) => {
    for (const { question } of drawn(parameters, 100)) expect(question).toMatch(pattern);
  });

  test('are as deep as asked, with every chain copied through', () => {
    const task = variableAssignment({ depth: 3, chains: 3, order: 'shuffled', names: 'random' });
    for (const problem of drawn({ depth: 3, chains: 3, order: 'shuffled', names: 'random' }, 200)) {
      expect(task.difficultyOf(problem)).toBe(3);
      const lines = problem.question.split(', ');
      expect(lines).toHaveLength(13);
      const sources = lines.slice(0, -1).map((line) => line.split('=')[1]!);
      const copied = sources.filter((source) => /[a-z]/.test(source));
      expect(new Set(copied).size).toBe(copied.length);
      expect(sources.filter((source) => /\d/.test(source))).toHaveLength(3);
    }
  });

  test('ask for every value equally often', () => {
    const answers = drawn({ depth: 2 }, 5000).map(({ answer }) => Number(answer));
    expect(chiSquareUniform(countsOf(answers, 10))).toBeLessThan(chiSquareBound(9));
  });

  test('of several chains leave the shortcuts one chance in as many', () => {
    const task = variableAssignment({ depth: 2, chains: 5, heldOut: 0 });
    for (const { exactMatch } of levelsOn(task, drawn({ depth: 2, chains: 5 }, 3000))) {
      // 1/5, four standard errors of 3000 draws: 0.029.
      expect(Math.abs(exactMatch - 0.2)).toBeLessThan(0.029);
    }
  });

  test('that cannot be made are refused', () => {
    expect(() => variableAssignment({ depth: 12, chains: 3 })).toThrow(/at most 26 variables, given 39/);
    expect(() => variableAssignment({ largestValue: 2 })).toThrow(/4 different numbers from 0 to 2/);
  });
});

describe('prompts', () => {
  const prompts = (options: Partial<VariableAssignmentOptions>) => {
    const task = variableAssignment({ ...options, shots: 5 });
    const stream = problemStream(task, 'test', 0);
    return Array.from({ length: 60 }, () => task.draw(stream, 'test')).map((problem) => ({ task, problem, ...task.text(problem) }));
  };

  test('show five solved questions of training, then the question', () => {
    for (const { task, problem, prompt } of prompts({ chains: 2 })) {
      const lines = prompt.split('\n');
      expect(lines).toHaveLength(6);
      for (const line of lines.slice(0, 5)) expect(line).toMatch(/\? \d$/);
      expect(lines.at(-1)).toBe(problem.question);
      expect(task.splitOf(problem)).toBe('test');
      for (const shot of problem.shots) expect(task.splitOf({ ...shot, shots: [] })).toBe('train');
    }
    const [{ task, problem }] = prompts({ chains: 2 }) as [ReturnType<typeof prompts>[number]];
    const leaked = { ...problem, shots: [{ question: problem.question, answer: problem.answer }] };
    expect(() => task.verify(leaked)).toThrow(/expected shots of training/);
  });

  test.each(['math', 'code'] as const)('in the form of %s fill the length of the task', (form) => {
    const longest = Math.max(...prompts({ form, extraVariables: 2 }).map(({ task, problem }) => task.sequence(problem).tokens.length));
    const [{ task }] = prompts({ form, extraVariables: 2 }) as [ReturnType<typeof prompts>[number]];
    expect(longest).toBe(task.length);
  });

  test('supervise the answer and the end of its line', () => {
    const task = variableAssignment({ largestValue: 99 });
    const { tokens, targets } = task.sequence({ question: 'a=12, b=7, c=a, c=?', answer: '12', shots: [] });
    const shown = (ids: readonly number[]) => ids.map((id) => task.vocabulary[id] ?? '·').join('');
    expect(shown(tokens)).toBe('a=12, b=7, c=a, c=? 12');
    expect(shown(targets)).toBe(`${'·'.repeat('a=12, b=7, c=a, c=?'.length)}12\n`);
  });

  test('in both forms and under other names are one problem', () => {
    const task = variableAssignment();
    const split = (question: string) => task.canonical({ question, answer: '2', shots: [] });
    expect(split('a=1\nb=2\nc=b\nprint(c)')).toBe(split('a=1, b=2, c=b, c=?'));
    expect(split('x=1, q=2, c=q, c=?')).toBe(split('a=1, b=2, c=b, c=?'));
    expect(split('a=1, b=2, c=a, c=?')).not.toBe(split('a=1, b=2, c=b, c=?'));
  });
});

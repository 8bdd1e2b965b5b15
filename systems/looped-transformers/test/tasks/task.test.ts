import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { pHop } from '../../src/tasks/p-hop.js';
import { problemFormats } from '../../src/tasks/problem-formats.js';
import { type TaskName, taskNamed, taskNames } from '../../src/tasks/registry.js';
import { splitOf, splits } from '../../src/tasks/split.js';
import { dataOrderHash, problemStream } from '../../src/tasks/task.js';
import { checkedTaskParameters, taskParameters } from '../../src/tasks/task-parameters.js';
import { unsupervised } from '../../src/tasks/task-sequence.js';

/** Small parameters of every task, so that the rules for all can be tried quickly. */
const small: Readonly<Record<TaskName, Readonly<Record<string, unknown>>>> = {
  addition: { digits: 2, operands: [2, 3], evaluateOperands: [3, 4] },
  'p-hop': { length: 24, hops: 3 },
  'group-composition': { group: 'Z_2 x S_3', lengths: [3, 5], evaluateLengths: [5, 8] },
  'symbolic-igsm': { levels: 3, maxEdges: 8, maxOperations: 6 },
  'variable-assignment': { depth: 2, chains: 3, order: 'shuffled', names: 'random', shots: 2, form: 'code' },
};

describe.each(taskNames)('%s', (name) => {
  const task = taskNamed(name, small[name]);

  test('draws the same problems from the same stream', () => {
    const problems = (seed: number) => {
      const stream = problemStream(task, 'train', seed);
      return Array.from({ length: 20 }, () => task.draw(stream));
    };
    expect(problems(1)).toEqual(problems(1));
    expect(problems(1)).not.toEqual(problems(2));
  });

  test.each(splits)('draws true problems of the split %s that survive a file', (split) => {
    const stream = problemStream(task, split, 0);
    for (let trial = 0; trial < 50; trial++) {
      const problem = task.draw(stream, split);
      expect(() => task.verify(problem)).not.toThrow();
      expect(task.splitOf(problem)).toBe(split);
      expect(problemFormats[name].parse(JSON.parse(JSON.stringify(problem)))).toEqual(problem);
      expect(task.difficultyOf(problem)).toBeGreaterThanOrEqual(0);
    }
  });

  test('writes sequences over its vocabulary that fit its length', async () => {
    const stream = problemStream(task, 'test', 0);
    const problems = Array.from({ length: 40 }, () => task.draw(stream, 'test'));
    for (const problem of problems) {
      const { tokens, targets } = task.sequence(problem);
      expect(tokens.length).toBe(targets.length);
      expect(tokens.length).toBeLessThanOrEqual(task.length);
      expect(targets.some((target) => target !== unsupervised)).toBe(true);
      for (const token of [...tokens, ...targets.filter((target) => target !== unsupervised)]) {
        expect(task.vocabulary[token]).toBeTypeOf('string');
      }
    }
    const { tokens, weights } = task.batch(problems, task.length + 3);
    expect(tokens.shape).toEqual([40, task.length + 3]);
    const judged = problems.flatMap((problem) => task.sequence(problem).targets).filter((target) => target !== unsupervised);
    expect(((await weights.data()) as Float32Array).reduce((a, b) => a + b, 0)).toBe(judged.length);
  });

  test('has one set of defaults, and says which options it does not have', () => {
    expect(taskParameters[name].parse({})).toEqual(taskNamed(name).parameters);
    expect(() => taskNamed(name, { colour: 'red' })).toThrow(new RegExp(`Cannot make the task ${name}: .* given colour`));
    expect(() => checkedTaskParameters(name, { colour: 'red', heldOut: 2 })).toThrow(/heldOut: .*; .*"colour"/);
    expect(() => taskNamed(name, { heldOut: 0.5 })).toThrow(/heldOut: expected a share from 0 to 0.4, given 0.5/);
  });

  test('is made again by its name and parameters', () => {
    const again = taskNamed(task.name, task.parameters);
    expect(again.parameters).toEqual(task.parameters);
    expect(again.draw(problemStream(again, 'train', 5))).toEqual(task.draw(problemStream(task, 'train', 5)));
  });
});

test('the split keeps its shares', () => {
  const counts = { train: 0, validation: 0, test: 0 };
  for (let problem = 0; problem < 20_000; problem++) counts[splitOf(`problem ${problem}`, 0.1)] += 1;
  // 2000 ± 42 each; five standard deviations.
  expect(Math.abs(counts.test - 2000)).toBeLessThan(212);
  expect(Math.abs(counts.validation - 2000)).toBeLessThan(212);
});

test('an empty split is named', () => {
  const task = pHop({ length: 3, hops: 1, alphabet: 2, heldOut: 0.01 });
  expect(() => task.draw(new RandomStream(0, 'test'), 'test')).toThrow(/a problem of the split test, found none/);
});

test('an unknown task is refused with the names of all', () => {
  expect(() => taskNamed('hop')).toThrow(
    /no task "hop": expected one of addition, p-hop, group-composition, symbolic-igsm, variable-assignment/,
  );
  expect(() => taskNamed('toString')).toThrow(/no task/);
});

test('the hash of the data order depends on task, seed and batch size only', async () => {
  const task = () => pHop({ length: 24, hops: 3 });
  const hash = await dataOrderHash(task(), 1, 8, 10);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await dataOrderHash(task(), 1, 8, 10)).toBe(hash);
  expect(await dataOrderHash(task(), 2, 8, 10)).not.toBe(hash);
  expect(await dataOrderHash(task(), 1, 4, 20)).not.toBe(hash);
  expect(await dataOrderHash(pHop({ length: 24, hops: 2 }), 1, 8, 10)).not.toBe(hash);
});

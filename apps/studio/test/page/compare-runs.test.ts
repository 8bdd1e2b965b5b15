import { expect, test } from 'vitest';
import { comparisonRows, runLabels } from '../../src/page/compare-runs.js';

test('values of several runs by name, and whether they differ', () => {
  expect(
    comparisonRows([
      { a: 1, b: [2, 3] },
      { b: [2, 3], c: true },
    ]),
  ).toEqual([
    { name: 'a', values: [1, undefined], differs: true },
    {
      name: 'b',
      values: [
        [2, 3],
        [2, 3],
      ],
      differs: false,
    },
    { name: 'c', values: [undefined, true], differs: true },
  ]);
});

const run = (study: string, preset: 'quick' | 'paper', seed: number, folder: string) => ({ id: `${study}/${folder}`, study, preset, seed });

test('labels are as short as they can be and still differ', () => {
  expect(runLabels([run('a/b', 'quick', 0, 'x'), run('a/b', 'paper', 0, 'y')])).toEqual(['quick, seed 0', 'paper, seed 0']);
  expect(runLabels([run('a/b', 'quick', 0, 'x'), run('a/c', 'quick', 0, 'y')])).toEqual(['b, quick, seed 0', 'c, quick, seed 0']);
  const twins = [run('a/b', 'quick', 0, '2026-03-04-120000-quick-s0'), run('a/b', 'quick', 0, '2026-03-04-120000-quick-s0-2')];
  expect(runLabels(twins)).toEqual(['quick, seed 0, 2026-03-04-120000', 'quick, seed 0, 2026-03-04-120000-2']);
});

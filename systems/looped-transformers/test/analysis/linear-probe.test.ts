import { RandomStream } from '@sardonyx/data';
import { haarOrthogonal, type Matrix, matrix, multiply } from '@sardonyx/linalg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearProbeSums, readClasses } from '../../src/analysis/linear-probe.js';

const stream = new RandomStream(0, 'linear probe test');
const normal = (): number => stream.normal();

/** Rows that carry a class in a code, under noise in the other directions, all turned by one orthogonal map. */
function plantedRows(labels: readonly number[], code: (label: number) => readonly number[], noise: number, turn: Matrix): Matrix {
  const rows = labels.flatMap((label) => {
    const planted = code(label);
    return [...planted, ...Array.from({ length: turn.rows - planted.length }, () => noise * normal())];
  });
  return multiply(matrix(labels.length, turn.rows, Float64Array.from(rows)), turn);
}

const draw = (count: number, classes: number): number[] => Array.from({ length: count }, () => stream.integer(classes));
const accuracy = (read: Int32Array, labels: readonly number[]): number =>
  labels.filter((label, i) => label === read[i]).length / labels.length;

function learnAndJudge(
  make: (labels: readonly number[]) => Matrix,
  classes: number,
  counts: readonly [number, number] = [600, 400],
): number {
  const [learned, judged] = counts.map((count) => draw(count, classes)) as [number[], number[]];
  const sums = new LinearProbeSums(make([0]).columns, [classes]);
  sums.add(make(learned), [learned]);
  return accuracy(readClasses(sums.fit()[0]!, make(judged)), judged);
}

describe('the linear probe', () => {
  test('recovers every planted linear code exactly', () => {
    const turn = haarOrthogonal(12, normal);
    const codes: Readonly<Record<string, (label: number) => number[]>> = {
      'one-hot': (label) => Array.from({ length: 6 }, (_, c) => (c === label ? 1 : 0)),
      bits: (label) => [0, 1, 2].map((bit) => ((label >> bit) & 1 ? 1 : -1)),
      // Classes on a line: those in the middle are masked from ridge regression on one-hot labels.
      place: (label) => [label],
      faint: (label) => [0.01 * label],
    };
    for (const [name, code] of Object.entries(codes)) {
      expect([name, learnAndJudge((labels) => plantedRows(labels, code, 1, turn), 6)]).toEqual([name, 1]);
    }
  });

  test('says the class of greatest share, or no better than chance, where there is nothing but noise', () => {
    const turn = haarOrthogonal(8, normal);
    const found = learnAndJudge((labels) => plantedRows(labels, () => [], 1, turn), 4, [4000, 4000]);
    // Chance is 1/4 with a standard error of √(3/16 / 4000) = 0.7 points: four of them.
    expect(Math.abs(found - 0.25)).toBeLessThan(0.028);
  });

  test('does not read what is not linear', () => {
    // The parity of two signs; standard error 0.8 points.
    const make = (labels: readonly number[]): Matrix =>
      matrix(labels.length, 2, Float64Array.from(labels.flatMap((label) => ((s) => [s, label === 1 ? s : -s])(stream.integer(2) * 2 - 1))));
    expect(Math.abs(learnAndJudge(make, 2, [4000, 4000]) - 0.5)).toBeLessThan(0.04);
  });

  test('is the best rule of two Gaussian classes of one covariance', () => {
    // Means ±m under unit noise: right in Φ(m) of the cases (Hastie et al., section 4.3), 0.8413 for m = 1; standard error 0.3 points.
    const turn = haarOrthogonal(3, normal);
    const make = (labels: readonly number[]): Matrix => plantedRows(labels, (label) => [2 * label - 1 + normal()], 1, turn);
    expect(Math.abs(learnAndJudge(make, 2, [8000, 16_000]) - 0.8413)).toBeLessThan(0.012);
  });

  test('does not depend on units, origin, parts or unused classes', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 199 }),
        (unit, far, cut) => {
          const labels = draw(200, 3);
          const rows = matrix(
            200,
            4,
            Float64Array.from({ length: 800 }, (_, i) => normal() + (i % 4 === labels[Math.floor(i / 4)] ? 1 : 0)),
          );
          const changed = matrix(
            200,
            4,
            rows.data.map((value, i) => (i % 4 === 2 ? unit * value + far : value)),
          );
          const [plain, other] = [new LinearProbeSums(4, [3]), new LinearProbeSums(4, [3, 5])];
          plain.add(rows, [labels]);
          const part = (from: number, to: number): Matrix => matrix(to - from, 4, changed.data.slice(4 * from, 4 * to));
          other.add(part(0, cut), [labels.slice(0, cut), labels.slice(0, cut)]);
          other.add(part(cut, 200), [labels.slice(cut), labels.slice(cut)]);
          const expected = readClasses(plain.fit()[0]!, rows);
          for (const probe of other.fit()) expect(readClasses(probe, changed)).toEqual(expected);
        },
      ),
      { seed: 2, numRuns: 40 },
    );
  });

  test('a feature that never changes is harmless, and the majority is told', () => {
    const labels = [0, 1, 1, 0, 1, 1];
    const sums = new LinearProbeSums(2, [2]);
    const rows = matrix(6, 2, Float64Array.from(labels.flatMap((label) => [label, 0.1])));
    sums.add(rows, [labels]);
    const [probe] = sums.fit();
    expect(Array.from(readClasses(probe!, rows))).toEqual(labels);
    expect(probe!.majority).toBe(1);
  });

  test('refuses what it cannot learn from', () => {
    const sums = new LinearProbeSums(3, [2]);
    const three = matrix(3, 3, Float64Array.from({ length: 9 }, normal));
    expect(() => sums.add(three, [[0, 1]])).toThrow('expected a label for each of 3 rows, given 2');
    expect(() => sums.add(three, [[0, 1, 2]])).toThrow('expected classes from 0 to 1, given 2 in row 2');
    expect(sums.count).toBe(0);
    sums.add(three, [[0, 1, 0]]);
    expect(() => sums.fit()).toThrow('expected more than 3 examples, given 3; give more');
    sums.add(three, [[0, 1, 0]]);
    expect(() => sums.fit(0)).toThrow('expected a ridge above 0, given 0');
    expect(() => new LinearProbeSums(3, [1])).toThrow('two classes or more');
  });
});

import { RandomStream } from '@sardonyx/data';
import { haarOrthogonal, type Matrix, matrix, matrixFromRows, multiply, scale } from '@sardonyx/linalg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CkaSums, linearCka } from '../../src/analysis/linear-cka.js';

const stream = new RandomStream(0, 'CKA test');
const normal = (): number => stream.normal();
const randomRows = (rows: number, columns: number): Matrix => matrix(rows, columns, Float64Array.from({ length: rows * columns }, normal));

/** X·a + 1·bᵀ */
const moved = (x: Matrix, factor: number, by: readonly number[]): Matrix => {
  const data = scale(x, factor).data.slice();
  return matrix(
    x.rows,
    x.columns,
    data.map((value, at) => value + by[at % x.columns]!),
  );
};

/** The formula as it reads: centred Gram matrices over the examples, tr(KL) / √(tr(KK)·tr(LL)). */
function ckaByGramMatrices(x: Matrix, y: Matrix): number {
  const gram = (a: Matrix): number[][] => {
    const means = Array.from({ length: a.columns }, (_, k) => {
      let sum = 0;
      for (let i = 0; i < a.rows; i++) sum += a.data[i * a.columns + k]!;
      return sum / a.rows;
    });
    const at = (i: number, k: number): number => a.data[i * a.columns + k]! - means[k]!;
    return Array.from({ length: a.rows }, (_, i) =>
      Array.from({ length: a.rows }, (_, j) => means.reduce((sum, _, k) => sum + at(i, k) * at(j, k), 0)),
    );
  };
  const inner = (a: number[][], b: number[][]): number =>
    a.reduce((sum, row, i) => sum + row.reduce((part, value, j) => part + value * b[i]![j]!, 0), 0);
  const [k, l] = [gram(x), gram(y)];
  return inner(k, l) / Math.sqrt(inner(k, k) * inner(l, l));
}

describe('linear CKA', () => {
  test('of two features and three examples, by hand', () => {
    // Centred: X = (1, 0), (−1, 0), (0, 0) and Y = (1, 1), (−1, 1), (0, −2): YᵀX = (2 0; 0 0), XᵀX = (2 0; 0 0), YᵀY = (2 0; 0 6).
    const x = matrixFromRows([
      [6, 3],
      [4, 3],
      [5, 3],
    ]);
    const y = matrixFromRows([
      [1, 2],
      [-1, 2],
      [0, -1],
    ]);
    expect(linearCka(x, y)).toBeCloseTo(4 / (2 * Math.sqrt(4 + 36)), 15);
  });

  test('is 1 of anything with itself, turned, enlarged and moved', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (rows, width, factor) => {
          const x = randomRows(rows, width);
          const turned = multiply(x, haarOrthogonal(width, normal));
          const by = Array.from({ length: width }, () => 10 * normal());
          // Sums of at most thirty products of numbers near 1, after a shift of 10 that costs two digits.
          expect(linearCka(x, x)).toBeCloseTo(1, 12);
          expect(linearCka(x, moved(turned, factor, by))).toBeCloseTo(1, 9);
          const other = randomRows(rows, 5);
          expect(linearCka(turned, scale(other, -factor))).toBeCloseTo(linearCka(x, other), 9);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  test('is not invariant to maps that stretch', () => {
    const x = randomRows(200, 4);
    const stretched = matrix(
      200,
      4,
      x.data.map((value, at) => (at % 4 === 0 ? 20 * value : value)),
    );
    expect(linearCka(x, stretched)).toBeLessThan(0.8);
  });

  test('is that of the Gram matrices over the examples', () => {
    for (const [rows, left, right] of [
      [12, 3, 5],
      [5, 9, 2],
    ] as const) {
      const [x, y] = [randomRows(rows, left), randomRows(rows, right)];
      expect(linearCka(x, y)).toBeCloseTo(ckaByGramMatrices(x, y), 12);
    }
  });

  test('of independent noise it is near width / examples', () => {
    // E‖YᵀX‖² ≈ n·d², ‖XᵀX‖ ≈ n·√d: CKA ≈ d / n = 0.01, and it varies by a part of that.
    expect(linearCka(randomRows(800, 8), randomRows(800, 8))).toBeLessThan(0.03);
  });

  test('keeps its digits far from the origin, where raw sums of squares have none', () => {
    const x = randomRows(50, 3);
    const y = randomRows(50, 2);
    const far = [1e7, -1e7, 1e7];
    // 1e7 + x keeps nine digits of x.
    expect(linearCka(moved(x, 1, far), y)).toBeCloseTo(linearCka(x, y), 7);
  });

  test('in parts it is the same, for all pairs', () => {
    const all = [randomRows(40, 3), randomRows(40, 3), randomRows(40, 6)];
    const sums = new CkaSums([3, 3, 6]);
    for (const [from, to] of [
      [0, 7],
      [7, 7],
      [7, 40],
    ] as const) {
      sums.add(all.map((x) => matrix(to - from, x.columns, x.data.slice(from * x.columns, to * x.columns))));
    }
    const found = sums.matrix();
    all.forEach((x, s) => {
      all.forEach((y, t) => {
        expect(found[s]![t]).toBeCloseTo(linearCka(x, y), 13);
        expect(found[s]![t]).toBe(found[t]![s]);
      });
    });
  });

  test('of a representation that never changes there is none, and others are refused', () => {
    expect(linearCka(matrix(3, 2, Float64Array.of(0.1, 0.7, 0.1, 0.7, 0.1, 0.7)), randomRows(3, 2))).toBeNaN();
    expect(() => linearCka(randomRows(3, 2), randomRows(4, 2))).toThrow('expected the same examples twice, given 3 and 4 rows');
    expect(() => linearCka(randomRows(1, 2), randomRows(1, 2))).toThrow('expected two examples or more, given 1');
    expect(() => new CkaSums([2]).add([randomRows(4, 3)])).toThrow('expected rows of 2 features, given 3');
  });
});

import { RandomStream } from '@sardonyx/data';
import { innerProduct, type Matrix, matrix, multiply, polarFactor, svd, symmetricRankUpdate, trace } from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import {
  adaptiveGradientNorm,
  blockDiagonalSet,
  denseElement,
  diagonalSet,
  dualNorm,
  fullSet,
  leftSet,
  linearSpaceSet,
  projectOntoSet,
  rightSet,
  rowScalarSet,
  scalarSet,
  setNorm,
  steepestDirection,
  tridiagonalBasis,
} from '../src/index.js';
import { allSets, normals, randomDefinite, relativeDifference } from './all-sets.js';

const singularValues = (x: Float64Array, rows: number, columns: number) => Array.from(svd(matrix(rows, columns, x)).values);
const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x).reduce((sum, value, i) => sum + value * y[i]!, 0);
const quadratic = (h: Matrix, x: Float64Array) => innerProduct(multiply(h, matrix(x.length, 1, x)), matrix(x.length, 1, x));

describe('the table of norms', () => {
  const stream = new RandomStream(3, 'norms');
  const x = normals(stream, 12);
  const gradients = Array.from({ length: 5 }, () => normals(stream, 12));
  const squares = gradients.reduce((sum, g) => sum + dot(g, g), 0);
  const rowOf = (g: Float64Array, i: number) => g.subarray(4 * i, 4 * i + 4);

  test('scalar', () => {
    expect(setNorm(scalarSet(12), x)).toBeCloseTo(Math.sqrt(dot(x, x) / 12), 12);
    expect(adaptiveGradientNorm(scalarSet(12), gradients)).toBeCloseTo(Math.sqrt(12 * squares), 10);
  });

  test('diagonal', () => {
    expect(setNorm(diagonalSet(12), x)).toBe(Math.max(...x.map(Math.abs)));
    const expected = Array.from(x, (_, i) => Math.sqrt(gradients.reduce((sum, g) => sum + g[i]! ** 2, 0))).reduce((a, b) => a + b);
    expect(adaptiveGradientNorm(diagonalSet(12), gradients)).toBeCloseTo(expected, 10);
  });

  test('full', () => {
    expect(setNorm(fullSet(12), x)).toBeCloseTo(Math.sqrt(dot(x, x)), 12);
    const nuclear = singularValues(Float64Array.from(gradients.flatMap((g) => [...g])), 5, 12).reduce((a, b) => a + b);
    expect(adaptiveGradientNorm(fullSet(12), gradients)).toBeCloseTo(nuclear, 10);
    expect(adaptiveGradientNorm(fullSet(12), gradients, 'dense')).toBeCloseTo(nuclear, 6);
  });

  test('left and right', () => {
    const largest = singularValues(x, 3, 4)[0]!;
    expect(setNorm(leftSet(3, 4), x)).toBeCloseTo(largest / 2, 12);
    expect(setNorm(rightSet(3, 4), x)).toBeCloseTo(largest / Math.sqrt(3), 12);
    const beside = Float64Array.from([0, 1, 2].flatMap((i) => gradients.flatMap((g) => [...rowOf(g, i)])));
    expect(adaptiveGradientNorm(leftSet(3, 4), gradients)).toBeCloseTo(2 * singularValues(beside, 3, 20).reduce((a, b) => a + b), 10);
    const stacked = Float64Array.from(gradients.flatMap((g) => [...g]));
    expect(adaptiveGradientNorm(rightSet(3, 4), gradients)).toBeCloseTo(
      Math.sqrt(3) * singularValues(stacked, 15, 4).reduce((a, b) => a + b),
      10,
    );
  });

  test('row-scalar', () => {
    const rows = [0, 1, 2].map((i) => Math.sqrt(dot(rowOf(x, i), rowOf(x, i))));
    expect(setNorm(rowScalarSet(3, 4), x)).toBeCloseTo(Math.max(...rows) / 2, 12);
    const sums = [0, 1, 2].map((i) => Math.sqrt(4 * gradients.reduce((sum, g) => sum + dot(rowOf(g, i), rowOf(g, i)), 0)));
    expect(adaptiveGradientNorm(rowScalarSet(3, 4), gradients)).toBeCloseTo(
      sums.reduce((a, b) => a + b),
      10,
    );
  });

  test('a direct sum has the largest norm and the sum of gradient norms', () => {
    const sum = blockDiagonalSet([fullSet(4), leftSet(2, 4)]);
    expect(setNorm(sum, x)).toBeCloseTo(Math.max(setNorm(fullSet(4), x.slice(0, 4)), setNorm(leftSet(2, 4), x.slice(4))), 12);
    const parts =
      adaptiveGradientNorm(
        fullSet(4),
        gradients.map((g) => g.slice(0, 4)),
      ) +
      adaptiveGradientNorm(
        leftSet(2, 4),
        gradients.map((g) => g.slice(4)),
      );
    expect(adaptiveGradientNorm(sum, gradients)).toBeCloseTo(parts, 10);
  });

  test('one-sided: the largest singular direction attains the supremum', () => {
    const { u } = svd(matrix(3, 4, x));
    const direction = matrix(3, 1, Float64Array.of(u.data[0]!, u.data[3]!, u.data[6]!));
    const h = denseElement(leftSet(3, 4), [symmetricRankUpdate(direction, undefined, { alpha: 1 / 4 })]);
    expect(trace(h)).toBeCloseTo(1, 12);
    expect(Math.sqrt(quadratic(h, x))).toBeCloseTo(setNorm(leftSet(3, 4), x), 12);
  });
});

describe.each(allSets)('$name', (set) => {
  const stream = new RandomStream(4, set.name);
  const d = set.dimension;

  test('no member with trace one beats the norm, and no pair the duality', () => {
    for (let i = 0; i < 30; i++) {
      const x = normals(stream, d);
      const g = normals(stream, d);
      const member = denseElement(set, projectOntoSet(set, randomDefinite(stream, d)));
      expect(quadratic(member, x) / trace(member)).toBeLessThan(setNorm(set, x) ** 2 * (1 + 1e-12));
      expect(dot(g, x)).toBeLessThan(setNorm(set, x) * dualNorm(set, g) * (1 + 1e-10));
    }
  });

  test('the steepest direction has norm one and attains the dual norm', () => {
    const g = normals(stream, d);
    const direction = steepestDirection(set, g);
    // Sets given by a projection go through P², whose cut at rounding level leaves its root.
    const digits = set.summands[0]!.structure.kind === 'subspace' ? 7 : 10;
    expect(dot(g, direction) / dualNorm(set, g)).toBeCloseTo(1, digits);
    expect(setNorm(set, direction)).toBeCloseTo(1, digits);
  });
});

test('larger algebras have larger norms and smaller gradient norms', () => {
  const stream = new RandomStream(5, 'nesting');
  const chains = [
    [scalarSet(12), rowScalarSet(3, 4), leftSet(3, 4), fullSet(12)],
    [scalarSet(12), rowScalarSet(3, 4), diagonalSet(12), fullSet(12)],
    [scalarSet(12), rightSet(3, 4), fullSet(12)],
  ];
  for (let i = 0; i < 20; i++) {
    const x = normals(stream, 12);
    const gradients = Array.from({ length: 3 }, () => normals(stream, 12));
    for (const chain of chains) {
      chain.slice(1).forEach((larger, at) => {
        expect(setNorm(chain[at]!, x)).toBeLessThan(setNorm(larger, x) * (1 + 1e-12));
        expect(adaptiveGradientNorm(chain[at]!, gradients)).toBeGreaterThan(adaptiveGradientNorm(larger, gradients) * (1 - 1e-10));
      });
    }
  }
});

test('steepest descent on a matrix is √dR times the polar factor: Muon', () => {
  const g = normals(new RandomStream(6, 'muon'), 12);
  const { factor } = polarFactor(matrix(3, 4, g));
  expect(
    relativeDifference(
      steepestDirection(leftSet(3, 4), g),
      factor.data.map((value: number) => 2 * value),
    ),
  ).toBeLessThan(1e-12);
});

test('a set that is no algebra has no norm', () => {
  expect(() => setNorm(linearSpaceSet(tridiagonalBasis(3)), new Float64Array(3))).toThrow(
    expect.objectContaining({ code: 'not-applicable' }),
  );
});

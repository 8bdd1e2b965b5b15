import { describe, expect, it } from 'vitest';
import {
  closeUnderProducts,
  diagonalMatrix,
  identity,
  innerProduct,
  kronecker,
  type Matrix,
  matrix,
  matrixFromRows,
  MatrixSpan,
  multiply,
  scale,
  spanTolerance,
  symmetricRankUpdate,
  symmetricSubspace,
  symmetrize,
  transpose,
} from '@sardonyx/linalg';
import { distance, thrownBy } from './distance.js';
import { randomMatrix, withSpectrum } from './seeded.js';

const unit = (n: number, i: number, j: number): Matrix => {
  const e = matrix(n, n);
  e.data[i * n + j] = 1;
  return e;
};

/** Column i goes to column i + 1, the last one to the first. */
const cyclicShift = (n: number): Matrix => {
  const shift = matrix(n, n);
  for (let i = 0; i < n; i++) shift.data[i * n + ((i + 1) % n)] = 1;
  return shift;
};

describe('a span of matrices', () => {
  it('grows by what is new, and has an orthonormal basis', () => {
    const span = new MatrixSpan(3, [randomMatrix(3, 3, 1), randomMatrix(3, 3, 2)]);
    expect(span.add(randomMatrix(3, 3, 1))).toBe(false);
    expect(span.add(matrix(3, 3))).toBe(false);
    expect(span.add(scale(randomMatrix(3, 3, 3), 1e-30))).toBe(true);
    expect(span.basis).toHaveLength(3);
    span.basis.forEach((a, i) =>
      span.basis.forEach((b, j) => {
        // Nine products of elements up to one.
        expect(Math.abs(innerProduct(a, b) - Number(i === j))).toBeLessThan(1e-14);
      }),
    );
  });

  it('projects, and tells what it holds', () => {
    const span = new MatrixSpan(2, [unit(2, 0, 0), unit(2, 1, 1)]);
    const a = matrixFromRows([
      [1, 2],
      [3, 4],
    ]);
    expect(distance(span.project(a), diagonalMatrix([1, 4]))).toBeLessThan(1e-15);
    expect([...span.residual(a).data]).toEqual([0, 2, 3, 0]);
    expect(span.contains(diagonalMatrix([1e20, 1]))).toBe(true);
    expect(span.contains(a)).toBe(false);
    const nearly = matrixFromRows([
      [1, spanTolerance / 2],
      [0, 1],
    ]);
    expect(span.contains(nearly)).toBe(true);
    thrownBy(() => span.add(identity(3)), 'shape');
    thrownBy(() => span.project(matrix(2, 3)), 'shape');
  });
});

describe('closure under products', () => {
  it('of one symmetric matrix are its polynomials, one dimension an eigenvalue', () => {
    const algebra = closeUnderProducts([withSpectrum([3, 2, 2, 1], 1)]);
    expect(algebra.basis).toHaveLength(3);
    expect(algebra.contains(identity(4))).toBe(true);
    expect(algebra.contains(withSpectrum([3, 2, 1, 1], 1))).toBe(false);
  });

  it.each([
    ['the units of a cycle: everything', [unit(3, 0, 1), unit(3, 1, 2), unit(3, 2, 0)], 9],
    ['a diagonal with two equal elements', [diagonalMatrix([1, 2, 2])], 2],
    ['the cyclic shift: circulants', [cyclicShift(5)], 5],
    ['two that do not commute: everything', [diagonalMatrix([1, 2, 3]), symmetricRankUpdate(matrix(3, 1, new Float64Array([1, 1, 1])))], 9],
    ['a nilpotent: upper triangular Toeplitz', [matrix(3, 3, Float64Array.of(0, 1, 0, 0, 0, 1, 0, 0, 0))], 3],
  ] as const)('of %s', (_, generators, dimension) => {
    const algebra = closeUnderProducts(generators);
    expect(algebra.basis).toHaveLength(dimension);
    for (const a of algebra.basis) for (const b of algebra.basis) expect(algebra.contains(multiply(a, b))).toBe(true);
  });

  it('stops at a limit, refuses unequal orders and nothing', () => {
    const generic = [randomMatrix(3, 3, 1), randomMatrix(3, 3, 2)];
    expect(thrownBy(() => closeUnderProducts(generic, { limit: 5 }), 'invalid-argument').details).toEqual({ dimension: 6 });
    thrownBy(() => closeUnderProducts([identity(2), identity(3)]), 'shape');
    thrownBy(() => closeUnderProducts([matrix(2, 3)]), 'not-square');
    thrownBy(() => closeUnderProducts([]), 'invalid-argument');
  });
});

describe('the symmetric matrices of an algebra', () => {
  it('of all matrices are all symmetric ones', () => {
    const symmetric = symmetricSubspace(closeUnderProducts([unit(3, 0, 1), unit(3, 1, 2), unit(3, 2, 0)]));
    expect(symmetric.basis).toHaveLength(6);
    const m = symmetrize(randomMatrix(3, 3, 1));
    expect(distance(symmetric.project(m), m)).toBeLessThan(1e-14);
  });

  it('of the circulants: projecting is averaging over the group', () => {
    const symmetric = symmetricSubspace(closeUnderProducts([cyclicShift(4)]));
    expect(symmetric.basis).toHaveLength(3);
    const m = symmetrize(randomMatrix(4, 4, 1));
    let [average, power] = [matrix(4, 4), identity(4)];
    for (let k = 0; k < 4; k++) {
      const turned = multiply(multiply(power, m), power, { transposeRight: true });
      average = { ...average, data: average.data.map((value, at) => value + turned.data[at]! / 4) };
      power = multiply(cyclicShift(4), power);
    }
    expect(distance(symmetric.project(m), average)).toBeLessThan(1e-14);
  });

  it('of A ⊗ I: projecting averages the copies of a statistic', () => {
    const generators = [diagonalMatrix([1, 2]), unit(2, 0, 1), unit(2, 1, 0)].map((a) => kronecker(a, identity(3)));
    const symmetric = symmetricSubspace(closeUnderProducts(generators));
    expect(symmetric.basis).toHaveLength(3);
    const x = randomMatrix(2, 3, 1);
    const expected = kronecker(symmetricRankUpdate(x, undefined, { alpha: 1 / 3 }), identity(3));
    expect(distance(symmetric.project(symmetricRankUpdate(matrix(6, 1, x.data))), expected)).toBeLessThan(1e-14);
  });

  it('of upper triangular matrices, not closed under transposition, are the diagonal ones', () => {
    const upper = closeUnderProducts([unit(2, 0, 1), diagonalMatrix([1, 2])]);
    expect(upper.basis).toHaveLength(3);
    expect(upper.basis.every((element) => upper.contains(transpose(element)))).toBe(false);
    const symmetric = symmetricSubspace(upper);
    expect(symmetric.basis).toHaveLength(2);
    for (const { data } of symmetric.basis) expect(Math.abs(data[1]!)).toBeLessThan(1e-12);
  });
});

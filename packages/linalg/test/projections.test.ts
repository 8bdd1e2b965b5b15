import { describe, expect, it } from 'vitest';
import {
  addToDiagonal,
  clipSingularValues,
  closeAlgebra,
  diagonalMatrix,
  frobeniusNorm,
  identity,
  innerProduct,
  kronecker,
  type Matrix,
  matrix,
  matrixFromRows,
  multiply,
  projectOntoBall,
  projectOntoSpectralBall,
  scale,
  subtract,
  svd,
  symmetricRankUpdate,
  symmetrize,
} from '@sardonyx/linalg';
import { distance, thrownBy } from './distance.js';
import { logarithmicSpectrum, randomMatrix, withSpectrum } from './seeded.js';

describe('projection onto the spectral ball', () => {
  const weight = withSpectrum(logarithmicSpectrum(5, 20), 1);
  const weighted = (a: Matrix, b: Matrix): number => innerProduct(a, multiply(weight, b));

  it('with a multiple of the identity is a single clip', () => {
    const y = randomMatrix(5, 7, 2);
    const { point, iterations } = projectOntoSpectralBall(y, scale(identity(5), 3), 1.5);
    expect(distance(point, clipSingularValues(y, 1.5))).toBeLessThan(1e-13);
    expect(iterations).toBe(1);
    expect(svd(point).values[0]).toBeCloseTo(1.5, 12);
  });

  it('with one column is the projection onto the ball', () => {
    const y = randomMatrix(5, 1, 3);
    // Steps of 1e-10 at condition 20 leave no more than twenty times that.
    expect(distance(projectOntoSpectralBall(y, weight, 0.7).point, projectOntoBall(y, weight, 0.7))).toBeLessThan(4e-9);
  });

  it('leaves points inside alone', () => {
    const y = scale(randomMatrix(5, 7, 2), 0.01);
    expect(distance(projectOntoSpectralBall(y, weight, 1).point, y)).toBeLessThan(1e-14);
    expect(projectOntoBall(scale(randomMatrix(5, 1, 3), 0.01), weight, 1).data).toEqual(scale(randomMatrix(5, 1, 3), 0.01).data);
  });

  it('does not expand, and satisfies the variational inequality', () => {
    const [y, z] = [randomMatrix(5, 7, 4), randomMatrix(5, 7, 5)];
    const [p, q] = [y, z].map((point) => projectOntoSpectralBall(point, weight, 1.2).point);
    const length = (a: Matrix): number => Math.sqrt(weighted(a, a));
    expect(length(subtract(p!, q!))).toBeLessThanOrEqual(length(subtract(y, z)) * (1 + 1e-8));
    for (let seed = 10; seed < 30; seed++) {
      const inside = clipSingularValues(randomMatrix(5, 7, seed), 1.2);
      // ⟨Y − P, X − P⟩_S ≤ 0 for every X of the set, to the accuracy of P.
      expect(weighted(subtract(y, p!), subtract(inside, p!))).toBeLessThan(1e-8);
    }
  });

  it('refuses nonsense', () => {
    const y = randomMatrix(5, 7, 2);
    for (const radius of [0, -1, NaN]) thrownBy(() => projectOntoSpectralBall(y, weight, radius), 'invalid-argument');
    thrownBy(() => projectOntoSpectralBall(y, identity(4), 1), 'shape');
    thrownBy(() => projectOntoBall(y, weight, 1), 'shape');
    thrownBy(() => projectOntoBall(randomMatrix(2, 1, 1), diagonalMatrix([1, 0]), 1), 'not-positive-definite');
  });
});

describe('secular equation of the ball', () => {
  it('ends on the sphere with one multiplier: S(x − y) = −μx', () => {
    for (const condition of [1, 10, 1e6]) {
      const weight = withSpectrum(logarithmicSpectrum(8, condition), 1);
      const y = scale(randomMatrix(8, 1, 2), 10);
      const x = projectOntoBall(y, weight, 2);
      expect(frobeniusNorm(x)).toBeCloseTo(2, 13);
      const force = multiply(weight, subtract(y, x));
      const multiplier = innerProduct(force, x) / 4;
      expect(multiplier).toBeGreaterThan(0);
      // Rounding of products with ‖S‖ = 1, ‖y‖ below 100.
      expect(distance(force, scale(x, multiplier))).toBeLessThan(1e-12);
    }
  });
});

describe('algebras', () => {
  it('close up: one symmetric matrix generates its polynomials, one dimension an eigenvalue', () => {
    const algebra = closeAlgebra([withSpectrum([3, 2, 2, 1], 1)]);
    expect(algebra.basis).toHaveLength(3);
    expect(algebra.transposeClosed).toBe(true);
    expect(algebra.contains(identity(4))).toBe(true);
    expect(algebra.contains(withSpectrum([3, 2, 1, 1], 1))).toBe(false);
  });

  it('two that do not commute generate everything', () => {
    const algebra = closeAlgebra([diagonalMatrix([1, 2, 3]), symmetricRankUpdate(matrix(3, 1, new Float64Array([1, 1, 1])))]);
    expect(algebra.basis).toHaveLength(9);
    expect(algebra.symmetricBasis).toHaveLength(6);
    const m = symmetrize(randomMatrix(3, 3, 1));
    expect(distance(algebra.projectSymmetric(m), m)).toBeLessThan(1e-14);
  });

  it('the cyclic shift generates the circulant matrices; projecting is averaging over the group', () => {
    const shift = matrix(4, 4);
    for (let i = 0; i < 4; i++) shift.data[i * 4 + ((i + 1) % 4)] = 1;
    const algebra = closeAlgebra([shift]);
    expect(algebra.basis).toHaveLength(4);
    expect(algebra.symmetricBasis).toHaveLength(3);
    const m = symmetrize(randomMatrix(4, 4, 1));
    let [average, power] = [matrix(4, 4), identity(4)];
    for (let k = 0; k < 4; k++) {
      const turned = multiply(multiply(power, m), power, { transposeRight: true });
      average = { ...average, data: average.data.map((value, at) => value + turned.data[at]! / 4) };
      power = multiply(shift, power);
    }
    expect(distance(algebra.projectSymmetric(m), average)).toBeLessThan(1e-14);
  });

  it('A ⊗ I averages the copies of a statistic', () => {
    const generators = [
      diagonalMatrix([1, 2]),
      matrixFromRows([
        [0, 1],
        [1, 0],
      ]),
    ].map((a) => kronecker(a, identity(3)));
    const algebra = closeAlgebra(generators);
    expect(algebra.basis).toHaveLength(4);
    const x = randomMatrix(2, 3, 1);
    const vec = matrix(6, 1, x.data);
    const expected = kronecker(symmetricRankUpdate(x, undefined, { alpha: 1 / 3 }), identity(3));
    expect(distance(algebra.projectSymmetric(symmetricRankUpdate(vec)), expected)).toBeLessThan(1e-14);
  });

  it('upper triangular matrices are not closed under transposition', () => {
    const algebra = closeAlgebra([
      matrixFromRows([
        [0, 1],
        [0, 0],
      ]),
      diagonalMatrix([1, 2]),
    ]);
    expect(algebra.basis).toHaveLength(3);
    expect(algebra.transposeClosed).toBe(false);
  });

  it('stop at a limit, refuse unequal orders, and take nothing for the empty algebra', () => {
    const generic = [randomMatrix(3, 3, 1), randomMatrix(3, 3, 2)];
    expect(thrownBy(() => closeAlgebra(generic, { limit: 5 }), 'invalid-argument').details).toEqual({ dimension: 6 });
    thrownBy(() => closeAlgebra([identity(2), identity(3)]), 'shape');
    expect(closeAlgebra([]).basis).toHaveLength(0);
    expect(
      addToDiagonal(closeAlgebra([identity(2)]).projectSymmetric(diagonalMatrix([1, 3])), -2).data.every(
        (value) => Math.abs(value) < 1e-15,
      ),
    ).toBe(true);
  });
});

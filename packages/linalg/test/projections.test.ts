import { describe, expect, it } from 'vitest';
import {
  clipSingularValues,
  diagonalMatrix,
  frobeniusNorm,
  identity,
  innerProduct,
  type Matrix,
  matrix,
  multiply,
  projectOntoEuclideanBall,
  projectOntoSpectralBall,
  scale,
  subtract,
  svd,
  symmetricEigen,
  toPrecision,
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
    expect(distance(projectOntoSpectralBall(y, weight, 0.7).point, projectOntoEuclideanBall(y, weight, 0.7))).toBeLessThan(4e-9);
  });

  it('leaves points inside alone', () => {
    const y = scale(randomMatrix(5, 7, 2), 0.01);
    expect(distance(projectOntoSpectralBall(y, weight, 1).point, y)).toBeLessThan(1e-14);
    expect(projectOntoEuclideanBall(scale(randomMatrix(5, 1, 3), 0.01), weight, 1).data).toEqual(scale(randomMatrix(5, 1, 3), 0.01).data);
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

  it.each([1e-4, 1e-6, 1e-7, 2e-8, 1e-10, 0])('a direction of weight %d that hardly costs does not keep it', (least) => {
    const flat = withSpectrum([2, 1.9, 1.4, least], 3);
    const y = scale(randomMatrix(4, 6, 7), 3);
    const radius = 0.9 * svd(y).values[0]!;
    const { point } = projectOntoSpectralBall(y, flat, radius);
    expect(svd(point).values[0]!).toBeLessThan(radius * (1 + 1e-14));
    const value = (x: Matrix): number => innerProduct(subtract(x, y), multiply(flat, subtract(x, y)));
    for (let seed = 1; seed < 40; seed++) {
      // Steps from the point towards anywhere in the ball, of any length, gain no more than the gap that is left.
      const towards = clipSingularValues(scale(randomMatrix(4, 6, seed), 3), radius);
      for (const length of [1e-6, 1e-3, 1]) {
        const other = { ...point, data: point.data.map((at: number, i: number) => at + length * (towards.data[i]! - at)) };
        expect(value(other)).toBeGreaterThan(value(point) - 1e-8 * value(scale(y, 0)));
      }
    }
  });

  it('refuses nonsense', () => {
    const y = randomMatrix(5, 7, 2);
    for (const radius of [0, -1, NaN]) thrownBy(() => projectOntoSpectralBall(y, weight, radius), 'invalid-argument');
    thrownBy(() => projectOntoSpectralBall(y, identity(4), 1), 'shape');
    thrownBy(() => projectOntoEuclideanBall(y, weight, 1), 'shape');
    const indefinite = diagonalMatrix([1, -1]);
    expect(thrownBy(() => projectOntoEuclideanBall(randomMatrix(2, 1, 1), indefinite, 1), 'negative-eigenvalue').details).toEqual({
      eigenvalue: -1,
    });
    thrownBy(() => projectOntoSpectralBall(randomMatrix(2, 3, 1), indefinite, 1), 'negative-eigenvalue');
  });
});

describe('secular equation of the ball', () => {
  it('ends on the sphere with one multiplier: S(x − y) = −μx', () => {
    for (const condition of [1, 10, 1e6]) {
      const weight = withSpectrum(logarithmicSpectrum(8, condition), 1);
      const y = scale(randomMatrix(8, 1, 2), 10);
      const x = projectOntoEuclideanBall(y, weight, 2);
      expect(frobeniusNorm(x)).toBeCloseTo(2, 13);
      const force = multiply(weight, subtract(y, x));
      const multiplier = innerProduct(force, x) / 4;
      expect(multiplier).toBeGreaterThan(0);
      // Rounding of products with ‖S‖ = 1, ‖y‖ below 100.
      expect(distance(force, scale(x, multiplier))).toBeLessThan(1e-12);
    }
  });

  it('takes eigenpairs in place of the weight', () => {
    const weight = withSpectrum(logarithmicSpectrum(8, 100), 1);
    const y = scale(randomMatrix(8, 1, 2), 10);
    expect(projectOntoEuclideanBall(y, symmetricEigen(weight), 2)).toEqual(projectOntoEuclideanBall(y, weight, 2));
  });

  it('of a singular weight lets directions outside its range give way first', () => {
    const singular = diagonalMatrix([1, 0]);
    const at = (y: number[]): number[] => [...projectOntoEuclideanBall(matrix(2, 1, Float64Array.from(y)), singular, 1).data];
    // ‖(0.6, 0.8)‖ = 1: the first is inside, and costs; the second fills what is left.
    expect(at([0.6, 5])[0]).toBeCloseTo(0.6, 14);
    expect(at([0.6, 5])[1]).toBeCloseTo(0.8, 14);
    expect(at([3, 5])[0]).toBeCloseTo(1, 14);
    expect(at([3, 5])[1]).toBe(0);
  });

  it('keeps the precision of its operands', () => {
    const [weight, y] = [toPrecision(withSpectrum([3, 2, 1], 1), 'f32'), toPrecision(scale(randomMatrix(3, 1, 2), 10), 'f32')];
    const x = projectOntoEuclideanBall(y, weight, 2);
    expect(x.data).toBeInstanceOf(Float32Array);
    expect(Math.abs(frobeniusNorm(x) - 2)).toBeLessThan(3 * 2 ** -23 * 2);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  addToDiagonal,
  cholesky,
  choleskySolve,
  determinant,
  diagonalMatrix,
  frobeniusNorm,
  haarOrthogonal,
  householder,
  identity,
  infinityNorm,
  innerProduct,
  leastSquares,
  lu,
  machineEpsilon,
  type Matrix,
  matrix,
  matrixFromRows,
  maximumNorm,
  multiply,
  oneNorm,
  orthogonalIteration,
  orthonormalize,
  qr,
  scale,
  solve,
  solveTriangular,
  subtract,
  svd,
  symmetricEigen,
  symmetricRankUpdate,
  symmetrize,
  toPrecision,
  trace,
  transpose,
} from '@sardonyx/linalg';
import { distance, lossOfOrthogonality, thrownBy } from './distance.js';
import { logarithmicSpectrum, normal, randomMatrix, withSpectrum } from './seeded.js';

const precisions = ['f64', 'f32'] as const;
const extents = [
  [0, 0],
  [0, 3],
  [3, 0],
  [1, 1],
  [2, 5],
  [5, 2],
  [48, 48],
  [97, 49],
  [49, 97],
  [150, 110],
] as const;

describe('arithmetic and norms', () => {
  const a = matrixFromRows([
    [1, -2],
    [3, 4],
  ]);
  it('has the textbook values', () => {
    expect(trace(a)).toBe(5);
    expect(frobeniusNorm(a)).toBeCloseTo(Math.sqrt(30), 14);
    expect([maximumNorm(a), infinityNorm(a), oneNorm(a)]).toEqual([4, 7, 6]);
    expect(innerProduct(a, transpose(a))).toBe(1 + 2 * -6 + 16);
    expect([...add(a, identity(2), 2, -1).data]).toEqual([1, -4, 6, 7]);
    expect([...symmetrize(a).data]).toEqual([1, 0.5, 0.5, 4]);
    expect([...addToDiagonal(a, 1).data]).toEqual([2, -2, 3, 5]);
  });

  it('takes norms without overflow, and passes NaN on', () => {
    expect(frobeniusNorm(scale(a, 1e300))).toBeCloseTo(Math.sqrt(30) * 1e300, -287);
    for (const norm of [frobeniusNorm, maximumNorm, infinityNorm, oneNorm]) {
      expect(
        norm(
          matrixFromRows([
            [1, NaN],
            [3, 4],
          ]),
        ),
      ).toBeNaN();
      expect(norm(matrix(0, 0))).toBe(0);
    }
  });

  it('keeps the exact symmetric part of huge elements', () => {
    const huge = Number.MAX_VALUE;
    expect([
      ...symmetrize(
        matrixFromRows([
          [0, huge],
          [huge, 0],
        ]),
      ).data,
    ]).toEqual([0, huge, huge, 0]);
  });
});

describe.each(precisions)('qr in %s', (precision) => {
  const epsilon = machineEpsilon[precision];
  it.each(extents)('%i × %i', (m, n) => {
    const a = randomMatrix(m, n, 1, precision);
    const { q, r } = qr(a, { positiveDiagonal: true });
    const k = Math.min(m, n);
    expect([q.rows, q.columns, r.rows, r.columns]).toEqual([m, k, k, n]);
    // One rounding of size eps for each of k reflectors that an element takes part in (Higham, Accuracy and Stability, theorem 19.4).
    expect(lossOfOrthogonality(q)).toBeLessThan(4 * (k + 1) * epsilon);
    expect(distance(multiply(q, r), a)).toBeLessThanOrEqual(4 * (k + 1) * epsilon * frobeniusNorm(a));
    for (let i = 0; i < k; i++) {
      expect(r.data[i * n + i]).toBeGreaterThanOrEqual(0);
      for (let j = 0; j < i; j++) expect(r.data[i * n + j]).toBe(0);
    }
  });

  it.each(extents)('householder of %i × %i is the same in compact form', (m, n) => {
    const a = randomMatrix(m, n, 1, precision);
    const { vectors, triangle, r } = householder(a);
    const k = Math.min(m, n);
    expect([vectors.rows, vectors.columns, triangle.rows, triangle.columns]).toEqual([m, k, k, k]);
    const orthogonal = subtract(identity(m, precision), multiply(multiply(vectors, triangle), vectors, { transposeRight: true }));
    const q = matrix(
      m,
      k,
      Float64Array.from({ length: m * k }, (_, i) => orthogonal.data[Math.floor(i / k) * m + (i % k)]!),
    );
    expect(distance(toPrecision(q, precision), qr(a).q)).toBeLessThan(8 * (k + 1) * epsilon);
    expect(lossOfOrthogonality(orthogonal)).toBeLessThan(8 * (k + 1) * epsilon);
    expect(distance(r, qr(a).r)).toBe(0);
    for (let i = 0; i < Math.min(m, k); i++) {
      expect(vectors.data[i * k + i]).toBe(1);
      for (let j = i + 1; j < k; j++) expect(vectors.data[i * k + j]).toBe(0);
    }
  });

  it('keeps Q orthogonal for a matrix without full rank', () => {
    const a = multiply(randomMatrix(60, 3, 1, precision), randomMatrix(3, 50, 2, precision));
    const { q, r } = qr(a);
    expect(lossOfOrthogonality(q)).toBeLessThan(4 * 51 * epsilon);
    expect(distance(multiply(q, r), a)).toBeLessThan(4 * 51 * epsilon * frobeniusNorm(a));
    expect(lossOfOrthogonality(qr(matrix(5, 3)).q)).toBe(0);
  });
});

describe('orthogonal matrices', () => {
  it('are Haar-distributed: traces have mean 0 and variance 1, the diagonal of R was positive', () => {
    const draws = 400;
    const next = normal(11);
    const traces = Array.from({ length: draws }, () => trace(haarOrthogonal(6, next)));
    const mean = traces.reduce((sum, value) => sum + value, 0) / draws;
    const variance = traces.reduce((sum, value) => sum + value * value, 0) / draws;
    // Diaconis and Evans: E Tr Q = 0, E (Tr Q)² = 1; three standard errors 3/√400, and 3·√(2/400). Without the signs the mean is −1 or so.
    expect(Math.abs(mean)).toBeLessThan(0.15);
    expect(Math.abs(variance - 1)).toBeLessThan(0.22);
    expect(lossOfOrthogonality(haarOrthogonal(40, next))).toBeLessThan(160 * 2 ** -52);
    expect(haarOrthogonal(3, next, 'f32').data).toBeInstanceOf(Float32Array);
  });

  it('orthonormalize columns in their order, and refuse dependent ones', () => {
    const a = randomMatrix(20, 6, 3);
    const q = orthonormalize(a);
    const r = multiply(q, a, { transposeLeft: true });
    for (let i = 0; i < 6; i++) {
      expect(r.data[i * 6 + i]).toBeGreaterThan(0);
      for (let j = 0; j < i; j++) expect(Math.abs(r.data[i * 6 + j]!)).toBeLessThan(1e-14 * 20);
    }
    const dependent = matrixFromRows([
      [1, 2, 0],
      [2, 4, 1],
      [3, 6, 5],
    ]);
    expect(thrownBy(() => orthonormalize(dependent), 'rank-deficient').details).toEqual({ index: 1 });
    thrownBy(() => orthonormalize(matrix(2, 3)), 'shape');
  });
});

describe.each(precisions)('cholesky in %s', (precision) => {
  const epsilon = machineEpsilon[precision];
  it('factors and solves', () => {
    for (const n of [0, 1, 2, 47, 48, 49, 120]) {
      const a = withSpectrum(logarithmicSpectrum(n, 100), 1, precision);
      const factor = cholesky(a);
      // Higham, theorem 10.3: |A − LLᵀ| ≤ (n + 1)·eps·|L||Lᵀ|, rows of L no longer than one here.
      expect(distance(multiply(factor, factor, { transposeRight: true }), a)).toBeLessThan(2 * (n + 2) * epsilon);
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) expect(factor.data[i * n + j]).toBe(0);
      const b = randomMatrix(n, 3, 2, precision);
      // The backward error above times ‖X‖, up to the condition 100 times ‖B‖.
      expect(distance(multiply(a, choleskySolve(factor, b)), b)).toBeLessThan(4 * (n + 2) * epsilon * 100 * 12);
    }
  });

  it('names the row that is not positive definite', () => {
    const a = identity(100, precision);
    a.data[70 * 100 + 70] = -1;
    expect(thrownBy(() => cholesky(a), 'not-positive-definite').details).toEqual({ index: 70 });
    thrownBy(() => cholesky(matrix(3, 3)), 'not-positive-definite');
    thrownBy(
      () =>
        cholesky(
          matrixFromRows([
            [1, 0.5],
            [0, 1],
          ]),
        ),
      'not-symmetric',
    );
  });
});

describe('lu', () => {
  it('solves systems of any order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 1e6 }),
        (n, columns, seed) => {
          const a = randomMatrix(n, n, seed);
          const x = solve(a, randomMatrix(n, columns, seed + 1));
          const residual = distance(multiply(a, x), randomMatrix(n, columns, seed + 1));
          // Higham, theorem 9.5, with a growth of the pivots that stays below √n·‖A‖ for random matrices.
          expect(residual).toBeLessThanOrEqual(10 * n ** 1.5 * 2 ** -52 * maximumNorm(a) * Math.max(1, maximumNorm(x)) * n);
        },
      ),
      { numRuns: 30, seed: 1 },
    );
  });

  it('gives P·A = L·U, the determinant, and pivots where the first one is zero', () => {
    const a = matrixFromRows([
      [0, 2, 1],
      [1, 1, 0],
      [2, 0, 3],
    ]);
    const { factors, permutation } = lu(a);
    const lower = identity(3);
    const upper = matrix(3, 3);
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) (j < i ? lower : upper).data[i * 3 + j] = factors.data[i * 3 + j]!;
    const permuted = matrixFromRows([...permutation].map((row) => [...a.data.subarray(row * 3, row * 3 + 3)]));
    expect(distance(multiply(lower, upper), permuted)).toBeLessThan(1e-15 * 10);
    // 0·(3 − 0) − 2·(3 − 0) + 1·(0 − 2)
    expect(determinant(a)).toBeCloseTo(-8, 13);
    expect(determinant(matrix(0, 0))).toBe(1);
  });

  it('refuses singular matrices', () => {
    expect(
      thrownBy(
        () =>
          solve(
            matrixFromRows([
              [1, 2],
              [2, 4],
            ]),
            matrix(2, 1),
          ),
        'singular',
      ).details,
    ).toEqual({ index: 1 });
    thrownBy(() => solve(matrix(2, 3), matrix(2, 1)), 'not-square');
    thrownBy(() => solve(identity(2), matrix(3, 1)), 'shape');
    thrownBy(() => solve(matrixFromRows([[NaN]]), matrix(1, 1)), 'non-finite');
  });

  it('solves with either triangle and its transpose', () => {
    const t = addToDiagonal(scale(randomMatrix(70, 70, 1), 0.05), 3);
    for (const triangle of ['lower', 'upper'] as const) {
      const kept = t.data.map((value, at) => {
        const [i, j] = [Math.floor(at / 70), at % 70];
        return (triangle === 'lower' ? j <= i : j >= i) ? value : 0;
      });
      for (const transposed of [false, true]) {
        const b = randomMatrix(70, 2, 2);
        const x = solveTriangular(t, b, { triangle, transpose: transposed });
        // Substitution is backward stable: n·eps of |T||x|, of order ten.
        expect(distance(multiply({ ...t, data: kept }, x, { transposeLeft: transposed }), b)).toBeLessThan(70 * 10 * 2 ** -52);
      }
    }
  });
});

const svdCases = precisions.flatMap((precision) => (['jacobi', 'preconditioned'] as const).map((method) => ({ precision, method })));

describe.each(svdCases)('svd by $method in $precision', ({ precision, method }) => {
  const epsilon = machineEpsilon[precision];
  const expectSvd = (a: Matrix): void => {
    const { u, values, v } = svd(a, { method });
    const k = Math.min(a.rows, a.columns);
    expect([u.rows, u.columns, v.rows, v.columns, values.length]).toEqual([a.rows, k, a.columns, k, k]);
    // Rotations and a QR factorization, each within the bounds of their tests; √n·eps is where pairs count as orthogonal.
    const bound = 8 * (Math.max(a.rows, a.columns) + 2) * epsilon;
    expect(lossOfOrthogonality(v)).toBeLessThan(bound);
    expect(distance(multiply(multiply(u, diagonalMatrix(values, precision)), v, { transposeRight: true }), a)).toBeLessThanOrEqual(
      bound * frobeniusNorm(a),
    );
    for (let i = 1; i < k; i++) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]!);
    expect(lossOfOrthogonality(u)).toBeLessThan(bound * 4);
  };

  it.each(extents)('%i × %i', (m, n) => expectSvd(randomMatrix(m, n, 1, precision)));

  it('completes the left vectors of a matrix without full rank', () => {
    expectSvd(matrix(6, 4, precision === 'f64' ? new Float64Array(24) : new Float32Array(24)));
    const { values, u } = svd(multiply(randomMatrix(30, 2, 1, precision), randomMatrix(2, 20, 2, precision)));
    expect(values[1]).toBeGreaterThan(1);
    // Rounding of the product itself.
    for (let i = 2; i < 20; i++) expect(values[i]!).toBeLessThan(30 * epsilon * values[0]!);
    expect(u.columns).toBe(20);
  });

  it.runIf(method === 'jacobi')('keeps small singular values of graded columns', () => {
    const { elements, eigenvalues, scaledCondition } = JSON.parse(
      readFileSync(new URL('fixtures/graded.json', import.meta.url), 'utf8'),
    ) as {
      elements: number[][];
      eigenvalues: number[];
      scaledCondition: number;
    };
    // A = LLᵀ: the singular values of Lᵀ, whose columns are graded, are the roots of the eigenvalues known to 80 digits.
    const { values } = svd(transpose(cholesky(matrixFromRows(elements, precision))));
    // Relative to itself, each is off by eps times the scaled condition times a function of n = 18, for both steps.
    eigenvalues.toReversed().forEach((exact, i) => {
      expect(Math.abs(values[i]! - Math.sqrt(exact))).toBeLessThan(2 * 18 * scaledCondition * epsilon * Math.sqrt(exact));
    });
  });

  it('refuses what is not finite', () => {
    thrownBy(() => svd(matrixFromRows([[1, Infinity]], precision), { method }), 'non-finite');
    thrownBy(() => svd(identity(2), { method: 'golub-kahan' as 'jacobi' }), 'invalid-argument');
  });
});

describe('least squares', () => {
  it('fits a line', () => {
    const a = matrixFromRows([
      [1, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    const b = matrixFromRows([[1], [3], [4], [8]]);
    for (const method of ['qr', 'svd'] as const) {
      const { solution, rank } = leastSquares(a, b, { method });
      // Slope 2.2, intercept 0.7, by the normal equations.
      expect(solution.data[0]).toBeCloseTo(0.7, 13);
      expect(solution.data[1]).toBeCloseTo(2.2, 13);
      expect(rank).toBe(2);
    }
  });

  it('leaves a residual that is orthogonal to the columns', () => {
    const a = randomMatrix(80, 20, 1);
    const b = randomMatrix(80, 3, 2);
    const { solution } = leastSquares(a, b);
    // Aᵀr is a sum of 80 products of rounding errors of size eps·‖A‖‖b‖.
    expect(maximumNorm(multiply(a, subtract(b, multiply(a, solution)), { transposeLeft: true }))).toBeLessThan(80 * 100 * 2 ** -52);
  });

  it('refuses dependent columns, or takes the solution of least norm', () => {
    const a = matrixFromRows([
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const b = matrixFromRows([[2], [2], [5]]);
    expect(thrownBy(() => leastSquares(a, b), 'rank-deficient').details).toEqual({ rank: 1, columns: 2 });
    const { solution, rank } = leastSquares(a, b, { method: 'svd' });
    expect(rank).toBe(1);
    expect(solution.data[0]).toBeCloseTo(1, 13);
    expect(solution.data[1]).toBeCloseTo(1, 13);
    thrownBy(() => leastSquares(a, matrix(2, 1)), 'shape');
  });
});

describe('orthogonal iteration', () => {
  const spectrum = logarithmicSpectrum(12, 1e6);
  const a = withSpectrum(spectrum, 4);
  const { vectors } = symmetricEigen(a);

  it('converges to the eigenbasis where eigenvalues are apart', () => {
    const { values, offDiagonal, iterations } = orthogonalIteration(a, identity(12), { iterations: 100, tolerance: 1e-12 });
    expect(offDiagonal).toBeLessThanOrEqual(1e-12);
    // A factor 10^(6/11) = 3.5 between neighbours: 12 digits take 12/log₁₀ 3.5 = 22 iterations, and a few to begin.
    expect(iterations).toBeLessThan(40);
    // Off-diagonal elements of 1e-12 move eigenvalues by their square, beside rounding.
    spectrum.forEach((value, i) => expect(Math.abs(values[i]! - value)).toBeLessThan(1e-13));
  });

  it('skips what is good enough and follows a slow change', () => {
    expect(orthogonalIteration(a, vectors, { iterations: 5, tolerance: 1e-10 }).iterations).toBe(0);
    const moved = add(a, symmetricRankUpdate(randomMatrix(12, 1, 9), undefined, { alpha: 1e-9 }));
    const before = orthogonalIteration(moved, vectors, { iterations: 0 }).offDiagonal;
    const after = orthogonalIteration(moved, vectors, { iterations: 3 });
    expect(after.iterations).toBe(3);
    // Three iterations shrink a disturbance by about the cube of the ratio of neighbours.
    expect(after.offDiagonal).toBeLessThan(before / 10);
  });

  it('stops at once for the zero matrix and refuses nonsense', () => {
    expect(orthogonalIteration(matrix(3, 3), identity(3), { iterations: 5 }).iterations).toBe(0);
    thrownBy(() => orthogonalIteration(a, identity(3)), 'shape');
    thrownBy(() => orthogonalIteration(a, identity(12), { tolerance: 2 }), 'invalid-argument');
    thrownBy(() => orthogonalIteration(a, identity(12), { iterations: -1 }), 'invalid-argument');
  });
});

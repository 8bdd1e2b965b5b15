import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  addToDiagonal,
  diagonalMatrix,
  identity,
  inverseRoot,
  inverseRootByEigen,
  inverseRootByHigherOrder,
  inverseRootByNewton,
  inverseRootByNewtonSchulz,
  inverseRootByOrthogonalIteration,
  type InverseRootOptions,
  lowRankRoot,
  machineEpsilon,
  matrix,
  matrixFromRows,
  maximumNorm,
  multiply,
  scale,
  symmetricEigen,
  symmetricFunction,
  symmetricRankUpdate,
  symmetricSquareRoot,
  symmetrize,
  thirdOrderQuintic,
} from '@sardonyx/linalg';
import { distance, thrownBy } from './distance.js';
import { logarithmicSpectrum, randomMatrix, withSpectrum } from './seeded.js';

/** The iterations stop at a distance of 1e-6 from the identity, and their last step at least squares what is left before. */
const iterative = ['newton', 'higher-order', 'newton-schulz'] as const;
const applicable = (method: InverseRootOptions['method'], p: number): boolean => method !== 'newton-schulz' || p === 2 || p === 4;

describe('closed forms', () => {
  const a = matrixFromRows([
    [2, 1],
    [1, 2],
  ]);
  const methods: InverseRootOptions[] = [
    { method: 'eigen' },
    { method: 'eigen', eigen: 'jacobi' },
    { method: 'eigen', eigen: 'ql' },
    { method: 'newton', tolerance: 1e-13 },
    { method: 'higher-order', tolerance: 1e-13 },
    { method: 'newton-schulz', tolerance: 1e-13 },
    { method: 'newton-schulz', tolerance: 1e-13, coefficients: thirdOrderQuintic },
    { method: 'orthogonal-iteration', basis: identity(2), iterations: 60 },
  ];
  it.each(methods)('[[2,1],[1,2]] by $method', (options) => {
    for (const p of [2, 4]) {
      const x = 3 ** (-1 / p);
      const { root, report } = inverseRoot(a, p, options);
      // Eigenpairs 3: (1, 1), 1: (1, −1); a condition of 3 and order 2: a few roundings.
      expect(
        distance(
          root,
          matrixFromRows([
            [(x + 1) / 2, (x - 1) / 2],
            [(x - 1) / 2, (x + 1) / 2],
          ]),
        ),
      ).toBeLessThan(1e-12);
      expect(report.residual).toBeLessThan(1e-11);
      expect(report).toMatchObject({ method: options.method, precision: 'f64', retried: false, dropped: 0 });
    }
  });

  it('one by one, and empty', () => {
    for (const options of methods.slice(0, 7)) {
      for (const p of [2, 4]) {
        expect(inverseRoot(matrixFromRows([[16]]), p, options).root.data[0]).toBeCloseTo(16 ** (-1 / p), 12);
        expect(inverseRoot(matrix(0, 0), p, options).root).toMatchObject({ rows: 0, columns: 0 });
      }
    }
  });
});

describe('80-digit fixtures', () => {
  const fixture = JSON.parse(readFileSync(new URL('fixtures/roots.json', import.meta.url), 'utf8')) as {
    elements: number[][];
    roots: { p: number; q: number; elements: number[][] }[];
  };
  const a = matrixFromRows(fixture.elements);

  it.each(fixture.roots)('A^(−$q/$p) by every method that has it', ({ p, q, elements }) => {
    const exact = matrixFromRows(elements);
    // The condition is 117: n·eps·117 for the decomposition; the iterations to their tolerance times the condition.
    expect(distance(inverseRootByEigen(a, { p, q }).root, exact)).toBeLessThan(6 * 117 * 2 ** -52 * maximumNorm(exact));
    const options = { tolerance: 1e-10 };
    expect(distance(inverseRootByHigherOrder(a, { p, q }, options).root, exact)).toBeLessThan(1e-10 * 117 * maximumNorm(exact));
    if (q !== 1) return;
    expect(distance(inverseRootByNewton(a, p, options).root, exact)).toBeLessThan(1e-10 * 117 * maximumNorm(exact));
    if (p === 2 || p === 4)
      expect(distance(inverseRootByNewtonSchulz(a, p, options).root, exact)).toBeLessThan(1e-10 * 117 * maximumNorm(exact));
  });
});

describe('methods agree', () => {
  it('on random positive definite matrices of condition 1e2 to 1e8, p = 1 … 8', () => {
    const arbitrary = fc.record({
      n: fc.integer({ min: 2, max: 30 }),
      exponent: fc.double({ min: 2, max: 8, noNaN: true }),
      p: fc.integer({ min: 1, max: 8 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ n, exponent, p, seed }) => {
        const condition = 10 ** exponent;
        const a = withSpectrum(logarithmicSpectrum(n, condition), seed);
        const { root, report } = inverseRootByEigen(a, p);
        // Eigenvalues have absolute errors of n·eps, so A·Xᵖ has relative ones of n·eps·condition; √n for a row's sum, 4 from the eigensolver.
        expect(report.residual).toBeLessThan(4 * n ** 1.5 * condition * 2 ** -52 * (p + 1));
        for (const method of iterative.filter((name) => applicable(name, p))) {
          const other = inverseRoot(a, p, { method });
          // N is within 1e-6 of I, and X within the p-th part of that, relative to each eigenvalue; beside rounding as above.
          expect(distance(root, other.root)).toBeLessThan((1e-5 + n * condition * 2 ** -52) * maximumNorm(root));
          expect(other.report.iterations).toBeLessThan(60);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('in float32 for a moderate condition', () => {
    const a = withSpectrum(logarithmicSpectrum(40, 100), 1, 'f32');
    const { root } = inverseRootByEigen(a, 4);
    expect(root.data).toBeInstanceOf(Float32Array);
    for (const method of iterative) {
      // n·eps·condition, eps of float32.
      expect(distance(root, inverseRoot(a, 4, { method }).root)).toBeLessThan(40 * 100 * machineEpsilon.f32 * maximumNorm(root));
    }
    expect(inverseRootByEigen(a, 4, { precision: 'f64' }).root.data).toBeInstanceOf(Float64Array);
  });

  it('a warm basis follows a slow change', () => {
    const a = withSpectrum(logarithmicSpectrum(20, 1e4), 1);
    const { vectors } = symmetricEigen(a);
    const moved = add(a, symmetricRankUpdate(randomMatrix(20, 2, 3), undefined, { alpha: 1e-9 }));
    const exact = inverseRootByEigen(moved, 2).root;
    const stale = inverseRootByOrthogonalIteration(moved, 2, vectors, { iterations: 0 });
    const fresh = inverseRootByOrthogonalIteration(moved, 2, stale.state.basis, { iterations: 10 });
    expect(fresh.report.iterations).toBe(10);
    // Neighbours differ by a factor 10^(4/19) = 1.62: ten iterations shrink the error about 1.62¹⁰ = 125 times.
    expect(distance(fresh.root, exact)).toBeLessThan(distance(stale.root, exact) / 20);
    expect(fresh.report.residual!).toBeLessThan(stale.report.residual! / 20);
  });
});

describe('pitfalls', () => {
  const a = withSpectrum(logarithmicSpectrum(12, 1e4), 3);

  it('a fourth root is two passes: one pass is the square root', () => {
    const once = inverseRootByNewtonSchulz(a, 2).root;
    const { root, report } = inverseRootByNewtonSchulz(a, 4);
    const exact = inverseRootByEigen(a, 4).root;
    // 1e-6 for each pass, with the factor of the methods' agreement above.
    expect(distance(root, exact)).toBeLessThan(1e-5 * maximumNorm(exact));
    expect(distance(once, exact)).toBeGreaterThan(0.5 * maximumNorm(exact));
    expect(report.residual).toBeLessThan(1e-2);
  });

  it('a ridge belongs into the matrix: added to the root it is another function', () => {
    const epsilon = 0.1;
    const inside = inverseRootByEigen(a, 2, { epsilon }).root;
    const after = inverseRootByEigen(a, 2, { epsilon, policy: { kind: 'ridge', when: 'after' } }).root;
    // Algebraically equal, numerically within rounding at the ridged condition of 11.
    expect(distance(inside, after)).toBeLessThan(12 * 11 * 2 ** -52 * maximumNorm(inside));
    const outside = symmetricFunction(symmetricSquareRoot(a), (value) => 1 / (value + epsilon));
    expect(distance(inside, outside)).toBeGreaterThan(0.1);
    for (const method of iterative) {
      const options = method === 'higher-order' ? { method, absoluteEpsilon: epsilon } : { method, epsilon };
      const other = inverseRoot(a, 2, options);
      expect(other.report.ridge).toBe(epsilon);
      expect(distance(other.root, inside)).toBeLessThan(1e-5 * maximumNorm(inside));
    }
  });

  it('symmetric drift is removed before the root is taken', () => {
    const drifted = { ...a, data: a.data.map((value, at) => value * (1 + (at % 3) * 1e-12)) };
    expect(inverseRootByEigen(drifted, 2).root.data).toEqual(inverseRootByEigen(symmetrize(drifted), 2).root.data);
    const { root } = inverseRootByNewton(drifted, 2);
    expect(root.data).toEqual(symmetrize(root).data);
  });

  it('an iteration never ends silently at its limit', () => {
    for (const method of iterative) {
      const error = thrownBy(() => inverseRoot(a, 2, { method, maximumIterations: 2 }), 'no-convergence');
      expect(error.details['distance']).toBeGreaterThan(0.1);
      expect(error.details['iterations']).toBe(2);
    }
  });

  it('float32 that does not converge is done in float64, and said so', () => {
    const hard = withSpectrum(logarithmicSpectrum(20, 1e6), 2, 'f32');
    const { root, report } = inverseRootByNewtonSchulz(hard, 2);
    expect(report).toMatchObject({ precision: 'f64', retried: true });
    expect(root.data).toBeInstanceOf(Float32Array);
  });

  it('nothing seen, nothing moved: the root of the zero matrix is zero, not NaN', () => {
    const { root, report } = inverseRootByEigen(matrix(3, 3), 2);
    expect([...root.data]).toEqual(new Array(9).fill(0));
    expect(report).toMatchObject({ dropped: 3, residual: 0 });
  });

  it('a statistic of 1 × n gradients is one by one or singular', () => {
    const g = matrixFromRows([[3, 4, 0]]);
    expect(inverseRootByEigen(symmetricRankUpdate(g), 2).root.data[0]).toBeCloseTo(1 / 5, 14);
    const right = inverseRootByEigen(symmetricRankUpdate(g, undefined, { transpose: true }), 2);
    expect(right.report.dropped).toBe(2);
    // g·(gᵀg)^{−1/2} = g/‖g‖
    expect(distance(multiply(g, right.root), scale(g, 1 / 5))).toBeLessThan(1e-14);
  });
});

describe('policies', () => {
  const semidefinite = withSpectrum([4, 1, 1, 0, 0], 1);

  it('pseudo-inverse drops, with the projector in the residual', () => {
    const { root, report } = inverseRootByEigen(semidefinite, 2);
    expect(report.dropped).toBe(2);
    // A few roundings at condition 4.
    expect(report.residual).toBeLessThan(1e-13);
    const { values } = symmetricEigen(root);
    [0, 0, 0.5, 1, 1].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 13));
    expect(inverseRootByEigen(semidefinite, 2, { policy: { kind: 'pseudo-inverse', absolute: 2 } }).report.dropped).toBe(4);
    expect(inverseRootByEigen(semidefinite, 2, { policy: { kind: 'pseudo-inverse', relative: 0.3 } }).report.dropped).toBe(4);
  });

  it('clamp raises', () => {
    const { root, report } = inverseRootByEigen(semidefinite, 2, { policy: { kind: 'clamp', floor: 0.25 } });
    expect(report.clamped).toBe(2);
    expect(report.residual).toBeLessThan(1e-13);
    expect(symmetricEigen(root).values[4]).toBeCloseTo(2, 13);
    thrownBy(() => inverseRootByEigen(semidefinite, 2, { policy: { kind: 'clamp', floor: 0 } }), 'invalid-argument');
  });

  it('ridge wants what it leaves positive', () => {
    thrownBy(() => inverseRootByEigen(matrix(2, 2), 2, { policy: { kind: 'ridge' } }), 'singular');
    expect(inverseRootByEigen(matrix(2, 2), 2, { epsilon: 0.25 }).root.data[0]).toBeCloseTo(2, 14);
  });

  it('repeated eigenvalues and low rank', () => {
    expect(distance(inverseRootByEigen(scale(identity(30), 4), 2).root, scale(identity(30), 0.5))).toBeLessThan(1e-15);
    const g = randomMatrix(8, 1, 1);
    const norm = Math.sqrt(multiply(g, g, { transposeLeft: true }).data[0]!);
    const { root } = inverseRootByEigen(symmetricRankUpdate(g), 2);
    // ggᵀ/‖g‖³
    expect(distance(root, scale(symmetricRankUpdate(g), 1 / norm ** 3))).toBeLessThan(1e-14);
  });

  it('the square root squares to the matrix', () => {
    const root = symmetricSquareRoot(semidefinite);
    expect(distance(multiply(root, root), semidefinite)).toBeLessThan(1e-14 * 5);
    thrownBy(() => symmetricSquareRoot(diagonalMatrix([1, -0.1])), 'negative-eigenvalue');
    thrownBy(() => symmetricFunction(diagonalMatrix([1, 2]), (value) => value - 1.5), 'invalid-argument');
  });
});

describe('bad input', () => {
  it('reports the negative eigenvalue', () => {
    const error = thrownBy(() => inverseRootByEigen(withSpectrum([3, 1, -0.5], 1), 2), 'negative-eigenvalue');
    expect(error.details['eigenvalue']).toBeCloseTo(-0.5, 13);
    expect(error.message).toContain('-0.5');
    // A ridge does not hide it: A itself is indefinite.
    expect(
      thrownBy(() => inverseRootByEigen(withSpectrum([3, 1, -0.5], 1), 2, { epsilon: 1 }), 'negative-eigenvalue').details['eigenvalue'],
    ).toBeCloseTo(-0.5, 12);
    expect(inverseRootByEigen(diagonalMatrix([1, -1e-17]), 2).report.dropped).toBe(1);
    thrownBy(() => inverseRootByOrthogonalIteration(diagonalMatrix([1, -1]), 2, identity(2)), 'negative-eigenvalue');
    for (const method of iterative) thrownBy(() => inverseRoot(diagonalMatrix([3, 1, -0.5]), 2, { method }), 'no-convergence');
  });

  it('refuses exponents and ridges out of range', () => {
    const a = identity(2);
    for (const p of [0, -2, 1.5, NaN]) {
      for (const method of [undefined, ...iterative])
        thrownBy(() => inverseRoot(a, p, method === undefined ? {} : { method }), 'invalid-argument');
    }
    thrownBy(() => inverseRoot(a, { p: 2, q: 0 }), 'invalid-argument');
    thrownBy(() => inverseRoot(a, { p: 3, q: 2 }, { method: 'newton' }), 'invalid-argument');
    thrownBy(() => inverseRoot(a, 3, { method: 'newton-schulz' }), 'invalid-argument');
    for (const epsilon of [-1, NaN, Infinity]) thrownBy(() => inverseRoot(a, 2, { epsilon }), 'invalid-argument');
    thrownBy(() => inverseRoot(a, 2, { epsilon: 1e-3, policy: { kind: 'pseudo-inverse' } }), 'pseudo-inverse-with-ridge');
    thrownBy(() => inverseRoot(a, 2, { method: 'higher-order', order: 1 }), 'invalid-argument');
    thrownBy(() => inverseRoot(a, 2, { method: 'newton', tolerance: 0 }), 'invalid-argument');
    thrownBy(() => inverseRoot(a, 2, { method: 'qr' } as never), 'invalid-argument');
    // In lowest terms 2/4 is 1/2.
    expect(inverseRoot(scale(a, 4), { p: 4, q: 2 }, { method: 'newton' }).root.data[0]).toBeCloseTo(0.5, 6);
  });

  it('refuses what is no finite symmetric square matrix, by every method', () => {
    for (const method of [undefined, ...iterative]) {
      const options = method === undefined ? {} : { method };
      thrownBy(
        () =>
          inverseRoot(
            matrixFromRows([
              [1, NaN],
              [NaN, 1],
            ]),
            2,
            options,
          ),
        'non-finite',
      );
      thrownBy(
        () =>
          inverseRoot(
            matrixFromRows([
              [1, 0.5],
              [0, 1],
            ]),
            2,
            options,
          ),
        'not-symmetric',
      );
      thrownBy(() => inverseRoot(matrix(2, 3), 2, options), 'not-square');
    }
    for (const method of iterative) thrownBy(() => inverseRoot(matrix(2, 2), 2, { method }), 'singular');
  });
});

describe('low-rank root', () => {
  const a = randomMatrix(30, 4, 1);
  const g = multiply(a, matrixFromRows([[1], [-2], [0.5], [3]]));

  it('agrees with the dense root', () => {
    for (const epsilon of [0, 0.3]) {
      const low = lowRankRoot(a, { epsilon });
      const dense = inverseRootByEigen(symmetricRankUpdate(a), 2, { epsilon }).root;
      const outside = randomMatrix(30, 1, 5);
      const vector = epsilon > 0 ? outside : g;
      // Both are accurate to n·eps times a condition below 100.
      expect(distance(matrix(30, 1, low.applyInverse(vector.data)), multiply(dense, vector))).toBeLessThan(30 * 100 * 2 ** -52 * 10);
      expect(low.rank).toBe(4);
      const { values } = symmetricEigen(addToDiagonal(symmetricRankUpdate(a), epsilon));
      const trace = Float64Array.from(values).reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
      // The square root turns a rounding error of 1e-14 in a zero eigenvalue into 1e-7, 26 times.
      expect(low.trace).toBeCloseTo(trace, epsilon > 0 ? 11 : 5);
    }
  });

  it('keeps directions that the squared matrix loses', () => {
    const graded = multiply(randomMatrix(20, 2, 1), diagonalMatrix([1, 1e-10]));
    expect(lowRankRoot(graded).rank).toBe(2);
    expect(inverseRootByEigen(symmetricRankUpdate(graded), 2).report.dropped).toBe(19);
  });

  it('is zero for no gradients and refuses nonsense', () => {
    const none = lowRankRoot(matrix(3, 2));
    expect([...none.applyInverse(new Float64Array([1, 2, 3]))]).toEqual([0, 0, 0]);
    expect(none).toMatchObject({ rank: 0, dropped: 2, trace: 0 });
    thrownBy(() => none.applyInverse(new Float64Array(2)), 'shape');
    thrownBy(() => lowRankRoot(a, { epsilon: -1 }), 'invalid-argument');
  });
});

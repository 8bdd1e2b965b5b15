import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  diagonalMatrix,
  type EigenMethod,
  type EigenOptions,
  frobeniusNorm,
  identity,
  machineEpsilon,
  type Matrix,
  matrix,
  matrixFromRows,
  maximumNorm,
  multiply,
  type Precision,
  scale,
  symmetricEigen,
  symmetrize,
  toPrecision,
  useKernels,
} from '@sardonyx/linalg';
import { distance, lossOfOrthogonality, thrownBy } from './distance.js';
import { logarithmicSpectrum, randomMatrix, uniform, withSpectrum } from './seeded.js';

const methods = ['ql', 'jacobi', 'divide-and-conquer'] as const satisfies readonly EigenMethod[];
const precisions = ['f64', 'f32'] as const;
const cases = methods.flatMap((method) => precisions.map((precision) => ({ method, precision })));

afterEach(() => useKernels('webassembly'));

/** Checks `A = QΛQᵀ`, `QᵀQ = I` and the order of the eigenvalues. */
function expectDecomposition(a: Matrix, options: EigenOptions, precision: Precision): void {
  const { values, vectors } = symmetricEigen(a, options);
  const n = a.rows;
  expect(values).toHaveLength(n);
  for (let i = 1; i < n; i++) expect(values[i]!).toBeGreaterThanOrEqual(values[i - 1]!);
  const rebuilt = multiply(multiply(vectors, diagonalMatrix(values, precision)), vectors, { transposeRight: true });
  // Every element takes part in O(n) orthogonal transformations, each of which adds a rounding error of a few eps in norm.
  const bound = 4 * (n + 2) * machineEpsilon[precision];
  expect(lossOfOrthogonality(vectors)).toBeLessThan(bound);
  expect(distance(rebuilt, toPrecision(a, precision))).toBeLessThanOrEqual(bound * frobeniusNorm(a));
}

describe.each(cases)('$method in $precision', ({ method, precision }) => {
  it('decomposes random symmetric matrices of every order up to blocks and over', () => {
    for (const n of [0, 1, 2, 3, 4, 7, 31, 32, 33, 34, 48, 49, 65, 97, 130]) {
      expectDecomposition(symmetrize(randomMatrix(n, n, n + 1, precision)), { method }, precision);
    }
  });

  it('decomposes positive definite matrices of condition 1e2 to 1e8, repeated and clustered eigenvalues', () => {
    const arbitrary = fc.record({
      n: fc.integer({ min: 1, max: 80 }),
      exponent: fc.double({ min: 2, max: 8, noNaN: true }),
      repeat: fc.integer({ min: 1, max: 5 }),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ n, exponent, repeat, seed }) => {
        const spectrum = logarithmicSpectrum(n, 10 ** exponent).map((_, i, all) => all[i - (i % repeat)]!);
        const a = withSpectrum(spectrum, seed, precision);
        expectDecomposition(a, { method }, precision);
        const { values } = symmetricEigen(a, { method });
        // Weyl: an eigenvalue moves by no more than the norm of the backward error, here that of rounding A included.
        const sorted = spectrum.toSorted((x, y) => x - y);
        values.forEach((value: number, i: number) =>
          expect(Math.abs(value - sorted[i]!)).toBeLessThan(4 * (n + 2) * machineEpsilon[precision]),
        );
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  it('finds closed forms', () => {
    const { values, vectors } = symmetricEigen(
      matrixFromRows(
        [
          [2, 1],
          [1, 2],
        ],
        precision,
      ),
      { method },
    );
    // Two by two: a rotation by 45°, a handful of roundings.
    expect(values[0]).toBeCloseTo(1, precision === 'f64' ? 14 : 6);
    expect(values[1]).toBeCloseTo(3, precision === 'f64' ? 14 : 6);
    expect(Math.abs(vectors.data[0]!)).toBeCloseTo(Math.SQRT1_2, precision === 'f64' ? 14 : 6);
    // The second difference of order n: 2 − 2·cos(kπ/(n + 1)).
    const n = 100;
    const difference = matrix(n, n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) difference.data[i * n + j] = i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0;
    const laplacian = symmetricEigen(difference, { method, precision }).values;
    laplacian.forEach((value: number, i: number) => {
      // Weyl's bound for ‖A‖ < 4, as above.
      expect(Math.abs(value - (2 - 2 * Math.cos(((i + 1) * Math.PI) / (n + 1))))).toBeLessThan(4 * 4 * n * machineEpsilon[precision]);
    });
  });

  it('leaves diagonal, zero and identity matrices exact', () => {
    const diagonal = Array.from({ length: 70 }, (_, i) => ((i * 37) % 70) - 30);
    expect([...symmetricEigen(diagonalMatrix(diagonal, precision), { method }).values]).toEqual(diagonal.toSorted((x, y) => x - y));
    expect(symmetricEigen(matrix(50, 50), { method, precision }).values.every((value: number) => value === 0)).toBe(true);
    const { values, vectors } = symmetricEigen(identity(50, precision), { method });
    expect(values.every((value: number) => value === 1)).toBe(true);
    expect(lossOfOrthogonality(vectors)).toBe(0);
  });

  it('decomposes rank-deficient matrices: the rest is rounding', () => {
    const factor = randomMatrix(60, 4, 1, precision);
    const a = multiply(factor, factor, { transposeRight: true });
    expectDecomposition(a, { method }, precision);
    const { values } = symmetricEigen(a, { method });
    // Weyl with the backward error of the test above, for 56 eigenvalues that are zero.
    for (let i = 0; i < 56; i++) expect(Math.abs(values[i]!)).toBeLessThan(4 * 62 * machineEpsilon[precision] * values[59]!);
    expect(values[56]).toBeGreaterThan(1);
  });

  it('scales with the matrix, near overflow and underflow too', () => {
    const a = symmetrize(randomMatrix(40, 40, 1, precision));
    const { values } = symmetricEigen(a, { method });
    for (const exponent of precision === 'f64' ? [1000, -1000] : [120, -100]) {
      const scaled = symmetricEigen(scale(a, 2 ** exponent), { method }).values;
      // The scale is a power of two: nothing rounds but what becomes subnormal.
      scaled.forEach((value: number, i: number) =>
        expect(Math.abs(value / 2 ** exponent - values[i]!)).toBeLessThan(1000 * machineEpsilon[precision]),
      );
    }
  });

  it('gives eigenvalues without vectors', () => {
    const a = symmetrize(randomMatrix(90, 90, 1, precision));
    const alone = symmetricEigen(a, { method, vectors: false });
    expect(alone.vectors.columns).toBe(0);
    const { values } = symmetricEigen(a, { method });
    // Both are within the backward error above of the exact ones.
    alone.values.forEach((value: number, i: number) =>
      expect(Math.abs(value - values[i]!)).toBeLessThan(8 * 92 * machineEpsilon[precision] * maximumNorm(a)),
    );
  });
});

describe('methods', () => {
  it('agree on one matrix', () => {
    const a = symmetrize(randomMatrix(120, 120, 5));
    const [ql, jacobi, dc] = methods.map((method) => symmetricEigen(a, { method }).values);
    // Each within 4·n·eps·‖A‖₂ of the exact ones, ‖A‖₂ about 22.
    for (let i = 0; i < 120; i++) {
      expect(Math.abs(ql![i]! - dc![i]!)).toBeLessThan(8 * 120 * 2 ** -52 * 22);
      expect(Math.abs(jacobi![i]! - dc![i]!)).toBeLessThan(8 * 120 * 2 ** -52 * 22);
    }
  });

  it('divide and conquer keeps vectors orthogonal where eigenvalues are glued together', () => {
    // Copies of Wilkinson's W21⁺ joined by tiny couplings: eigenvalues agree to many digits (Demmel, Applied Numerical Linear Algebra, 5.3).
    const copies = 6;
    const n = 21 * copies;
    const glued = matrix(n, n);
    for (let i = 0; i < n; i++) {
      glued.data[i * n + i] = Math.abs((i % 21) - 10);
      const coupling = i % 21 === 20 ? 1e-10 : 1;
      if (i + 1 < n) glued.data[i * n + i + 1] = glued.data[(i + 1) * n + i] = coupling;
    }
    for (const kernels of ['webassembly', 'typescript'] as const) {
      useKernels(kernels);
      expectDecomposition(glued, { method: 'divide-and-conquer' }, 'f64');
    }
  });
});

describe('graded matrices', () => {
  const { elements, eigenvalues, scaledCondition } = JSON.parse(readFileSync(new URL('fixtures/graded.json', import.meta.url), 'utf8')) as {
    elements: number[][];
    eigenvalues: number[];
    scaledCondition: number;
  };
  const largestRelativeError = (precision: Precision, method: EigenMethod): number => {
    const { values } = symmetricEigen(matrixFromRows(elements, precision), { method });
    return Math.max(...eigenvalues.map((exact, i) => Math.abs(values[i]! - exact) / exact));
  };

  it('span eleven decades, all of them in the scaling', () => {
    expect(eigenvalues.at(-1)! / eigenvalues[0]!).toBeGreaterThan(1e11);
    expect(scaledCondition).toBeLessThan(20);
  });

  it.each(precisions)('keep every eigenvalue under Jacobi in %s', (precision) => {
    // Demmel and Veselić: eps times the condition of the scaled matrix, times a modest function of n = 18; here n itself.
    expect(largestRelativeError(precision, 'jacobi')).toBeLessThan(18 * scaledCondition * machineEpsilon[precision]);
  });

  it.each(['ql', 'divide-and-conquer'] as const)('lose small eigenvalues in f32 under %s', (method) => {
    // An error of eps·‖A‖ is a thousand times the smallest eigenvalue or more: the statement that makes Jacobi worth its price.
    expect(largestRelativeError('f32', method)).toBeGreaterThan(10);
  });
});

describe('matrices graded over twelve decades', () => {
  /** `DBD`, rounded to float32, with `B` of modest condition and the squares of `D` over some decades, in three orders. */
  const graded = fc
    .record({
      n: fc.integer({ min: 2, max: 48 }),
      decades: fc.integer({ min: 0, max: 12 }),
      order: fc.constantFrom('falling', 'rising', 'mixed'),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
    })
    .map(({ n, decades, order, seed }) => {
      const scales = logarithmicSpectrum(n, 10 ** decades).map(Math.sqrt);
      const next = uniform(seed);
      const keys = scales.map((_, i) => ({ falling: i, rising: -i, mixed: next() })[order]!);
      const arranged = scales.map((scale, i) => ({ scale, key: keys[i]! })).toSorted((x, y) => x.key - y.key);
      const factor = randomMatrix(n, 3 * n, seed);
      const b = multiply(factor, factor, { transposeRight: true });
      const data = b.data.map((value: number, at: number) => value * arranged[Math.floor(at / n)]!.scale * arranged[at % n]!.scale);
      return toPrecision(matrix(n, n, data), 'f32');
    });

  /** Condition of the matrix scaled to a unit diagonal. */
  const scaledConditionOf = (a: Matrix): number => {
    const n = a.rows;
    const scaled = Float64Array.from(a.data, (value, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return value / Math.sqrt(a.data[i * n + i]!) / Math.sqrt(a.data[j * n + j]!);
    });
    const { values } = symmetricEigen(matrix(n, n, scaled), { vectors: false });
    return values[n - 1]! / values[0]!;
  };

  it('have all eigenvalues to n·eps·cond(B), relative, under Jacobi in float32', () => {
    fc.assert(
      fc.property(graded, (a) => {
        const { values } = symmetricEigen(a, { method: 'jacobi' });
        // Jacobi in float64, whose own relative error is below n·cond(B)·2⁻⁵².
        const exact = symmetricEigen(toPrecision(a, 'f64'), { method: 'jacobi' }).values;
        const bound = a.rows * machineEpsilon.f32 * scaledConditionOf(a);
        exact.forEach((value: number, i: number) => expect(Math.abs(values[i]! - value)).toBeLessThan(bound * value));
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it.each(methods)('have a backward error of O(n·eps·‖A‖) under %s in float32', (method) => {
    fc.assert(
      fc.property(graded, (a) => {
        expectDecomposition(a, { method }, 'f32');
        const { values } = symmetricEigen(a, { method });
        const exact = symmetricEigen(toPrecision(a, 'f64'), { method: 'jacobi' }).values;
        const bound = 4 * (a.rows + 2) * machineEpsilon.f32 * exact.at(-1)!;
        exact.forEach((value: number, i: number) => expect(Math.abs(values[i]! - value)).toBeLessThan(bound));
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('but not a grading hidden by a rotation: rounding the matrix to float32 moves what is below eps·‖A‖', () => {
    const spectrum = logarithmicSpectrum(24, 1e12);
    const a = withSpectrum(spectrum, 1);
    const rounded = toPrecision(toPrecision(a, 'f32'), 'f64');
    const [before, after] = [a, rounded].map((each) => symmetricEigen(each, { method: 'jacobi' }).values);
    // In float64 the smallest is known to 24·2⁻⁵²·1e12 of itself; of the rounded matrix it is another number.
    expect(Math.abs(before![0]! - 1e-12)).toBeLessThan(24 * 2 ** -52);
    expect(Math.abs(after![0]!)).toBeGreaterThan(100 * 1e-12);
    expect(Math.abs(after![0]!)).toBeLessThan(24 * machineEpsilon.f32);
  });
});

describe('refusals', () => {
  it('counts what is not finite and tells the extremes of the rest', () => {
    const a = matrixFromRows([
      [1, NaN, 2],
      [NaN, Infinity, 3],
      [2, 3, -4],
    ]);
    const error = thrownBy(() => symmetricEigen(a), 'non-finite');
    expect(error.details).toEqual({ nan: 2, infinite: 1, minimum: -4, maximum: 3 });
    expect(error.message).toContain('2 NaN and 1 infinite of 9 (finite ones from -4 to 3)');
  });

  it('tells drift from an asymmetric matrix', () => {
    const a = symmetrize(randomMatrix(20, 20, 1));
    a.data[5] = a.data[5]! * (1 + 1e-10);
    const drifted = symmetricEigen(a).values;
    expect(drifted).toEqual(symmetricEigen(symmetrize(a)).values);
    a.data[5] = a.data[5]! + 1e-3;
    const error = thrownBy(() => symmetricEigen(a), 'not-symmetric');
    expect(error.details).toMatchObject({ row: 5, column: 0 });
    expect(error.details['asymmetry']).toBeCloseTo(1e-3 / maximumNorm(a), 8);
    expect(symmetricEigen(a, { symmetryTolerance: 1 }).values).toHaveLength(20);
  });

  it('wants a square matrix and a known method', () => {
    thrownBy(() => symmetricEigen(matrix(2, 3)), 'not-square');
    thrownBy(() => symmetricEigen(matrix(2, 2), { method: 'dc' as EigenMethod }), 'invalid-argument');
  });
});

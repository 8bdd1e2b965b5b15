import { afterEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  kronecker,
  identity,
  machineEpsilon,
  type Matrix,
  matrix,
  matrixFromRows,
  multiply,
  scale,
  symmetricRankUpdate,
  toPrecision,
  transpose,
  useKernels,
} from '@sardonyx/linalg';
import { distance, thrownBy } from './distance.js';
import { randomMatrix } from './seeded.js';

afterEach(() => useKernels('webassembly'));

function naiveProduct(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      for (let p = 0; p < a.columns; p++) data[i * b.columns + j]! += a.data[i * a.columns + p]! * b.data[p * b.columns + j]!;
    }
  }
  return matrix(a.rows, b.columns, data);
}

const extent = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(63, 64, 65, 130, 257, 520));

describe.each(['webassembly', 'typescript'] as const)('%s', (kernels) => {
  it('multiplies with any extents and transpositions as plain loops do', () => {
    useKernels(kernels);
    fc.assert(
      fc.property(extent, extent, extent, fc.boolean(), fc.boolean(), fc.constantFrom('f64', 'f32'), (m, n, k, tl, tr, precision) => {
        const a = randomMatrix(m, k, 1, precision);
        const b = randomMatrix(k, n, 2, precision);
        const product = multiply(tl ? transpose(a) : a, tr ? transpose(b) : b, { transposeLeft: tl, transposeRight: tr });
        const exact = naiveProduct(a, b);
        // k products of elements below about 5 and as many roundings; partial sums grow with √k.
        const bound = 25 * (k + 2) * machineEpsilon[precision];
        expect(distance(toPrecision(product, 'f64'), exact)).toBeLessThan(bound + Number.MIN_VALUE);
        expect([product.rows, product.columns]).toEqual([m, n]);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('updates one triangle and mirrors it', () => {
    useKernels(kernels);
    for (const [n, k] of [
      [0, 3],
      [1, 1],
      [5, 0],
      [67, 30],
      [130, 300],
    ] as const) {
      const a = randomMatrix(n, k, 1);
      const c = randomMatrix(n, n, 2);
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) c.data[i * n + j] = NaN;
      const updated = symmetricRankUpdate(a, c, { alpha: 2, beta: -0.5 });
      const exact = naiveProduct(a, transpose(a));
      const lower = { ...exact, data: exact.data.map((value, at) => 2 * value - 0.5 * c.data[at]!) };
      expect(updated.data).toEqual(transpose(updated).data);
      for (let i = 0; i < n; i++) {
        // k roundings of sums of at most 25·k.
        for (let j = 0; j <= i; j++)
          expect(Math.abs(updated.data[i * n + j]! - lower.data[i * n + j]!)).toBeLessThan(50 * (k + 2) * 2 ** -52);
      }
      const turned = symmetricRankUpdate(transpose(a), undefined, { transpose: true });
      expect(distance(turned, exact)).toBeLessThan(50 * (k + 2) * 2 ** -52);
    }
  });

  it('does not read what it overwrites', () => {
    useKernels(kernels);
    multiply(matrix(70, 70, new Float64Array(4900).fill(NaN)), identity(70));
    expect(multiply(identity(70), identity(70)).data).toEqual(identity(70).data);
  });
});

describe('kronecker', () => {
  it('acts on row-major vectors: (A ⊗ I)·vec(X) = vec(A·X)', () => {
    const a = randomMatrix(3, 3, 1);
    const x = randomMatrix(3, 4, 2);
    const vec = matrix(12, 1, x.data);
    // Sums of three products.
    expect(distance(multiply(kronecker(a, identity(4)), vec), matrix(12, 1, multiply(a, x).data))).toBeLessThan(1e-14);
    expect(distance(multiply(kronecker(identity(3), randomMatrix(4, 4, 3)), vec), vec)).toBeGreaterThan(0.1);
  });

  it('multiplies a known pair', () => {
    const product = kronecker(
      matrixFromRows([[1, 2]]),
      matrixFromRows([
        [0, 3],
        [4, 5],
      ]),
    );
    expect([...product.data]).toEqual([0, 3, 0, 6, 4, 5, 8, 10]);
  });
});

describe('refusals', () => {
  it('names both extents, and precisions', () => {
    expect(thrownBy(() => multiply(matrix(2, 3), matrix(2, 3)), 'shape').message).toContain('2 × 3 times 2 × 3');
    thrownBy(() => multiply(matrix(2, 2), scale(randomMatrix(2, 2, 1, 'f32'), 1)), 'invalid-argument');
    thrownBy(() => matrix(2, 3, new Float64Array(5)), 'shape');
    thrownBy(() => matrix(-1, 3), 'shape');
    thrownBy(() => matrixFromRows([[1, 2], [3]]), 'shape');
    thrownBy(() => symmetricRankUpdate(matrix(2, 3), matrix(3, 3)), 'shape');
  });
});

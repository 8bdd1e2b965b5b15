import { RandomStream } from '@sardonyx/data';
import {
  closeUnderProducts,
  matrix,
  type Matrix,
  multiply,
  subtract,
  symmetricEigen,
  symmetricRankUpdate,
  maximumNorm,
  transpose,
  scale,
  add,
} from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import {
  algebraSet,
  auditMembership,
  circulantSet,
  commutantSet,
  denseElement,
  kroneckerProductRoot,
  polynomialAlgebraSet,
  projectOntoSet,
  structuredRoot,
  tridiagonalBasis,
} from '../src/index.js';
import { normals, randomDefinite, randomSymmetric, relativeDifference } from './all-sets.js';

const stream = new RandomStream(51, 'algebra');
const unit = (n: number, i: number, j: number): Matrix => {
  const e = matrix(n, n);
  e.data[i * n + j] = 1;
  return e;
};
const permutationMatrix = (images: readonly number[]): Matrix => {
  const p = matrix(images.length, images.length);
  images.forEach((to, from) => void (p.data[to * images.length + from] = 1));
  return p;
};

describe('the audit', () => {
  test('passes algebras and names what fails in others', () => {
    expect(auditMembership([unit(2, 0, 0), unit(2, 1, 1)])).toMatchObject({
      wellStructured: true,
      dimension: 2,
      closedUnderTransposition: true,
    });
    const tridiagonal = auditMembership(tridiagonalBasis(3));
    expect(tridiagonal).toMatchObject({ containsIdentity: true, closedUnderProducts: false, wellStructured: false });
    const { first, second, residual } = tridiagonal.worstProduct!;
    const product = multiply(tridiagonalBasis(3)[first]!, tridiagonalBasis(3)[second]!);
    expect(Math.abs(product.data[2]!) + Math.abs(product.data[6]!)).toBeGreaterThan(0);
    expect(residual).toBeGreaterThan(0.5);
    expect(auditMembership([unit(2, 0, 0)])).toMatchObject({
      containsIdentity: false,
      wellStructured: false,
      identityResidual: expect.closeTo(Math.SQRT1_2, 12),
    });
    const upper = auditMembership([unit(2, 0, 0), unit(2, 0, 1), unit(2, 1, 1)]);
    expect(upper).toMatchObject({ wellStructured: true, closedUnderTransposition: false, worstTranspose: { index: 1 } });
  });

  test('refused sets carry the offending pair', () => {
    expect(() => algebraSet(tridiagonalBasis(3))).toThrow(
      expect.objectContaining({
        code: 'not-an-algebra',
        details: expect.objectContaining({ first: expect.any(Number), second: expect.any(Number) }),
      }),
    );
    expect(() => algebraSet([unit(2, 0, 0)])).toThrow(/identity/);
    expect(() => auditMembership([])).toThrow(expect.objectContaining({ code: 'empty' }));
    expect(() => auditMembership([unit(2, 0, 0), unit(3, 0, 0)])).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

test('what closure adds makes an algebra of any generators', () => {
  const audited = auditMembership(closeUnderProducts([randomSymmetric(stream, 3), unit(3, 0, 1)]).basis);
  expect(audited).toMatchObject({ wellStructured: true, dimension: 9 });
});

describe('named algebras are the algebras of their generators', () => {
  const m = randomDefinite(stream, 6);
  const cycle = permutationMatrix([1, 2, 3, 4, 5, 0]);
  const groups = [[1, 2, 0, 4, 5, 3]];
  const s = symmetricRankUpdate(matrix(6, 3, normals(stream, 18)));
  // The commutant of a cyclic permutation of one orbit is the circulants.
  const cases = [
    ['circulant', circulantSet(6), algebraSet([cycle], { closure: true })],
    ['commutant of the cycle', commutantSet([[1, 2, 3, 4, 5, 0]]), circulantSet(6)],
    ['polynomials', polynomialAlgebraSet(s), algebraSet([s], { closure: true })],
  ] as const;

  test.each(cases)('%s', (_, ours, other) => {
    const onto = denseElement(ours, projectOntoSet(ours, m));
    expect(relativeDifference(onto.data, denseElement(other, projectOntoSet(other, m)).data)).toBeLessThan(1e-9);
  });

  test('the commutant projects by averaging over its group', () => {
    const set = commutantSet(groups);
    const g = permutationMatrix(groups[0]!);
    let power = g;
    let sum = m;
    for (let k = 0; k < 2; k++) {
      sum = add(sum, multiply(multiply(power, m), transpose(power)));
      power = multiply(power, g);
    }
    const projected = denseElement(set, projectOntoSet(set, m));
    expect(relativeDifference(projected.data, scale(sum, 1 / 3).data)).toBeLessThan(1e-13);
    expect(maximumNorm(subtract(multiply(projected, g), multiply(g, projected)))).toBeLessThan(1e-12);
  });

  test('what is no permutation is refused', () => {
    expect(() => commutantSet([[0, 0, 1]])).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => commutantSet([])).toThrow(expect.objectContaining({ code: 'empty' }));
  });
});

describe('Kronecker products', () => {
  const corner = (epsilon: number, last: number) =>
    matrix(4, 4, Float64Array.of(1, 0, 0, 0, 0, epsilon, 0, 0, 0, 0, epsilon, 0, 0, 0, 0, last));

  test('tend to diag(1, 0, 0, 0) and to √½·I', () => {
    const small = kroneckerProductRoot(corner(1e-10, 1e-10), 2, 2);
    const large = kroneckerProductRoot(corner(1e-10, 1), 2, 2);
    // The first limit is approached like ε^{1/3}, 5e-4 here, the second like √ε.
    expect(Math.abs(small.data[0]! - 1)).toBeLessThan(1e-3);
    for (const at of [5, 10, 15]) expect(small.data[at]!).toBeLessThan(1e-3);
    for (const at of [0, 5, 10, 15]) expect(Math.abs(large.data[at]! - Math.SQRT1_2)).toBeLessThan(1e-4);
    expect(small.data[0]!).toBeGreaterThan(large.data[0]!);
  });

  test('of a Kronecker statistic are its root, as over all matrices', () => {
    const [a, b] = [randomDefinite(stream, 2), randomDefinite(stream, 3)];
    const m = matrix(
      6,
      6,
      Float64Array.from({ length: 36 }, (_, at) => {
        const [i, j] = [Math.floor(at / 6), at % 6];
        return a.data[Math.floor(i / 3) * 2 + Math.floor(j / 3)]! * b.data[(i % 3) * 3 + (j % 3)]!;
      }),
    );
    const root = kroneckerProductRoot(m, 2, 3);
    expect(relativeDifference(multiply(root, root).data, m.data)).toBeLessThan(1e-8);
    expect(() => kroneckerProductRoot(m, 2, 2)).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => kroneckerProductRoot(matrix(4, 4), 2, 2)).toThrow(expect.objectContaining({ code: 'singular' }));
  });
});

test('the row-major convention: (A ⊗ I)·vec(X) = vec(A·X)', async () => {
  const { leftSet } = await import('../src/index.js');
  const l = randomDefinite(stream, 2);
  const x = normals(stream, 6);
  const dense = denseElement(leftSet(2, 3), [l]);
  expect(relativeDifference(multiply(dense, matrix(6, 1, x)).data, multiply(l, matrix(2, 3, x)).data)).toBeLessThan(1e-14);
  expect(dense.data[3]).toBe(l.data[1]);
  expect(dense.data[1]).toBe(0);
});

test('a negative eigenvalue beyond rounding is reported with its value', () => {
  const set = polynomialAlgebraSet(matrix(2, 2, Float64Array.of(0, 1, 1, 0)));
  expect(() => structuredRoot(set, matrix(2, 2, Float64Array.of(0, 1, 1, 0)))).toThrow(
    expect.objectContaining({ code: 'negative-eigenvalue' }),
  );
  expect(symmetricEigen(matrix(1, 1, Float64Array.of(4))).values[0]).toBe(4);
});

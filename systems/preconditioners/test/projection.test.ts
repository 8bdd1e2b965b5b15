import { RandomStream } from '@sardonyx/data';
import {
  add,
  choleskySolve,
  cholesky,
  identity,
  innerProduct,
  type Matrix,
  matrix,
  multiply,
  scale,
  subtract,
  symmetricEigen,
  symmetricRankUpdate,
  trace,
  transpose,
} from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import {
  adaptiveGradientNorm,
  denseElement,
  linearSpaceSet,
  minimiseOverSpace,
  monotonicityGap,
  type PreconditionerSet,
  projectOntoSet,
  SetStatistic,
  structuredRoot,
  tridiagonalBasis,
} from '../src/index.js';
import { allSets, normals, randomDefinite, randomSymmetric, relativeDifference } from './all-sets.js';

const inverse = (a: Matrix): Matrix => choleskySolve(cholesky(a), identity(a.rows));
const dense = (set: PreconditionerSet, m: Matrix): Matrix => denseElement(set, structuredRoot(set, m, {}, 1e-300).element());
const projected = (set: PreconditionerSet, m: Matrix): Matrix => denseElement(set, projectOntoSet(set, m));

describe.each(allSets)('$name', (set) => {
  const stream = new RandomStream(7, set.name);
  const d = set.dimension;
  const m = randomDefinite(stream, d);
  const p = dense(set, m);

  test('the projection is symmetric, idempotent and orthogonal', () => {
    const other = projected(set, randomSymmetric(stream, d));
    const onto = projected(set, m);
    expect(relativeDifference(transpose(onto).data, onto.data)).toBeLessThan(1e-12);
    expect(relativeDifference(projected(set, onto).data, onto.data)).toBeLessThan(1e-12);
    expect(Math.abs(innerProduct(subtract(m, onto), other)) / innerProduct(m, m)).toBeLessThan(1e-12);
  });

  test('P² is the projection of M, so that P is stationary, and ⟨M, P⁻¹⟩ = Tr P', () => {
    expect(relativeDifference(multiply(p, p).data, projected(set, m).data)).toBeLessThan(1e-10);
    expect(innerProduct(m, inverse(p)) / trace(p)).toBeCloseTo(1, 10);
    expect(structuredRoot(set, m).trace / trace(p)).toBeCloseTo(1, 10);
  });

  test('P/Tr P minimises ⟨M, H⁻¹⟩ over Tr H ≤ 1 with the value (Tr P)²', () => {
    const best = trace(p) ** 2;
    for (let i = 0; i < 20; i++) {
      const h = dense(set, randomDefinite(stream, d));
      expect(innerProduct(m, inverse(scale(h, 1 / trace(h))))).toBeGreaterThan(best * (1 - 1e-12));
      // A nearby member is worse by the square of the distance: P is the only minimiser.
      const near = add(p, h, 1, 1e-3);
      expect(innerProduct(m, inverse(scale(near, 1 / trace(near))))).toBeGreaterThan(best * (1 - 1e-12));
    }
  });

  test('is operator monotone and homogeneous of degree one half', () => {
    const larger = add(m, symmetricRankUpdate(matrix(d, 1, normals(stream, d))));
    expect(monotonicityGap(p, dense(set, larger))).toBeGreaterThan(-1e-10 * trace(p));
    expect(relativeDifference(dense(set, scale(m, 9)).data, scale(p, 3).data)).toBeLessThan(1e-10);
  });

  test('of Σ g·gᵀ, accumulated from gradients, is that of the sum, with trace the adaptive gradient norm', () => {
    const gradients = Array.from({ length: 2 * d }, () => normals(stream, d));
    const statistic = new SetStatistic(set);
    for (const gradient of gradients) statistic.add(gradient, 1, 1);
    const sum = symmetricRankUpdate(transpose(matrix(gradients.length, d, Float64Array.from(gradients.flatMap((g) => [...g])))));
    expect(relativeDifference(denseElement(set, statistic.root().element()).data, dense(set, sum).data)).toBeLessThan(1e-10);
    expect(adaptiveGradientNorm(set, gradients) / structuredRoot(set, sum).trace).toBeCloseTo(1, 10);
  });

  test('the range of a singular M lies in that of P, and ⟨M, P†⟩ = Tr P still', () => {
    const g = normals(stream, d);
    const statistic = new SetStatistic(set);
    statistic.add(g, 1, 1);
    const root = statistic.root();
    const direction = root.applyInverse(g);
    // The pseudo-inverse cuts at 1e-14 of the largest eigenvalue of P², so that P·P†·g is g to the root of rounding.
    expect(relativeDifference(root.apply(direction), g)).toBeLessThan(1e-7);
    expect(g.reduce((sum, value, i) => sum + value * direction[i]!, 0) / root.trace).toBeCloseTo(1, 7);
  });
});

describe('the convex solver', () => {
  test.each(allSets.filter(({ dimension }) => dimension <= 7))('agrees with the closed form for $name', (set) => {
    const m = randomDefinite(new RandomStream(8, set.name), set.dimension);
    const n = set.dimension;
    // The span of projections of all pairs is the set's symmetric part.
    const all: Matrix[] = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const unit = matrix(n, n);
        unit.data[i * n + j] = unit.data[j * n + i] = 1;
        all.push(projected(set, unit));
      }
    }
    const [summand] = linearSpaceSet(all).summands;
    const basis = summand!.structure.kind === 'linear-space' ? summand!.structure.basis : [];
    const { minimiser, value } = minimiseOverSpace(m, basis);
    const p = dense(set, m);
    expect(relativeDifference(minimiser.data, p.data)).toBeLessThan(1e-6);
    expect(value / (2 * trace(p))).toBeCloseTo(1, 10);
  });

  test('finds the known minimisers over tridiagonal matrices, where monotonicity fails', () => {
    const set = linearSpaceSet(tridiagonalBasis(3));
    const m = matrix(3, 3, Float64Array.of(2, 1, 1, 1, 2, 1, 1, 1, 2));
    const larger = matrix(3, 3, Float64Array.of(10_000, 1, 1, 1, 2, 1, 1, 1, 2));
    const p = structuredRoot(set, m).element()[0]!.data;
    const q = structuredRoot(set, larger).element()[0]!.data;
    // The reference has six decimals.
    for (const [at, value] of [
      [0, 1.382548],
      [4, 1.31849],
      [8, 1.382548],
      [1, 0.297594],
      [5, 0.297594],
    ] as const)
      expect(Math.abs(p[at]! - value)).toBeLessThan(1e-6);
    for (const [at, value] of [
      [0, 100],
      [4, 1.3659985],
      [8, 1.366032],
      [1, 0.007229],
      [5, 0.366002],
    ] as const)
      expect(Math.abs(q[at]! - value)).toBeLessThan(1e-6);
    expect(set.wellStructured).toBe(false);
    expect(p[8]!).toBeGreaterThan(q[8]!);
    expect(monotonicityGap(matrix(3, 3, p), matrix(3, 3, q))).toBeLessThan(-1e-3);
  });
});

test('eigenvalues of a projection interlace no further than those of M', () => {
  // A projection onto an algebra is a mean over unitary conjugations: its spectrum lies within that of M.
  const m = randomDefinite(new RandomStream(9, 'range'), 12);
  const bounds = symmetricEigen(m, { vectors: false }).values;
  for (const set of allSets.filter(({ dimension }) => dimension === 12)) {
    const { values } = symmetricEigen(projected(set, m), { vectors: false });
    expect(values[0]!).toBeGreaterThan(bounds[0]! - 1e-10);
    expect(values.at(-1)!).toBeLessThan(bounds.at(-1)! + 1e-10);
  }
});

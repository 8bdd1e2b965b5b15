import { RandomStream } from '@sardonyx/data';
import {
  diagonalMatrix,
  type Floats,
  identity,
  kronecker,
  type Matrix,
  matrix,
  multiply,
  symmetricRankUpdate,
  trace,
} from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import {
  AdaptiveMethod,
  blockDiagonalSet,
  circulantSet,
  diagonalSet,
  diagonalSmoothness,
  fullSet,
  leftSet,
  linearSpaceSet,
  type OnlineLosses,
  type PreconditionerSet,
  RegretMeter,
  rightSet,
  rowScalarSet,
  runOnline,
  RunningAverage,
  scalarSet,
  setNorm,
  setSmoothness,
  stochasticRateBound,
  structuredRoot,
  tridiagonalBasis,
  violations,
} from '../src/index.js';
import { normals, randomDefinite } from './all-sets.js';

const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x).reduce((sum, value, i) => sum + value * y[i]!, 0);

/** Convex quadratics `½⟨x − a_t, A_t(x − a_t)⟩` of random rank, each with its own minimiser. */
function randomQuadratics(seed: number, rows: number, columns: number, rounds: number): OnlineLosses {
  const stream = new RandomStream(seed, 'quadratics');
  const d = rows * columns;
  const parts = Array.from({ length: rounds }, () => {
    const rank = 1 + stream.integer(d);
    return { hessian: symmetricRankUpdate(matrix(d, rank, normals(stream, d * rank))), center: normals(stream, d) };
  });
  const errorOf = (round: number, x: Floats): Matrix =>
    matrix(
      d,
      1,
      Float64Array.from(x, (value, i) => value - parts[round]!.center[i]!),
    );
  return {
    name: 'quadratics',
    rows,
    columns,
    rounds,
    loss: (round, x) => 0.5 * dot(errorOf(round, x).data, multiply(parts[round]!.hessian, errorOf(round, x)).data),
    gradient: (round, x) => multiply(parts[round]!.hessian, errorOf(round, x)).data as Float64Array,
  };
}

const sets: readonly PreconditionerSet[] = [
  scalarSet(6),
  diagonalSet(6),
  fullSet(6),
  leftSet(2, 3),
  rightSet(2, 3),
  rowScalarSet(2, 3),
  circulantSet(6),
  blockDiagonalSet([fullSet(2), scalarSet(2), diagonalSet(2)]),
];

describe('regret', () => {
  test('stays under every bound on 200 random convex problems', async () => {
    let metered = 0;
    let tightest = 0;
    for (let problem = 0; problem < 200; problem++) {
      const stream = new RandomStream(problem, 'problems');
      const set = sets[problem % sets.length]!;
      const weighted = problem % 3 === 0;
      const domain = problem % 2 === 0;
      const losses = randomQuadratics(problem, 2, 3, 12);
      const { reports } = await runOnline({
        set,
        losses,
        rounds: 12,
        epsilon: 0.05,
        beta2: weighted ? 0.9 : 1,
        ...(domain ? { domainRadius: 0.5 + stream.uniform() } : { learningRate: 10 ** (2 * stream.uniform() - 1) }),
      });
      expect(violations(reports)).toEqual([]);
      metered += reports.length;
      tightest = Math.max(tightest, ...reports.map(({ ratio }) => ratio));
    }
    expect(metered).toBeGreaterThan(350);
    // The meters must not hold by being far off.
    expect(tightest).toBeGreaterThan(0.3);
  });

  const observed = (options: object, wrong = 1) => {
    const set = leftSet(2, 3);
    const method = new AdaptiveMethod({ set, learningRate: 1, epsilon: 0.1 });
    const star = new Float64Array(6).fill(0.1);
    const meter = new RegretMeter({ set, star, learningRate: 1, epsilon: 0.1, ...options });
    let x: Floats = new Float64Array(6);
    for (let round = 0; round < 5; round++) {
      const gradient = normals(new RandomStream(round, 'rounds'), 6);
      const next = method.update(x, gradient);
      meter.observe({
        x,
        gradient,
        next,
        loss: wrong * dot(gradient, x),
        starLoss: wrong * dot(gradient, star),
        preconditioner: method.preconditioner,
      });
      x = next;
    }
    return meter.report();
  };

  test('meters report a violation where losses are not what the gradients say', () => {
    expect(violations(observed({}))).toEqual([]);
    const wrong = [1000, -1000].map((factor) => violations(observed({}, factor)).length);
    expect(Math.max(...wrong)).toBeGreaterThan(0);
  });

  test('stale roots and sets that are no algebras have no bound', () => {
    expect(observed({ preconditionEvery: 5 })).toEqual([expect.objectContaining({ notApplicable: 'not applicable (stale root)' })]);
    const ill = linearSpaceSet(tridiagonalBasis(6));
    expect(observed({ set: ill })[0]).toMatchObject({ notApplicable: 'not applicable (not well structured)' });
  });

  test('plain normalisation is metered as the theory it is', () => {
    const set = leftSet(2, 3);
    const plain = new AdaptiveMethod({ set, learningRate: Math.sqrt(3), epsilon: 0.3, normalize: 'plain' });
    const theory = new AdaptiveMethod({ set, learningRate: 1, epsilon: 0.1 });
    const reports = [plain, theory].map((method, at) => {
      const star = new Float64Array(6).fill(0.1);
      const meter = new RegretMeter({
        set,
        star,
        ...(at === 0 ? { learningRate: Math.sqrt(3), epsilon: 0.3, normalize: 'plain' as const } : { learningRate: 1, epsilon: 0.1 }),
      });
      let x: Floats = new Float64Array(6);
      for (let round = 0; round < 5; round++) {
        const gradient = normals(new RandomStream(round, 'rounds'), 6);
        const next = method.update(x, gradient);
        meter.observe({ x, gradient, next, loss: dot(gradient, x), starLoss: dot(gradient, star), preconditioner: method.preconditioner });
        x = next;
      }
      return meter.report();
    });
    reports[0]!.forEach(({ bound }, i) => expect(bound / reports[1]![i]!.bound).toBeCloseTo(1, 10));
  });

  test('a comparator outside the domain is refused', () => {
    expect(() => new RegretMeter({ set: diagonalSet(2), star: Float64Array.of(2, 0), learningRate: 1, domainRadius: 1 })).toThrow(
      expect.objectContaining({ code: 'outside-domain' }),
    );
    expect(() => new RegretMeter({ set: diagonalSet(2), star: Float64Array.of(0, 0), learningRate: 1 }).report()).toThrow(
      expect.objectContaining({ code: 'empty' }),
    );
  });
});

describe('the stochastic rate', () => {
  test('has the closed form, and its weighted form tends to it', () => {
    const rate = { steps: 100, radius: 2, smoothness: 3, noise: 0.5, dimension: 6, epsilon: 0.01 };
    const expected = (16 / 100) * 4 * 3 + ((4 * Math.SQRT2) / 10) * 2 * 0.5 + ((4 * Math.SQRT2 * 6 * 0.1) / 100) * 2;
    expect(stochasticRateBound(rate)).toBeCloseTo(expected, 12);
    expect(stochasticRateBound({ ...rate, beta2: 1 - 1e-9 })).toBeCloseTo(expected, 5);
  });

  test('holds for noisy gradients of a quadratic, at the average of visited points', () => {
    for (const set of sets) {
      const stream = new RandomStream(21, set.name);
      const d = set.dimension;
      const a = randomDefinite(stream, d);
      const star = normals(stream, d);
      const radius = setNorm(set, star);
      const scale = 0.3;
      const steps = 200;
      const method = new AdaptiveMethod({
        set,
        learningRate: Math.SQRT2 * radius,
        epsilon: 1e-4,
        ...(set.name !== 'circulant' && { domainRadius: radius }),
      });
      const average = new RunningAverage();
      let x: Floats = new Float64Array(d);
      for (let step = 0; step < steps; step++) {
        average.add(x);
        const error = matrix(
          d,
          1,
          Float64Array.from(x, (value, i) => value - star[i]!),
        );
        x = method.update(
          x,
          multiply(a, error).data.map((value: number) => value + scale * stream.normal()),
        );
      }
      const error = matrix(
        d,
        1,
        average.value.map((value, i) => value - star[i]!),
      );
      const gap = 0.5 * dot(error.data, multiply(a, error).data);
      const noise = structuredRoot(
        set,
        { ...identity(d), data: identity(d).data.map((value: number) => value * scale * scale) },
        {},
        scale * scale,
      ).trace;
      expect(gap).toBeLessThan(
        stochasticRateBound({ steps, radius, smoothness: setSmoothness(set, a).upper, noise, dimension: d, epsilon: 1e-4 }),
      );
    }
  });
});

describe('smoothness', () => {
  const stream = new RandomStream(31, 'smoothness');
  const a = randomDefinite(stream, 6);

  test('diagonal: closed forms and the certified gap', () => {
    expect(diagonalSmoothness(diagonalMatrix([1, 2, 3])).upper).toBeCloseTo(6, 10);
    const vector = normals(stream, 8);
    const rankOne = diagonalSmoothness(symmetricRankUpdate(matrix(8, 1, vector)));
    expect(rankOne.upper / vector.reduce((sum, value) => sum + Math.abs(value), 0) ** 2).toBeCloseTo(1, 6);
    const { lower, upper } = diagonalSmoothness(a);
    expect(upper - lower).toBeLessThanOrEqual(1e-6 * upper);
    expect(lower).toBeGreaterThan(trace(a) * (1 - 1e-12));
    for (const copied of [kronecker(a, identity(3)), kronecker(identity(3), a)]) {
      expect(diagonalSmoothness(copied).upper / (3 * upper)).toBeCloseTo(1, 5);
    }
  });

  test('the barrier agrees with the mixing method and with closed forms', () => {
    const inBlocks = blockDiagonalSet([diagonalSet(3), diagonalSet(3)]);
    expect(setSmoothness(inBlocks, a)).toMatchObject({ method: 'barrier' });
    expect(setSmoothness(inBlocks, a).upper / diagonalSmoothness(a).upper).toBeCloseTo(1, 5);
    expect(setSmoothness(blockDiagonalSet([fullSet(6)]), a).upper).toBeCloseTo(trace(a), 8);
    expect(setSmoothness(scalarSet(6), diagonalMatrix([1, 1, 1, 1, 1, 5])).upper).toBeCloseTo(30, 10);
  });

  test('one-sided: dR·Tr B for B ⊗ I, between the easy bounds otherwise', () => {
    const b = randomDefinite(stream, 2);
    const product = setSmoothness(leftSet(2, 3), kronecker(b, identity(3)));
    expect(product.lower / (3 * trace(b))).toBeCloseTo(1, 5);
    expect(product.upper / (3 * trace(b))).toBeCloseTo(1, 5);
    const general = setSmoothness(leftSet(2, 3), a);
    expect(general.upper - general.lower).toBeLessThanOrEqual(1e-6 * general.upper);
    expect(general.lower).toBeGreaterThanOrEqual(trace(a) * (1 - 1e-6));
    expect(setSmoothness(fullSet(6), a).upper).toBeLessThanOrEqual(general.upper);
    expect(general.upper).toBeLessThanOrEqual(setSmoothness(scalarSet(6), a).upper * (1 + 1e-6));
    const large = setSmoothness(leftSet(10, 7), identity(70));
    expect(large).toMatchObject({ method: 'easy bounds', lower: 70, upper: 70 });
  });

  test('refuses what is not positive semidefinite, or of another size', () => {
    expect(() => setSmoothness(diagonalSet(2), diagonalMatrix([1, -1]))).toThrow(expect.objectContaining({ code: 'negative-eigenvalue' }));
    expect(() => setSmoothness(diagonalSet(3), diagonalMatrix([1, 1]))).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

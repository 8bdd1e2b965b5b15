import { RandomStream } from '@sardonyx/data';
import {
  type Floats,
  haarOrthogonal,
  matrix,
  multiply,
  polarFactor,
  symmetricEigen,
  symmetricRankUpdate,
  transpose,
} from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import {
  adaptiveGradientNorm,
  AdaptiveMethod,
  type AdaptiveMethodOptions,
  autoSideSet,
  blockDiagonalSet,
  diagonalSet,
  fullSet,
  leftSet,
  type PreconditionerSet,
  rightSet,
  rotatedSet,
  RunningAverage,
  scalarSet,
  TwoSidedShampoo,
} from '../src/index.js';
import { allSets, normals, relativeDifference } from './all-sets.js';

const rows = 3;
const columns = 4;
const d = rows * columns;

/** Iterates of a method on the given gradients, which do not depend on the iterate. */
function trajectory(set: PreconditionerSet, gradients: readonly Floats[], options: Partial<AdaptiveMethodOptions> = {}): Float64Array {
  const method = new AdaptiveMethod({ set, learningRate: 0.3, ...options });
  let x: Floats = new Float64Array(set.dimension);
  const all: number[] = [];
  for (const gradient of gradients) {
    x = method.update(x, gradient);
    all.push(...x);
  }
  return Float64Array.from(all);
}

const gradientsOf = (name: string, count: number, size = d) => {
  const stream = new RandomStream(11, name);
  return Array.from({ length: count }, () => normals(stream, size));
};

describe('textbook steps', () => {
  const gradients = gradientsOf('textbook', 6);

  test('AdaGrad', () => {
    const sums = new Float64Array(d).fill(0.01);
    const x = new Float64Array(d);
    const expected = gradients.flatMap((g) => {
      g.forEach((value, i) => {
        sums[i] = sums[i]! + value * value;
        x[i] = x[i]! - (0.3 * value) / Math.sqrt(sums[i]!);
      });
      return [...x];
    });
    expect(relativeDifference(trajectory(diagonalSet(d), gradients, { epsilon: 0.01 }), Float64Array.from(expected))).toBeLessThan(1e-13);
  });

  test('Adam without momentum, ε under the root', () => {
    const v = new Float64Array(d).fill(1e-4);
    const x = new Float64Array(d);
    const expected = gradients.flatMap((g, t) => {
      g.forEach((value, i) => {
        v[i] = 0.9 * v[i]! + 0.1 * value * value;
        x[i] = x[i]! - (0.3 * value) / Math.sqrt(v[i]! / (1 - 0.9 ** (t + 1)));
      });
      return [...x];
    });
    const ours = trajectory(diagonalSet(d), gradients, { epsilon: 1e-4, accumulation: 'ema', beta2: 0.9, biasCorrection: true });
    expect(relativeDifference(ours, Float64Array.from(expected))).toBeLessThan(1e-13);
  });

  test('one-sided Shampoo, from a dense inverse root', () => {
    let l = matrix(rows, rows, Float64Array.of(0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1));
    const x = new Float64Array(d);
    const expected = gradients.flatMap((g) => {
      l = symmetricRankUpdate(matrix(rows, columns, g), l, { alpha: 1 / columns });
      const { values, vectors } = symmetricEigen(l);
      const scaled = vectors.data.map((value: number, at: number) => value / Math.sqrt(values[at % rows]!));
      const inverse = multiply(matrix(rows, rows, scaled), vectors, { transposeRight: true });
      multiply(inverse, matrix(rows, columns, g)).data.forEach((value, i) => void (x[i] = x[i]! - 0.3 * value));
      return [...x];
    });
    expect(relativeDifference(trajectory(leftSet(rows, columns), gradients, { epsilon: 0.1 }), Float64Array.from(expected))).toBeLessThan(
      1e-12,
    );
  });

  test.each([
    ['one-sided with one column is full-matrix', leftSet(d, 1), fullSet(d)],
    ['one-sided with one row is AdaGrad-Norm', leftSet(1, d), scalarSet(d)],
    ['blocks of one element are diagonal', blockDiagonalSet(Array.from({ length: d }, () => fullSet(1))), diagonalSet(d)],
    ['the automatic side is the smaller', autoSideSet(4, 3), rightSet(4, 3)],
  ])('%s', (_, ours, other) => {
    expect(relativeDifference(trajectory(ours, gradients, { epsilon: 0.1 }), trajectory(other, gradients, { epsilon: 0.1 }))).toBeLessThan(
      1e-12,
    );
  });

  test('a single coordinate is alike for all', () => {
    const one = gradientsOf('one', 5, 1);
    expect(trajectory(diagonalSet(1), one)).toEqual(trajectory(scalarSet(1), one));
  });
});

describe('equivariance', () => {
  const gradients = gradientsOf('equivariance', 5);
  const stream = new RandomStream(12, 'rotations');
  const all = haarOrthogonal(d, () => stream.normal());
  const left = haarOrthogonal(rows, () => stream.normal());
  const right = haarOrthogonal(columns, () => stream.normal());
  const turn = (q: typeof all, x: Floats): Floats => multiply(q, matrix(d, 1, x)).data;
  const steps = (path: Float64Array, image: (x: Floats) => Floats) =>
    Float64Array.from(Array.from({ length: path.length / d }, (_, i) => [...image(path.slice(i * d, (i + 1) * d))]).flat());
  const images: readonly (readonly [string, PreconditionerSet, (x: Floats) => Floats])[] = [
    ['full matrix, any rotation', fullSet(d), (x) => turn(all, x)],
    ['scalar, any rotation', scalarSet(d), (x) => turn(all, x)],
    ['one-sided, rotation of rows', leftSet(rows, columns), (x) => multiply(left, matrix(rows, columns, x)).data],
    ['one-sided, rotation of columns', leftSet(rows, columns), (x) => multiply(matrix(rows, columns, x), right).data],
    ['diagonal, permutation and signs', diagonalSet(d), (x) => x.map((_: number, i: number) => (i % 2 ? -1 : 1) * x[(i * 5) % d]!)],
  ];

  test.each(images)('%s', (_, set, image) => {
    const ours = trajectory(set, gradients.map(image), { epsilon: 0.1 });
    expect(relativeDifference(ours, steps(trajectory(set, gradients, { epsilon: 0.1 }), image))).toBeLessThan(1e-12);
  });

  test('a rotated set is the set in rotated coordinates', () => {
    const ours = trajectory(rotatedSet(all, diagonalSet(d)), gradients, { epsilon: 0.1 });
    const inner = trajectory(
      diagonalSet(d),
      gradients.map((g) => turn(all, g)),
      { epsilon: 0.1 },
    );
    expect(
      relativeDifference(
        ours,
        steps(inner, (x) => turn(transpose(all), x)),
      ),
    ).toBeLessThan(1e-12);
  });

  test.each(allSets)('the scale of the loss does not matter without ε: $name', (set) => {
    const own = gradientsOf('scale', 4, set.dimension);
    const scaled = own.map((g) => g.map((value) => 8 * value));
    // A power of eight scales every square exactly; the roots of rank-deficient statistics keep their cut.
    expect(relativeDifference(trajectory(set, scaled), trajectory(set, own))).toBeLessThan(1e-9);
  });
});

describe('the first step without ε', () => {
  const g = gradientsOf('first', 1)[0]!;
  const length = Math.sqrt(g.reduce((sum, value) => sum + value * value, 0));
  const polar = polarFactor(matrix(rows, columns, g)).factor.data;
  const first = (set: PreconditionerSet, options = {}) => trajectory(set, [g], options).map((value) => -value / 0.3);

  test('is the sign, the unit vector, the polar factor', () => {
    expect(relativeDifference(first(diagonalSet(d)), g.map(Math.sign))).toBeLessThan(1e-14);
    expect(
      relativeDifference(
        first(scalarSet(d)),
        g.map((value) => (Math.sqrt(d) * value) / length),
      ),
    ).toBeLessThan(1e-14);
    expect(
      relativeDifference(
        first(fullSet(d)),
        g.map((value) => value / length),
      ),
    ).toBeLessThan(1e-10);
    expect(relativeDifference(first(leftSet(rows, columns), { normalize: 'plain' }), polar)).toBeLessThan(1e-12);
    expect(
      relativeDifference(
        first(leftSet(rows, columns)),
        polar.map((value: number) => Math.sqrt(columns) * value),
      ),
    ).toBeLessThan(1e-12);
    const shampoo = new TwoSidedShampoo({ rows, columns, learningRate: 1 }).update(new Float64Array(d), g);
    expect(
      relativeDifference(
        shampoo.map((value: number) => -value),
        polar,
      ),
    ).toBeLessThan(1e-10);
  });

  test('plain with η√m is theory, and ε with m·ε', () => {
    const gradients = gradientsOf('plain', 5);
    const plain = trajectory(leftSet(rows, columns), gradients, { normalize: 'plain', learningRate: 0.6, epsilon: 0.4 });
    expect(relativeDifference(plain, trajectory(leftSet(rows, columns), gradients, { epsilon: 0.1 }))).toBeLessThan(1e-13);
  });

  test('a coordinate that never got a gradient does not move', () => {
    const sparse = Float64Array.of(0, 1, 0, -2);
    for (const set of [diagonalSet(4), fullSet(4), leftSet(2, 2), rightSet(2, 2)]) {
      const x = trajectory(set, [sparse, sparse]);
      expect(x.every(Number.isFinite)).toBe(true);
      expect(Math.abs(x[4]!)).toBe(0);
    }
  });
});

describe('accumulations', () => {
  const beta2 = 0.95;
  const gradients = gradientsOf('accumulations', 200);

  test.each(allSets)('EMA is the weighted sum with ε/(1 − β₂), η/√(1 − β₂) over 200 steps: $name', (set) => {
    const own = gradientsOf('ema', 200, set.dimension);
    const ema = trajectory(set, own, { accumulation: 'ema', beta2, epsilon: 0.01 });
    const weighted = trajectory(set, own, {
      accumulation: 'weighted',
      beta2,
      epsilon: 0.01 / (1 - beta2),
      learningRate: 0.3 / Math.sqrt(1 - beta2),
    });
    expect(relativeDifference(ema, weighted)).toBeLessThan(1e-12);
  });

  test('the weighted sum is the cumulative one on losses β₂^(−t/2)·L', () => {
    for (const set of [diagonalSet(d), leftSet(rows, columns), fullSet(d)]) {
      const weighted = trajectory(set, gradients, { accumulation: 'weighted', beta2, epsilon: 0.01 });
      const grown = gradients.map((g, t) => g.map((value) => value * beta2 ** (-(t + 1) / 2)));
      expect(relativeDifference(trajectory(set, grown, { epsilon: 0.01 }), weighted)).toBeLessThan(1e-10);
    }
  });

  test('β₂ = 1 is the sum where it weighs, and refused where it would freeze', () => {
    expect(trajectory(diagonalSet(d), gradients, { accumulation: 'weighted', beta2: 1 })).toEqual(trajectory(diagonalSet(d), gradients));
    expect(() => trajectory(diagonalSet(d), gradients, { accumulation: 'ema', beta2: 1 })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });

  test('Tr P_H(M_t) is the adaptive gradient norm, and grows', () => {
    for (const set of allSets) {
      const own = gradientsOf('trace', 10, set.dimension);
      const method = new AdaptiveMethod({ set, learningRate: 1 });
      let last = 0;
      own.forEach((g, t) => {
        method.update(new Float64Array(set.dimension), g);
        const { trace } = method.preconditioner;
        // The dense statistic drops eigenvalues at rounding level, the factor behind the norm their roots.
        expect(trace / adaptiveGradientNorm(set, own.slice(0, t + 1))).toBeCloseTo(1, 7);
        expect(trace).toBeGreaterThanOrEqual(last * (1 - 1e-12));
        last = trace;
      });
    }
  });

  test('averages run over visited points, plain and weighted', () => {
    const plain = new RunningAverage();
    const weighted = new RunningAverage(0.5);
    for (const value of [1, 2, 4]) for (const average of [plain, weighted]) average.add(Float64Array.of(value));
    expect(plain.value[0]).toBeCloseTo(7 / 3, 14);
    expect(weighted.value[0]).toBeCloseTo((0.25 + 1 + 4) / 1.75, 14);
    expect(() => new RunningAverage().value).toThrow(expect.objectContaining({ code: 'empty' }));
  });
});

describe('roots', () => {
  const gradients = gradientsOf('roots', 20);

  test.each(['newton', 'higher-order', 'newton-schulz', 'orthogonal-iteration'] as const)('%s follows the eigendecomposition', (method) => {
    const set = leftSet(rows, columns);
    const reference = trajectory(set, gradients, { epsilon: 0.1 });
    // Orthogonal iteration follows a basis by one step an update; the others reach their own tolerance of 1e-6.
    const tolerance = method === 'orthogonal-iteration' ? 0.1 : 1e-5;
    expect(relativeDifference(trajectory(set, gradients, { epsilon: 0.1, root: { method } }), reference)).toBeLessThan(tolerance);
  });

  test('float32 statistics agree to their precision, and say so', () => {
    const method = new AdaptiveMethod({ set: leftSet(rows, columns), learningRate: 1, precision: 'f32', epsilon: 0.1 });
    method.update(new Float64Array(d), gradients[0]!);
    expect(method.preconditioner.reports[0]).toMatchObject({ precision: 'f32', method: 'eigen', order: rows, smallEigenvalues: 'clamp' });
    const single = trajectory(leftSet(rows, columns), gradients, { precision: 'f32', epsilon: 0.1 });
    const difference = relativeDifference(single, trajectory(leftSet(rows, columns), gradients, { epsilon: 0.1 }));
    expect(difference).toBeLessThan(1e-5);
    expect(difference).toBeGreaterThan(1e-9);
  });

  test('the factor form keeps what the dense sum of squares loses', () => {
    // Gradients 1 and 1e-10 apart in size: the square of the small one is below rounding of the large one's.
    const g = [Float64Array.of(1, 0), Float64Array.of(1e-10, 1e-10)];
    const run = (form: 'dense' | 'factor') => {
      const method = new AdaptiveMethod({ set: fullSet(2), learningRate: 1, form });
      g.forEach((gradient) => method.update(new Float64Array(2), gradient));
      return method.preconditioner.applyInverse(Float64Array.of(0, 1e-10));
    };
    expect(run('factor')[1]).toBeCloseTo(1, 8);
    expect(Math.abs(run('dense')[1]!)).toBeLessThan(0.5);
  });
});

describe('states', () => {
  const gradients = gradientsOf('states', 12);
  const cases: readonly (readonly [string, Partial<AdaptiveMethodOptions>])[] = [
    ['dense', {}],
    ['factor', { form: 'factor' }],
    ['ema with bias correction', { accumulation: 'ema', beta2: 0.9, biasCorrection: true, epsilon: 1e-3 }],
    ['stale roots', { preconditionEvery: 5, epsilon: 1e-3 }],
    ['warm bases', { root: { method: 'orthogonal-iteration' }, epsilon: 1e-3 }],
    ['stale warm bases in float32', { root: { method: 'orthogonal-iteration' }, epsilon: 1e-3, precision: 'f32', preconditionEvery: 3 }],
  ];

  test.each(cases)('go on bit for bit: %s', (_, options) => {
    const make = () => new AdaptiveMethod({ set: blockDiagonalSet([leftSet(2, 3), diagonalSet(6)]), learningRate: 0.3, ...options });
    const whole = make();
    let x: Floats = new Float64Array(d);
    let broken = make();
    let y: Floats = new Float64Array(d);
    gradients.forEach((g) => {
      x = whole.update(x, g);
      y = broken.update(y, g);
      const state = structuredClone(broken.state());
      broken = make();
      broken.restore(state);
      expect(y).toEqual(x);
    });
  });

  test('of another set or version are refused', () => {
    const method = new AdaptiveMethod({ set: diagonalSet(3), learningRate: 1 });
    const state = method.state();
    expect(() => new AdaptiveMethod({ set: diagonalSet(4), learningRate: 1 }).restore(state)).toThrow(
      expect.objectContaining({ code: 'state' }),
    );
    expect(() => new AdaptiveMethod({ set: fullSet(3), learningRate: 1, form: 'factor' }).restore(state)).toThrow(
      expect.objectContaining({ code: 'state' }),
    );
    expect(() => method.restore({ ...state, version: 2 as 1 })).toThrow(expect.objectContaining({ code: 'state' }));
  });
});

describe('bad input', () => {
  const code = (expected: string, details?: object) =>
    expect.objectContaining({ code: expected, ...(details && { details: expect.objectContaining(details) }) });
  const make = (options: Partial<AdaptiveMethodOptions>) => () => new AdaptiveMethod({ set: diagonalSet(3), learningRate: 1, ...options });

  test.each([
    [{ epsilon: -1 }, 'argument'],
    [{ epsilon: NaN }, 'argument'],
    [{ learningRate: 0 }, 'argument'],
    [{ learningRate: NaN }, 'argument'],
    [{ accumulation: 'ema', beta2: 0 }, 'argument'],
    [{ accumulation: 'weighted', beta2: 1.5 }, 'argument'],
    [{ accumulation: 'weighted' }, 'argument'],
    [{ beta2: 0.9 }, 'argument'],
    [{ biasCorrection: true }, 'argument'],
    [{ preconditionEvery: 0 }, 'argument'],
    [{ domainRadius: -1 }, 'argument'],
    [{ root: { smallEigenvalues: 'pseudo-inverse' }, epsilon: 1 }, 'pseudo-inverse-with-ridge'],
    [{ set: fullSet(100_000) }, 'too-large'],
  ] as const)('%o is refused with %s', (options, expected) => {
    expect(make(options as Partial<AdaptiveMethodOptions>)).toThrow(code(expected));
  });

  test('gradients that are not finite are named, with what they hold', () => {
    const bad = Float64Array.of(NaN, Infinity, -2);
    const method = make({ parameterName: 'layer.weight' })();
    expect(() => method.update(new Float64Array(3), bad)).toThrow(/step 1.*"layer\.weight".*1 NaN and 1 infinite of 3.*from -2 to -2/);
    expect(() => method.update(new Float64Array(3), bad)).toThrow(code('non-finite', { step: 1, nan: 1, infinite: 1 }));
    expect(make({ nonFinite: 'skip' })().update(Float64Array.of(1, 2, 3), bad)).toEqual(Float64Array.of(1, 2, 3));
    expect(make({ nonFinite: 'zero' })().update(Float64Array.of(1, 2, 3), bad)).toEqual(Float64Array.of(1, 2, 4));
  });

  test('shapes and starting points that do not fit', () => {
    expect(() => make({})().update(new Float64Array(3), new Float64Array(4))).toThrow(code('shape', { expected: 3, given: 4, step: 1 }));
    expect(() => make({})().update(new Float64Array(2), new Float64Array(3))).toThrow(code('shape'));
    expect(() => make({ domainRadius: 1 })().update(Float64Array.of(0, 2, 0), new Float64Array(3))).toThrow(
      code('outside-domain', { norm: 2, radius: 1 }),
    );
    expect(() => make({})().preconditioner).toThrow(code('empty'));
    expect(() => leftSet(0, 3)).toThrow(code('argument'));
    expect(() => blockDiagonalSet([])).toThrow(code('empty'));
    expect(() => rotatedSet(matrix(3, 3, new Float64Array(9).fill(1)), diagonalSet(3))).toThrow(code('argument'));
  });

  test('all gradients zero give no step and no NaN', () => {
    for (const set of allSets) expect(trajectory(set, [new Float64Array(set.dimension)]).every((value) => value === 0)).toBe(true);
  });
});

import { evaluate, random, tensor, type Tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { type Optimizer, shampoo, structuredAdaGrad, type StructuredAdaGradOptions, type StructuredSet } from '../src/index.js';
import { iterativeRoot } from '../src/iterative-roots.js';
import { flopsOfPolarFactor, polarFactor, polarSchedule } from '../src/polar-factor.js';
import { alongMode, joinBlocks, mergedShape, modeProduct, splitIntoBlocks } from '../src/tensor-modes.js';
import { multiplied, transposed } from './matrices.js';
import { after } from './runs.js';

const draw = (seed: number, shape: number[]) => random.normal(random.key(seed), shape, { dtype: 'float64' });
const numbers = async (x: Tensor) => Array.from(await x.data(), Number);
const rowsOf = (flat: readonly number[], columns: number) =>
  Array.from({ length: flat.length / columns }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
const largestDifference = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

/** Where an optimizer goes from zero by given gradients. */
async function path(optimizer: Optimizer, gradients: readonly Tensor[]): Promise<number[]> {
  const given = await evaluate(gradients.map((g) => [g.add(0)]));
  const { params } = await after(optimizer, [await evaluate(given[0]![0]!.mul(0))], given);
  return numbers(params[0]!);
}

const base: StructuredAdaGradOptions = { learningRate: 0.1, epsilon: 1e-3 };
const gradients = (shape: number[], count = 4) => Array.from({ length: count }, (_, i) => draw(i + 1, shape));

describe('sets coincide where their matrices do', () => {
  // The same numbers up to a few roundings of float64, some of which pass through an inverse square root.
  const agree = async (a: StructuredSet, b: StructuredSet, shape: number[]) => {
    const [x, y] = [
      await path(structuredAdaGrad({ ...base, set: a }), gradients(shape)),
      await path(structuredAdaGrad({ ...base, set: b }), gradients(shape)),
    ];
    expect(largestDifference(x, y)).toBeLessThan(1e-12);
  };
  test('left on one column is full', () => agree('left', 'full', [4, 1]));
  test('left on one row is scalar', () => agree('left', 'scalar', [1, 5]));
  test('right on one row is full', () => agree('right', 'full', [1, 4]));
  test('diagonal on one element is scalar', () => agree('diagonal', 'scalar', [1, 1]));
  test('rows on one column is diagonal', () => agree('rows', 'diagonal', [4, 1]));
  test('auto is the shorter side', async () => {
    await agree('auto', 'left', [3, 5]);
    await agree('auto', 'right', [5, 3]);
  });
  test('a mode of a tensor is a side of its unfolding', () => agree({ mode: 1 }, 'right', [2, 4]));
});

describe('forms', () => {
  test('an EMA with ε and η is the weighted form with ε/(1 − β₂) and η/√(1 − β₂)', async () => {
    const beta2 = 0.9;
    for (const set of ['scalar', 'diagonal', 'left', 'right', 'full'] as const) {
      const ema = structuredAdaGrad({ set, form: 'ema', beta2, epsilon: 0.1, learningRate: 0.1 });
      const weighted = structuredAdaGrad({
        set,
        form: 'weighted',
        beta2,
        epsilon: 0.1 / (1 - beta2),
        learningRate: 0.1 / Math.sqrt(1 - beta2),
      });
      const given = gradients([3, 4], 20);
      expect(largestDifference(await path(ema, given), await path(weighted, given))).toBeLessThan(1e-12);
    }
  });

  test('the weighted form is the cumulative one on gradients that grow by β₂^(−t/2)', async () => {
    const beta2 = 0.8;
    const given = gradients([3, 4], 10);
    const grown = given.map((g, i) => g.mul(beta2 ** (-(i + 1) / 2)));
    for (const set of ['diagonal', 'left'] as const) {
      const weighted = await path(structuredAdaGrad({ set, form: 'weighted', beta2, epsilon: 0.1, learningRate: 0.1 }), given);
      const cumulative = await path(structuredAdaGrad({ set, epsilon: 0.1, learningRate: 0.1 }), grown);
      expect(largestDifference(weighted, cumulative)).toBeLessThan(1e-12);
    }
  });

  test('plain statistics are those of the theory with another η and ε', async () => {
    const theory = structuredAdaGrad({ set: 'left', epsilon: 0.1, learningRate: 0.1 });
    const plain = structuredAdaGrad({ set: 'left', normalize: 'plain', epsilon: 0.1 * 4, learningRate: 0.1 * 2 });
    expect(largestDifference(await path(theory, gradients([3, 4])), await path(plain, gradients([3, 4])))).toBeLessThan(1e-12);
  });

  test('with ε = 0 the scale of the loss does not matter', async () => {
    for (const set of ['scalar', 'diagonal', 'left'] as const) {
      const exact = () => structuredAdaGrad({ set, epsilon: 0, learningRate: 0.1 });
      const scaled = gradients([3, 4]).map((g) => g.mul(64));
      expect(largestDifference(await path(exact(), gradients([3, 4])), await path(exact(), scaled))).toBeLessThan(1e-12);
    }
  });

  test('one-sided methods turn with rotations of either side', async () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const rotation = tensor([c, -s, s, c], [2, 2], 'float64');
    const exact = () => structuredAdaGrad({ set: 'left', epsilon: 1e-3, learningRate: 0.1 });
    const plain = tensor(new Float64Array(await path(exact(), gradients([2, 2]))), [2, 2]);
    const left = await path(
      exact(),
      gradients([2, 2]).map((g) => rotation.matmul(g)),
    );
    const right = await path(
      exact(),
      gradients([2, 2]).map((g) => g.matmul(rotation)),
    );
    expect(largestDifference(left, await numbers(rotation.matmul(plain)))).toBeLessThan(1e-12);
    expect(largestDifference(right, await numbers(plain.matmul(rotation)))).toBeLessThan(1e-12);
  });

  test('Shampoo with one exponent of ½ is one-sided Shampoo', async () => {
    const one = shampoo({ learningRate: 0.1, beta1: 0, epsilon: 1e-3, roots: { 2: [2, 0] }, mergeDimensions: false });
    const left = structuredAdaGrad({ set: 'left', normalize: 'plain', epsilon: 1e-3, learningRate: 0.1 });
    expect(largestDifference(await path(one, gradients([3, 4])), await path(left, gradients([3, 4])))).toBeLessThan(1e-12);
  });
});

describe('methods for roots agree in the optimizer', () => {
  const reference = structuredAdaGrad({ ...base, learningRate: 0.1, set: 'left' });
  test.each(['newton', 'higher', 'ns'] as const)('%s, within the step and between steps', async (root) => {
    const expected = await path(reference, gradients([4, 6]));
    const within = structuredAdaGrad({ ...base, set: 'left', root, relativeRidge: 0 });
    expect(largestDifference(await path(within, gradients([4, 6])), expected)).toBeLessThan(1e-10);
    const between = structuredAdaGrad({ ...base, set: 'left', root, relativeRidge: 0, preconditionEvery: 2 });
    const stale = structuredAdaGrad({ ...base, set: 'left', preconditionEvery: 2 });
    expect(largestDifference(await path(between, gradients([4, 6])), await path(stale, gradients([4, 6])))).toBeLessThan(1e-10);
  });

  test('qr, on statistics that keep their eigenvectors', async () => {
    const growing = Array.from({ length: 6 }, (_, i) => draw(3, [3, 4]).mul(1 + i));
    const [eig, qr] = [structuredAdaGrad({ ...base, set: 'left' }), structuredAdaGrad({ ...base, set: 'left', root: 'qr' })];
    expect(largestDifference(await path(qr, growing), await path(eig, growing))).toBeLessThan(1e-10);
  });

  test('statistics in float64 of parameters in float32', async () => {
    const given = (await evaluate(gradients([3, 4], 50))).map((g) => g.cast('float32'));
    const precise = await path(structuredAdaGrad({ ...base, set: 'left', precision: 'f64' }), given);
    const exact = await path(
      structuredAdaGrad({ ...base, set: 'left' }),
      given.map((g) => g.cast('float64')),
    );
    // The parameters themselves are rounded: 50 steps of 3e-8 of their size, which is below 2.
    expect(largestDifference(precise, exact)).toBeLessThan(2e-6);
  });
});

describe('iterative roots', () => {
  test.each(['newton', 'higher', 'ns'] as const)('%s: A^{−1/p} of [[2, 1], [1, 2]] and of matrices that do not commute', async (method) => {
    const known = tensor([2, 1, 1, 2], [2, 2], 'float64');
    for (const p of method === 'ns' ? [2, 4] : [1, 2, 3, 4, 6, 8]) {
      const options = { iterations: 40, relativeRidge: 0 };
      const third = 3 ** (-1 / p);
      const root = await numbers(iterativeRoot(known, p, method, options));
      const closed = [(third + 1) / 2, (third - 1) / 2, (third - 1) / 2, (third + 1) / 2];
      expect(largestDifference(root, closed)).toBeLessThan(1e-12);

      const g = draw(p, [4, 7]);
      const a = g.matmul(g, { transposeB: true });
      const x = rowsOf(await numbers(iterativeRoot(a, p, method, options)), 4);
      let product = rowsOf(await numbers(a), 4);
      for (let i = 0; i < p; i++) product = multiplied(product, x);
      const identity = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].map((j) => Number(i === j)));
      // Roundings of the iterations, times the condition of A of 10 to 100.
      expect(largestDifference(product.flat(), identity)).toBeLessThan(1e-9);
    }
  });
});

describe('polar factor', () => {
  test('of Muon maps singular values as its polynomial does', async () => {
    const expected: readonly (readonly [number, number])[] = [
      [1, 0.696436],
      [0.5, 0.765439],
      [0.1, 0.71212],
      [0.01, 0.698917],
      [0.001, 0.470544],
    ];
    for (const [sigma, image] of expected) {
      let x = sigma;
      for (const [a, b, c] of polarSchedule('muon', 5)) x = a * x + b * x ** 3 + c * x ** 5;
      expect(x).toBeCloseTo(image, 6);
    }
    // [[σ, 0], [0, √(1 − σ²)]] has norm 1: its singular values are what the polynomial sees.
    const found = await numbers(polarFactor(tensor([0.1, 0, 0, Math.sqrt(0.99)], [2, 2], 'float64'), polarSchedule('muon', 5), 0));
    expect(found[0]).toBeCloseTo(0.71212, 6);
  });

  test.each(['convergent', 'polar-express'] as const)(
    '%s becomes orthogonal, for wide, tall and stacked matrices',
    async (coefficients) => {
      for (const shape of [
        [3, 5],
        [5, 3],
        [2, 4, 4],
      ]) {
        const g = draw(7, shape);
        const x = await evaluate(polarFactor(g, polarSchedule(coefficients, 60)));
        const [rows, columns] = shape.slice(-2) as [number, number];
        for (const part of rowsOf(await numbers(x), rows * columns)) {
          const matrix = rowsOf(part, columns);
          const gram = rows <= columns ? multiplied(matrix, transposed(matrix)) : multiplied(transposed(matrix), matrix);
          gram.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(Number(i === j), 10)));
        }
      }
    },
  );

  test.each([
    ['muon', 5],
    ['polar-express', 5],
  ] as const)('%s of oblong matrices, by way of the Gram matrix, is the map of singular values', async (coefficients, steps) => {
    const schedule = polarSchedule(coefficients, steps);
    const image = (sigma: number) => schedule.reduce((x, [a, b, c]) => a * x + b * x ** 3 + c * x ** 5, sigma);
    // Of rank 2 with singular values 4 and 0.003, where the Gram matrix of float32 has lost the smaller one's digits.
    const [u, v] = [
      [
        [0.6, 0.8, 0],
        [0.8, -0.6, 0],
      ],
      [
        [0.5, 0.5, 0.5, 0.5, 0, 0, 0],
        [0.5, -0.5, 0.5, -0.5, 0, 0, 0],
      ],
    ];
    const sigma = [4, 0.003];
    const combined = (weights: readonly number[]) =>
      [0, 1, 2].flatMap((i) => Array.from({ length: 7 }, (_, j) => weights.reduce((sum, w, k) => sum + w * u[k]![i]! * v[k]![j]!, 0)));
    const norm = Math.hypot(...sigma);
    const expected = combined(sigma.map((s) => image(s / norm)));
    for (const [dtype, tolerance] of [
      // Roundings of the Gram matrix, 2⁻⁵² and 2⁻²³, multiplied by a² in each of four iterations: 2·10⁵ and 2·10⁴ at most,
      // seen through the small singular value, and in float32 seldom as large as that.
      ['float64', 1e-10],
      ['float32', 3e-4],
    ] as const) {
      const g = tensor(combined(sigma), [3, 7], dtype);
      expect(largestDifference(await numbers(polarFactor(g, schedule, 0)), expected)).toBeLessThan(tolerance);
      const tall = await numbers(polarFactor(g.transpose(), schedule, 0).transpose());
      expect(largestDifference(tall, expected)).toBeLessThan(tolerance);
    }
  });

  test('goes by way of the Gram matrix where that takes fewer operations and rounding cannot grow', () => {
    const schedule = polarSchedule('muon', 5);
    const flops = (shape: number[], of = schedule) => flopsOfPolarFactor({ dtype: 'float32', shape }, of);
    expect(flops([100, 100])).toBe(5 * 3 * 2e6);
    expect(flops([100, 400])).toBe((2 * 4 + 17) * 2e6);
    expect(flops([400, 100], polarSchedule('polar-express', 20))).toBe(20 * 9 * 2e6);
  });

  test('of zero is zero', async () => {
    expect(await numbers(polarFactor(tensor(new Array<number>(8).fill(0), [2, 4]), polarSchedule('muon', 5)))).toEqual(
      new Array(8).fill(0),
    );
    expect(await numbers(polarFactor(tensor([0, 0, 0, 0], [2, 2]), polarSchedule('muon', 5)))).toEqual([0, 0, 0, 0]);
  });
});

describe('modes', () => {
  test('products and actions along an axis are those of the unfolding', async () => {
    const g = await evaluate(draw(2, [2, 3, 4]));
    const m = await evaluate(draw(3, [3, 3]));
    const [x, y] = [await numbers(g), await numbers(m)];
    const at = (i: number, j: number, k: number) => x[i * 12 + j * 4 + k]!;
    const product = await numbers(modeProduct(g, 1));
    const moved = await numbers(alongMode(g, 1, m));
    const back = await numbers(alongMode(g, 1, m, { transpose: true }));
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        let sum = 0;
        for (let i = 0; i < 2; i++) for (let k = 0; k < 4; k++) sum += at(i, a, k) * at(i, b, k);
        expect(product[a * 3 + b]).toBeCloseTo(sum, 12);
      }
      const fibre = (transpose: boolean) => [0, 1, 2].reduce((sum, b) => sum + y[transpose ? b * 3 + a : a * 3 + b]! * at(1, b, 2), 0);
      expect(moved[12 + a * 4 + 2]).toBeCloseTo(fibre(false), 12);
      expect(back[12 + a * 4 + 2]).toBeCloseTo(fibre(true), 12);
    }
  });

  test('blocks come together again', async () => {
    const x = await evaluate(draw(4, [5, 3, 4]));
    const blocks = splitIntoBlocks(x, 2);
    expect(blocks).toHaveLength(3 * 2 * 2);
    expect(blocks.at(-1)!.shape).toEqual([1, 1, 2]);
    expect(await numbers(joinBlocks(blocks, x.shape, 2))).toEqual(await numbers(x));
  });

  test('axes are joined up to the limit, from the left or the right', () => {
    expect(mergedShape([32, 3, 64, 64], 8192)).toEqual([6144, 64]);
    expect(mergedShape([32, 3, 64, 64], 8192, { fromRight: true })).toEqual([96, 4096]);
    expect(mergedShape([1, 2, 5, 1], 1)).toEqual([2, 5]);
    expect(mergedShape([], 10)).toEqual([1]);
  });
});

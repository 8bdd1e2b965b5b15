import { matrix, multiply, subtract, transpose, trace } from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import {
  AdaptiveMethod,
  bestLearningRate,
  contestOf,
  descend,
  drawMatrixQuadratic,
  experimentSpectrum,
  fullSet,
  inEigenbasis,
  inGivenBasis,
  leftSet,
  logarithmicGrid,
  reducedToRows,
} from '../src/index.js';

const cumulative = { accumulation: 'cumulative', beta2: 1 } as const;

describe('the matrix quadratic', () => {
  test('has the spectrum of the experiment and starts at its loss', async () => {
    expect(Array.from(experimentSpectrum(13)).slice(8)).toEqual([1, 1, 1, 1 / 4, 1 / 9]);
    const { problem, method } = contestOf(drawMatrixQuadratic(100, 'haar', 3), 'AdaGrad-Norm', 1, 'accurate', cumulative);
    const { start } = await descend(problem, (x, g) => method.update(x, g), { steps: 1 });
    // ½·Σσᵢ·‖row i‖², whose rows have squared length 1 ± √(2/100).
    expect(start / 5.82).toBeGreaterThan(0.8);
    expect(start / 5.82).toBeLessThan(1.2);
  });

  test('has the gradient that differences of the loss have', () => {
    const quadratic = drawMatrixQuadratic(12, 'haar', 1);
    const { star, image, c } = inGivenBasis(quadratic, 'f64');
    const loss = (x: Float64Array) => {
      const e = x.map((value, i) => value - star[i]!);
      return c * Array.from(image(e)).reduce((sum, value, i) => sum + value * e[i]!, 0);
    };
    const x = new Float64Array(144).fill(0.1);
    const gradient = image(x.map((value, i) => value - star[i]!)).map((value: number) => 2 * c * value);
    for (const at of [0, 17, 143]) {
      const [up, down] = [1, -1].map((sign) => loss(x.map((value, i) => (i === at ? value + sign * 1e-5 : value))));
      expect((up! - down!) / 2e-5).toBeCloseTo(gradient[at]!, 8);
    }
    const h = quadratic.rotation!;
    const error = subtract(
      multiply(h, transpose(h)),
      matrix(
        12,
        12,
        Float64Array.from({ length: 144 }, (_, i) => (i % 13 === 0 ? 1 : 0)),
      ),
    );
    expect(Math.abs(trace(error))).toBeLessThan(1e-12);
  });

  test('one-sided Shampoo runs alike in both bases', async () => {
    const quadratic = drawMatrixQuadratic(14, 'haar', 2);
    const run = (problem: ReturnType<typeof inEigenbasis>) => {
      const method = new AdaptiveMethod({ set: leftSet(14, 14), learningRate: 1, epsilon: 1e-6 });
      return descend(problem, (x, g) => method.update(x, g), { steps: 10 });
    };
    const [own, given] = [await run(inEigenbasis(quadratic, 'f64')), await run(inGivenBasis(quadratic, 'f64'))];
    own.last.forEach((loss, i) => expect(given.last[i]! / loss).toBeCloseTo(1, 8));
  });

  describe('the reduction is full-matrix AdaGrad on all n² variables', () => {
    const drawn = drawMatrixQuadratic(12, 'haar', 4);
    const small = { ...drawn, order: 6, star: matrix(6, 6, drawn.star.data.slice(0, 36)), rotation: undefined };
    const even = { ...small, eigenvalues: experimentSpectrum(6) };
    const uneven = { ...small, eigenvalues: Float64Array.of(1, 0.7, 0.5, 0.2, 0.1, 0.02) };
    const run = (
      problem: ReturnType<typeof inEigenbasis>,
      learningRate: number,
      epsilon: number,
      steps: number,
      form: 'dense' | 'factor',
    ) => {
      const method = new AdaptiveMethod({ set: fullSet(problem.star.length), learningRate, epsilon, form });
      return descend(problem, (x, g) => method.update(x, g), { steps });
    };

    test.each([
      ['the experiment’s spectrum', even, 1, 0, 20],
      // Without ε, rounding outside the six directions is amplified by P† at every step: it stays rounding for as long as they are new.
      ['an uneven spectrum, ε = 0', uneven, 1, 0, 6],
      ['an uneven spectrum, η·σ/√ε below 1', uneven, 0.3, 0.1, 20],
    ] as const)('%s', async (_, problem, rate, epsilon, steps) => {
      for (const form of ['dense', 'factor'] as const) {
        const ours = await run(reducedToRows(problem, 'f64'), rate, epsilon, steps, form);
        const all = await run(inEigenbasis(problem, 'f64'), rate, epsilon, steps, form);
        for (let step = 0; step < steps; step++) {
          expect(Math.abs(ours.last[step]! - all.last[step]!)).toBeLessThan(1e-9);
          expect(Math.abs(ours.average[step]! - all.average[step]!)).toBeLessThan(1e-9);
        }
      }
    });
  });

  test('the average is that of visited points, or of updated ones', async () => {
    const run = async (averageOver: 'visited' | 'updated') => {
      const { problem, method } = contestOf(drawMatrixQuadratic(12, 'haar', 5), 'AdaGrad', 0.05, 'accurate', cumulative);
      return descend(problem, (x, g) => method.update(x, g), { steps: 3, averageOver });
    };
    const [visited, updated] = [await run('visited'), await run('updated')];
    expect(visited.average[0]).toBeCloseTo(visited.start, 12);
    expect(updated.average[0]).toBeCloseTo(updated.last[0]!, 12);
    expect(visited.last).toEqual(updated.last);
  });

  test('a diverged run is ∞ from there on', async () => {
    const problem = inEigenbasis(drawMatrixQuadratic(12, 'diagonal', 6), 'f64');
    const { last, diverged } = await descend(problem, (x, g) => x.map((value: number, i: number) => value - 1e9 * g[i]!), { steps: 4 });
    expect(diverged).toBe(true);
    expect([...last]).toEqual([Infinity, Infinity, Infinity, Infinity]);
  });
});

describe('a sweep', () => {
  test('takes the lowest mean, the smaller rate of equals, and no rate with a diverged seed', () => {
    const sweep = [
      { learningRate: 4, losses: [0.1, Infinity] },
      { learningRate: 1, losses: [2, 4] },
      { learningRate: 2, losses: [3, 3] },
      { learningRate: 0.5, losses: [9, 9] },
    ];
    expect(bestLearningRate(sweep)).toEqual({
      learningRate: 1,
      mean: 3,
      deviation: Math.SQRT2,
      divergedSeeds: 0,
      divergedRuns: 1,
      atEdge: false,
    });
    expect(bestLearningRate(sweep.slice(1, 3)).atEdge).toBe(true);
    expect(() => bestLearningRate([{ learningRate: 1, losses: [1, NaN] }])).toThrow(expect.objectContaining({ code: 'all-diverged' }));
    expect(() => bestLearningRate([])).toThrow(expect.objectContaining({ code: 'empty' }));
  });

  test('lays its grid evenly on a logarithmic scale', () => {
    expect(logarithmicGrid(1e-2, 1, 3).map((rate) => Number(rate.toPrecision(12)))).toEqual([0.01, 0.1, 1]);
    expect(() => logarithmicGrid(0, 1, 3)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

import { type Floats, matrix, multiply, subtract, transpose } from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import {
  AdaptiveMethod,
  type AdaptiveMethodOptions,
  diagonalSet,
  fullSet,
  leftSet,
  type PreconditionerSet,
  rightSet,
  scalarSet,
  TwoSidedShampoo,
} from '../src/index.js';

const a = matrix(2, 2, Float64Array.of(2, 1, 1, 3));
const star = matrix(2, 3, Float64Array.of(1, -2, 0.5, 0.3, 0.8, -1));
const errorOf = (x: Floats) => subtract(matrix(2, 3, x), star);
const gradient = (x: Floats): Floats => multiply(a, errorOf(x)).data;
const loss = (x: Floats): number => {
  const e = errorOf(x);
  const product = multiply(multiply(a, e), transpose(e)).data;
  return 0.5 * (product[0]! + product[3]!);
};

function run(method: { update(x: Floats, g: Floats): Floats }, steps = 3): { x: Floats; losses: number[] } {
  let x: Floats = new Float64Array(6);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    x = method.update(x, gradient(x));
    losses.push(loss(x));
  }
  return { x, losses };
}

const method = (set: PreconditionerSet, options: Partial<AdaptiveMethodOptions> = {}) =>
  new AdaptiveMethod({ set, learningRate: 0.5, ...options });

/** The reference has nine decimals: half of the last one, with room for its own rounding. */
const close = (ours: ArrayLike<number>, reference: readonly number[]) =>
  reference.forEach((value, i) => expect(Math.abs(ours[i]! - value), `element ${i}`).toBeLessThan(1e-8));

describe('three steps of ½⟨A, (X − X*)(X − X*)ᵀ⟩ with η = 0.5, ε = 0', () => {
  test('the gradient at zero has an exact zero, which must not become NaN', () => {
    expect(gradient(new Float64Array(6))[2]).toBe(0);
  });

  test('AdaGrad-Norm', () => {
    const { x, losses } = run(method(scalarSet(6)));
    close(losses, [1.829819301, 0.869867252, 0.433080525]);
    close(x, [0.805343022, -1.409985845, 0.237810633, 0.415065222, 0.437839927, -0.834014479]);
  });

  test('AdaGrad', () => {
    const { x, losses } = run(method(diagonalSet(6)));
    close(losses, [2.52, 1.56037606, 0.93994066]);
    close(x, [0.764392405, -1.00470823, 0.233902729, 0.425222511, 0.485315241, -0.850950199]);
  });

  test.each(['dense', 'factor'] as const)('full matrix, %s', (form) => {
    const { x, losses } = run(method(fullSet(6), { form }));
    close(losses, [3.846905969, 2.757741416, 2.066844527]);
    close(x, [0.450899628, -0.735422283, 0.088783015, 0.279067129, 0.189589101, -0.474667767]);
  });

  test.each(['dense', 'factor'] as const)('one-sided from the left, %s', (form) => {
    const { x, losses } = run(method(leftSet(2, 3), { form }));
    close(losses, [1.813368527, 0.878986567, 0.457013112]);
    close(x, [0.738429249, -1.361914278, 0.274796159, 0.425487108, 0.489803769, -0.888609791]);
  });

  test.each(['dense', 'factor'] as const)('one-sided from the right, whose first statistic has rank 2 of 3, %s', (form) => {
    close(run(method(rightSet(2, 3), { form })).losses, [2.308956281, 1.27912523, 0.789203307]);
  });

  test('two-sided', () => {
    const { losses } = run(new TwoSidedShampoo({ rows: 2, columns: 3, learningRate: 0.5 }));
    close(losses, [3.144334675, 2.042469836, 1.449853223]);
  });

  test('EMA is the weighted sum with η/√(1 − β₂), by the same code', () => {
    for (const set of [scalarSet(6), diagonalSet(6), fullSet(6), leftSet(2, 3), rightSet(2, 3)]) {
      const ema = run(method(set, { accumulation: 'ema', beta2: 0.9 }), 5);
      const weighted = run(method(set, { accumulation: 'weighted', beta2: 0.9, learningRate: 0.5 / Math.sqrt(0.1) }), 5);
      close(ema.losses, weighted.losses);
    }
  });
});

import type * as Linalg from '@sardonyx/linalg';
import { LinalgError, type Matrix } from '@sardonyx/linalg';
import { evaluate, tensor } from '@sardonyx/tensor';
import { afterEach, expect, test, vi } from 'vitest';
import { OptimizerError, soap } from '../src/index.js';

/** Precisions in which the eigensolver is made to give up; no matrix is known on which it does. */
const failing = new Set<'f32' | 'f64'>();
const asked: string[] = [];
afterEach(() => failing.clear());

vi.mock('@sardonyx/linalg', async (original) => {
  const actual = await original<typeof Linalg>();
  return {
    ...actual,
    symmetricEigen(a: Matrix, options?: Linalg.EigenOptions) {
      const precision = a.data instanceof Float32Array ? 'f32' : 'f64';
      asked.push(precision);
      if (failing.has(precision)) throw new actual.LinalgError('no-convergence', 'no convergence, as told', { iterations: 30 });
      return actual.symmetricEigen(a, options);
    },
  };
});

async function firstBases(): Promise<number[]> {
  const optimizer = soap();
  const params = {
    w: tensor([
      [1, 2],
      [3, 4],
    ]),
  };
  const gradients = {
    w: tensor([
      [2, 1],
      [0, 1],
    ]),
  };
  const [moved, state] = await evaluate(optimizer.update(gradients, optimizer.init(params), params));
  const [, { slots }] = await optimizer.refresh!(state, moved);
  const { bases } = (slots['memory'] as unknown as { w: { bases: (typeof params.w)[] } }).w;
  return Array.from((await bases[0]!.data()) as Float32Array, Math.abs);
}

test('eigenvectors that do not converge in float32 are computed in float64', async () => {
  const expected = await firstBases();
  asked.length = 0;
  failing.add('f32');
  const found = await firstBases();
  expect(asked).toEqual(['f32', 'f64', 'f32', 'f64']);
  // The same vectors, up to signs and roundings of float32.
  found.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 5));
});

test('where they do not in float64 either, the parameter and the step are named', async () => {
  failing.add('f32').add('f64');
  const error = await firstBases().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OptimizerError);
  expect((error as OptimizerError).cause).toBeInstanceOf(LinalgError);
  expect((error as OptimizerError).code).toBe('root');
  expect((error as OptimizerError).details).toMatchObject({ parameter: 'w', step: 1, iterations: 30 });
});

import { tensor } from '@sardonyx/tensor';
import { expect, test } from 'vitest';
import { adafactor } from '../src/index.js';
import { elements } from './runs.js';

const firstStep = async (options: Parameters<typeof adafactor>[0], p: number[], g: number[]) => {
  const optimizer = adafactor(options);
  const params = { w: tensor(p, undefined, 'float64') };
  const [next] = optimizer.update({ w: tensor(g, undefined, 'float64') }, optimizer.init(params), params);
  return (await elements(next))['w']!;
};

test('moves a parameter at 0 as if its scale were the least', async () => {
  const [x] = await firstStep({ learningRate: 0.5 }, [0], [3]);
  expect(x).toBeCloseTo(-0.5e-3, 15);
});

test('takes min(1e-2, 1/√step) where no learning rate is given', async () => {
  const [x] = await firstStep({}, [2], [3]);
  expect(x).toBeCloseTo(2 - 2 * 1e-2, 14);
});

test('clips the root mean square of an update', async () => {
  // The update of a first step is ±1 in every element, whatever the gradient.
  const [x] = await firstStep({ learningRate: 1, scaleParameter: false, clippingThreshold: 0.25 }, [1, 1], [3, -2]);
  expect(x).toBeCloseTo(0.75, 14);
});

test('keeps row and column means of matrices, all of vectors', () => {
  const { slots } = adafactor().init({
    matrix: tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    vector: tensor([1, 2]),
  });
  const second = slots['second'] as unknown as Record<string, { shape: unknown; rows: { shape: unknown }; columns: { shape: unknown } }>;
  expect([second['matrix']!.rows.shape, second['matrix']!.columns.shape]).toEqual([[2], [3]]);
  expect(second['vector']!.shape).toEqual([2]);
});

import { tensor, TensorError } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { type Schedule, schedules, valueAt } from '../src/index.js';

const at = (schedule: Schedule, step: number) => valueAt(schedule, tensor(step, [], 'int32')).item();

/** Schedules against closed forms at the first, an inner, the last and a later step, in float64. */
const rows: readonly [string, Schedule, (step: number) => number, readonly number[]][] = [
  ['a number', 0.3, () => 0.3, [0, 1, 50]],
  ['constant', schedules.constant(0.3), () => 0.3, [0, 1, 50]],
  ['linear', schedules.linear(1, 0.2, 10), (t) => 1 - 0.08 * Math.min(t, 10), [0, 1, 5, 10, 11]],
  ['cosine', schedules.cosine(2, 20), (t) => 1 + Math.cos((Math.PI * Math.min(t, 20)) / 20), [0, 1, 7, 10, 20, 30]],
  ['cosine to a rest', schedules.cosine(2, 20, 0.5), (t) => 0.5 + 0.75 * (1 + Math.cos((Math.PI * Math.min(t, 20)) / 20)), [0, 3, 20, 21]],
  ['polynomial', schedules.polynomial(3, 1, 8, 2), (t) => 1 + 2 * (1 - Math.min(t, 8) / 8) ** 2, [0, 1, 4, 8, 9]],
  ['exponential', schedules.exponential(2, 0.5, 4), (t) => 2 * 0.5 ** (t / 4), [0, 1, 4, 40]],
  ['inverse square root', schedules.inverseSquareRoot(2, 4), (t) => 2 / Math.sqrt(Math.max(t, 4) / 4), [0, 1, 4, 5, 100]],
  ['warm-up to a number', schedules.warmUp(4, 0.8), (t) => 0.2 * Math.min(t, 4), [0, 1, 4, 5]],
  [
    'warm-up then cosine',
    schedules.warmUp(5, schedules.cosine(1, 10)),
    (t) => (t < 5 ? t / 5 : (1 + Math.cos((Math.PI * Math.min(t - 5, 10)) / 10)) / 2),
    [0, 1, 4, 5, 6, 10, 15, 16],
  ],
  ['warm-up of no steps', schedules.warmUp(0, schedules.linear(1, 0, 2)), (t) => 1 - Math.min(t, 2) / 2, [0, 1, 2]],
  [
    'pieces',
    schedules.piecewise([
      [0, 1],
      [3, schedules.linear(5, 0, 5)],
      [6, 7],
    ]),
    (t) => (t < 3 ? 1 : t < 6 ? 5 - (t - 3) : 7),
    [0, 2, 3, 4, 5, 6, 100],
  ],
];

describe.each(rows)('%s', (_, schedule, closedForm, steps) => {
  test.each(steps)('at step %i', async (step) => {
    // A few roundings of float64.
    expect(await at(schedule, step)).toBeCloseTo(closedForm(step), 14);
  });
});

test('a schedule may return float32', async () => {
  expect(await at((step) => step.cast('float32').mul(0.5), 3)).toBe(1.5);
});

test('schedules refuse steps that make no sense', () => {
  const step = tensor(1, [], 'int32');
  expect(() => schedules.linear(1, 0, 0)(step)).toThrow(TensorError);
  expect(() => schedules.piecewise([[1, 0.1]])).toThrow(/rise from 0, given 1/);
  expect(() =>
    schedules.piecewise([
      [0, 0.1],
      [5, 1],
      [5, 2],
    ]),
  ).toThrow(/given 0, 5, 5/);
});

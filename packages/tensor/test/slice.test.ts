import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad, slice, sum, type Tensor } from '../src/index.js';
import { drawInput, seeded } from './conformance/draw.js';
import { toHost, toTensor } from './conformance/host.js';
import { at, indicesOf } from './conformance/reference.js';

type Bound = number | null;

/** The places a Python slice visits, walked one by one. */
function placesOf(n: number, start: Bound, end: Bound, step: number): number[] {
  const fromEnd = (bound: number) => (bound < 0 ? bound + n : bound);
  let i = start === null ? (step > 0 ? 0 : n - 1) : fromEnd(start);
  // Bounds beyond the tensor are clipped before the walk starts.
  i = step > 0 ? Math.max(i, 0) : Math.min(i, n - 1);
  const stop = end === null ? (step > 0 ? Infinity : -Infinity) : fromEnd(end);
  const places: number[] = [];
  for (; i >= 0 && i < n && (step > 0 ? i < stop : i > stop); i += step) places.push(i);
  return places;
}

const bound = fc.option(fc.integer({ min: -8, max: 8 }), { freq: 3 });
const step = fc.oneof(fc.constant(1), fc.integer({ min: -4, max: -1 }), fc.integer({ min: 1, max: 4 }));
const problem = fc.array(fc.record({ n: fc.nat({ max: 6 }), start: bound, end: bound, step }), { minLength: 1, maxLength: 3 });

describe('random slices', () => {
  test('visit the places Python visits, and their gradients go back there', () =>
    fc.assert(
      fc.asyncProperty(problem, async (axes) => {
        const name = JSON.stringify(axes);
        const x = drawInput({ shape: axes.map(({ n }) => n) }, seeded(name), 'float64');
        const places = axes.map(({ n, start, end, step }) => placesOf(n, start, end, step));
        const shape = places.map((list) => list.length);
        const weights = drawInput({ shape }, seeded(`${name} weights`), 'float64');
        const cut = (x: Tensor) =>
          slice(
            x,
            axes.map(({ start }) => start),
            axes.map(({ end }) => end),
            axes.map(({ step }) => step),
          );

        const y = await toHost(cut(toTensor(x)));
        const gradient = await toHost(grad((x: Tensor) => sum(cut(x).mul(toTensor(weights))))(toTensor(x)));
        expect(y.shape).toEqual(shape);
        const expected = { ...x, data: x.data.map(() => 0) };
        for (const index of indicesOf(shape)) {
          const from = index.map((i, axis) => places[axis]![i]!);
          expect(at(y, index)).toBe(at(x, from));
          expected.data[from.reduce((flat, i, axis) => flat * x.shape[axis]! + i, 0)] = at(weights, index);
        }
        expect(gradient.data.map((g) => g + 0)).toEqual(expected.data);
      }),
      { seed: 20250313, numRuns: 200 },
    ));
});

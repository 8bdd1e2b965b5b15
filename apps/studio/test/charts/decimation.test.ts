import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CurveTable, curveTable, noPoint } from '../../src/page/charts/data/curve-table.js';
import { ExtentPyramid } from '../../src/page/charts/data/extent-pyramid.js';
import { MovingAverage } from '../../src/page/charts/data/moving-average.js';
import { SeriesStore } from '../../src/page/charts/data/series-store.js';

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ noNaN: true, min: -1e3, max: 1e3 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);
const values = fc.array(value, { minLength: 1, maxLength: 700 });

function storeOf(steps: readonly number[], own: readonly number[]): SeriesStore {
  const store = new SeriesStore();
  store.append(steps, own);
  return store;
}

/** Positions of the least and greatest of the finite values above `floor`, by looking at each. */
function slowExtremes(own: readonly number[], start: number, end: number, floor = -Infinity): [number, number] {
  let [least, greatest] = [-1, -1];
  for (let index = start; index < end; index++) {
    if (!Number.isFinite(own[index]!) || own[index]! <= floor) continue;
    if (least < 0 || own[index]! < own[least]!) least = index;
    if (greatest < 0 || own[index]! > own[greatest]!) greatest = index;
  }
  return [least, greatest];
}

describe('ExtentPyramid', () => {
  it('finds what looking at every value finds, after appends of any size', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 10, maxLength: 40 });
    const window = fc.tuple(fc.nat(1600), fc.nat(1600));
    fc.assert(
      fc.property(
        pieces,
        fc.array(value, { minLength: 50, maxLength: 200 }),
        fc.array(window, { minLength: 40, maxLength: 40 }),
        fc.boolean(),
        (sizes, pool, windows, isLog) => {
          const floor = isLog ? 0 : -Infinity;
          const pyramid = new ExtentPyramid(floor);
          const length = sizes.reduce((sum, size) => sum + size, 0);
          const own = Array.from({ length }, (_, index) => pool[(index * 7) % pool.length]! + index * 0.1);
          let known = 0;
          for (const size of sizes) pyramid.update(Float64Array.from(own.slice(0, known + size)), (known += size));
          for (const [a, b] of windows) {
            const [start, end] = [Math.min(a, b) % length, Math.min(length, Math.max(a, b) + 1)];
            const found: [number, number] = [0, 0];
            pyramid.extremes(start, end, found);
            // Of equal values any may be named.
            expect(found.map((index) => own[index])).toEqual(slowExtremes(own, start, end, floor).map((index) => own[index]));
            for (const index of found) expect(index === -1 || (index >= start && index < end)).toBe(true);
          }
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });
});

describe('curveTable', () => {
  const increments = fc.array(fc.nat(5), { minLength: 1, maxLength: 700 });

  it('has the extremes, the first and the last point of every column of pixels, and at most four', () => {
    fc.assert(
      fc.property(
        values,
        increments,
        fc.integer({ min: 2, max: 20 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (own, gaps, columns, part) => {
          let step = 0;
          const steps = own.map((_, index) => (step += gaps[index % gaps.length]!));
          const store = storeOf(steps, own);
          const last = steps.at(-1)!;
          const [low, high] = [last * part * 0.5, last * (1 - part * 0.4) + 1];
          const table = curveTable([{ store, channel: store.channel(0, false) }], { low, high, columns, isLogarithmic: false });
          if (table.isExact) return;
          for (let column = 0; column < columns; column++) {
            // Steps belong to columns as the store itself bisects them, so that rounding cannot part the two.
            const start = store.firstAt(column === 0 ? low : low + ((high - low) * column) / columns);
            const end = column === columns - 1 ? store.firstAfter(high) : store.firstAt(low + ((high - low) * (column + 1)) / columns);
            const drawn = Array.from(table.curves[0]!.slice((column + 1) * 4, (column + 2) * 4)).filter((y) => y !== noPoint);
            expect(drawn.length).toBeLessThanOrEqual(4);
            if (start === end) {
              expect(drawn).toEqual([]);
              continue;
            }
            const shown = (index: number): number => (Number.isFinite(own[index]!) ? own[index]! : NaN);
            expect([drawn[0], drawn.at(-1)]).toEqual([shown(start), shown(end - 1)]);
            const finite = drawn.filter((y) => !Number.isNaN(y));
            const slow = slowExtremes(own, start, end);
            if (slow[0] >= 0) expect([Math.min(...finite), Math.max(...finite)]).toEqual(slow.map((index) => own[index]));
          }
        },
      ),
      { seed: 4, numRuns: 200 },
    );
  });

  it('keeps the slots of a column in the order of recording, within the column', () => {
    const own = Array.from({ length: 5000 }, (_, index) => Math.sin(index * 12.9898) * 43758.5453);
    const store = storeOf(
      own.map((_, index) => index),
      own,
    );
    const table = curveTable([{ store, channel: store.channel(0, false) }], { low: 0, high: 4999, columns: 50, isLogarithmic: false });
    const width = 4999 / 50;
    for (let column = 0; column < 50; column++) {
      const slots = [1, 2, 3, 4].map((slot) => (column + 1) * 4 + slot - 1).filter((slot) => table.curves[0]![slot] !== noPoint);
      const positions = slots.map((slot) => own.indexOf(table.curves[0]![slot]!));
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      for (const slot of slots) expect(Math.floor(table.steps[slot]! / width)).toBe(column);
    }
  });

  it('draws every point at its own step while they are few, for several curves together', () => {
    const one = storeOf([0, 2, 4, 4], [1, NaN, 3, 4]);
    const other = storeOf([1, 2], [-1, 5]);
    const curves = [one, other].map((store) => ({ store, channel: store.channel(0, false) }));
    const { steps, curves: columns, isExact }: CurveTable = curveTable(curves, { low: 0, high: 4, columns: 10, isLogarithmic: false });
    expect(isExact).toBe(true);
    expect([...steps]).toEqual([0, 1, 2, 4, 4]);
    expect(columns.map((column) => [...column])).toEqual([
      [1, noPoint, NaN, 3, 4],
      [noPoint, -1, 5, noPoint, noPoint],
    ]);
  });

  it('leaves a gap on a logarithmic axis where a value is not positive', () => {
    const store = storeOf([0, 1, 2], [1, 0, -2]);
    const { curves } = curveTable([{ store, channel: store.channel(0, true) }], { low: 0, high: 2, columns: 10, isLogarithmic: true });
    expect([...curves[0]!]).toEqual([1, NaN, NaN]);
  });

  it('lets lines run out of the window: one point beyond either end', () => {
    const store = storeOf([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]);
    const { steps } = curveTable([{ store, channel: store.channel(0, false) }], { low: 1.5, high: 3.5, columns: 10, isLogarithmic: false });
    expect([...steps]).toEqual([1, 2, 3, 4]);
  });
});

describe('SeriesStore', () => {
  it('is the same in whatever pieces it was appended', () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(699), { maxLength: 5 }), fc.constantFrom(0, 0.9), (own, cuts, weight) => {
        const steps = own.map((_, index) => Math.floor(index / 3));
        const pieces = new SeriesStore();
        let from = 0;
        for (const to of [...cuts.filter((cut) => cut < own.length).sort((a, b) => a - b), own.length]) {
          pieces.append(steps.slice(from, to), own.slice(from, to));
          pieces.channel(weight, false);
          from = to;
        }
        const window = { low: 0, high: steps.at(-1)! + 1, columns: 7, isLogarithmic: false };
        const tableOf = (store: SeriesStore) => curveTable([{ store, channel: store.channel(weight, false) }], window);
        expect(tableOf(pieces)).toEqual(tableOf(storeOf(steps, own)));
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('puts steps that were recorded out of order in their places', () => {
    const store = storeOf([5, 6], [50, 60]);
    store.channel(0, false);
    store.append([1, 5, 2], [10, 51, 20]);
    expect(Array.from(store.steps.subarray(0, store.length))).toEqual([1, 2, 5, 5, 6]);
    expect(Array.from(store.channel(0, false).values.subarray(0, store.length))).toEqual([10, 20, 50, 51, 60]);
  });

  it('finds the nearest point', () => {
    const store = storeOf([0, 10, 20], [1, 2, 3]);
    expect([-5, 4, 6, 14, 100, Infinity].map((step) => store.nearest(step))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(new SeriesStore().nearest(3)).toBe(-1);
  });
});

describe('MovingAverage', () => {
  it('is the weighted mean of the values so far, the weights falling by the same factor', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.9, 0.99), (own, weight) => {
        const average = new MovingAverage(weight);
        const seen: number[] = [];
        for (const next of own) {
          const smooth = average.next(next);
          if (!Number.isFinite(next)) {
            expect(smooth).toBeNaN();
            continue;
          }
          seen.push(next);
          const weights = seen.map((_, index) => weight ** (seen.length - 1 - index));
          const sum = weights.reduce((total, each, index) => total + each * seen[index]!, 0);
          const mass = weights.reduce((total, each) => total + each, 0);
          // Values reach 1e3, sums of up to 700 terms: rounding stays far below a billionth of that.
          expect(Math.abs(smooth - sum / mass)).toBeLessThan(1e-6);
        }
      }),
      { seed: 6, numRuns: 20 },
    );
  });

  it('of a constant is the constant from the first value on, and of a step tends to it as w^n', () => {
    const average = new MovingAverage(0.9);
    for (let index = 0; index < 50; index++) expect(average.next(3)).toBeCloseTo(3, 12);
    const step = new MovingAverage(0.9);
    for (let index = 0; index < 1000; index++) step.next(0);
    let last = 0;
    for (let index = 0; index < 10; index++) last = step.next(1);
    // After 1,000 zeros the mass is 1 / (1 - w) but for w^1010, which is far below the digits compared.
    expect(last).toBeCloseTo(1 - 0.9 ** 10, 12);
  });
});

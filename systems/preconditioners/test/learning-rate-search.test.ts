import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bracketMinimum, descendFrom, lowestOf, type LossAt } from '../src/learning-rate-search.js';

/** Asks until nothing is missing; what was asked for, in order, and the best of it. */
function search(losses: readonly number[], next: (lossAt: LossAt) => number[]): { asked: number[]; best: number } {
  const known = new Map<number, number>();
  const lossAt: LossAt = (index) => known.get(index);
  for (let due = next(lossAt); due.length > 0; due = next(lossAt)) {
    for (const index of due) {
      expect(known.has(index), `index ${index} asked for twice`).toBe(false);
      known.set(index, losses[index]!);
    }
  }
  const asked = [...known.keys()];
  return { asked, best: lowestOf(asked, lossAt) };
}

/** A valley with its bottom anywhere, sides of any steepness, and divergence above some rate. */
const valleys = fc
  .record({
    count: fc.integer({ min: 1, max: 80 }),
    bottom: fc.integer({ min: 0, max: 1000 }),
    steps: fc.array(fc.double({ min: 1e-9, max: 10, noNaN: true }), { minLength: 160, maxLength: 160 }),
    diverging: fc.integer({ min: 0, max: 20 }),
  })
  .map(({ count, bottom, steps, diverging }) => {
    const lowest = Math.round((bottom / 1000) * (count - 1));
    const losses = new Array<number>(count).fill(1);
    for (let i = lowest - 1; i >= 0; i--) losses[i] = losses[i + 1]! + steps[i]!;
    for (let i = lowest + 1; i < count; i++) losses[i] = i - lowest > count - diverging ? Infinity : losses[i - 1]! + steps[80 + i]!;
    return { losses, lowest };
  });

describe('the bracket', () => {
  test('finds the bottom of every valley, in a number of runs that grows with the logarithm of the grid', () => {
    fc.assert(
      fc.property(valleys, ({ losses, lowest }) => {
        const { asked, best } = search(losses, (lossAt) => bracketMinimum(losses.length, lossAt));
        expect(best).toBe(lowest);
        // Four or five at the coarsest stride, two at each of log₂(n/2) − 1 finer ones, two more at the end.
        expect(asked.length).toBeLessThanOrEqual(5 + 2 * Math.max(1, Math.log2(losses.length)));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('is the whole grid where that is small', () => {
    for (const count of [1, 2, 3]) expect(bracketMinimum(count, () => undefined)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test('ends where every rate diverges, at the smallest', () => {
    const { best } = search(new Array<number>(21).fill(Infinity), (lossAt) => bracketMinimum(21, lossAt));
    expect(best).toBe(0);
  });

  test('asks for the same whatever else is known, and for what is missing of it after an interruption', () => {
    const losses = Array.from({ length: 60 }, (_, i) => (i - 23.4) ** 2);
    const whole = new Set(search(losses, (lossAt) => bracketMinimum(60, lossAt)).asked);
    const elsewhere = new Map([2, 24, 57].map((index) => [index, losses[index]!]));
    const more = search(losses, (lossAt) => bracketMinimum(60, (index) => elsewhere.get(index) ?? lossAt(index)));
    expect(new Set([...more.asked, ...elsewhere.keys()])).toEqual(new Set([...whole, ...elsewhere.keys()]));
    const [first, ...rest] = bracketMinimum(60, () => undefined);
    expect(bracketMinimum(60, (index) => (index === first ? losses[index] : undefined))).toEqual(rest);
  });
});

describe('the descent', () => {
  test('walks down from where it starts, and asks for both neighbours of where it ends', () => {
    const losses = [9, 7, 5, 3, 1, 2, 4, 8];
    const { asked, best } = search(losses, (lossAt) => descendFrom(1, losses.length, lossAt));
    expect(best).toBe(4);
    expect(asked.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('stays in its valley, and at the edge of the grid', () => {
    expect(search([0, 5, 2, 6], (lossAt) => descendFrom(2, 4, lossAt)).best).toBe(2);
    expect(search([1, 2, 3], (lossAt) => descendFrom(1, 3, lossAt)).best).toBe(0);
  });
});

test('of equal losses the smaller rate is best', () => expect(lowestOf([5, 2, 4], () => 7)).toBe(2));

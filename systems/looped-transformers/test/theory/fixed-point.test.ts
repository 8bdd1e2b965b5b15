import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { productOf } from '../../src/tasks/groups.js';
import { groupNamed } from '../../src/tasks/named-groups.js';
import { fixedPoint, fixedPointKey, fixedPointQuery } from '../../src/theory/fixed-point.js';
import { drawFactors } from '../../src/theory/verification/composition-measurements.js';
import { composeInFixedPoint, wrongMatches } from '../../src/theory/verification/fixed-point-theorem.js';

const stream = new RandomStream(0, 'fixed point test');

describe('F_s', () => {
  test('F_1 has the seven numbers 0, ±0.5, ±1, ±1.5', () => {
    const { round, step, largest } = fixedPoint(1);
    expect([step, largest]).toEqual([0.5, 1.5]);
    const reached = new Set(Array.from({ length: 1001 }, (_, at) => round(-5 + at / 100)));
    expect([...reached].sort((a, b) => a - b)).toEqual([-1.5, -1, -0.5, 0, 0.5, 1, 1.5]);
  });

  test('rounds to the nearest, ties to the smaller magnitude, no negative zero', () => {
    const { round } = fixedPoint(2);
    expect([0.3, 0.37, 0.38, 0.375, -0.375, 0.125, -0.125, 0.13, 99, -99].map(round)).toEqual([
      0.25, 0.25, 0.5, 0.25, -0.25, 0, 0, 0.25, 3.75, -3.75,
    ]);
    expect(Object.is(round(-0.01), 0)).toBe(true);
    // Against the nearest of all numbers of F_2, by search.
    const all = Array.from({ length: 31 }, (_, k) => (k - 15) / 4);
    for (let draw = 0; draw < 500; draw++) {
      const x = 10 * (stream.uniform() - 0.5);
      const nearest = all.reduce((best, candidate) => (Math.abs(candidate - x) < Math.abs(best - x) ? candidate : best));
      expect(round(x)).toBe(nearest);
    }
  });

  test('rounds after every operation', () => {
    const { add, multiply, divide, sum, dot, softmax } = fixedPoint(2);
    expect(add(3.75, 0.25)).toBe(3.75);
    expect(multiply(0.25, 0.5)).toBe(0); // 1/8, a tie
    expect(multiply(0.75, 0.75)).toBe(0.5); // 9/16
    expect(divide(1, 3)).toBe(0.25);
    expect(sum([3.75, 1, -1])).toBe(2.75); // the order matters once a sum saturates
    expect(sum([3.75, -1, 1])).toBe(3.75);
    expect(dot([1, 2], [1.5, 1])).toBe(3.5);
    expect(softmax([0, 0])).toEqual([0.5, 0.5]);
  });

  test.each([1, 2, 3, 5, 8, 12])('s = %d: exp of the extremes, and matches of all codes', (bits) => {
    const arithmetic = fixedPoint(bits);
    expect(arithmetic.exp(-arithmetic.largest)).toBe(0);
    expect(arithmetic.exp(arithmetic.largest)).toBe(arithmetic.largest);
    expect(wrongMatches(64, arithmetic)).toBe(0);
  });

  test('the ones between the bits are what makes matches exact', () => {
    const arithmetic = fixedPoint(3);
    const plain = (i: number): number[] => fixedPointQuery(i, 3).filter((_, at) => at % 2 === 0);
    const key = (j: number): number[] => fixedPointKey(j, 3, arithmetic).filter((_, at) => at % 2 === 0);
    // Without them a mismatch in one bit and matches in the others saturate upwards.
    expect(arithmetic.exp(arithmetic.dot(plain(1), key(0)))).not.toBe(0);
  });

  test('attention fetches exactly, and composes group elements', () => {
    const arithmetic = fixedPoint(4);
    const values = Array.from({ length: 9 }, () => [arithmetic.round(stream.normal()), arithmetic.round(stream.normal())]);
    const keys = values.map((_, j) => fixedPointKey(j, 4, arithmetic));
    for (const [i, value] of values.entries()) expect(arithmetic.attend(fixedPointQuery(i, 4), keys, values)).toEqual(value);
    const group = groupNamed('D_4');
    for (const n of [3, 8, 13]) {
      const factors = drawFactors(group, n, stream);
      expect(composeInFixedPoint(group, factors, arithmetic)).toBe(productOf(group, factors));
    }
  });

  test('refuses numbers outside it, NaN, and more bits than float64 can round', () => {
    expect(() => fixedPoint(2).add(0.1, 0)).toThrow('expected numbers of F_2, given 0.1; round it first');
    expect(() => fixedPoint(2).round(NaN)).toThrow('given NaN');
    expect(() => fixedPoint(2).divide(1, 0)).toThrow('a divisor other than 0');
    expect(() => fixedPoint(13)).toThrow('expected at most 12 bits, given 13');
    expect(() => fixedPoint(0)).toThrow('expected a whole number of at least 1');
  });
});

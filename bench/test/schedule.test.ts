import { describe, expect, it } from 'vitest';
import { interleave, iterationsPerTurn } from '../src/schedule.js';

describe('interleave', () => {
  it('takes every contender once before any of them again', () => {
    expect(interleave(['a', 'b'], 3).map(({ round, contender }) => `${contender}${round}`)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  });
});

describe('iterationsPerTurn', () => {
  const length = { seconds: 1, minimumIterations: 3, maximumIterations: 40 };
  it.each([
    [0.1, 10],
    [5, 3],
    [0.001, 40],
    [0, 40],
  ])('of a step of %f s is %i', (stepSeconds, expected) => {
    expect(iterationsPerTurn(stepSeconds, length)).toBe(expected);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName, nearNames, suggestion } from '../src/nearest-name.js';

describe('nearest name', () => {
  it.each([
    ['', '', 0],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['addition', 'addtion', 1],
    ['abc', '', 3],
    // Optimal string alignment edits no letter pair twice, so this is 3 where the unrestricted distance is 2.
    ['ca', 'abc', 3],
  ])('the distance of %j and %j is %d', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

  it('is symmetric, and zero only for equal names', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
      { seed: 3 },
    );
  });

  it('finds what was meant, and nothing when nothing is near', () => {
    expect(nearestName('quikc', ['quick', 'standard', 'paper'])).toBe('quick');
    expect(nearestName('QUICK', ['quick'])).toBe('quick');
    expect(nearestName('zebra', ['quick', 'standard', 'paper'])).toBeUndefined();
    expect(suggestion('zebra', ['quick', 'paper'])).toBe('There is: quick, paper.');
    expect(suggestion('zebra', [])).toBe('There is none.');
  });

  it('finds names by the beginnings of their words where none is near', () => {
    const commands = ['data-gen', 'data-stats', 'eval', 'data-verify'];
    expect(suggestion('data', commands)).toBe('Did you mean data-gen, data-stats or data-verify?');
    expect(suggestion('stat', commands)).toBe('Did you mean data-stats?');
    expect(nearNames('data-gne', commands)).toEqual(['data-gen']);
    // "a" is in every name; it begins no word, and "d" would be too short to say which.
    expect(nearNames('a', commands)).toEqual([]);
    expect(nearNames('d', commands)).toEqual([]);
  });
});

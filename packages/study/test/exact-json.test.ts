import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DefinitionError } from '../src/errors.js';
import { fromJsonNumber, stringifyExactly, toJsonNumber } from '../src/exact-json.js';

describe('exact JSON', () => {
  it('gives back every value, the sign of zero included', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(null, true, -0),
        fc.string(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 3, noNullPrototype: true },
        ),
      ),
    })).value;
    const comesBack = fc.property(value, (given) => {
      expect(JSON.parse(stringifyExactly(given, 'state'))).toEqual(given);
    });
    fc.assert(comesBack, { seed: 4, numRuns: 500 });
    expect(Object.is(JSON.parse(stringifyExactly(-0, 'state')), -0)).toBe(true);
  });

  it.each([
    [NaN, 'state.a[1]'],
    [Infinity, 'state.a[1]'],
    [undefined, 'state.a[1]'],
    [1n, 'state.a[1]'],
    [new Float32Array(1), 'Float32Array'],
    [new Map(), 'Map'],
  ])('refuses %s and says where it stands', (given, place) => {
    expect(() => stringifyExactly({ a: [0, given] }, 'state')).toThrow(DefinitionError);
    expect(() => stringifyExactly({ a: [0, given] }, 'state')).toThrow(place);
  });

  it('names the numbers that JSON does not have', () => {
    for (const value of [NaN, Infinity, -Infinity, 1.5]) expect(fromJsonNumber(toJsonNumber(value))).toBe(value);
  });
});

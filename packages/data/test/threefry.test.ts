import { describe, expect, it } from 'vitest';
import { threefry2x32 } from '../src/threefry.js';

describe('threefry2x32', () => {
  // Known-answer vectors of the Random123 distribution (kat_vectors, threefry2x32 with 20 rounds): key, counter, output.
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])('key %j, counter %j gives %j', (key, counter, expected) => {
    const out = new Uint32Array(2);
    threefry2x32(key[0]!, key[1]!, counter[0]!, counter[1]!, out);
    expect([...out]).toEqual(expected);
  });

  it('takes words modulo 2^32, and may write over its own input', () => {
    const signed = new Uint32Array(2);
    threefry2x32(-1, -1, -1, -1, signed);
    expect([...signed]).toEqual([0x1cb996fc, 0xbb002be7]);
    const inPlace = Uint32Array.of(0, 0);
    threefry2x32(inPlace[0]!, inPlace[1]!, inPlace[0]!, inPlace[1]!, inPlace);
    expect([...inPlace]).toEqual([0x6b200159, 0x99ba4efe]);
  });
});

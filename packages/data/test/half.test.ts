import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  bfloat16ToFloat32,
  bfloat16ToNumber,
  float16ToFloat32,
  float16ToNumber,
  float32ToBfloat16,
  float32ToFloat16,
  numberToBfloat16,
  numberToFloat16,
} from '../src/half.js';

/** Digests made by numpy and ml_dtypes; see fixtures/make_fixtures.py. */
const digests = JSON.parse(readFileSync(new URL('./fixtures/half.json', import.meta.url), 'utf8')) as Record<string, string>;

const patterns = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

const formats = [
  {
    name: 'float16',
    toNumber: float16ToNumber,
    fromNumber: numberToFloat16,
    toFloats: float16ToFloat32,
    fromFloats: float32ToFloat16,
    infinity: 0x7c00,
    nan: 0x7e00,
  },
  {
    name: 'bfloat16',
    toNumber: bfloat16ToNumber,
    fromNumber: numberToBfloat16,
    toFloats: bfloat16ToFloat32,
    fromFloats: float32ToBfloat16,
    infinity: 0x7f80,
    nan: 0x7fc0,
  },
];

/** The float64 next to a positive one. */
function neighbour(value: number, step: 1n | -1n): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + step);
  return view.getFloat64(0);
}

describe.each(formats)('$name', ({ name, toNumber, fromNumber, toFloats, fromFloats, infinity, nan }) => {
  it('has the value that numpy gives it, for all 65536 bit patterns', () => {
    const values = toFloats(patterns);
    const words = new Uint32Array(values.buffer);
    values.forEach((value, i) => {
      if (Number.isNaN(value)) words[i] = 0x7fc00000;
    });
    expect(createHash('sha256').update(words).digest('hex')).toBe(digests[name]);
    expect(patterns.every((bits) => Object.is(toNumber(bits), values[bits]))).toBe(true);
  });

  it('returns to its bits from its value, for all 65536 bit patterns', () => {
    const isNaNPattern = (bits: number) => (bits & 0x7fff) > infinity;
    const expected = patterns.map((bits) => (isNaNPattern(bits) ? nan : bits));
    expect(patterns.map((bits) => fromNumber(toNumber(bits)))).toEqual(expected);
    expect(fromFloats(toFloats(patterns))).toEqual(expected);
  });

  it('rounds to nearest, ties to even, between all neighbouring values', () => {
    const wrong: number[] = [];
    for (let below = 0; below < infinity; below++) {
      const low = toNumber(below);
      // Above the largest finite value, rounding acts as if the next power of two were representable.
      const high = below + 1 < infinity ? toNumber(below + 1) : 2 * toNumber(below) - toNumber(below - 1);
      const middle = (low + high) / 2;
      const tie = below % 2 === 0 ? below : below + 1;
      const right =
        fromNumber(middle) === tie &&
        fromNumber(neighbour(middle, -1n)) === below &&
        fromNumber(neighbour(middle, 1n)) === below + 1 &&
        fromNumber(-middle) === (tie | 0x8000);
      if (!right) wrong.push(below);
    }
    expect(wrong).toEqual([]);
  });

  it('takes extremes to zero, infinity and NaN', () => {
    expect([0, -0, Number.MIN_VALUE, -Number.MIN_VALUE].map(fromNumber)).toEqual([0, 0x8000, 0, 0x8000]);
    expect([Infinity, -Infinity, Number.MAX_VALUE, -1e300].map(fromNumber)).toEqual([
      infinity,
      infinity | 0x8000,
      infinity,
      infinity | 0x8000,
    ]);
    expect(fromNumber(NaN)).toBe(nan);
  });
});

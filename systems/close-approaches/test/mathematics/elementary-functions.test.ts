import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acos, asin, atan, atan2, cbrt, cos, exp, log, pow, sin, sinCos, tan } from '../../src/mathematics/index.js';
import { exponentOf, powerOfTwo, scaleByPowerOfTwo } from '../../src/mathematics/floating-point.js';

const references = JSON.parse(readFileSync(new URL('fixtures/elementary-functions.json', import.meta.url), 'utf8')) as Record<
  string,
  number[][]
>;
const functions: Record<string, (...x: number[]) => number> = { sin, cos, tan, asin, acos, atan2, exp, log, cbrt, pow } as never;

/** Distance of `value` from high + low in units of the last place of `high`. */
const unitsOff = (value: number, high: number, low: number): number =>
  value === high ? Math.abs(low) / unit(high) : Math.abs(value - high - low) / unit(high);
const unit = (x: number): number => powerOfTwo(Math.max(-1074, exponentOf(x) - 52));

describe.each(Object.keys(functions))('%s', (name) => {
  test('is within one unit in the last place of values with 60 digits', () => {
    const rows = references[name]!;
    expect(rows.length).toBeGreaterThanOrEqual(200);
    const worst = rows
      .filter(([x]) => x !== 0)
      .map((row) => ({ row, off: unitsOff(functions[name]!(...row.slice(0, -2)), row.at(-2)!, row.at(-1)!) }))
      .reduce((a, b) => (b.off > a.off ? b : a));
    // Correct rounding is half a unit; everything before the last rounding is kept below a quarter.
    expect(worst.off, JSON.stringify(worst)).toBeLessThan(0.75);
  });

  test('is as the engine has it to two units, everywhere', () => {
    const theirs = Math[name as 'sin'] as (...x: number[]) => number;
    const number = fc.double({ noNaN: false });
    fc.assert(
      fc.property(number, number, (x, y) => {
        const [value, other] = [functions[name]!(x, y), theirs(x, y)];
        if (Object.is(value, other) || (value === 0 && other === 0)) return;
        // Engines are a unit off themselves, their powers and subnormal results more.
        expect(Math.abs(value - other)).toBeLessThanOrEqual(Math.max((name === 'pow' ? 8 : 2) * unit(other), 5e-324));
      }),
      { seed: 6, numRuns: 5000 },
    );
  });
});

test('signs of zero, infinities and NaN', () => {
  expect(sin(-0)).toBe(-0);
  expect(tan(-0)).toBe(-0);
  expect(asin(-0)).toBe(-0);
  expect(cbrt(-0)).toBe(-0);
  expect(sin(Infinity)).toBeNaN();
  expect(atan(-Infinity)).toBe(-Math.PI / 2);
  expect(exp(-Infinity)).toBe(0);
  expect(log(-1)).toBeNaN();
  for (const y of [0, -0, 1, -1, Infinity, -Infinity, NaN]) {
    for (const x of [0, -0, 1, -1, Infinity, -Infinity, NaN]) expect(atan2(y, x)).toBe(Math.atan2(y, x));
  }
  for (const y of [0, -0, 1, -1, 2, 3, -3, Infinity, -Infinity, NaN]) {
    for (const x of [0, -0, 1, -1, 2, -2, 0.5, Infinity, -Infinity, NaN]) expect(pow(x, y)).toBe(x ** y);
  }
  expect(pow(-2, 0.5)).toBeNaN();
  expect(pow(-Infinity, -0.5)).toBe(0);
});

test('sine and cosine together are the bits of each', () => {
  const out = { sine: NaN, cosine: NaN };
  fc.assert(
    fc.property(fc.double(), (x) => {
      sinCos(x, out);
      expect([out.sine, out.cosine]).toEqual([sin(x), cos(x)]);
    }),
    { seed: 6, numRuns: 1000 },
  );
});

test('parts of doubles', () => {
  fc.assert(
    fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (x) => {
      if (x === 0) return;
      const k = exponentOf(x);
      const m = Math.abs(scaleByPowerOfTwo(x, -k));
      expect(m).toBeGreaterThanOrEqual(1);
      expect(m).toBeLessThan(2);
    }),
    { seed: 6 },
  );
});

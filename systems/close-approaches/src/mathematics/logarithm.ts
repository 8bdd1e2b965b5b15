import { productError, sumError } from './exact-errors.js';
import { exponentOf, scaleByPowerOfTwo } from './floating-point.js';

/** ln 2 in a piece of 40 bits, whose products with exponents are exact, and the rest. */
const ln2High = 0.693_147_180_559_208_2;
const ln2Low = 7.371_002_565_167_799e-13;
const sqrtHalf = 0.707_106_781_186_547_5;

/** Natural logarithm to within one unit in the last place, the same bits on every machine; NaN below 0, −Infinity at 0. */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x === Infinity ? Infinity : NaN;
  const [k, m] = reduced(x);
  // ln m = 2·artanh(s), s = (m − 1)/(m + 1).
  const f = m - 1;
  const g = m + 1;
  const gLow = sumError(m, 1, g);
  const s = f / g;
  const sg = s * g;
  const sLow = (f - sg - productError(s, g, sg) - s * gLow) / g;
  const z = s * s;
  const p =
    0.666_666_666_666_667 +
    z *
      (0.399_999_999_998_982_7 +
        z *
          (0.285_714_286_265_336_2 +
            z *
              (0.222_222_110_437_768_54 + z * (0.181_828_957_501_193_54 + z * (0.153_315_016_111_409_7 + z * 0.146_191_661_349_334_78)))));
  const small = 2 * sLow + s * z * p + k * ln2Low;
  const large = k * ln2High;
  const sum = large + 2 * s;
  return sum + (sumError(large, 2 * s, sum) + small);
}

/** x = m·2^k with √½ ≤ m < √2. */
function reduced(x: number): [k: number, m: number] {
  const exponent = exponentOf(x);
  const m = scaleByPowerOfTwo(x, -exponent);
  return m > 2 * sqrtHalf ? [exponent + 1, 0.5 * m] : [exponent, m];
}

/** A logarithm with twice the digits: high + low. */
export interface ExtendedLogarithm {
  high: number;
  low: number;
}

/** 2/3, 2/5, 2/7, 2/9 and what rounding took from them. */
const series = [
  [0.666_666_666_666_666_6, 3.700_743_415_417_188e-17],
  [0.4, -2.220_446_049_250_313_2e-17],
  [0.285_714_285_714_285_7, 1.586_032_892_321_652e-17],
  [0.222_222_222_222_222_2, 1.233_581_138_472_396_1e-17],
] as const;

/** Natural logarithm of a positive number to about 2⁻⁷⁰ of its size, for powers. The series of {@link log}, its first terms twice as long. */
export function logExtended(x: number, out: ExtendedLogarithm): void {
  const [k, m] = reduced(x);
  const f = m - 1;
  const g = m + 1;
  const gLow = sumError(m, 1, g);
  const s = f / g;
  const sg = s * g;
  const sLow = (f - sg - productError(s, g, sg) - s * gLow) / g;
  const z = s * s;
  const zLow = productError(s, s, z) + 2 * s * sLow;
  let high =
    z *
    (0.181_818_181_818_150_76 +
      z *
        (0.153_846_153_920_696_48 +
          z * (0.133_333_304_001_577_92 + z * (0.117_651_278_756_341_99 + z * (0.104_989_574_951_536_68 + z * 0.103_343_878_316_470_03)))));
  let low = 0;
  for (let term = series.length - 1; term >= 0; term--) {
    const [c, cLow] = series[term]!;
    const sum = c + high;
    const sumLow = sumError(c, high, sum) + low + cLow;
    high = sum * z;
    low = productError(sum, z, high) + sum * zLow + sumLow * z;
  }
  // high + low = z·P(z); ln m = 2s + s·z·P(z).
  const beyond = s * high;
  const beyondLow = productError(s, high, beyond) + s * low + sLow * high;
  const head = 2 * s;
  const first = head + beyond;
  const firstLow = sumError(head, beyond, first) + 2 * sLow + beyondLow;
  const multiple = k * ln2High;
  const rest = k * ln2Low;
  const restLow = productError(k, ln2Low, rest) + k * ln2Lowest;
  const sum = multiple + first;
  const sumLow = sumError(multiple, first, sum);
  const middle = sumLow + rest;
  const middleLow = sumError(sumLow, rest, middle) + firstLow + restLow;
  out.high = sum + (middle + middleLow);
  out.low = sumError(sum, middle + middleLow, out.high) + (middle - (middle + middleLow) + middleLow);
}

const ln2Lowest = 1.947_045_092_380_75e-31;

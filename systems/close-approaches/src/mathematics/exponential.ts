import { productError, sumError } from './exact-errors.js';
import { scaleByPowerOfTwo } from './floating-point.js';

/** ln 2 in a piece of 40 bits, whose products with exponents are exact, and the rest. */
const ln2High = 0.693_147_180_559_208_2;
const ln2Low = 7.371_002_565_167_799e-13;
const largest = 709.782_712_893_384;
const smallest = -745.133_219_101_941_2;
/** Adding and subtracting it rounds a number to the nearest integer. */
const rounder = 6_755_399_441_055_744;

/** e^x to within one unit in the last place, the same bits on every machine. */
export const exp = (x: number): number => expExtended(x, 0);

/** e^(x + low), with `low` below one unit in the last place of x. */
export function expExtended(x: number, low: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > largest) return Infinity;
  if (x < smallest) return 0;
  const k = x * Math.LOG2E + rounder - rounder;
  const first = x - k * ln2High;
  const second = k * ln2Low;
  const difference = first - second;
  const differenceLow = sumError(first, -second, difference) - productError(k, ln2Low, second) + low;
  const r = difference + differenceLow;
  const rLow = sumError(difference, differenceLow, r);
  const p =
    coefficients[0] +
    r *
      (coefficients[1] +
        r *
          (coefficients[2] +
            r *
              (coefficients[3] +
                r *
                  (coefficients[4] +
                    r *
                      (coefficients[5] +
                        r *
                          (coefficients[6] +
                            r * (coefficients[7] + r * (coefficients[8] + r * (coefficients[9] + r * coefficients[10])))))))));
  // e^r = 1 + r + r²·P(r), and rLow·e^r.
  const sum = 1 + r;
  const value = sum + (sumError(1, r, sum) + r * r * p + rLow * sum);
  return scaleByPowerOfTwo(value, k);
}

/** Of (e^r − 1 − r)/r² on ±ln(2)/2. */
const coefficients = [
  0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326084, 0.0013888888888883711, 0.0001984126987500228, 2.480158732567746e-5,
  2.755725517000089e-6, 2.755727347871858e-7, 2.5105312729622103e-8, 2.09147553258932e-9,
] as const;

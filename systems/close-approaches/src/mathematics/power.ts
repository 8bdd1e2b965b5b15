import { productError, sumError } from './exact-errors.js';
import { expExtended } from './exponential.js';
import { exponentOf, scaleByPowerOfTwo } from './floating-point.js';
import { type ExtendedLogarithm, logExtended } from './logarithm.js';

/** Cube root to within one unit in the last place, the same bits on every machine. */
export function cbrt(x: number): number {
  if (x === 0 || x - x !== 0) return x;
  const third = Math.floor(exponentOf(x) / 3);
  const m = Math.abs(scaleByPowerOfTwo(x, -3 * third));
  let root = 0.631_4 + m * (0.427_8 + m * (-0.065_2 + m * 0.004_8));
  for (let i = 0; i < 4; i++) root -= (root * root * root - m) / (3 * root * root);
  // One more step from the exact remainder m − root³.
  const square = root * root;
  const cube = square * root;
  const lost = productError(square, root, cube) + productError(root, root, square) * root;
  root += (m - cube - lost) / (3 * square);
  const value = scaleByPowerOfTwo(root, third);
  return x < 0 ? -value : value;
}

const logarithm: ExtendedLogarithm = { high: 0, low: 0 };

/** x^y to within one unit in the last place, the same bits on every machine; special cases as in Math.pow. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const isInteger = Math.floor(y) === y;
  const isOdd = isInteger && y % 2 !== 0 && Number.isFinite(y);
  const size = Math.abs(x);
  const sign = (x < 0 || Object.is(x, -0)) && isOdd ? -1 : 1;
  if (!Number.isFinite(y)) return size === 1 ? NaN : size > 1 === y > 0 ? Infinity : 0;
  if (size === 0 || size === Infinity) return sign * ((size === 0) === y > 0 ? 0 : Infinity);
  if (x < 0 && !isInteger) return NaN;
  if (size === 1) return sign;
  logExtended(size, logarithm);
  const estimate = y * logarithm.high;
  if (!(Math.abs(estimate) < 800)) return sign * (estimate > 0 ? Infinity : 0);
  const rest = productError(y, logarithm.high, estimate) + y * logarithm.low;
  const high = estimate + rest;
  return sign * expExtended(high, sumError(estimate, rest, high));
}

import { productError, sumError } from './exact-errors.js';
import { exponentOf, scaleByPowerOfTwo } from './floating-point.js';

/** arctan(k/8), k = 0 … 8, and what rounding took from each. */
const tableHigh = [
  0, 0.124_354_994_546_761_44, 0.244_978_663_126_864_14, 0.358_770_670_270_572_25, 0.463_647_609_000_806_1, 0.558_599_315_343_562_4,
  0.643_501_108_793_284_4, 0.718_829_999_621_624_5, 0.785_398_163_397_448_3,
] as const;
const tableLow = [
  0, -3.125_324_142_453_938_3e-18, 1.069_875_561_873_445_1e-17, -2.462_381_558_263_863_5e-17, 2.269_877_745_296_168_7e-17,
  -5.455_630_548_591_626e-18, 1.583_478_505_144_428_6e-17, -2.147_838_844_445_698_3e-17, 3.061_616_997_868_383e-17,
] as const;

/** π and π/2, and what rounding took from them. */
const piHigh = Math.PI;
const piLow = 1.224_646_799_147_353_2e-16;

/** Below it arctan t = t to half a unit in the last place. */
const linear = 7.450_580_596_923_828e-9;

/**
 * The angle of the point (x, y) in (−π, π], to within one unit in the last place, the same bits on every machine. Signed zeros,
 * infinities and NaN as in Math.atan2.
 */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const negative = y < 0 || Object.is(y, -0);
  const isLeft = x < 0 || Object.is(x, -0);
  const [up, side] = [Math.abs(y), Math.abs(x)];
  let angle: number;
  if (up === 0) angle = isLeft ? piHigh : 0;
  else if (side === 0) angle = piHigh / 2;
  else if (up === Infinity) angle = side < Infinity ? piHigh / 2 : isLeft ? 2.356_194_490_192_345 : piHigh / 4;
  else if (side === Infinity) angle = isLeft ? piHigh : 0;
  else {
    // The larger of the two near 1, so that products neither overflow nor vanish.
    const scale = -exponentOf(up > side ? up : side);
    const tangent = up / side;
    if (!isLeft && tangent < linear) return negative ? -tangent : tangent;
    angle = angleOfExtended(scaleByPowerOfTwo(up, scale), 0, scaleByPowerOfTwo(side, scale), 0, isLeft);
  }
  return negative ? -angle : angle;
}

/** Angle in (−π/2, π/2) whose tangent is `x`, as {@link atan2}. */
export const atan = (x: number): number => atan2(x, 1);

/** Angle in [−π/2, π/2] whose sine is `x`; NaN outside ±1. Accuracy as {@link atan2}. */
export function asin(x: number): number {
  if (x === 0 || !(x >= -1 && x <= 1)) return x === 0 ? x : NaN;
  const size = Math.abs(x);
  if (size < linear) return x;
  const other = complement(size);
  const angle = size === 1 ? piHigh / 2 : angleOfExtended(size, 0, other.high, other.low, false);
  return x < 0 ? -angle : angle;
}

/** Angle in [0, π] whose cosine is `x`; NaN outside ±1. Accuracy as {@link atan2}. */
export function acos(x: number): number {
  if (!(x >= -1 && x <= 1)) return NaN;
  if (x === 1) return 0;
  const { high, low } = complement(Math.abs(x));
  return x === -1 ? piHigh : angleOfExtended(high, low, Math.abs(x), 0, x < 0);
}

/** √(1 − x²) for 0 ≤ x ≤ 1, and what rounding took from it. */
function complement(x: number): { high: number; low: number } {
  const square = x * x;
  const rest = 1 - square;
  const restLow = sumError(1, -square, rest) - productError(x, x, square);
  const high = Math.sqrt(rest);
  const squared = high * high;
  const low = high === 0 ? 0 : (rest - squared - productError(high, high, squared) + restLow) / (2 * high);
  return { high, low };
}

/** The angle of (x + xLow, y + yLow) with x, y ≥ 0, or its supplement where the point `isLeft`. */
function angleOfExtended(y: number, yLow: number, x: number, xLow: number, isLeft: boolean): number {
  const isSteep = y > x;
  const [a, aLow, b, bLow] = isSteep ? [x, xLow, y, yLow] : [y, yLow, x, xLow];
  // arctan(a/b) = arctan(c) + arctan(u), u = (a − c·b)/(b + c·a), with c the nearest eighth.
  const k = Math.trunc((8 * a) / b + 0.5);
  const c = k / 8;
  const cb = c * b;
  const difference = a - cb;
  const differenceLow = sumError(a, -cb, difference) - productError(c, b, cb) + aLow - c * bLow;
  const ca = c * a;
  const divisor = b + ca;
  const divisorLow = sumError(b, ca, divisor) + productError(c, a, ca) + bLow + c * aLow;
  const u = (difference + differenceLow) / divisor;
  const ud = u * divisor;
  const remainder = difference - ud - productError(u, divisor, ud) + differenceLow - u * divisorLow;
  const z = u * u;
  const p =
    -0.333_333_333_333_333_1 +
    z * (0.199_999_999_997_096_75 + z * (-0.142_857_137_629_179_15 + z * (0.111_107_814_548_733_27 + z * -0.090_059_711_742_438_72)));
  const beyond = remainder / divisor + u * z * p + tableLow[k]!;
  const high = tableHigh[k]! + u;
  const low = sumError(tableHigh[k]!, u, high) + beyond;
  if (!isSteep) return isLeft ? awayFrom(piHigh, piLow, high, low) : high + low;
  return isLeft ? awayFrom(piHigh / 2, piLow / 2, -high, -low) : awayFrom(piHigh / 2, piLow / 2, high, low);
}

/** (base + baseLow) − (high + low). */
function awayFrom(base: number, baseLow: number, high: number, low: number): number {
  const difference = base - high;
  return difference + (sumError(base, -high, difference) + baseLow - low);
}

import { LinalgError } from '../errors.js';
import type { Workspace } from '../workspace.js';

/** Iterations for one root; three or four are usual. */
const largestIterations = 100;

/**
 * A diagonal plus rank-one matrix `diag(d) + w̃w̃ᵀ`, `d` increasing, through `wᵢ = w̃ᵢ² > 0`; offsets of float64 elements.
 */
export interface SecularEquation {
  readonly order: number;
  readonly poles: number;
  readonly weights: number;
  /** Two elements of scratch. */
  readonly sums: number;
}

/** A root `poles[origin] + shift`, its distance from the nearest pole kept apart so that differences are accurate. */
export interface SecularRoot {
  readonly origin: number;
  readonly shift: number;
}

/** The secular function at one point, split into the poles up to and after the root. */
interface Evaluation {
  readonly value: number;
  /** Slope of the part with poles below the root, then above. */
  readonly slopeBelow: number;
  readonly slopeAbove: number;
  /** What rounding may have made of `value`. */
  readonly error: number;
}

/**
 * Root `j` of `1 + Σ wᵢ/(dᵢ − λ) = 0`, between pole `j` and the next, or above the last one. Each side of the sum is
 * interpolated by one pole with matching value and slope, whose zero is the next point (Bunch, Nielsen and Sorensen, Numer.
 * Math. 31, 1978; Li, LAPACK Working Note 89), within a bracket. It stops where the function is zero to rounding, which
 * makes the vectors of Gu and Eisenstat orthogonal (SIAM J. Matrix Anal. Appl. 16(1), 1995, equation 3.4).
 * @throws {LinalgError} `no-convergence`
 */
export function secularRoot(workspace: Workspace, equation: SecularEquation, j: number): SecularRoot {
  const { doubles } = workspace;
  const { order: k, poles, weights } = equation;
  const last = j === k - 1;
  const weightSum = last ? sum(doubles, weights, k) : 0;
  const gap = last ? weightSum : doubles[poles + j + 1]! - doubles[poles + j]!;
  if (k === 1) return { origin: 0, shift: weightSum };

  const middle = evaluate(workspace, equation, j, j, gap / 2);
  const origin = !last && middle.value < 0 ? j + 1 : j;
  const start = origin === j ? 0 : -gap;
  // The two poles whose terms interpolate the halves of the sum, relative to the origin.
  const lower = last ? doubles[poles + k - 2]! - doubles[poles + k - 1]! : start;
  const upper = last ? 0 : start + gap;
  let low = origin === j ? (middle.value < 0 ? gap / 2 : 0) : -gap / 2;
  let high = origin === j ? (middle.value < 0 ? gap : gap / 2) : 0;

  let shift = firstShift(doubles, equation, j, middle, start + gap / 2, lower, upper, last);
  if (!(shift > low && shift < high)) shift = (low + high) / 2;
  for (let iteration = 0; iteration < largestIterations; iteration++) {
    const here = evaluate(workspace, equation, j, origin, shift);
    if (Math.abs(here.value) <= here.error) return { origin, shift };
    if (here.value < 0) low = shift;
    else high = shift;
    const step = interpolatedStep(here, lower - shift, upper - shift, last);
    let next = shift + step;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (next === shift || next === low || next === high) return { origin, shift };
    shift = next;
  }
  throw new LinalgError(
    'no-convergence',
    `secular equation: expected root ${j} of ${k} within ${largestIterations} iterations; use method "ql" or "jacobi"`,
    { iterations: largestIterations, index: j },
  );
}

function sum(doubles: Float64Array, offset: number, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += doubles[offset + i]!;
  return total;
}

function evaluate({ kernels, doubles }: Workspace, equation: SecularEquation, j: number, origin: number, shift: number): Evaluation {
  const { order: k, poles, weights, sums } = equation;
  const pole = doubles[poles + origin]!;
  // Above the last pole the last term is a side of its own.
  const split = j === k - 1 ? k - 1 : j + 1;
  kernels.secularSums(0, split, poles, weights, pole, shift, sums);
  const below = doubles[sums]!;
  const slopeBelow = doubles[sums + 1]!;
  kernels.secularSums(split, k, poles, weights, pole, shift, sums);
  const above = doubles[sums]!;
  const slopeAbove = doubles[sums + 1]!;
  const error = Number.EPSILON * ((k / 4 + 4) * (1 + Math.abs(below) + Math.abs(above)) + Math.abs(shift) * (slopeBelow + slopeAbove));
  return { value: 1 + below + above, slopeBelow, slopeAbove, error };
}

/** The zero of the two nearest terms and a constant that stands for the rest, taken in the middle of the interval. */
function firstShift(
  doubles: Float64Array,
  { weights }: SecularEquation,
  j: number,
  middle: Evaluation,
  middleShift: number,
  lower: number,
  upper: number,
  last: boolean,
): number {
  const left = doubles[weights + (last ? j - 1 : j)]!;
  const right = doubles[weights + (last ? j : j + 1)]!;
  const toLower = lower - middleShift;
  const toUpper = upper - middleShift;
  const slopes = { slopeBelow: left / (toLower * toLower), slopeAbove: right / (toUpper * toUpper) };
  return middleShift + interpolatedStep({ value: middle.value, ...slopes }, toLower, toUpper, last);
}

/**
 * The zero `x` of `C + q/(toLower − x) + s/(toUpper − x)` with the given value and slopes at `x = 0`: a quadratic, solved
 * without cancellation.
 */
function interpolatedStep(
  { value, slopeBelow, slopeAbove }: Omit<Evaluation, 'error'>,
  toLower: number,
  toUpper: number,
  last: boolean,
): number {
  const a = value - toLower * slopeBelow - toUpper * slopeAbove;
  const b = (toLower + toUpper) * value - toLower * toUpper * (slopeBelow + slopeAbove);
  const c = toLower * toUpper * value;
  const root = Math.sqrt(Math.abs(b * b - 4 * a * c));
  if (last) return b >= 0 ? (b + root) / (2 * a) : (2 * c) / (b - root);
  return b <= 0 ? (b - root) / (2 * a) : (2 * c) / (b + root);
}

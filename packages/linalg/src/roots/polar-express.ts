import { LinalgError } from '../errors.js';
import { matrix } from '../matrix.js';
import { solve } from '../lu.js';
import type { QuinticCoefficients } from './newton-schulz.js';

/** Options of {@link polarExpressCoefficients}. */
export interface PolarExpressOptions {
  /** Smallest singular value provided for, of a matrix with largest 1; default 1e-3. */
  readonly smallest?: number;
  /** A step's polynomial is made for no smaller part of its interval than this; default 0.02407327424182761. */
  readonly cushion?: number;
}

/**
 * The per-step coefficients of the method "Polar Express" (Amsel, Persson, Musco and Gower, arXiv:2505.16932): step by step the
 * odd quintic that is nearest to 1 on the interval that holds the singular values then, `[ℓ, u]`; the next interval is
 * its image, `[p(ℓ), 2 − p(ℓ)]`. The cushion keeps a step from lifting the smallest values at the cost of all others; its
 * polynomial is scaled so that the images of `ℓ` and `u` lie evenly around 1. The steps tend to `(1.875, −1.25, 0.375)`.
 * @throws {LinalgError} `invalid-argument`
 */
export function polarExpressCoefficients(
  steps: number,
  { smallest = 1e-3, cushion = 0.02407327424182761 }: PolarExpressOptions = {},
): QuinticCoefficients[] {
  if (!(smallest > 0 && smallest < 1) || !(cushion >= 0 && cushion < 1) || !Number.isInteger(steps) || steps < 0) {
    throw new LinalgError(
      'invalid-argument',
      `polarExpressCoefficients: expected whole steps, 0 < smallest < 1 and 0 ≤ cushion < 1, got ${steps}, ${smallest} and ${cushion}`,
    );
  }
  const schedule: QuinticCoefficients[] = [];
  let lower = smallest;
  let upper = 1;
  for (let step = 0; step < steps; step++) {
    const nearest = nearestQuintic(Math.max(lower, cushion * upper), upper);
    const factor = 2 / (quinticAt(nearest, lower) + quinticAt(nearest, upper));
    const [a, b, c] = nearest;
    const coefficients: QuinticCoefficients = cushion * upper > lower ? [a * factor, b * factor, c * factor] : nearest;
    schedule.push(coefficients);
    lower = quinticAt(coefficients, lower);
    upper = 2 - lower;
  }
  return schedule;
}

/** `a·x + b·x³ + c·x⁵`. */
export function quinticAt([a, b, c]: QuinticCoefficients, x: number): number {
  const square = x * x;
  return x * (a + square * (b + square * c));
}

/** Relative width below which the nearest quintic is that of a point, the third-order one, scaled. */
const pointWidth = 1e-5;

/** The odd quintic with the smallest `max |p(x) − 1|` on `[lower, upper]`, by Remez exchange of its two inner extrema. */
function nearestQuintic(lower: number, upper: number): QuinticCoefficients {
  if (upper - lower <= pointWidth * upper) return [1.875 / upper, -1.25 / upper ** 3, 0.375 / upper ** 5];
  let inner: [number, number] = [(3 * lower + upper) / 4, (lower + 3 * upper) / 4];
  let previous = Infinity;
  for (let exchange = 0; exchange < 100; exchange++) {
    const points = [lower, inner[0], inner[1], upper];
    // p(x) + error·(−1)ⁱ = 1 at the four points.
    const rows = points.flatMap((x, i) => [x, x ** 3, x ** 5, i % 2 === 0 ? 1 : -1]);
    const [a, b, c, error] = solve(matrix(4, 4, Float64Array.from(rows)), matrix(4, 1, new Float64Array(4).fill(1)))
      .data as ArrayLike<number> as [number, number, number, number];
    if (Math.abs(previous - error) <= 1e-15) return [a, b, c];
    previous = error;
    // The extrema: a + 3b·x² + 5c·x⁴ = 0.
    const root = Math.sqrt(9 * b * b - 20 * a * c);
    inner = [Math.sqrt((-3 * b - root) / (10 * c)), Math.sqrt((-3 * b + root) / (10 * c))];
  }
  throw new LinalgError(
    'no-convergence',
    `polarExpressCoefficients: expected the exchange to settle on [${lower}, ${upper}] within 100 steps`,
  );
}

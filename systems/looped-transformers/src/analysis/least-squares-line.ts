import { AnalysisError } from './analysis-error.js';

/** A point of a plane. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** y = slope · x + intercept. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Share of the variance of y that the line explains; 1 where y does not vary. */
  readonly rSquared: number;
}

/**
 * The line with the least sum of squared vertical distances, from sums around the means.
 * @throws {AnalysisError} `too-few-points` unless there are points at two places; `invalid-argument` for numbers that are not finite
 */
export function leastSquaresLine(points: readonly Point[]): Line {
  for (const { x, y } of points) {
    if (Number.isFinite(x) && Number.isFinite(y)) continue;
    throw new AnalysisError('invalid-argument', 'line through points', 'finite numbers', `(${x}, ${y})`, 'leave the point out');
  }
  const mean = (of: (point: Point) => number): number => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  // Not "xx > 0": with more points at one place the mean can be off by a rounding.
  if (new Set(points.map(({ x }) => x)).size < 2) {
    throw new AnalysisError(
      'too-few-points',
      'line through points',
      'points at two places or more',
      `${points.length} at one`,
      'measure more',
    );
  }
  const slope = xy / xx;
  return { slope, intercept: meanY - slope * meanX, rSquared: yy === 0 ? 1 : xy ** 2 / (xx * yy) };
}

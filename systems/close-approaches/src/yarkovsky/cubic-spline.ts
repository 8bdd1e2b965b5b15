/** What a spline does at its ends: `flat` has slope 0 there, `straight` curvature 0. */
export type SplineEnds = 'flat' | 'straight';

/**
 * The cubic spline through points of ascending abscissa, as a function; outside the points it continues the last piece.
 * Second derivatives solve the tridiagonal system of de Boor, "A Practical Guide to Splines", chapter IV.
 */
export function cubicSpline(points: readonly (readonly [number, number])[], ends: SplineEnds): (x: number) => number {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const curvatures = secondDerivatives(xs, ys, ends);
  const last = xs.length - 2;
  return (x) => {
    let k = 0;
    while (k < last && x >= xs[k + 1]!) k++;
    const width = xs[k + 1]! - xs[k]!;
    const [a, b] = [(xs[k + 1]! - x) / width, (x - xs[k]!) / width];
    return a * ys[k]! + b * ys[k + 1]! + ((a * a * a - a) * curvatures[k]! + (b * b * b - b) * curvatures[k + 1]!) * ((width * width) / 6);
  };
}

function secondDerivatives(xs: readonly number[], ys: readonly number[], ends: SplineEnds): Float64Array {
  const n = xs.length;
  const slope = (k: number): number => (ys[k + 1]! - ys[k]!) / (xs[k + 1]! - xs[k]!);
  const [lower, diagonal, upper, right] = [new Float64Array(n), new Float64Array(n).fill(1), new Float64Array(n), new Float64Array(n)];
  for (let k = 1; k < n - 1; k++) {
    lower[k] = xs[k]! - xs[k - 1]!;
    upper[k] = xs[k + 1]! - xs[k]!;
    diagonal[k] = 2 * (lower[k]! + upper[k]!);
    right[k] = 6 * (slope(k) - slope(k - 1));
  }
  if (ends === 'flat') {
    [diagonal[0], upper[0], right[0]] = [2, 1, (6 * slope(0)) / (xs[1]! - xs[0]!)];
    [diagonal[n - 1], lower[n - 1], right[n - 1]] = [2, 1, (-6 * slope(n - 2)) / (xs[n - 1]! - xs[n - 2]!)];
  }
  for (let k = 1; k < n; k++) {
    const factor = lower[k]! / diagonal[k - 1]!;
    diagonal[k]! -= factor * upper[k - 1]!;
    right[k]! -= factor * right[k - 1]!;
  }
  for (let k = n - 1; k >= 0; k--) right[k] = (right[k]! - (k === n - 1 ? 0 : upper[k]! * right[k + 1]!)) / diagonal[k]!;
  return right;
}

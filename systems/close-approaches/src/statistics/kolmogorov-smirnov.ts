import { exp } from '../mathematics/index.js';

/** Outcome of a test of Kolmogorov and Smirnov. */
export interface DistributionTest {
  /** Values compared. */
  readonly count: number;
  /** Largest difference of the cumulative distributions. */
  readonly distance: number;
  /** Probability of a larger one by chance; 1 without values, NaN where a test has too few of them to tell. */
  readonly pValue: number;
}

/** Whether values, as their cumulative probabilities under a distribution, are uniform on [0, 1]. */
export function uniformityTest(probabilities: ArrayLike<number>): DistributionTest {
  const sorted = Float64Array.from(probabilities).sort();
  const n = sorted.length;
  let distance = 0;
  for (let k = 0; k < n; k++) distance = Math.max(distance, sorted[k]! - k / n, (k + 1) / n - sorted[k]!);
  return { count: n, distance, pValue: tailProbability(distance, n) };
}

/** Whether two samples are of one distribution. */
export function twoSampleTest(first: ArrayLike<number>, second: ArrayLike<number>): DistributionTest {
  const [a, b] = [Float64Array.from(first).sort(), Float64Array.from(second).sort()];
  const [m, n] = [a.length, b.length];
  let distance = 0;
  for (let i = 0, j = 0; i < m && j < n; ) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < m && a[i] === value) i++;
    while (j < n && b[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / m - j / n));
  }
  return { count: m + n, distance, pValue: tailProbability(distance, m * n === 0 ? 0 : (m * n) / (m + n)) };
}

/** Kolmogorov's distribution at (√n + 0.12 + 0.11/√n)·D, good to a few per cent from n = 4 on (Stephens, J. R. Stat. Soc. B 32, 1970). */
function tailProbability(distance: number, count: number): number {
  if (count === 0) return 1;
  const root = Math.sqrt(count);
  const z = (root + 0.12 + 0.11 / root) * distance;
  // The alternating series needs many terms below; the probability there is 1 to ten digits.
  if (z < 0.3) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = exp(-2 * k * k * z * z);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-16) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

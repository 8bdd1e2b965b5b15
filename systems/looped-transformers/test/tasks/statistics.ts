/** Pearson's statistic of counts against equal expectation. */
export function chiSquareUniform(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
}

/**
 * What χ² of `freedom` degrees exceeds once in 10⁴ draws, by Wilson and Hilferty's cube (PNAS 17, 1931; within 1 % from
 * two degrees on): seeds are fixed, so a test holds or fails once and for all, and the bound is loose enough for a sound
 * generator to pass at the first seed tried and tight enough to catch a marginal that is off by a few per cent.
 */
export function chiSquareBound(freedom: number): number {
  const normalQuantile = 3.719; // of 1 − 10⁻⁴
  const variance = 2 / (9 * freedom);
  return freedom * (1 - variance + normalQuantile * Math.sqrt(variance)) ** 3;
}

/** How often each of 0 … `bins` − 1 occurs. */
export function countsOf(values: Iterable<number>, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[value]!++;
  return counts;
}

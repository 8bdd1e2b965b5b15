import { quantile } from './bootstrap.js';
import { StatisticsError } from './statistics-error.js';

/** Weighted counts in bins of equal width. */
export interface Histogram {
  /** Ascending, one more than bins. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Weight outside the edges. */
  readonly outside: number;
}

/** @throws {StatisticsError} `argument` */
export function histogram(values: ArrayLike<number>, weights: ArrayLike<number>, from: number, to: number, bins: number): Histogram {
  if (!(to > from && Number.isSafeInteger(bins) && bins >= 1)) {
    throw new StatisticsError(
      'argument',
      `histogram: expected ascending limits and at least one bin, got ${from} to ${to} in ${bins}; correct them`,
    );
  }
  const counts = Array.from({ length: bins }, () => 0);
  let outside = 0;
  for (let k = 0; k < values.length; k++) {
    const bin = Math.floor((bins * (values[k]! - from)) / (to - from));
    // The upper end belongs to the last bin.
    const place = values[k] === to ? bins - 1 : bin;
    if (place >= 0 && place < bins) counts[place]! += weights[k]!;
    else outside += weights[k]!;
  }
  return { edges: Array.from({ length: bins + 1 }, (_, k) => from + ((to - from) * k) / bins), counts, outside };
}

/** Mean and quartiles; NaN without values. */
export interface Summary {
  readonly mean: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
}

export function summaryOf(values: ArrayLike<number>): Summary {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return { mean: NaN, lowerQuartile: NaN, median: NaN, upperQuartile: NaN };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { mean, lowerQuartile: quantile(sorted, 0.25), median: quantile(sorted, 0.5), upperQuartile: quantile(sorted, 0.75) };
}

/** Counts of values between the edges of bins; `edges` has one more than `counts`. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Values that are no numbers or outside of the edges. */
  readonly outside: number;
}

/** Counts values in `bins` even bins from `low` to `high`; a value on the upper edge belongs to the last bin. */
export function histogramOf(values: Iterable<number>, low: number, high: number, bins: number): Histogram {
  const counts = Array.from({ length: bins }, () => 0);
  let outside = 0;
  for (const value of values) {
    if (!(value >= low && value <= high)) {
      outside++;
      continue;
    }
    counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]!++;
  }
  return { edges: Array.from({ length: bins + 1 }, (_, k) => low + ((high - low) * k) / bins), counts, outside };
}

/** Bounds of the finite values, widened to multiples of `step`; [0, step] where there is none. */
export function boundsOf(values: Iterable<number>, step: number): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, step];
  const [from, to] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  return [from, to > from ? to : from + step];
}

/** Middle value and extremes of a sample. */
export interface Spread {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Median of a sample; the mean of the two middle values when their number is even. Throws `RangeError` if empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) {
    throw new RangeError('median: expected at least one value, got none');
  }
  return (lower + upper) / 2;
}

/** Median, minimum and maximum of a sample. Throws `RangeError` if empty. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), minimum: Math.min(...values), maximum: Math.max(...values) };
}

/**
 * Ratios of two contenders' figures taken round by round, so that a slow spell of the machine weighs on both sides of
 * each ratio. Both samples must have one figure per round. Throws `RangeError` if they differ in length or are empty.
 */
export function pairedRatio(ours: readonly number[], peer: readonly number[]): Spread {
  if (ours.length !== peer.length) {
    throw new RangeError(`pairedRatio: expected one figure per round on both sides, got ${ours.length} and ${peer.length}`);
  }
  return spread(ours.map((figure, round) => figure / (peer[round] ?? Number.NaN)));
}

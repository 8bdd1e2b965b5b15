/** The largest |a − b| over all numbers, relative to the largest |a|. */
export function relativeDifference(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  let [difference, size] = [0, 0];
  for (const [row, values] of a.entries()) {
    for (let at = 0; at < values.length; at++) {
      // A difference that is no number must not pass for a small one.
      const own = Math.abs(values[at]! - b[row]![at]!);
      difference = Number.isNaN(own) ? Infinity : Math.max(difference, own);
      size = Math.max(size, Math.abs(values[at]!));
    }
  }
  return difference / size;
}

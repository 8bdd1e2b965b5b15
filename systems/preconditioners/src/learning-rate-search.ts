/** A loss at every index of a grid of learning rates; undefined where it is not known yet. */
export type LossAt = (index: number) => number | undefined;

/**
 * Which learning rates to try next to find a loss's minimum over a grid in few runs: first every 2ᵏ-th rate and the last one, at least
 * three, then the best one's neighbours at 2ᵏ⁻¹, …, 2, 1. It finds the minimum where the loss falls towards it from both sides at the
 * coarsest spacing; a full grid is for curves with several valleys. What it asks for depends on the losses alone, not on their order.
 * @param count learning rates of the grid
 * @returns indices without a loss; none when the minimum lies between two known neighbours or at an end
 */
export function bracketMinimum(count: number, lossAt: LossAt): number[] {
  const coarsest = 2 ** Math.max(0, Math.floor(Math.log2((count - 1) / 2)));
  const tried = Array.from({ length: count }, (_, index) => index).filter((index) => index % coarsest === 0 || index === count - 1);
  for (let stride = coarsest / 2; stride >= 1; stride /= 2) {
    const missing = unknown(tried, lossAt);
    if (missing.length > 0) return missing;
    tried.push(...neighbours(lowestOf(tried, lossAt), stride, count));
  }
  return descendTo(tried, count, lossAt);
}

/**
 * Which learning rates to try next to find a local minimum over a grid, starting at one of its rates: the best rate's neighbours
 * until both are worse.
 */
export function descendFrom(start: number, count: number, lossAt: LossAt): number[] {
  return descendTo([start], count, lossAt);
}

/** The index with the lowest known loss, the smaller one of equals. @param among in any order */
export function lowestOf(among: readonly number[], lossAt: LossAt): number {
  return [...among].sort((a, b) => a - b).reduce((best, index) => (lossAt(index)! < lossAt(best)! ? index : best));
}

function descendTo(tried: number[], count: number, lossAt: LossAt): number[] {
  for (;;) {
    const missing = unknown(tried, lossAt);
    if (missing.length > 0) return missing;
    const next = neighbours(lowestOf(tried, lossAt), 1, count).filter((index) => !tried.includes(index));
    if (next.length === 0) return [];
    tried.push(...next);
  }
}

const unknown = (indices: readonly number[], lossAt: LossAt): number[] =>
  [...new Set(indices)].filter((index) => lossAt(index) === undefined);

const neighbours = (index: number, stride: number, count: number): number[] =>
  [index - stride, index + stride].filter((other) => other >= 0 && other < count);

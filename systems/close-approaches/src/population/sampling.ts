import { permutedIndex, randomKey } from '@sardonyx/data';
import { PopulationError } from './population-error.js';

/** Asteroids drawn from a selection, and how many of it each stands for. */
export interface Sample {
  /** Elements of the selection, ascending. */
  readonly indices: Uint32Array;
  /** Stratum of each; 0 without strata. */
  readonly strata: Uint32Array;
  /** w = N/n, by stratum. */
  readonly weights: Float64Array;
}

/**
 * Draws `count` of the selection uniformly without replacement: the first places of a random permutation, so that a larger
 * sample of the same seed holds a smaller one.
 * @throws {PopulationError} `too-few` where the selection is smaller, `argument` where the count is no whole number above 0
 */
export function drawSample(selection: ArrayLike<number>, count: number, seed: number): Sample {
  const indices = drawn(selection, count, seed, 'sample');
  return { indices, strata: new Uint32Array(count), weights: Float64Array.of(selection.length / count) };
}

/**
 * Draws from bins of semi-major axis separately.
 *
 * @param axes semi-major axis of each element of the selection, au
 * @param edges ascending; elements outside them are left out, and so are bins without any
 * @param count all in all: shared among the bins in proportion to their size (`proportional`, by largest remainders, at least
 *   one each) or evenly (`equal`, at most as many as there are)
 * @throws {PopulationError} `too-few`, `argument`
 */
export function drawStratified(
  selection: ArrayLike<number>,
  axes: ArrayLike<number>,
  edges: readonly number[],
  count: number,
  seed: number,
  share: 'proportional' | 'equal' = 'proportional',
): Sample {
  if (edges.length < 2 || edges.some((edge, k) => k > 0 && !(edge > edges[k - 1]!))) {
    throw new PopulationError('argument', `strata: expected at least two ascending edges, got [${edges.join(', ')}]; correct them`);
  }
  const bins: number[][] = edges.slice(1).map(() => []);
  for (let k = 0; k < selection.length; k++) {
    const bin = edges.findLastIndex((edge) => axes[k]! >= edge);
    bins[bin]?.push(selection[k]!);
  }
  const filled = bins.filter((bin) => bin.length > 0);
  const sizes = filled.map(({ length }) => length);
  const counts = share === 'equal' ? evenShares(sizes, count) : proportionalShares(sizes, count);
  const rows = filled.flatMap((bin, stratum) =>
    [...drawn(bin, counts[stratum]!, seed, `sample of stratum ${stratum}`)].map((index) => ({ index, stratum })),
  );
  rows.sort((a, b) => a.index - b.index);
  return {
    indices: Uint32Array.from(rows, ({ index }) => index),
    strata: Uint32Array.from(rows, ({ stratum }) => stratum),
    weights: Float64Array.from(sizes, (size, k) => size / counts[k]!),
  };
}

function drawn(from: ArrayLike<number>, count: number, seed: number, name: string): Uint32Array {
  requireCount(count, from.length);
  const key = randomKey(seed, name);
  return Uint32Array.from({ length: count }, (_, k) => from[permutedIndex(k, from.length, key)]!).sort();
}

function requireCount(count: number, available: number): void {
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new PopulationError('argument', `sample: expected a whole number above 0, got ${count}; correct it`);
  }
  if (count <= available) return;
  throw new PopulationError(
    'too-few',
    `sample: expected at most the ${available} asteroids of the selection, got ${count}; draw fewer or clone them`,
    {
      available,
    },
  );
}

/** Largest remainders, at least one each. */
function proportionalShares(sizes: readonly number[], count: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  requireCount(count, total);
  if (count < sizes.length) {
    throw new PopulationError(
      'argument',
      `strata: expected a sample of at least one for each of ${sizes.length} filled bins, got ${count}; draw more`,
    );
  }
  const shares = sizes.map((size) => Math.max(1, Math.floor((count * size) / total)));
  const byNeed = (sign: number) => (a: number, b: number) =>
    sign * ((count * sizes[b]!) / total - shares[b]! - ((count * sizes[a]!) / total - shares[a]!)) || a - b;
  for (let rest = count - shares.reduce((sum, share) => sum + share, 0); rest !== 0; rest -= Math.sign(rest)) {
    const candidates = sizes.map((_, k) => k).filter((k) => (rest > 0 ? shares[k]! < sizes[k]! : shares[k]! > 1));
    shares[candidates.sort(byNeed(Math.sign(rest)))[0]!]! += Math.sign(rest);
  }
  return shares;
}

/** As even as bins that are too small allow. */
function evenShares(sizes: readonly number[], count: number): number[] {
  requireCount(
    count,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const shares = sizes.map(() => 0);
  for (let rest = count; rest > 0; ) {
    for (let k = 0; k < sizes.length && rest > 0; k++) {
      if (shares[k] === sizes[k]) continue;
      shares[k]!++;
      rest--;
    }
  }
  return shares;
}

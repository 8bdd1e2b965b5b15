/** How a model did on one batch, position by position. */
export interface Judgement {
  readonly batch: number;
  readonly length: number;
  /** [batch · length]: 1 where the most likely token is the target. */
  readonly right: Uint8Array;
  /** [batch · length]: cross-entropy of the target, nats. */
  readonly losses: Float32Array;
  /** [batch · length]: the batch's weights; positions of weight 0 do not count. */
  readonly weights: Float32Array;
}

/** A mean with the number of things it is over, so that batches can be put together. */
export interface Share {
  readonly sum: number;
  readonly count: number;
}

const positions = ({ batch, length }: Judgement): readonly number[][] =>
  Array.from({ length: batch }, (_, row) => Array.from({ length }, (_, i) => row * length + i));

const shareOf = (indices: readonly number[], value: (i: number) => number): Share => ({
  sum: indices.reduce((sum, i) => sum + value(i), 0),
  count: indices.length,
});

/**
 * For every sequence with a weighted target whether all of them are the most likely tokens; rows that only fill a batch up
 * do not count. Under teacher forcing each prediction is made from the true tokens before it, so greedy decoding gives the
 * same sequence if and only if all are right.
 */
export const exactSequences = (judgement: Judgement): boolean[] =>
  positions(judgement)
    .map((row) => row.filter((i) => judgement.weights[i] !== 0))
    .filter((targets) => targets.length > 0)
    .map((targets) => targets.every((i) => judgement.right[i] === 1));

/** Sequences that are exactly right. */
export function exactShare(judgement: Judgement): Share {
  const exact = exactSequences(judgement);
  return { sum: exact.filter(Boolean).length, count: exact.length };
}

/** Weighted positions that are right. */
export const denseShare = (judgement: Judgement): Share => shareOf(weighted(judgement), (i) => judgement.right[i]!);

/** Sequences whose last weighted position is right. */
export function lastShare(judgement: Judgement): Share {
  const last = positions(judgement).flatMap((row) => row.filter((i) => judgement.weights[i] !== 0).slice(-1));
  return shareOf(last, (i) => judgement.right[i]!);
}

/** The positions right at each place of the sequence: `[length]`. */
export const positionShares = (judgement: Judgement): Share[] =>
  Array.from({ length: judgement.length }, (_, place) =>
    shareOf(
      positions(judgement).flatMap((row) => row.slice(place, place + 1).filter((i) => judgement.weights[i] !== 0)),
      (i) => judgement.right[i]!,
    ),
  );

/** Cross-entropy of the weighted targets, nats. */
export const lossShare = (judgement: Judgement): Share => shareOf(weighted(judgement), (i) => judgement.losses[i]!);

export const addShares = (a: Share, b: Share): Share => ({ sum: a.sum + b.sum, count: a.count + b.count });

/** The mean; NaN of nothing. */
export const meanOf = ({ sum, count }: Share): number => sum / count;

const weighted = (judgement: Judgement): number[] => Array.from(judgement.weights.keys()).filter((i) => judgement.weights[i] !== 0);

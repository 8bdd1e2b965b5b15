import type { SequenceBatch } from '../model/sequence-batch.js';
import {
  addShares,
  denseShare,
  exactShare,
  type Judgement,
  lastShare,
  lossShare,
  meanOf,
  positionShares,
  type Share,
} from './judgement.js';

/** The accuracies that a bucket can be judged by: whole sequences, all weighted positions, or the last of each. */
export const measures = ['exact', 'dense', 'last'] as const;
export type Measure = (typeof measures)[number];

/** Problems of one difficulty, judged by themselves: phase transitions hide in averages. */
export interface Bucket {
  /** Such as `n=8`. */
  readonly name: string;
  /** The number that the name tells. */
  readonly difficulty: number;
  /** The accuracy that counts here, where it is another than the run's. */
  readonly measure?: Measure;
  /** Its weight in the mean over buckets; all count the same by default. */
  readonly share?: number;
  /** The problems, the same at every call. */
  batches(): Iterable<SequenceBatch> | AsyncIterable<SequenceBatch>;
  /** Accuracies that can be had without solving the problem, as shares from 0 to 1. */
  readonly plateaus?: Readonly<Record<Measure, readonly Plateau[]>>;
}

/** The accuracy of a shortcut. */
export interface Plateau {
  readonly name: string;
  readonly accuracy: number;
}

/** How a model did on a bucket. */
export interface Score {
  readonly exact: Share;
  readonly dense: Share;
  readonly last: Share;
  /** Cross-entropy, nats. */
  readonly loss: Share;
  /** Positions right at each place of the sequence. */
  readonly positions: readonly Share[];
}

/** A model as it answers a batch. */
export type Judge = (batch: SequenceBatch) => Promise<Judgement>;

/** Judges all batches of a bucket. */
export async function scoreOf(judge: Judge, bucket: Bucket): Promise<Score> {
  let score: Score | undefined;
  for await (const batch of bucket.batches()) {
    const judgement = await judge(batch);
    const one: Score = {
      exact: exactShare(judgement),
      dense: denseShare(judgement),
      last: lastShare(judgement),
      loss: lossShare(judgement),
      positions: positionShares(judgement),
    };
    score = score ? addScores(score, one) : one;
  }
  if (score) return score;
  throw new RangeError(`evaluation: expected problems in the bucket ${bucket.name}, given none; raise the number of examples`);
}

const addScores = (a: Score, b: Score): Score => ({
  exact: addShares(a.exact, b.exact),
  dense: addShares(a.dense, b.dense),
  last: addShares(a.last, b.last),
  loss: addShares(a.loss, b.loss),
  positions: a.positions.map((share, i) => addShares(share, b.positions[i]!)),
});

/** How near an accuracy must be to a shortcut's for a note: one percentage point. */
const nearPlateau = 0.01;

/** The shortcut that is as good as the model, where there is one: then what was learned may be the shortcut alone. */
export function plateauOf(score: Score, bucket: Bucket, measure: Measure): Plateau | undefined {
  const accuracy = meanOf(score[measure]);
  return bucket.plateaus?.[measure].find((plateau) => Math.abs(plateau.accuracy - accuracy) <= nearPlateau && plateau.accuracy < 0.98);
}

import type { SequenceBatch } from '../model/sequence-batch.js';
import { problemStream, type SequenceTask } from '../tasks/task.js';
import { packSequences, sequenceBatch, type TaskSequence, unsupervised } from '../tasks/task-sequence.js';
import type { Split } from '../tasks/split.js';

/** Sequences side by side, and how many positions of each are its own and no padding. */
export interface AnalyzedBatch {
  readonly batch: SequenceBatch;
  readonly sequences: readonly TaskSequence[];
}

export interface ProblemChoice {
  readonly split: Split;
  readonly seed: number;
  readonly count: number;
  /** Sequences at a time. */
  readonly batchSize: number;
}

/**
 * Problems of a split in batches, the same at every call.
 * @throws {TaskError} `exhausted` where the split seems to hold no problem
 */
export function* problemBatches(task: SequenceTask, { split, seed, count, batchSize }: ProblemChoice): Generator<AnalyzedBatch> {
  const stream = problemStream(task, split, seed);
  for (let done = 0; done < count; done += batchSize) {
    const sequences = Array.from({ length: Math.min(batchSize, count - done) }, () => task.sequence(task.draw(stream, split)));
    yield { batch: sequenceBatch(packSequences(sequences, task.length, task.padding), task.length), sequences };
  }
}

/** Sequences of tokens without targets as one batch; shorter ones are padded with token 0. */
export function tokenBatch(sequences: readonly ArrayLike<number>[]): AnalyzedBatch {
  const given = sequences.map((tokens) => ({ tokens: Array.from(tokens), targets: Array.from(tokens, () => unsupervised) }));
  const length = Math.max(...given.map(({ tokens }) => tokens.length));
  return { batch: sequenceBatch(packSequences(given, length, 0), length), sequences: given };
}

/** The places of all positions that are no padding: sequence · length + position. */
export const ownPlaces = ({ sequences }: AnalyzedBatch, length: number): Int32Array =>
  Int32Array.from(sequences.flatMap(({ tokens }, row) => tokens.map((_, position) => row * length + position)));

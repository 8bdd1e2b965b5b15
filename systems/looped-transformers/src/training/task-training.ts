import type { RandomStream } from '@sardonyx/data';
import type { Bucket } from './evaluation.js';
import type { SequenceBatch } from '../model/sequence-batch.js';
import { levelsOn } from '../tasks/shortcut-levels.js';
import type { Split } from '../tasks/split.js';
import { problemStream, type SequenceTask } from '../tasks/task.js';

/** Sequences of one step, positions of each, and the parts that a batch is computed in. */
export interface BatchShape {
  readonly batchSize: number;
  readonly length: number;
  readonly accumulate?: number;
}

/** A batch of training problems; in several parts where gradients are accumulated. */
export function drawBatch<P>(
  stream: RandomStream,
  task: SequenceTask<P>,
  { batchSize, length, accumulate = 1 }: BatchShape,
): SequenceBatch | readonly SequenceBatch[] {
  const problems = Array.from({ length: batchSize }, () => task.draw(stream));
  if (accumulate === 1) return task.batch(problems, length);
  const part = Math.ceil(batchSize / accumulate);
  return Array.from({ length: Math.ceil(batchSize / part) }, (_, i) => task.batch(problems.slice(i * part, (i + 1) * part), length));
}

export interface BucketOptions {
  readonly name: string;
  readonly difficulty: number;
  readonly count: number;
  readonly seed: number;
  readonly batchSize: number;
  /** Positions of a sequence; the task's own by default. */
  readonly length?: number;
  /** `test` by default. */
  readonly split?: Split;
}

/** Problems of a task that training never meets, drawn once, with what shortcuts reach on these very problems. */
export function taskBucket<P>(task: SequenceTask<P>, options: BucketOptions): Bucket {
  return bucketOf(task, options, drawProblems(task, options));
}

/**
 * As {@link taskBucket}, one bucket for every difficulty that occurs, as often as it does: the mean over buckets, each by
 * its share, is the accuracy on all.
 */
export function bucketsByDifficulty<P>(task: SequenceTask<P>, options: Omit<BucketOptions, 'name' | 'difficulty'>): Bucket[] {
  const groups = new Map<number, P[]>();
  for (const problem of drawProblems(task, options)) {
    const difficulty = task.difficultyOf(problem);
    groups.set(difficulty, [...(groups.get(difficulty) ?? []), problem]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([difficulty, problems]) => ({
      ...bucketOf(task, { ...options, name: `${task.difficulty}=${difficulty}`, difficulty }, problems),
      share: problems.length / options.count,
    }));
}

/** The accuracy of the shortcut that solves most of the problems of all buckets, each by its share, from 0 to 1. */
export function bestShortcut(buckets: readonly Bucket[]): number {
  const accuracies = new Map<string, number>();
  for (const { plateaus, share = 1 / buckets.length } of buckets) {
    for (const { name, accuracy } of plateaus?.exact ?? []) accuracies.set(name, (accuracies.get(name) ?? 0) + share * accuracy);
  }
  return Math.max(0, ...accuracies.values());
}

function drawProblems<P>(task: SequenceTask<P>, { count, seed, split = 'test' }: Omit<BucketOptions, 'name' | 'difficulty'>): P[] {
  const stream = problemStream(task as SequenceTask, split, seed);
  return Array.from({ length: count }, () => task.draw(stream, split));
}

function bucketOf<P>(
  task: SequenceTask<P>,
  { name, difficulty, batchSize, length = task.length }: BucketOptions,
  problems: readonly P[],
): Bucket {
  const levels = levelsOn(task, problems);
  const dense = levels.map(({ name, accuracy }) => ({ name, accuracy }));
  const exact = levels.map(({ name, exactMatch }) => ({ name, accuracy: exactMatch }));
  const oneTarget = problems.every((problem) => task.sequence(problem).targets.filter((target) => target >= 0).length === 1);
  return {
    name,
    difficulty,
    plateaus: { dense, exact, last: oneTarget ? exact : [] },
    *batches() {
      for (let start = 0; start < problems.length; start += batchSize) yield task.batch(problems.slice(start, start + batchSize), length);
    },
  };
}

import type { RandomStream } from '@sardonyx/data';
import { z } from 'zod';
import type { Bucket } from '../evaluation.js';
import type { SequenceBatch } from '../sequence-batch.js';
import { levelsOn } from '../tasks/shortcut-levels.js';
import type { Split } from '../tasks/split.js';
import { problemStream, type SequenceTask } from '../tasks/task.js';

/** As a flag; the tasks' own default. */
export const heldOutShare = z
  .number()
  .min(0)
  .max(0.4)
  .default(1 / 16)
  .describe('share of all problems in each of validation and test; 0 lets training meet the problems of the test');

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
  /** Keeps only some of the problems drawn, such as those of one difficulty. */
  readonly accept?: (difficulty: number) => boolean;
}

/** Draws that may be refused in a row before a bucket counts as empty. */
const refusals = 100_000;

/** Problems of a task that training never meets, drawn once, with what shortcuts reach on these very problems. */
export function taskBucket<P>(task: SequenceTask<P>, options: BucketOptions): Bucket {
  const { name, difficulty, count, seed, batchSize, length = task.length, split = 'test' } = options;
  const problems = problemsOf(task, options);
  const levels = levelsOn(task, problems);
  const dense = levels.map(({ name, accuracy }) => ({ name, accuracy }));
  const exact = levels.map(({ name, exactMatch }) => ({ name, accuracy: exactMatch }));
  const oneTarget = problems.every((problem) => task.sequence(problem).targets.filter((target) => target >= 0).length === 1);
  return {
    name,
    difficulty,
    plateaus: { dense, exact, last: oneTarget ? exact : [] },
    *batches() {
      for (let start = 0; start < count; start += batchSize) yield task.batch(problems.slice(start, start + batchSize), length);
    },
  };

  function problemsOf(task: SequenceTask<P>, { accept = () => true }: BucketOptions): P[] {
    const stream = problemStream(task as SequenceTask, split, seed);
    const found: P[] = [];
    for (let refused = 0; found.length < count; ) {
      const problem = task.draw(stream, split);
      if (accept(task.difficultyOf(problem))) found.push(problem);
      else if (++refused > refusals + 1000 * found.length) {
        throw new RangeError(
          `${task.name}: expected ${count} problems for ${name}, found ${found.length} in ${refused + found.length} draws; ask for a commoner difficulty`,
        );
      }
    }
    return found;
  }
}

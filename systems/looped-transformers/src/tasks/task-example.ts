import type { Split } from './split.js';
import { problemStream, type SequenceTask } from './task.js';
import { type TaskSequence, unsupervised } from './task-sequence.js';

/** One problem as the tokens that are read and those that should follow. */
export interface TaskExample {
  readonly prompt: readonly number[];
  readonly answer: readonly number[];
}

/**
 * A problem of a split, the same for the same seed.
 * @throws {TaskError} `exhausted` where the split seems to hold no problem
 */
export function taskExample<P>(task: SequenceTask<P>, seed: number, split: Split = 'test'): TaskExample {
  return exampleOf(task.sequence(task.draw(problemStream(task as SequenceTask, split, seed), split)));
}

/**
 * Prompt and answer of a sequence. Where the targets are what comes next, from one place on to the end, the answer is all of
 * them; elsewhere every place has an answer of its own, and the last one is asked for.
 */
export function exampleOf({ tokens, targets }: TaskSequence): TaskExample {
  const first = targets.findIndex((target) => target !== unsupervised);
  const last = targets.findLastIndex((target) => target !== unsupervised);
  const next = targets.slice(first);
  const continues = next.every((target, i) => target !== unsupervised && (i === next.length - 1 || target === tokens[first + i + 1]));
  return continues
    ? { prompt: tokens.slice(0, first + 1), answer: next }
    : { prompt: tokens.slice(0, last + 1), answer: targets.slice(last, last + 1) };
}

import type { Split } from './split.js';
import { problemStream, type SequenceTask } from './task.js';
import { unsupervised } from './task-sequence.js';

/** How far a shortcut gets, as shares from 0 to 1. */
export interface ShortcutLevel {
  readonly name: string;
  /** Share of the targets that are right. */
  readonly accuracy: number;
  /** Share of the problems all of whose targets are right. */
  readonly exactMatch: number;
}

/**
 * What the task's shortcuts reach on problems of a split, best first. An accuracy that stays at one of these levels is
 * a plateau and no progress.
 */
export function shortcutLevels<Problem>(
  task: SequenceTask<Problem>,
  { count = 2000, seed = 0, split = 'test' }: { readonly count?: number; readonly seed?: number; readonly split?: Split } = {},
): ShortcutLevel[] {
  const stream = problemStream(task, split, seed);
  return levelsOn(
    task,
    Array.from({ length: count }, () => task.draw(stream, split)),
  );
}

/** As {@link shortcutLevels}, on given problems. */
export function levelsOn<Problem>(task: SequenceTask<Problem>, problems: readonly Problem[]): ShortcutLevel[] {
  const all = task.shortcuts.map(({ name, guess }) => {
    let [right, judged, exact] = [0, 0, 0];
    for (const problem of problems) {
      const { targets } = task.sequence(problem);
      const guesses = guess(problem);
      const supervised = targets.map((target, position) => [target, guesses[position]] as const).filter(([t]) => t !== unsupervised);
      const hits = supervised.filter(([target, guessed]) => target === guessed).length;
      right += hits;
      judged += supervised.length;
      if (hits === supervised.length) exact += 1;
    }
    return { name, accuracy: right / judged, exactMatch: exact / problems.length };
  });
  return all.sort((a, b) => b.accuracy - a.accuracy);
}

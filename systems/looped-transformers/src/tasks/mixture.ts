import { defineTask, type SequenceTask } from './task.js';
import { TaskError } from './task-error.js';
import { unsupervised } from './task-sequence.js';

/** A task and how often its problems come, relative to the others. */
export interface MixturePart {
  readonly task: SequenceTask;
  readonly share: number;
}

/** A problem and the number of the task it is of. */
export interface MixtureProblem {
  readonly part: number;
  readonly problem: unknown;
}

/**
 * Several tasks as one: every problem is one of the tasks', drawn by their shares. Each task keeps a vocabulary of its own,
 * so that a sequence tells by its tokens which task it is of.
 * @throws {TaskError} `argument` where there are no tasks or a share is not above 0
 */
export function mixture(parts: readonly MixturePart[]): SequenceTask<MixtureProblem> {
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  if (parts.length === 0 || parts.some(({ share }) => !(share > 0))) {
    const given = parts.map(({ task, share }) => `${task.name} ${share}`).join(', ') || 'none';
    throw new TaskError('argument', `mixture: expected tasks with shares above 0, given ${given}`);
  }
  const taskOf = ({ part }: MixtureProblem): SequenceTask => parts[part]!.task;
  const offsets = parts.map((_, part) => 1 + parts.slice(0, part).reduce((sum, { task }) => sum + task.vocabulary.length, 0));
  const shifted = (tokens: readonly number[], part: number): number[] =>
    tokens.map((token) => (token === unsupervised ? unsupervised : token + offsets[part]!));
  return defineTask<MixtureProblem>({
    name: `mixture of ${parts.map(({ task }) => task.name).join(' and ')}`,
    parameters: { parts: parts.map(({ task, share }) => ({ task: task.name, parameters: task.parameters, share })) },
    vocabulary: ['<pad>', ...parts.flatMap(({ task }) => task.vocabulary)],
    padding: 0,
    length: Math.max(...parts.map(({ task }) => task.length)),
    heldOut: 0,
    difficulty: 'task',
    shortcuts: [],
    sample(stream, split) {
      let left = stream.uniform() * total;
      const part = parts.findIndex(({ share }) => (left -= share) < 0);
      const chosen = part === -1 ? parts.length - 1 : part;
      return { part: chosen, problem: parts[chosen]!.task.draw(stream, split) };
    },
    canonical: (mixed) => `${mixed.part} ${taskOf(mixed).canonical(mixed.problem)}`,
    difficultyOf: ({ part }) => part,
    sequence(mixed) {
      const { tokens, targets } = taskOf(mixed).sequence(mixed.problem);
      return { tokens: shifted(tokens, mixed.part), targets: shifted(targets, mixed.part) };
    },
    text: (mixed) => taskOf(mixed).text(mixed.problem),
    verify: (mixed) => taskOf(mixed).verify(mixed.problem),
  });
}

/** The problems of one task of a mixture alone, in the mixture's vocabulary: for judging it by itself. */
export const partOfMixture = (mixed: SequenceTask<MixtureProblem>, { task }: MixturePart, part: number): SequenceTask<MixtureProblem> => ({
  ...mixed,
  draw: (stream, split) => ({ part, problem: task.draw(stream, split) }),
});

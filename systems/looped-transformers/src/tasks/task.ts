import { RandomStream } from '@sardonyx/data';
import type { SequenceBatch } from '../model/sequence-batch.js';
import { type Split, splitOf } from './split.js';
import { TaskError } from './task-error.js';
import { packSequences, sequenceBatch, type TaskSequence } from './task-sequence.js';

/** A rule that answers a task without solving it. */
export interface Shortcut<Problem> {
  readonly name: string;
  /** A token for every position; those of positions without a target do not count. */
  guess(problem: Problem): ArrayLike<number>;
}

/** What the author of a task gives; {@link defineTask} makes the rest of a {@link SequenceTask} from it. */
export interface TaskDefinition<Problem> {
  readonly name: string;
  /** The parameters in force, defaults included; with the name they make the same task again. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Token id → text. */
  readonly vocabulary: readonly string[];
  /** The token after the end of shorter sequences. */
  readonly padding: number;
  /** Positions of the task's longest sequence. */
  readonly length: number;
  /** Share of the problems in each of validation and test; 0 draws every split from all problems. */
  readonly heldOut: number;
  /** What makes a problem hard, by which accuracy is shown, such as `operands`. */
  readonly difficulty: string;
  /** The easy ways to be right sometimes: a model at such an accuracy has not learned the task. */
  readonly shortcuts: readonly Shortcut<Problem>[];
  /** A problem as the split asks for it, whether or not the split's hash holds it. */
  sample(stream: RandomStream, split: Split): Problem;
  /** What problems that count as the same share; decides the split. */
  canonical(problem: Problem): string;
  /** How hard the problem is, in units of {@link difficulty}. */
  difficultyOf(problem: Problem): number;
  sequence(problem: Problem): TaskSequence;
  /** The problem and its answer as text, for people and for language models. */
  text(problem: Problem): PromptAndAnswer;
  /**
   * Recomputes the answer, and whatever else the problem stores, from scratch and by another way than the generator.
   * @throws {TaskError} `wrong-problem`
   */
  verify(problem: Problem): void;
}

export interface PromptAndAnswer {
  readonly prompt: string;
  readonly answer: string;
}

/** A source of problems with known answers, drawn from a random stream, and their form as sequences of tokens. */
export interface SequenceTask<Problem = unknown> extends TaskDefinition<Problem> {
  /**
   * One problem of the split, `train` by default.
   * @throws {TaskError} `exhausted` where the split seems to hold no problem
   */
  draw(stream: RandomStream, split?: Split): Problem;
  /** The split that holds the problem. */
  splitOf(problem: Problem): Split;
  /**
   * Problems as one batch, padded to `length` positions, the task's own by default.
   * @throws {TaskError} `too-long`
   */
  batch(problems: readonly Problem[], length?: number): SequenceBatch;
}

/** Draws from a split before it counts as empty; a split of one problem in a hundred is missed once in 10⁴³. */
const attempts = 10_000;

/** Completes a task: draws that respect the split, and batches. */
export function defineTask<Problem>(definition: TaskDefinition<Problem>): SequenceTask<Problem> {
  const { heldOut, padding } = definition;
  const of = (problem: Problem): Split => splitOf(definition.canonical(problem), heldOut);
  return {
    ...definition,
    splitOf: of,
    draw(stream, split = 'train') {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const problem = definition.sample(stream, split);
        if (heldOut === 0 || of(problem) === split) return problem;
      }
      throw new TaskError(
        'exhausted',
        `${definition.name}: expected a problem of the split ${split}, found none in ${attempts} draws; enlarge the task or raise heldOut`,
      );
    },
    batch: (problems, length = definition.length) =>
      sequenceBatch(
        packSequences(
          problems.map((problem) => definition.sequence(problem)),
          length,
          padding,
        ),
        length,
      ),
  };
}

/** What a model of the task is saved with: the meaning of its tokens, and what makes the same task again. */
export const descriptionOf = ({ name, parameters, vocabulary }: Pick<SequenceTask, 'name' | 'parameters' | 'vocabulary'>) => ({
  vocabulary,
  task: { name, parameters },
});

/** The stream of a task's problems: one for every split, the same for all models of a seed. */
export const problemStream = (task: SequenceTask, split: Split, seed: number): RandomStream =>
  new RandomStream(seed, `${task.name} ${split}`);

/**
 * SHA-256 over the tokens, targets and weights of the first batches of training, as hexadecimal digits: models of equal
 * hash were given the same data in the same order.
 */
export async function dataOrderHash(task: SequenceTask, seed: number, batchSize: number, batches = 100): Promise<string> {
  const stream = problemStream(task, 'train', seed);
  let hash = new Uint8Array(32);
  for (let batch = 0; batch < batches; batch++) {
    const sequences = Array.from({ length: batchSize }, () => task.sequence(task.draw(stream)));
    const { tokens, targets, weights } = packSequences(sequences, task.length, task.padding);
    const bytes = [hash, tokens, targets, weights].map((part) => new Uint8Array(part.buffer).slice());
    hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(bytes).arrayBuffer()));
  }
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

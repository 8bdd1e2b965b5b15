import { join } from 'node:path';
import { randomKey } from '@sardonyx/data';
import { levelsOn, type ShortcutLevel } from '../shortcut-levels.js';
import { TaskError } from '../task-error.js';
import { unsupervised } from '../task-sequence.js';
import { dataSetFiles, readManifest } from './manifest.js';
import { readProblems, type ReadOptions } from './read-problems.js';

/** What a data set is like. */
export interface DataSetStatistics {
  readonly task: string;
  readonly split: string;
  readonly problems: number;
  /** Share of the problems that count as the same as an earlier one. */
  readonly repeated: number;
  /** What makes a problem hard, and how many problems there are of every difficulty, ascending. */
  readonly difficulty: { readonly name: string; readonly counts: readonly (readonly [difficulty: number, problems: number])[] };
  /** The most frequent answers, and the share of each. */
  readonly answers: readonly (readonly [answer: string, share: number])[];
  readonly differentAnswers: number;
  /** Positions of a sequence without padding, and targets in it. */
  readonly meanLength: number;
  readonly longest: number;
  readonly meanTargets: number;
  /** How far the task's shortcuts get on the first problems. */
  readonly shortcuts: readonly ShortcutLevel[];
  /** Share of the problems that the other data set holds too; null without another. */
  readonly overlap: number | null;
}

/** Problems on which shortcuts are tried: a standard error of at most 0.7 points. */
const shortcutSample = 5000;

/** Answers that are listed. */
const listedAnswers = 10;

/**
 * Reads a data set once and describes it.
 * @param other the folder of a data set of the same task to look for the same problems in, such as the training set
 * @throws {TaskError} `format`; `argument` where the other is of another task
 * @throws Node's own error where a file cannot be read
 */
export async function dataSetStatistics(directory: string, other?: string, options: ReadOptions = {}): Promise<DataSetStatistics> {
  const { manifest, task, format } = await readManifest(directory);
  const elsewhere = other === undefined ? undefined : await canonicalForms(other, directory, task.name, options);
  const seen = new Set<number>();
  const difficulties = new Map<number, number>();
  const answers = new Map<string, number>();
  const sample: unknown[] = [];
  let [problems, repeated, shared, positions, targets, longest] = [0, 0, 0, 0, 0, 0];
  for await (const { problem } of readProblems(problemsFile(directory), format, options)) {
    const form = hashOf(task.canonical(problem));
    const sequence = task.sequence(problem);
    problems += 1;
    if (seen.has(form)) repeated += 1;
    seen.add(form);
    if (elsewhere?.has(form) === true) shared += 1;
    count(difficulties, task.difficultyOf(problem));
    count(answers, task.text(problem).answer);
    positions += sequence.tokens.length;
    targets += sequence.targets.filter((target) => target !== unsupervised).length;
    longest = Math.max(longest, sequence.tokens.length);
    if (sample.length < shortcutSample) sample.push(problem);
  }
  const share = (part: number): number => (problems === 0 ? 0 : part / problems);
  return {
    task: task.name,
    split: manifest.split,
    problems,
    repeated: share(repeated),
    difficulty: { name: task.difficulty, counts: [...difficulties].sort(([a], [b]) => a - b) },
    answers: [...answers]
      .sort(([, a], [, b]) => b - a)
      .slice(0, listedAnswers)
      .map(([answer, times]) => [answer, share(times)] as const),
    differentAnswers: answers.size,
    meanLength: share(positions),
    longest,
    meanTargets: share(targets),
    shortcuts: sample.length === 0 ? [] : levelsOn(task, sample),
    overlap: elsewhere === undefined ? null : share(shared),
  };
}

const problemsFile = (directory: string): string => join(directory, dataSetFiles.problems);

async function canonicalForms(directory: string, first: string, name: string, options: ReadOptions): Promise<ReadonlySet<number>> {
  const { task, format } = await readManifest(directory);
  if (task.name !== name) {
    throw new TaskError(
      'argument',
      `Cannot compare ${first} and ${directory}: expected data sets of one task, given ${name} and ${task.name}; compare data sets of the same task.`,
    );
  }
  const forms = new Set<number>();
  for await (const { problem } of readProblems(problemsFile(directory), format, options)) forms.add(hashOf(task.canonical(problem)));
  return forms;
}

/** 53 bits stand for a canonical form: among ten million forms two are confused with a chance of 0.6 %. */
function hashOf(canonical: string): number {
  const [high, low] = randomKey(0, canonical);
  return high * 2 ** 21 + (low >>> 11);
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

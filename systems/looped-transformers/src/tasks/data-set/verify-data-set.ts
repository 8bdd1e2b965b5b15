import { join } from 'node:path';
import type { SequenceTask } from '../task.js';
import { TaskError } from '../task-error.js';
import { packSequences } from '../task-sequence.js';
import { hashOfFile } from './hashed-file.js';
import { type DataSetManifest, dataSetFiles, readManifest } from './manifest.js';
import { readRecords } from './packed-records.js';
import { readProblems, type ReadOptions } from './read-problems.js';

/** What a verification found. */
export interface VerifiedDataSet {
  readonly manifest: DataSetManifest;
  /** Problems that were checked and found true. */
  readonly verified: number;
}

/**
 * Checks a data set from its bytes up: sizes and SHA-256 of the files, every problem's format, answer and split, and that
 * the packed sequences are those of the problems. With `limit`, only that many problems, but the whole of the hashes.
 * @throws {TaskError} for the first thing that is wrong; with `skip`, only for what no single line is to blame
 * @throws Node's own error where a file cannot be read
 */
export async function verifyDataSet(directory: string, options: ReadOptions = {}): Promise<VerifiedDataSet> {
  const { manifest, task, format } = await readManifest(directory);
  for (const file of ['problems', 'sequences'] as const) await checkHash(directory, manifest, file, options);
  const sequences = singleRecords(join(directory, dataSetFiles.sequences), manifest);
  let [verified, record] = [0, 0];
  try {
    const check = (problem: unknown): void => {
      task.verify(problem);
      checkSplit(problem, task, manifest);
    };
    for await (const { line, problem } of readProblems(join(directory, dataSetFiles.problems), format, options, check)) {
      // Lines that were skipped have a record too.
      for (; record < line - 1; record++) await sequences.next();
      record += 1;
      const error = recordError(await sequences.next(), problem, task, line, directory);
      if (error === undefined) verified += 1;
      else if (options.skip === undefined) throw error;
      else options.skip(error);
    }
  } finally {
    await sequences.return(undefined);
  }
  const expected = Math.min(manifest.count, options.limit ?? Infinity);
  if (verified === expected || options.skip !== undefined) return { manifest, verified };
  throw new TaskError('format', `${join(directory, dataSetFiles.problems)}: expected ${expected} problems, given ${verified}`);
}

async function checkHash(
  directory: string,
  manifest: DataSetManifest,
  file: 'problems' | 'sequences',
  { skip }: ReadOptions,
): Promise<void> {
  const path = join(directory, dataSetFiles[file]);
  const { bytes, sha256 } = await hashOfFile(path);
  const expected = manifest[file];
  if (sha256 === expected.sha256) return;
  const given = bytes === expected.bytes ? `SHA-256 ${expected.sha256}, given ${sha256}` : `${expected.bytes} bytes, given ${bytes}`;
  const error = new TaskError('format', `${path}: expected ${given}; the file was changed or is incomplete`);
  if (skip === undefined) throw error;
  skip(error);
}

function checkSplit(problem: unknown, task: SequenceTask, { split }: DataSetManifest): void {
  if (task.heldOut === 0 || task.splitOf(problem) === split) return;
  throw new TaskError('wrong-problem', `expected a problem of the split ${split}, given one of ${task.splitOf(problem)}`);
}

type Record = { readonly tokens: Int32Array; readonly targets: Int32Array; readonly weights: Float32Array };

async function* singleRecords(path: string, manifest: DataSetManifest): AsyncGenerator<Record, undefined> {
  const { length } = manifest;
  for await (const { tokens, targets, weights } of readRecords(path, manifest, 256)) {
    for (let start = 0; start < tokens.length; start += length) {
      yield {
        tokens: tokens.subarray(start, start + length),
        targets: targets.subarray(start, start + length),
        weights: weights.subarray(start, start + length),
      };
    }
  }
  return undefined;
}

function recordError(
  read: IteratorResult<Record, undefined>,
  problem: unknown,
  task: SequenceTask,
  line: number,
  directory: string,
): TaskError | undefined {
  const path = join(directory, dataSetFiles.sequences);
  if (read.done === true)
    return new TaskError('format', `${path}: expected a sequence for line ${line} of the problems, found the end`, { line });
  const expected = packSequences([task.sequence(problem)], task.length, task.padding);
  for (const part of ['tokens', 'targets', 'weights'] as const) {
    const place = expected[part].findIndex((value, index) => value !== read.value[part][index]);
    if (place < 0) continue;
    const given = `expected ${part} ${expected[part][place]} at place ${place}, given ${read.value[part][place]}`;
    return new TaskError('format', `${path}, record ${line - 1}: ${given}; it is not the sequence of line ${line} of the problems`, {
      line,
    });
  }
  return undefined;
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@sardonyx/tensor/atomic-write';
import type { Split } from '../split.js';
import { problemStream, type SequenceTask } from '../task.js';
import { HashedFile } from './hashed-file.js';
import { type DataSetManifest, dataSetFiles, dtypeFor } from './manifest.js';
import { encodeRecord } from './packed-records.js';

export interface DataSetOptions {
  readonly split: Split;
  readonly seed: number;
  readonly count: number;
  /** Stops the work; nothing is left behind then. */
  readonly signal?: AbortSignal;
  /** Called after every problem. */
  progress?(done: number): void;
}

/**
 * Draws problems and writes them as a data set: `problems.jsonl`, `sequences.bin` and, last, `manifest.json`. The same
 * task, split, seed and count give the same bytes. Files of an earlier data set in the folder are replaced.
 * @throws {TaskError} `exhausted` where the split seems to hold no problem
 * @throws Node's own error where the disk refuses
 */
export async function writeDataSet(directory: string, task: SequenceTask, options: DataSetOptions): Promise<DataSetManifest> {
  const { split, seed, count, signal, progress } = options;
  const dtype = dtypeFor(task.vocabulary.length);
  await mkdir(directory, { recursive: true });
  const problems = await HashedFile.create(join(directory, dataSetFiles.problems));
  const sequences = await HashedFile.create(join(directory, dataSetFiles.sequences));
  try {
    const stream = problemStream(task, split, seed);
    const text = new TextEncoder();
    for (let done = 0; done < count; done++) {
      signal?.throwIfAborted();
      const problem = task.draw(stream, split);
      await problems.write(text.encode(`${JSON.stringify(problem)}\n`));
      await sequences.write(encodeRecord(task.sequence(problem), { ...task, dtype }));
      progress?.(done + 1);
    }
  } catch (cause) {
    await Promise.all([problems.abandon(), sequences.abandon()]);
    throw cause;
  }
  const manifest: DataSetManifest = {
    format: 'sardonyx task data set',
    version: 1,
    task: task.name,
    parameters: task.parameters,
    split,
    seed,
    count,
    vocabulary: [...task.vocabulary],
    padding: task.padding,
    length: task.length,
    dtype,
    problems: await problems.finish(),
    sequences: await sequences.finish(),
  };
  await writeAtomically(join(directory, dataSetFiles.manifest), [new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 2)}\n`)]);
  return manifest;
}

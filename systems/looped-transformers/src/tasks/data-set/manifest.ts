import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { schemaProblems } from '@sardonyx/study/schema-problems';
import { z } from 'zod';
import { splits } from '../split.js';
import type { SequenceTask } from '../task.js';
import { TaskError } from '../task-error.js';
import { problemFormats } from '../problem-formats.js';
import { type TaskName, taskNamed } from '../registry.js';

/** The files of a data set's folder; `tokens` is there only where it was asked for. */
export const dataSetFiles = {
  manifest: 'manifest.json',
  problems: 'problems.jsonl',
  sequences: 'sequences.bin',
  tokens: 'tokens.bin',
} as const;

const fileSchema = z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const manifestSchema = z.object({
  format: z.literal('sardonyx task data set'),
  version: z.literal(1),
  task: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  split: z.enum(splits),
  seed: z.int(),
  count: z.int().min(0),
  vocabulary: z.array(z.string()),
  padding: z.int().min(0),
  /** Positions of every sequence, padding included. */
  length: z.int().min(1),
  dtype: z.enum(['uint16', 'uint32']),
  problems: fileSchema,
  sequences: fileSchema,
});

/**
 * What a data set holds and how it came to be. `problems.jsonl` has one problem a line. `sequences.bin` has, for every
 * problem, `length` tokens and then `length` targets, little-endian; the number after the last token, which is the size of
 * the vocabulary, is the target of positions without one.
 */
export type DataSetManifest = z.output<typeof manifestSchema>;

/** Tokens of these widths; the wider one where the vocabulary and the mark of no target do not fit 16 bits. */
export const dtypeFor = (vocabulary: number): DataSetManifest['dtype'] => (vocabulary < 2 ** 16 ? 'uint16' : 'uint32');

/** A data set's manifest, its task, and the format of its problems. */
export interface DataSetHead {
  readonly manifest: DataSetManifest;
  readonly task: SequenceTask;
  readonly format: z.ZodType;
}

/**
 * Reads the manifest of a data set and makes its task.
 * @throws {TaskError} `format` where it is no manifest, or of a task that this version makes otherwise
 * @throws Node's own error where the file cannot be read
 */
export async function readManifest(directory: string): Promise<DataSetHead> {
  const path = join(directory, dataSetFiles.manifest);
  const manifest = parsed(path, await readFile(path, 'utf8'));
  const task = taskNamed(manifest.task, manifest.parameters);
  for (const field of ['vocabulary', 'padding', 'length'] as const) {
    if (JSON.stringify(manifest[field]) === JSON.stringify(task[field])) continue;
    throw new TaskError(
      'format',
      `${path}: expected the ${field} ${JSON.stringify(task[field])} of the task ${task.name}, given ${JSON.stringify(manifest[field])}; generate the data set again`,
    );
  }
  return { manifest, task, format: problemFormats[task.name as TaskName] };
}

function parsed(path: string, text: string): DataSetManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TaskError('format', `${path}: expected JSON, given ${JSON.stringify(text.slice(0, 40))}`, {}, { cause });
  }
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = schemaProblems(manifestSchema, result.error, value);
  throw new TaskError('format', `${path}: not the manifest of a task data set: ${problems.join('; ')}`);
}

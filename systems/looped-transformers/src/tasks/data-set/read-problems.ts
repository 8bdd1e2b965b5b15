import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { schemaProblems } from '@sardonyx/study/schema-problems';
import type { z } from 'zod';
import { TaskError } from '../task-error.js';

export interface ReadOptions {
  /** Lines read, at most. */
  readonly limit?: number;
  /** Given every line that cannot be used, instead of throwing. */
  skip?(error: TaskError): void;
}

/** A problem and the line that holds it, from 1. */
export interface NumberedProblem<Problem> {
  readonly line: number;
  readonly problem: Problem;
}

/**
 * Problems of a JSONL file, read line by line; empty lines are passed over.
 * @param format the schema of a problem, such as one of `problemFormats`
 * @param check further demands on a problem, such as `task.verify`; a TaskError that it throws is told with the line
 * @throws {TaskError} `format` or the code of the check, with the line and, where there is one, the field
 * @throws Node's own error where the file cannot be read
 */
export async function* readProblems<Problem>(
  path: string,
  format: z.ZodType<Problem>,
  { limit = Infinity, skip }: ReadOptions = {},
  check: (problem: Problem) => void = () => {},
): AsyncGenerator<NumberedProblem<Problem>> {
  const input = createReadStream(path, 'utf8');
  try {
    let line = 0;
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line += 1;
      if (line > limit) return;
      if (text.trim() === '') continue;
      const read = readLine(path, line, text, format, check);
      if (!(read instanceof TaskError)) yield { line, problem: read };
      else if (skip === undefined) throw read;
      else skip(read);
    }
  } finally {
    input.destroy();
  }
}

function readLine<Problem>(
  path: string,
  line: number,
  text: string,
  format: z.ZodType<Problem>,
  check: (problem: Problem) => void,
): Problem | TaskError {
  const at = `${path}, line ${line}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return new TaskError('format', `${at}: expected JSON, given ${JSON.stringify(text.slice(0, 40))}`, { line }, { cause });
  }
  const parsed = format.safeParse(value);
  if (!parsed.success) {
    const problems = schemaProblems(format, parsed.error, value, 'the problem');
    return new TaskError('format', `${at}, ${problems.join('; ')}`, { line });
  }
  try {
    check(parsed.data);
  } catch (cause) {
    if (!(cause instanceof TaskError)) throw cause;
    return new TaskError(cause.code, `${at}: ${cause.message}`, { ...cause.details, line }, { cause });
  }
  return parsed.data;
}

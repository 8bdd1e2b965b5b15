import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { SequenceTask } from '../task.js';
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
 * @param check further demands on a problem, such as `task.verify`; a TaskError that it throws is told with the line
 * @throws {TaskError} `format` or the code of the check, with the line and, where there is one, the field
 * @throws Node's own error where the file cannot be read
 */
export async function* readProblems<Problem>(
  path: string,
  task: SequenceTask<Problem>,
  check: (problem: Problem, line: number) => void = () => {},
  { limit = Infinity, skip }: ReadOptions = {},
): AsyncGenerator<NumberedProblem<Problem>> {
  const input = createReadStream(path, 'utf8');
  try {
    let line = 0;
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line += 1;
      if (line > limit) return;
      if (text.trim() === '') continue;
      const read = readLine(path, line, text, task, check);
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
  task: SequenceTask<Problem>,
  check: (problem: Problem, line: number) => void,
): Problem | TaskError {
  const at = `${path}, line ${line}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return new TaskError('format', `${at}: expected JSON, given ${JSON.stringify(text.slice(0, 40))}`, { line }, { cause });
  }
  const parsed = task.problem.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `field ${path.join('.')}: ${message}`));
    return new TaskError('format', `${at}, ${problems.join('; ')}`, { line });
  }
  try {
    check(parsed.data, line);
  } catch (cause) {
    if (!(cause instanceof TaskError)) throw cause;
    return new TaskError(cause.code, `${at}: ${cause.message}`, { ...cause.details, line }, { cause });
  }
  return parsed.data;
}

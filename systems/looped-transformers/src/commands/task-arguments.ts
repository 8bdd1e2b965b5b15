import { BadInputError } from '@sardonyx/study';
import { taskNamed } from '../tasks/registry.js';
import type { SequenceTask } from '../tasks/task.js';
import { TaskError } from '../tasks/task-error.js';

/**
 * The task of a name with parameters in JSON.
 * @throws {BadInputError} `json` for parameters that are no JSON object, else with the code of the refusal
 */
export function taskFrom(name: string, parameters: string): SequenceTask {
  let value: unknown;
  try {
    value = JSON.parse(parameters);
  } catch (cause) {
    throw new BadInputError('json', `--parameters: expected JSON such as {"hops": 4}, got ${parameters}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadInputError('json', `--parameters: expected a JSON object such as {"hops": 4}, got ${parameters}`);
  }
  try {
    return taskNamed(name, value as Readonly<Record<string, unknown>>);
  } catch (cause) {
    throw asBadInput(cause);
  }
}

/** A refusal by the tasks, or a file that cannot be opened, as bad input; any other error as it is. */
export function asBadInput(cause: unknown): unknown {
  if (cause instanceof TaskError) return new BadInputError(cause.code, cause.message, { cause });
  if (cause instanceof Error && 'code' in cause && ['ENOENT', 'EISDIR', 'ENOTDIR', 'EACCES'].includes(String(cause.code))) {
    return new BadInputError('file', `Cannot read or write a file: ${cause.message}`, { cause });
  }
  return cause;
}

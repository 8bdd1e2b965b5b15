import { BadInputError } from '@sardonyx/study';
import { isTaskName, taskNamed } from '../tasks/registry.js';
import type { SequenceTask } from '../tasks/task.js';
import { TaskError } from '../tasks/task-error.js';
import { checkedTaskParameters } from '../tasks/task-parameters.js';

/**
 * The task of a name with parameters in JSON.
 * @throws {BadInputError} `json` for parameters that are no JSON, else with the code of the refusal
 */
export function taskFrom(name: string, parameters: string): SequenceTask {
  let value: unknown;
  try {
    value = JSON.parse(parameters);
  } catch (cause) {
    throw new BadInputError('json', `--parameters: expected JSON such as {"hops": 4}, got ${parameters}`, { cause });
  }
  try {
    return taskNamed(name, isTaskName(name) ? checkedTaskParameters(name, value) : {});
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

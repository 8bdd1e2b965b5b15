import { basename, dirname } from 'node:path';
import { BadInputError } from '@sardonyx/study';
import { dataSetFiles } from '../tasks/data-set.js';
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

/** What stands in the way of a file, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'what should be its folder is a file',
  EACCES: 'it may not be read or written',
};

/** A refusal by the tasks, or a file that cannot be opened, as bad input; any other error as it is. */
export function asBadInput(cause: unknown): unknown {
  if (cause instanceof TaskError) return new BadInputError(cause.code, cause.message, { cause });
  if (!(cause instanceof Error && 'code' in cause && 'path' in cause)) return cause;
  const [path, reason] = [String(cause.path), reasons[String(cause.code)]];
  if (reason === undefined) return cause;
  if (basename(path) === dataSetFiles.manifest && cause.code !== 'EACCES') {
    const message = `Cannot read the data set "${dirname(path)}": expected a folder with ${dataSetFiles.manifest}, found none. Give a folder that data-gen wrote.`;
    return new BadInputError('file', message, { cause });
  }
  return new BadInputError('file', `Cannot read or write "${path}": ${reason}. Check the path.`, { cause });
}

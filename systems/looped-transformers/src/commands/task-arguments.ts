import { BadInputError } from '@sardonyx/study';
import { asBadInput } from '../bad-input.js';
import { isTaskName, taskNamed } from '../tasks/registry.js';
import type { SequenceTask } from '../tasks/task.js';
import { checkedTaskParameters } from '../tasks/task-parameters.js';

/**
 * The task of a name with parameters in JSON.
 * @throws {BadInputError} `json` for parameters that are no JSON, else with the code of the refusal
 */
export function taskFrom(name: string, parameters: string): SequenceTask {
  const value = knobsOf(parameters);
  try {
    return taskNamed(name, isTaskName(name) ? checkedTaskParameters(name, value) : {});
  } catch (cause) {
    throw asBadInput(cause);
  }
}

/**
 * The knobs of a task as the flag `--parameters` gives them.
 * @throws {BadInputError} `json` for anything but a JSON object
 */
export function knobsOf(parameters: string): Readonly<Record<string, unknown>> {
  const refused = (given: string, options?: ErrorOptions): BadInputError =>
    new BadInputError('json', `--parameters: expected a JSON object such as {"hops": 4}, given ${given}; write one.`, options);
  let value: unknown;
  try {
    value = JSON.parse(parameters);
  } catch (cause) {
    throw refused(`${parameters}, which is no JSON`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(parameters);
  return value as Record<string, unknown>;
}

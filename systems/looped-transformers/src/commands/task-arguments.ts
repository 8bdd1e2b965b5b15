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
  const value = jsonOf(parameters);
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
  const value = jsonOf(parameters);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BadInputError('json', `--parameters: expected a JSON object such as {"hops": 4}, given ${parameters}; write one.`);
}

function jsonOf(parameters: string): unknown {
  try {
    return JSON.parse(parameters) as unknown;
  } catch (cause) {
    throw new BadInputError('json', `--parameters: expected JSON such as {"hops": 4}, given ${parameters}; write a JSON object.`, {
      cause,
    });
  }
}

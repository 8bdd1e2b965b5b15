import { additionParameters, additionTask } from './addition.js';
import { groupComposition, groupCompositionParameters } from './group-composition.js';
import { pHop, pHopParameters } from './p-hop.js';
import { igsmParameters, symbolicIgsm } from './symbolic-igsm/igsm.js';
import type { SequenceTask } from './task.js';
import { TaskError } from './task-error.js';
import { variableAssignment, variableAssignmentParameters } from './variable-assignment.js';

/** All tasks by name: how each is made and which knobs it has. A new task is one line here. */
export const tasks = {
  addition: { make: additionTask, parameters: additionParameters },
  'p-hop': { make: pHop, parameters: pHopParameters },
  'group-composition': { make: groupComposition, parameters: groupCompositionParameters },
  'symbolic-igsm': { make: symbolicIgsm, parameters: igsmParameters },
  'variable-assignment': { make: variableAssignment, parameters: variableAssignmentParameters },
} as const;

export type TaskName = keyof typeof tasks;

export const taskNames = Object.keys(tasks) as [TaskName, ...TaskName[]];

/**
 * The task of a name, with its parameters.
 * @throws {TaskError} `unknown-task`; `argument` where the task refuses the parameters
 */
export function taskNamed(name: string, parameters: Readonly<Record<string, unknown>> = {}): SequenceTask {
  const entry = Object.hasOwn(tasks, name) ? tasks[name as TaskName] : undefined;
  if (entry === undefined) {
    throw new TaskError('unknown-task', `There is no task ${JSON.stringify(name)}: expected one of ${taskNames.join(', ')}.`);
  }
  // Every task checks what it is given against its own schema.
  return (entry.make as (parameters: Readonly<Record<string, unknown>>) => SequenceTask)(parameters);
}

import { additionTask } from './addition.js';
import { groupComposition } from './group-composition.js';
import { pHop } from './p-hop.js';
import { symbolicIgsm } from './symbolic-igsm/igsm.js';
import type { SequenceTask } from './task.js';
import { TaskError } from './task-error.js';
import { variableAssignment } from './variable-assignment.js';

/** How every task is made. A new task is one line here, one in `task-parameters.ts` and one in `problem-formats.ts`. */
const tasks = {
  addition: additionTask,
  'p-hop': pHop,
  'group-composition': groupComposition,
  'symbolic-igsm': symbolicIgsm,
  'variable-assignment': variableAssignment,
} as const;

export type TaskName = keyof typeof tasks;

/** A task's problems, by the task's name. */
export type ProblemOf<Name extends TaskName> = ReturnType<(typeof tasks)[Name]> extends SequenceTask<infer Problem> ? Problem : never;

/** What a task is made with, by the task's name. */
export type OptionsOf<Name extends TaskName> = Required<NonNullable<Parameters<(typeof tasks)[Name]>[0]>>;

export const taskNames = Object.keys(tasks) as [TaskName, ...TaskName[]];

/** Whether there is a task of this name. */
export const isTaskName = (name: string): name is TaskName => Object.hasOwn(tasks, name);

/**
 * The task of a name, with its options.
 * @throws {TaskError} `unknown-task`; `argument` where the task refuses the options
 */
export function taskNamed(name: string, options: Readonly<Record<string, unknown>> = {}): SequenceTask {
  if (!isTaskName(name)) {
    throw new TaskError('unknown-task', `There is no task ${JSON.stringify(name)}: expected one of ${taskNames.join(', ')}.`);
  }
  // Every task checks what it is given.
  return (tasks[name] as (options: Readonly<Record<string, unknown>>) => SequenceTask)(options);
}

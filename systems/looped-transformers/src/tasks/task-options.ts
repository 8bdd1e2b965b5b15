import { TaskError } from './task-error.js';

/* Checks of what a program gives to make a task. */

const refuse = (task: string, message: string): never => {
  throw new TaskError('argument', `Cannot make the task ${task}: ${message}`);
};

/**
 * The options with the defaults for those not given.
 * @throws {TaskError} `argument` for an option that the task does not have
 */
export function completed<Options extends object>(task: string, defaults: Options, given: Partial<Options>): Options {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaults, name));
  if (unknown !== undefined) refuse(task, `expected options among ${Object.keys(defaults).join(', ')}, given ${unknown}`);
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(chosen) };
}

/** Throws `argument` unless every value is a whole number of at least `least`. */
export function requireIntegers(task: string, values: Readonly<Record<string, number | readonly number[]>>, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    const numbers = Array.isArray(value) ? value : [value];
    const wrong = numbers.find((number) => !Number.isSafeInteger(number) || number < least);
    if (wrong !== undefined) refuse(task, `${name}: expected whole numbers of at least ${least}, given ${String(wrong)}`);
    if (numbers.length === 0) refuse(task, `${name}: expected one or more numbers, given none`);
  }
}

/** Throws `argument` unless the value is one of the choices. */
export function requireChoice(task: string, name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) refuse(task, `${name}: expected one of ${choices.join(', ')}, given ${JSON.stringify(value)}`);
}

/** Throws `argument` with the message of the first demand that is not met. */
export function requireAll(task: string, demands: readonly (readonly [met: boolean, message: string])[]): void {
  const failed = demands.find(([met]) => !met);
  if (failed !== undefined) refuse(task, failed[1]);
}

/** What every task takes. */
export interface HeldOutOption {
  /** Share of all problems in each of validation and test; 0 lets training meet the problems of the test. */
  readonly heldOut: number;
}

/** The paper of the tasks holds out 262,000 of 4 million problems, twice. */
export const defaultHeldOut = 1 / 16;

/** More would leave training less than a fifth. */
export const largestHeldOut = 0.4;

/** Throws `argument` unless the share leaves something to train on. */
export function requireHeldOut(task: string, heldOut: number): void {
  const fits = heldOut >= 0 && heldOut <= largestHeldOut;
  requireAll(task, [[fits, `heldOut: expected a share from 0 to ${largestHeldOut}, given ${heldOut}`]]);
}

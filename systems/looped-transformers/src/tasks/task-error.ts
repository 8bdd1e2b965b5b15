/**
 * Why a task, a problem or a data set was refused.
 *
 * - `argument`: a parameter outside its range, or parameters that exclude each other
 * - `unknown-task`: a name that no task has
 * - `exhausted`: no problem of a split, or none of the asked difficulty, was found
 * - `wrong-problem`: a problem whose stored answer, chain or bookkeeping is not what a new computation gives
 * - `too-long`: a sequence that does not fit the asked length
 * - `syntax`: text that breaks its grammar; `details.position` is the offset in it
 * - `cycle`: definitions that lead back to themselves
 * - `undefined-parameter`: a parameter that is used or asked for and nowhere defined
 * - `not-a-group`: a multiplication table without closure, identity, inverses or associativity
 * - `format`: a file that breaks its format; the message names the file, and the line and field where there are any
 */
export type TaskErrorCode =
  | 'argument'
  | 'unknown-task'
  | 'exhausted'
  | 'wrong-problem'
  | 'too-long'
  | 'syntax'
  | 'cycle'
  | 'undefined-parameter'
  | 'not-a-group'
  | 'format';

/** Thrown by the reasoning tasks and their data sets: what failed, what was expected, what was given, what to do. */
export class TaskError extends Error {
  override readonly name = 'TaskError';

  constructor(
    readonly code: TaskErrorCode,
    message: string,
    /** Figures behind the error, by name: positions, lines, elements. */
    readonly details: Readonly<Record<string, number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

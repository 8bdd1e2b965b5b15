/**
 * Why a computation on several threads was given up.
 *
 * - `argument`: a number of workers that is no whole number of at least one
 * - `kernel-missing`: the kernel's module cannot be loaded in a thread, or does not export the kernel under its name
 * - `kernel-failed`: the kernel threw; `cause` is what it threw, `shard` where
 * - `not-transferable`: a shard or a result holds what no other thread can be given, such as a function
 * - `worker-lost`: a thread ended before it had answered, for want of memory for instance
 */
export type ParallelErrorCode = 'argument' | 'kernel-missing' | 'kernel-failed' | 'not-transferable' | 'worker-lost';

/** Thrown by `map`. */
export class ParallelError extends Error {
  override readonly name = 'ParallelError';

  constructor(
    readonly code: ParallelErrorCode,
    message: string,
    /** Index of the shard that was being computed, where there was one. */
    readonly shard?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

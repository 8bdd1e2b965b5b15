import { LinalgError } from '@sardonyx/linalg';
import { BadInputError } from '@sardonyx/study';
import { PreconditionerError } from '../errors.js';

/** Runs what reads a description; what it refuses is bad input of the file, with the code of the refusal. */
export function asBadInput<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw badInput(path, cause);
  }
}

/** A refusal as bad input; any other error as it is. */
export function badInput(path: string, cause: unknown): unknown {
  if (!(cause instanceof PreconditionerError || cause instanceof LinalgError)) return cause;
  return new BadInputError(cause.code, `Cannot use "${path}": ${cause.message}.`, { cause });
}

/** What reads the input at a path: a file that cannot be read, and what is refused in it, are bad input. */
export async function readAsInput<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const isUnreadable = cause instanceof Error && 'syscall' in cause;
    throw isUnreadable ? new BadInputError('file', `Cannot read "${path}": ${cause.message}.`, { cause }) : badInput(path, cause);
  }
}

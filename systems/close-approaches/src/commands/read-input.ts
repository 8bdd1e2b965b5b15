import { BadInputError } from '@sardonyx/study';
import { ArchiveError } from '../archive/archive-error.js';

/** Runs what works on the user's files; what they or the options make impossible is bad input, with the code of the refusal. */
export async function asBadInput<T>(body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (cause instanceof ArchiveError) throw new BadInputError(cause.code, cause.message, { cause });
    if (cause instanceof Error && 'syscall' in cause) throw new BadInputError('file', `Cannot use a file: ${cause.message}.`, { cause });
    throw cause;
  }
}

/** The one of `choices` that was given. @throws {BadInputError} `argument` */
export function chosen<const T extends string>(given: string | undefined, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === given);
  if (found !== undefined) return found;
  throw new BadInputError('argument', `What to do: expected one of ${choices.join(', ')}, got ${given ?? 'nothing'}.`);
}

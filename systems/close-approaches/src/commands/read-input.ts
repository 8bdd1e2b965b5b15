import { BadInputError, schemaProblems } from '@sardonyx/study';
import type { z } from 'zod';
import { ArchiveError } from '../archive/archive-error.js';
import { fileText } from '../formats/file-source.js';

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

/** As many problems of a file as a message tells. */
const mostProblems = 5;

/**
 * Reads a JSON file and checks it.
 * @throws {BadInputError} `json` where it is no JSON, `description` with the path in it where the schema refuses it
 */
export async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  const text = await fileText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(
      'json',
      `Cannot use "${path}": expected JSON, got a syntax error: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(schema, parsed.error, value, 'the file');
  const more = problems.length - mostProblems;
  const told = `${problems.slice(0, mostProblems).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  throw new BadInputError('description', `Cannot use "${path}": ${told}. Give a file of the kind that the command's help names.`);
}

/** The one of `choices` that was given. @throws {BadInputError} `argument` */
export function chosen<const T extends string>(given: string | undefined, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === given);
  if (found !== undefined) return found;
  throw new BadInputError('argument', `What to do: expected one of ${choices.join(', ')}, got ${given ?? 'nothing'}.`);
}

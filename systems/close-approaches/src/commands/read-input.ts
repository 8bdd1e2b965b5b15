import { BadInputError } from '@sardonyx/study';
import type { z } from 'zod';
import { ArchiveError } from '../archive/archive-error.js';
import { fileText } from '../formats/file-source.js';
import { PopulationError } from '../population/population-error.js';
import { StatisticsError } from '../statistics/statistics-error.js';
import { YarkovskyError } from '../yarkovsky/yarkovsky-error.js';

/** Runs what works on the user's files; what they or the options make impossible is bad input, with the code of the refusal. */
export async function asBadInput<T>(body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    const isRefusal = [ArchiveError, PopulationError, StatisticsError, YarkovskyError].some((type) => cause instanceof type);
    if (isRefusal) throw new BadInputError((cause as ArchiveError).code, (cause as Error).message, { cause });
    if (cause instanceof Error && 'syscall' in cause) throw new BadInputError('file', `Cannot use a file: ${cause.message}.`, { cause });
    throw cause;
  }
}

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
  const problems = parsed.error.issues.slice(0, mostProblems).map((issue) => problemOf(issue, value));
  const more = parsed.error.issues.length - problems.length;
  const rest = more > 0 ? `; and ${more} more` : '';
  throw new BadInputError(
    'description',
    `Cannot use "${path}": ${problems.join('; ')}${rest}. Give a file of the kind that the command's help names.`,
  );
}

/** As many problems of a file as a message tells. */
const mostProblems = 5;

/** One problem of a file: which member, what it may be, what it is. */
function problemOf(issue: z.core.$ZodIssue, file: unknown): string {
  const given = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], file);
  const text = JSON.stringify(given);
  const shown = text === undefined ? 'nothing' : text.length > 40 ? `${text.slice(0, 37)}...` : text;
  return `${issue.path.length === 0 ? 'the whole' : `"${issue.path.join('.')}"`}: expected ${expectedBy(issue)}, got ${shown}`;
}

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a text',
};

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'too_small':
      return `${issue.origin === 'array' ? 'a list of ' : ''}${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.origin === 'array' ? 'a list of ' : ''}${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    default:
      return `what fits (${issue.message})`;
  }
}

/** The one of `choices` that was given. @throws {BadInputError} `argument` */
export function chosen<const T extends string>(given: string | undefined, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === given);
  if (found !== undefined) return found;
  throw new BadInputError('argument', `What to do: expected one of ${choices.join(', ')}, got ${given ?? 'nothing'}.`);
}

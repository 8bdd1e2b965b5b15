import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { BadInputError } from './errors.js';
import { pathProblem } from './input-path.js';
import { schemaProblems } from './schema-problems.js';

/** As many problems of a file as a message tells. */
const mostProblems = 5;

/**
 * Reads a JSON file and checks it. Throws `BadInputError`: `file` where it is not there or cannot be read, `json` where it is no
 * JSON, `description` with the path in it where the schema refuses it.
 */
export async function readJsonFile<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  const problem = pathProblem(path, 'file');
  if (problem !== undefined) throw new BadInputError('file', `Cannot read: ${problem}`);
  const value = parsed(path, await readFile(path, 'utf8'));
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = schemaProblems(schema, checked.error, value, 'the file');
  const more = problems.length - mostProblems;
  const told = `${problems.slice(0, mostProblems).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  throw new BadInputError('description', `Cannot use "${path}": ${told}. Give a file of the kind that the command's help names.`);
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new BadInputError('json', `Cannot use "${path}": expected JSON, got a syntax error: ${cause.message}.`, { cause });
  }
}

import { readFile } from 'node:fs/promises';
import { BadInputError, schemaProblems } from '@sardonyx/study';
import type { z } from 'zod';

/**
 * Reads a JSON file and checks it.
 * @throws {BadInputError} `file` where it cannot be read, `json` where it is no JSON, `description` where the schema refuses it, with the path in it
 */
export async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BadInputError('file', `Cannot read "${path}": ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  });
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
  throw new BadInputError('description', `Cannot use "${path}": ${problems.join('; ')}.`);
}

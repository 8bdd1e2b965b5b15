import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isSystemError } from './file-system.js';
import { describeParameters, refusal } from './parameters.js';

/** A parameter that names a file which the run reads; `''`, the default, names none. It is looked for before the run is made. */
export const inputFile = (description: string) => z.string().default('').meta({ format: 'file', description });

/** A parameter that names a folder which the run reads; `''`, the default, names none. It is looked for before the run is made. */
export const inputFolder = (description: string) => z.string().default('').meta({ format: 'folder', description });

/**
 * Checked parameters with the paths of what the run reads from the root, so that it can be resumed from anywhere.
 * Throws `ParameterError` where a file or folder is missing, the other of both, or not to be read.
 */
export function resolveInputPaths<T extends Readonly<Record<string, unknown>>>(schema: z.ZodObject, params: T): T {
  const inputs = describeParameters(schema).filter(({ name, kind }) => (kind === 'file' || kind === 'folder') && params[name] !== '');
  const problems = inputs.flatMap((input) => {
    const problem = pathProblem(String(params[input.name]), input.kind);
    return problem === undefined ? [] : [[input, problem] as const];
  });
  if (problems.length > 0) throw refusal(problems);
  return { ...params, ...Object.fromEntries(inputs.map(({ name }) => [name, resolve(String(params[name]))])) };
}

/** Why a file or folder cannot be read; undefined where it can. */
export function pathProblem(path: string, kind: string): string | undefined {
  const expected = `expected a ${kind} that can be read, got "${path}"`;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return `${expected}, which is not there. Check the path; it starts in ${process.cwd()}.`;
    if (found.isDirectory() !== (kind === 'folder'))
      return `${expected}, which is ${found.isDirectory() ? 'a folder' : 'a file'}. Name a ${kind}.`;
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return `${expected}, which cannot be read (${error.code}). See who may read it, or name another.`;
  }
}

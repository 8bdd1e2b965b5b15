import { SafetensorsError } from '@sardonyx/data';
import { TokenizerError } from '@sardonyx/data/tokenizers';
import { OptimizerError } from '@sardonyx/optim';
import { BadInputError, isSystemError } from '@sardonyx/study';
import { AnalysisError } from './analysis/analysis-error.js';
import { LanguageDataError } from './language/language-data-error.js';
import { ModelError } from './model/model-error.js';
import { TaskError } from './tasks/task-error.js';
import { TheoryError } from './theory/theory-error.js';
import { LoopingRegularizerError } from './training/looping-regularizer.js';

/** What the parts of this system throw where they refuse what they were given. */
const refusals = [
  AnalysisError,
  LanguageDataError,
  LoopingRegularizerError,
  ModelError,
  OptimizerError,
  SafetensorsError,
  TaskError,
  TheoryError,
  TokenizerError,
] as const;

/** What stands in the way of a file that a person named, by the operating system's code. */
const fileProblems: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'it may not be read or written',
};

/**
 * A refusal by a part of this system, or a file that cannot be opened, as bad input with the refusal's code; any other error
 * as it is.
 */
export function asBadInput(cause: unknown): unknown {
  const refusal = refusals.find((kind) => cause instanceof kind);
  if (refusal) {
    const { code, message } = cause as InstanceType<(typeof refusals)[number]>;
    return new BadInputError(code, `${message.replace(/^looped transformer: /, '').replace(/\.$/, '')}.`, { cause });
  }
  const problem = isSystemError(cause) ? fileProblems[String(cause.code)] : undefined;
  if (problem === undefined) return cause;
  const path = cause instanceof Error && 'path' in cause ? `"${String(cause.path)}"` : 'a file';
  return new BadInputError('file', `Cannot use ${path}: ${problem}; check the path.`, { cause });
}

/**
 * What `body` gives, where it works with what a person gave.
 * @throws {BadInputError} for what {@link asBadInput} knows; any other error as it is
 */
export async function refusingBadInput<T>(body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    throw asBadInput(cause);
  }
}

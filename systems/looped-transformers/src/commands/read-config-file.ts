import { readFile } from 'node:fs/promises';
import { BadInputError, isSystemError } from '@sardonyx/study';
import { LineCounter, parseDocument } from 'yaml';
import { didYouMeanPath } from './near-path.js';

/**
 * What a file of a configuration holds: JSON, or YAML 1.2 where its name ends in `.yaml` or `.yml`.
 * @param names what else may be given, such as the names of presets, for the message where there is no such file
 * @throws {BadInputError} `file` where it cannot be read; `json` or `yaml` where its syntax is broken, with line and column
 */
export async function readConfigFile(path: string, names: readonly string[] = []): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const given = isSystemError(cause) ? givenInstead[String(cause.code)] : undefined;
    if (given === undefined) throw cause;
    const expected = ['a JSON or YAML file', ...(names.length > 0 ? [`one of ${names.join(', ')}`] : [])].join(', or ');
    const remedy = didYouMeanPath(path, isConfigName, names);
    throw new BadInputError('file', `Cannot read "${path}": expected ${expected}, given ${given}; ${remedy}`, { cause });
  });
  return /\.ya?ml$/i.test(path) ? parseYaml(path, text) : parseJson(path, text);
}

/** What was given where a file should be, by the operating system's code. */
const givenInstead: Readonly<Record<string, string>> = {
  ENOENT: 'nothing of this name',
  EISDIR: 'a folder',
  ENOTDIR: 'a path through a file',
  EACCES: 'one that may not be read',
};

const isConfigName = (name: string): boolean => /\.(json|ya?ml)$/i.test(name);

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadInputError('json', `Cannot use "${path}": expected JSON, got a syntax error: ${withLine(reason, text)}.`, { cause });
  }
}

/** Where Node tells the position of a syntax error at all, Node 20 counts characters alone. */
function withLine(reason: string, text: string): string {
  const position = / at position (\d+)$/.exec(reason)?.[1];
  if (position === undefined) return reason;
  const before = text.slice(0, Number(position)).split('\n');
  return `${reason} (line ${before.length} column ${before.at(-1)!.length + 1})`;
}

/** Values of one document; a tag or an alias that means nothing here is refused like broken syntax. */
function parseYaml(path: string, text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const refused = (reason: string, options?: ErrorOptions): BadInputError =>
    new BadInputError('yaml', `Cannot use "${path}": expected YAML, got a syntax error: ${reason}.`, options);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw refused(`${problem.message.replace(/\.$/, '')} (line ${line} column ${col})`, { cause: problem });
  }
  try {
    return document.toJS() as unknown;
  } catch (cause) {
    // Aliases that lead nowhere, or multiply to more than memory holds, are found only here.
    if (cause instanceof ReferenceError) throw refused(cause.message, { cause });
    throw cause;
  }
}

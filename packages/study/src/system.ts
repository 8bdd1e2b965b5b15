import type { z } from 'zod';
import { DefinitionError } from './errors.js';
import { type Paper, requireKebabCase, requireUnique, type Study } from './study.js';
import { describeParameters } from './parameters.js';

/** What a system's own command may use. */
export interface CommandContext {
  readonly signal: AbortSignal;
  /** Positional arguments, in the order of `Command.arguments`. */
  readonly arguments: readonly string[];
  /** Whether `--json` was given: then standard output carries one JSON object a line and nothing else. */
  readonly json: boolean;
  /** Writes a line to standard output. */
  print(text: string): void;
  /** Writes text to standard output as it comes, without ending the line; absent where only whole lines are taken. */
  readonly write?: (text: string) => void;
  /** Writes a line to standard error. */
  log(text: string): void;
}

/** A tool of a system beyond its studies: `propagate`, `convert`, `serve`. */
export interface Command<P extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** Other names that it answers to: those under which people know the same tool from elsewhere. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Positional arguments; one whose name ends in `...` takes all that follow. */
  readonly arguments?: readonly { readonly name: string; readonly summary: string; readonly optional?: boolean }[];
  readonly params: P;
  /** Command lines for its help, as after `sardonyx <system>`: the first word is the command's name. */
  readonly examples: readonly string[];
  run(ctx: CommandContext, params: z.output<P>): Promise<void>;
}

/** One research system: the studies that reproduce a paper, and its tools. */
export interface System {
  readonly name: string;
  readonly title: string;
  readonly paper: string | Paper;
  readonly summary: string;
  readonly studies: readonly Study[];
  readonly commands?: readonly Command[];
}

/** Checks a command's definition and returns it. Throws `DefinitionError`. */
export function defineCommand<P extends z.ZodObject>(command: Command<P>): Command<P> {
  requireKebabCase('command', command.name);
  for (const alias of command.aliases ?? []) requireKebabCase('alias', alias);
  describeParameters(command.params);
  const foreign = command.examples.find((example) => example.split(' ')[0] !== command.name);
  if (command.examples.length > 0 && foreign === undefined) return command;
  const given = foreign === undefined ? 'none' : `"${foreign}"`;
  throw new DefinitionError(
    `Cannot define the command "${command.name}": expected examples that begin with its name, got ${given}. Write a command line as after "sardonyx <system>".`,
  );
}

/** Checks a system's definition and returns it. Throws `DefinitionError`. */
export function defineSystem(system: System): System {
  requireKebabCase('system', system.name);
  requireUnique(system.name, 'study', system.studies);
  requireUnique(
    system.name,
    'command',
    (system.commands ?? []).flatMap(({ name, aliases = [] }) => [name, ...aliases].map((known) => ({ name: known }))),
  );
  return system;
}

/** The system's paper as an object, however it was written. */
export function paperOf(system: System): Paper {
  return typeof system.paper === 'string' ? { arxiv: system.paper } : system.paper;
}

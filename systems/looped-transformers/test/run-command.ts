import { BadInputError, checkParameters, type Command, Interrupted } from '@sardonyx/study';
import { expect } from 'vitest';
import { system } from '../src/index.js';

/** Runs a command as the command line does, and gives the lines it printed; `watch` sees every line and may interrupt it. */
export async function runCommand(
  name: string,
  args: readonly string[],
  flags: object = {},
  json = false,
  watch?: (line: string, interrupt: () => void) => void,
): Promise<string[]> {
  const all = system.commands as unknown as readonly Command[];
  const command = all.find((candidate) => candidate.name === name || candidate.aliases?.includes(name));
  if (!command) throw new Error(`no command ${name}`);
  const controller = new AbortController();
  const printed: string[] = [];
  const seen = (line: string): void => watch?.(line, () => controller.abort(new Interrupted()));
  await command.run(
    {
      signal: controller.signal,
      arguments: args,
      json,
      print: (text) => (printed.push(text), seen(text)),
      log: seen,
    },
    checkParameters(command.params, flags as Record<string, unknown>),
  );
  return printed;
}

/** As {@link runCommand} with `--json`: the records that were printed. */
export const runForRecords = async (name: string, args: readonly string[], flags: object = {}): Promise<Record<string, unknown>[]> =>
  (await runCommand(name, args, flags, true)).map((line) => JSON.parse(line) as Record<string, unknown>);

/** Expects a refusal as bad input, for which the command line ends with 2, whose message matches. */
export async function expectRefusal(attempt: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect((error as Error | undefined)?.message).toMatch(message);
  expect(error).toBeInstanceOf(BadInputError);
}

import { checkParameters, type Command, describeParameters, parseParameter } from '@sardonyx/study';
import { describe, expect, it } from 'vitest';
import { Systems } from '../src/systems.js';

const systems = await (await Systems.open([])).all();
const examples = systems.flatMap(({ name: system, commands = [] }) =>
  commands.flatMap((command) => command.examples.map((example) => ({ system, command, example }))),
);

/** The words of a command line as a shell sees them. */
const wordsOf = (line: string): string[] => [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!);

/** Reads a command line as the command does, up to running it; every flag but `--json` has a value. */
function read(command: Command, line: string): { positional: string[]; params: unknown } {
  const parameters = describeParameters(command.params);
  const positional: string[] = [];
  const texts = new Map<string, string[]>();
  const words = wordsOf(line).slice(1);
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === '--json') continue;
    if (word.startsWith('--')) texts.set(word.slice(2), [...(texts.get(word.slice(2)) ?? []), words[++index] ?? '']);
    else positional.push(word);
  }
  const given: Record<string, unknown> = {};
  for (const [flag, values] of texts) {
    const parameter = parameters.find((candidate) => candidate.flag === flag);
    if (parameter === undefined) throw new Error(`there is no flag --${flag}`);
    given[parameter.name] = parseParameter(command.params, parameter, values.join(','));
  }
  return { positional, params: checkParameters(command.params, given) };
}

describe('examples', () => {
  it.each(examples.map((each) => ({ ...each, line: `${each.system} ${each.example}` })))('sardonyx $line', ({ command, example }) => {
    const { positional } = read(command, example);
    const takes = command.arguments ?? [];
    expect(positional.length).toBeGreaterThanOrEqual(takes.filter(({ optional }) => optional !== true).length);
    const isOpen = takes.at(-1)?.name.endsWith('...') ?? false;
    expect(positional.length).toBeLessThanOrEqual(isOpen ? Infinity : takes.length);
  });

  it('are refused where a flag or its value is wrong', () => {
    const [{ command }] = examples.filter(({ system }) => system === 'preconditioners') as [(typeof examples)[number]];
    expect(() => read(command, `${command.name} x --no-such-flag 1`)).toThrow('there is no flag');
    expect(() => read(command, 'audit algebra.json --pairs many')).toThrow();
  });
});

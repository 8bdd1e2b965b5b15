import type { Command as Commander } from 'commander';
import {
  BadInputError,
  checkParameters,
  type Command,
  describeParameters,
  didYouMean,
  nearNames,
  parseParameter,
  suggestion,
  type System,
} from '@sardonyx/study';
import type { Environment } from './environment.js';
import { addParameterFlag } from './parameter-flag.js';
import { interruptible } from './interrupt.js';
import { alignColumns, printLine } from './output.js';

/** `sardonyx <system> <command>`: adds a system's own commands. */
export function addSystemCommands(program: Commander, environment: Environment, system: System): void {
  const group = program.command(system.name).summary(system.summary).description(`${system.title}\n\n${system.summary}`).helpCommand(false);
  const studies = alignColumns(system.studies.map(({ name, summary }) => [`  sardonyx run ${system.name}/${name}`, summary]));
  if (studies.length > 0) group.addHelpText('after', `\nStudies:\n${studies.join('\n')}`);
  addExamples(group, [
    ...system.studies.slice(0, 1).map(({ name }) => `run ${system.name}/${name}`),
    ...(system.commands ?? []).slice(0, 2).flatMap(({ examples }) => examples.slice(0, 1).map((example) => `${system.name} ${example}`)),
  ]);
  if ((system.commands ?? []).length === 0) group.action(() => group.outputHelp());
  group.on('command:*', ([name = '']: string[]) => refuseUnknownCommand(system, name));
  for (const command of system.commands ?? []) addSystemCommand(group, environment, system.name, command);
}

/** Throws {@link BadInputError} with what may have been meant: a command of the system, or a study of it. */
function refuseUnknownCommand(system: System, name: string): never {
  const commands = (system.commands ?? []).flatMap((command) => [command.name, ...(command.aliases ?? [])]);
  const studies = nearNames(
    name,
    system.studies.map((study) => study.name),
  );
  const isStudy = nearNames(name, commands).length === 0 && studies.length > 0;
  const advice = isStudy ? didYouMean(studies.map((study) => `sardonyx run ${system.name}/${study}`)) : suggestion(name, commands);
  throw new BadInputError(
    'unknown-command',
    `There is no command "${name}" of ${system.name}. ${advice} See: sardonyx ${system.name} --help`,
  );
}

/** Ends a command's help with command lines, each as after `sardonyx`. */
function addExamples(command: Commander, examples: readonly string[]): void {
  if (examples.length > 0) command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  sardonyx ${example}`).join('\n')}`);
}

function addSystemCommand(group: Commander, environment: Environment, system: string, command: Command): void {
  const own = group
    .command(command.name)
    .aliases(command.aliases ?? [])
    .description(command.summary)
    .option('--json', 'print one JSON object a line');
  for (const { name, summary, optional } of command.arguments ?? []) own.argument(optional === true ? `[${name}]` : `<${name}>`, summary);
  const parameters = describeParameters(command.params).map((parameter) => ({ parameter, attribute: addParameterFlag(own, parameter) }));
  addExamples(
    own,
    command.examples.map((example) => `${system} ${example}`),
  );
  own.action(async () => {
    const flags = own.opts<Record<string, unknown>>();
    const given: Record<string, unknown> = {};
    for (const { parameter, attribute } of parameters) {
      const text = flags[attribute];
      if (typeof text === 'string') given[parameter.name] = parseParameter(command.params, parameter, text);
    }
    const params = checkParameters(command.params, given);
    const { stdout, stderr } = environment.output;
    await interruptible(
      (text) => printLine(stderr, text),
      (signal) =>
        command.run(
          {
            signal,
            arguments: own.args,
            json: flags['json'] === true,
            print: (text) => printLine(stdout, text),
            write: (text) => void stdout.write(text),
            log: (text) => printLine(stderr, text),
          },
          params,
        ),
    );
  });
}

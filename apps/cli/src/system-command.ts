import type { Command as Commander } from 'commander';
import { checkParameters, type Command, describeParameters, parseParameter, type System } from '@sardonyx/study';
import type { Environment } from './environment.js';
import { addParameterFlag } from './parameter-flag.js';
import { interruptible } from './interrupt.js';
import { alignColumns, printLine } from './output.js';

/** `sardonyx <system> <command>`: adds a system's own commands. */
export function addSystemCommands(program: Commander, environment: Environment, system: System): void {
  const group = program.command(system.name).summary(system.summary).description(`${system.title}\n\n${system.summary}`).helpCommand(false);
  const studies = alignColumns(system.studies.map(({ name, summary }) => [`  sardonyx run ${system.name}/${name}`, summary]));
  if (studies.length > 0) group.addHelpText('after', `\nStudies:\n${studies.join('\n')}`);
  if ((system.commands ?? []).length === 0) group.action(() => group.outputHelp());
  for (const command of system.commands ?? []) addSystemCommand(group, environment, system.name, command);
}

function addSystemCommand(group: Commander, environment: Environment, system: string, command: Command): void {
  const own = group.command(command.name).description(command.summary).option('--json', 'print one JSON object a line');
  for (const { name, summary, optional } of command.arguments ?? []) own.argument(optional === true ? `[${name}]` : `<${name}>`, summary);
  const parameters = describeParameters(command.params).map((parameter) => ({ parameter, attribute: addParameterFlag(own, parameter) }));
  const examples = (command.examples ?? []).map((example) => `  sardonyx ${system} ${example}`);
  if (examples.length > 0) own.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
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

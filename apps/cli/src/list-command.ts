import type { Command } from 'commander';
import { paperOf, type System } from '@sardonyx/study';
import type { Environment } from './environment.js';
import { alignColumns, type OutputStream, printJson, printLine, styled } from './output.js';

/** `sardonyx list`. */
export function addListCommand(program: Command, environment: Environment): void {
  program
    .command('list')
    .summary('list systems and studies')
    .description('Lists every system with its studies and commands, one line each.')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', '\nExamples:\n  sardonyx list\n  sardonyx list --json')
    .action(async ({ json }: { json?: true }) => {
      const { stdout } = environment.output;
      const systems = await environment.systems.all();
      if (json === true) systems.forEach((system) => printJson(stdout, systemLine(system)));
      else systems.forEach((system) => printSystem(stdout, system));
    });
}

function systemLine(system: System): unknown {
  return {
    type: 'system',
    name: system.name,
    title: system.title,
    arxiv: paperOf(system).arxiv,
    summary: system.summary,
    studies: system.studies.map(({ name, title, summary, paper }) => ({
      name,
      title,
      summary,
      arxiv: paper.arxiv,
      where: paper.where ?? null,
    })),
    commands: (system.commands ?? []).map(({ name, summary }) => ({ name, summary })),
  };
}

function printSystem(stdout: OutputStream, system: System): void {
  printLine(stdout, `${styled(stdout, 'bold', system.name)}  ${system.summary} (arXiv:${paperOf(system).arxiv})`);
  const studies = system.studies.map(({ name, summary }) => [`${system.name}/${name}`, summary]);
  const commands = (system.commands ?? []).map(({ name, summary }) => [`${system.name} ${name}`, summary]);
  for (const line of alignColumns([...studies, ...commands])) printLine(stdout, `  ${line}`);
}

/** `sardonyx --cite`: the papers, for a reader and for a bibliography. */
export async function printCitations({ systems, output }: Environment): Promise<void> {
  for (const system of await systems.all()) {
    const { arxiv, title, authors, year } = paperOf(system);
    const fields = [
      ['title', title ?? system.title],
      ['author', authors?.replaceAll(', ', ' and ')],
      ['year', year],
      ['eprint', arxiv],
      ['archivePrefix', 'arXiv'],
      ['url', `https://arxiv.org/abs/${arxiv}`],
    ] as const;
    const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}}`]));
    printLine(output.stdout, `@misc{${system.name},\n${lines.join(',\n')}\n}`);
  }
}

import type { Command } from 'commander';
import type { Environment } from './environment.js';
import { exitCode } from './exit-code.js';
import { type Check, checkMachine } from './machine-checks.js';
import { alignColumns, printJson, printLine, styled } from './output.js';

const marks = { ok: 'ok', warning: 'warn', missing: 'MISSING' } as const;
const styles = { ok: 'green', warning: 'yellow', missing: 'red' } as const;

/** `sardonyx doctor`. */
export function addDoctorCommand(program: Command, environment: Environment): void {
  program
    .command('doctor')
    .summary('check this machine')
    .description('Checks what Sardonyx needs on this machine, and says what to do where something is missing.')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', '\nExamples:\n  sardonyx doctor\n  sardonyx doctor --json')
    .action(async ({ json }: { json?: true }) => {
      const { stdout } = environment.output;
      const checks = await checkMachine(environment.systems);
      if (json === true) checks.forEach((check) => printJson(stdout, { type: 'check', ...check }));
      else printChecks(checks);
      if (checks.some(({ status }) => status === 'missing')) environment.finish(exitCode.failure);

      function printChecks(all: readonly Check[]): void {
        const lines = alignColumns(all.map(({ name, status, detail }) => [marks[status], name, detail]));
        all.forEach(({ status, advice }, index) => {
          const mark = marks[status];
          printLine(stdout, styled(stdout, styles[status], mark) + (lines[index] ?? '').slice(mark.length));
          if (advice !== undefined) printLine(stdout, `         ${advice}`);
        });
      }
    });
}

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { StudyError } from '@sardonyx/study';
import type { Environment } from './environment.js';
import { exitCode } from './exit-code.js';

/** `sardonyx bench <name>`: hands over to the measurements of the source tree, which are not part of the package. */
export function addBenchCommand(program: Command, environment: Environment): void {
  program
    .command('bench')
    .summary('run a side-by-side measurement')
    .description("Runs a measurement of the source tree's bench harness; everything after the name is handed on.")
    .argument('<name>', 'the measurement')
    .argument('[arguments...]', 'what the measurement takes')
    .addHelpText('after', '\nExamples:\n  sardonyx bench training\n  sardonyx bench linalg --threads 1')
    .allowUnknownOption()
    .action(async (name: string, rest: string[]) => {
      const harness = findHarness();
      const code = await runNode([harness, name, ...rest]);
      if (code !== 0) environment.finish(code === exitCode.usage ? exitCode.usage : exitCode.failure);
    });
}

function findHarness(): string {
  const startingPoints = [process.cwd(), dirname(fileURLToPath(import.meta.url))];
  for (const start of startingPoints) {
    for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
      const harness = join(folder, 'bench', 'dist', 'main.js');
      if (existsSync(harness) && existsSync(join(folder, 'packages', 'study'))) return harness;
    }
  }
  throw new StudyError(
    'no-bench-harness',
    'Cannot measure: expected bench/dist/main.js in the source tree of Sardonyx, found none. Run this in a checkout of it, after "npm run build".',
  );
}

function runNode(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? exitCode.failure));
  });
}

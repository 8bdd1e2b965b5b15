import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The tests of the command line run it as its users do: built, in processes of its own, the bench harness beside it. */
export default function build(): void {
  const typescript = dirname(createRequire(import.meta.url).resolve('@typescript/native/package.json'));
  const projects = ['..', '../../../bench'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
  execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-b', ...projects], { stdio: 'inherit' });
}

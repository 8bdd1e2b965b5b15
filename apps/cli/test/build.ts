import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The tests of the command line run it as its users do: built, in processes of its own. */
export default function build(): void {
  const typescript = dirname(createRequire(import.meta.url).resolve('@typescript/native/package.json'));
  const application = fileURLToPath(new URL('..', import.meta.url));
  execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-b', application], { stdio: 'inherit' });
}

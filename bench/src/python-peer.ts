import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContenderDefinition } from './benchmark.js';
import { benchDirectory, peersDirectory } from './peers-directory.js';

/** The interpreter named by SARDONYX_PYTHON, that of the peers' virtual environment, or the one on the path. */
function python(): string {
  const installed = join(peersDirectory, 'venv', 'bin', 'python');
  return process.env['SARDONYX_PYTHON'] ?? (existsSync(installed) ? installed : 'python3');
}

/** A contender in Python, from `peers/`, with the packages that it needs. */
export function pythonPeer(
  id: string,
  family: string,
  script: string,
  parameters: readonly string[],
  packages: string,
): ContenderDefinition {
  return {
    id,
    family,
    command: [python(), join(benchDirectory, 'peers', script), ...parameters],
    install: `python3 -m venv ${peersDirectory}/venv && ${peersDirectory}/venv/bin/pip install ${packages}`,
  };
}

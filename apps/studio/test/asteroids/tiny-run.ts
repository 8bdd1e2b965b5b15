import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line as it is installed; the tests' global setup builds it. */
const mainScript = fileURLToPath(new URL('../../../cli/dist/main.js', import.meta.url));

export const tinyParticles = 24;
export const tinySnapshots = 4;
export const tinySeed = 3;

/** Asteroids that may meet Mars at once, for 800 years: a run of a second or two that is the same on every machine. */
export const tinyParameters = {
  asteroids: 3000,
  particles: tinyParticles,
  years: 800,
  snapshots: tinySnapshots,
  detectorParticles: 0,
  replicates: 10,
};

/** Where the run lies below the folder of runs. */
export const tinyRun = 'close-approaches/belt/tiny';

/** Makes the run below `runs` and gives its folder. */
export async function makeTinyRun(runs: string): Promise<string> {
  const folder = join(runs, tinyRun);
  const options = ['--seed', String(tinySeed), '--workers', '1', '--params', JSON.stringify(tinyParameters), '--out', folder];
  const child = spawn(process.execPath, [mainScript, 'run', 'close-approaches/belt', ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`The run of the belt ended with ${code}.`);
  return folder;
}

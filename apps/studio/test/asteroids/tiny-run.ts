import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { mainScript } from '../demo-studio.js';

/** Where the run lies below the folder of runs. */
export const tinyRun = 'close-approaches/belt/tiny';
export const tinyParticles = 24;
export const tinySnapshots = 4;

/** A real run of the belt below `runs`: asteroids that may meet Mars at once, for 800 years. It is the same on every machine. */
export async function makeTinyRun(runs: string): Promise<string> {
  const params = {
    asteroids: 3000,
    particles: tinyParticles,
    years: 800,
    snapshots: tinySnapshots,
    detectorParticles: 0,
    replicates: 10,
  };
  const folder = join(runs, tinyRun);
  const args = ['run', 'close-approaches/belt', '--seed', '3', '--workers', '1', '--params', JSON.stringify(params), '--out', folder];
  const child = spawn(process.execPath, [mainScript, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`The run of the belt ended with ${code}.`);
  return folder;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { fstatSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isSystemError, nodeFileSystem, runPaths } from '@sardonyx/study';
import { Problem } from './problem.js';

/** The command that carries runs: `sardonyx`, as it was started itself. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

const lookEveryMs = 25;
const longestMs = 60_000;

/**
 * Starts the command line in a process group of its own, which goes on when this process ends, however it ends. What it
 * prints to standard error goes to the run's `output.log`. Resolves when `hasBegun` says so. Throws `StorageError`, and
 * {@link Problem} (`run-not-started`) with the words of the process when it ended before it had begun.
 */
export async function launchRun(
  { command, args }: Launch,
  request: readonly string[],
  directory: string,
  hasBegun: () => boolean,
): Promise<void> {
  const { output } = runPaths(directory);
  const fd = nodeFileSystem.open(output, 'a');
  const said = fstatSync(fd).size;
  let child: ChildProcess;
  try {
    nodeFileSystem.write(fd, Buffer.from(`${new Date().toISOString()} sardonyx ${request.join(' ')}\n`), output);
    child = spawn(command, [...args, ...request], { detached: true, stdio: ['ignore', 'ignore', fd], windowsHide: true });
  } finally {
    nodeFileSystem.close(fd, output);
  }
  child.unref();
  const end = await beginningOf(child, hasBegun);
  if (end === undefined) return;
  const words = messageIn(readFileSync(output).subarray(said).toString('utf8'));
  throw new Problem(end.code === 2 ? 400 : 500, 'run-not-started', `Cannot start the run's process. ${words ?? end.reason}`);
}

interface End {
  readonly code: number | null;
  readonly reason: string;
}

/** Undefined once the run has begun; how the process ended when it ended before. */
async function beginningOf(child: ChildProcess, hasBegun: () => boolean): Promise<End | undefined> {
  let end: End | undefined;
  child.once('error', (error) => (end = { code: null, reason: error.message }));
  child.once('exit', (code, signal) => {
    end ??= { code, reason: `It ended with ${signal ?? `exit code ${code}`} and said nothing. Start it on the command line to see more.` };
  });
  for (const from = performance.now(); performance.now() - from < longestMs; ) {
    // Looked at in this order, a run that begins and ends between two looks counts as begun.
    const hasEnded = end;
    if (hasBegun()) return undefined;
    if (hasEnded !== undefined) return hasEnded;
    await setTimeout(lookEveryMs);
  }
  kill(child);
  return { code: null, reason: `It had not begun after ${longestMs / 1000} s and was ended.` };
}

function kill(child: ChildProcess): void {
  try {
    child.kill('SIGKILL');
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** The error in what the command line printed, without the frame around it. */
function messageIn(text: string): string | undefined {
  const lines = text.split('\n').slice(1);
  const at = lines.findIndex((line) => line.startsWith('error: '));
  const words = (at < 0 ? lines : [lines[at]?.slice('error: '.length) ?? '', ...lines.slice(at + 1)]).join('\n').trim();
  return words === '' ? undefined : words.slice(0, 4_000);
}

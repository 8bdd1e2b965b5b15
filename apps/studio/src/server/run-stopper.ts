import { setTimeout } from 'node:timers/promises';
import { hostname } from 'node:os';
import { isSystemError, type LockHolder, lockHolder, runPaths } from '@sardonyx/study';
import { Problem } from './problem.js';
import type { RunLocation } from './run-location.js';

/** A polite stop is answered after this long at most; saving may take longer. */
const answerAfterMs = 1_000;
/** After this long a process that was told to end at once is killed. */
const killAfterMs = 2_000;
const lookEveryMs = 25;

/** Stops runs of this machine by signals to the process that holds their lock. */
export class RunStopper {
  /** The process of each run that was asked to stop: a second signal would end it without saving. */
  readonly #asked = new Map<string, string>();

  /** Whether the process that works on a run now was asked to stop from here. */
  isAsked(directory: string): boolean {
    const asked = this.#asked.get(directory);
    if (asked === undefined) return false;
    const holder = lockHolder(runPaths(directory).lock);
    if (holder !== undefined && keyOf(holder) === asked) return true;
    this.#asked.delete(directory);
    return false;
  }

  /**
   * Asks a run to save a checkpoint and stop, unless `isStopping` says that it was asked already, from here
   * ({@link isAsked}) or from elsewhere. Resolves when the run has ended or after a second.
   * Throws `Problem` (409) for a run of another machine, or of another user, and on Windows.
   */
  async ask({ directory }: RunLocation, isStopping: () => boolean): Promise<void> {
    const holder = await this.#holder(directory);
    if (holder === undefined) return;
    if (process.platform === 'win32') throw cannotAskOnWindows();
    if (!isStopping()) {
      this.#asked.set(directory, keyOf(holder));
      signal(holder, 'SIGINT');
    }
    await untilEnded(directory, holder, answerAfterMs);
  }

  /** Ends a run at once; it can go on from its last checkpoint. Resolves when it has ended. Throws as {@link ask}. */
  async end({ directory }: RunLocation): Promise<void> {
    const holder = await this.#holder(directory);
    if (holder === undefined) return;
    this.#asked.set(directory, keyOf(holder));
    for (let count = 0; count < 2; count++) {
      signal(holder, 'SIGINT');
      // Two signals of a kind that come together are one; so the second waits until the first was heard.
      if (await untilEnded(directory, holder, killAfterMs / 2)) return;
    }
    signal(holder, 'SIGKILL');
    await untilEnded(directory, holder, killAfterMs);
  }

  async #holder(directory: string): Promise<LockHolder | undefined> {
    let holder = lockHolder(runPaths(directory).lock);
    // A process that has just taken the lock has not written its name yet.
    for (let tries = 0; holder?.pid === 0 && tries < 40; tries++) {
      await setTimeout(lookEveryMs);
      holder = lockHolder(runPaths(directory).lock);
    }
    if (holder === undefined) return undefined;
    if (holder.host === hostname() && holder.pid !== 0) return holder;
    throw new Problem(
      409,
      'run-elsewhere',
      `Cannot stop this run from here: process ${holder.pid} on ${holder.host} works on it, and this is ${hostname()}. Stop it there.`,
    );
  }
}

/** Whether the holder has ended within `ms`. */
async function untilEnded(directory: string, holder: LockHolder, ms: number): Promise<boolean> {
  for (const from = performance.now(); performance.now() - from < ms; ) {
    const now = lockHolder(runPaths(directory).lock);
    if (now === undefined || keyOf(now) !== keyOf(holder)) return true;
    await setTimeout(lookEveryMs);
  }
  return false;
}

function keyOf({ pid, processStart, since }: LockHolder): string {
  return `${pid} ${processStart} ${since}`;
}

function signal(holder: LockHolder, name: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(holder.pid, name);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ESRCH') return;
    throw new Problem(
      409,
      'run-not-ours',
      `Cannot stop this run: process ${holder.pid} belongs to another user (${error.code}). Stop it as that user.`,
      { cause: error },
    );
  }
}

function cannotAskOnWindows(): Problem {
  return new Problem(
    409,
    'cannot-ask',
    'Windows lets no other process ask a run to save and stop. Press Ctrl-C where it runs, or end it at once: it then goes on from its last checkpoint.',
  );
}

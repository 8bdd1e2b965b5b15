import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { RunLockedError, StorageError } from './errors.js';
import { attempt, type FileSystem, isSystemError, writeFully } from './file-system.js';

/**
 * The right to write in a run's directory: a file that names its holder. A holder that was killed leaves the file
 * behind, so a lock counts only while its process lives; the process's start time tells it from a later process that
 * was given the same number.
 */
const holderSchema = z.object({ pid: z.int(), host: z.string(), processStart: z.string().nullable(), since: z.string() });
export type LockHolder = z.infer<typeof holderSchema>;

/** A process writes its whole lock at once right after creating it; one still unreadable after this long was killed between. */
const unreadableAfterMs = 5_000;

/** Stands for the process that has created a lock and not yet written its name. */
const unnamed = 0;

export class Lock {
  readonly #files: FileSystem;
  readonly #path: string;
  #held = true;

  private constructor(files: FileSystem, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** Takes the lock, or throws {@link RunLockedError} that names the live holder. */
  static acquire(files: FileSystem, path: string): Lock {
    if (!create(files, path)) {
      takeOver(files, path);
    }
    return new Lock(files, path);
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#files.remove(this.#path);
  }
}

/** The live process that holds the lock, or undefined. A lock of another machine counts as live. */
export function lockHolder(path: string): LockHolder | undefined {
  const found = readLock(path);
  if (found === 'none') return undefined;
  if (found === 'unreadable')
    return isOlderThan(path, unreadableAfterMs) ? undefined : { pid: unnamed, host: hostname(), processStart: null, since: 'just now' };
  return isAlive(found) ? found : undefined;
}

function create(files: FileSystem, path: string): boolean {
  let fd: number;
  try {
    fd = files.open(path, 'wx');
  } catch (error) {
    if (error instanceof StorageError && isSystemError(error.cause) && error.cause.code === 'EEXIST') return false;
    throw error;
  }
  try {
    const holder: LockHolder = {
      pid: process.pid,
      host: hostname(),
      processStart: processStart(process.pid),
      since: new Date().toISOString(),
    };
    writeFully(files, fd, Buffer.from(`${JSON.stringify(holder)}\n`), path);
  } catch (error) {
    files.remove(path);
    throw error;
  } finally {
    files.close(fd, path);
  }
  return true;
}

/**
 * Replaces a dead holder's lock. Of several processes that find the same dead lock only the one that creates the
 * takeover file may replace it, and it looks again first: otherwise a slow one would remove the winner's new lock.
 */
function takeOver(files: FileSystem, path: string): void {
  const takeover = `${path}.takeover`;
  refuseIfHeld(path);
  if (isOlderThan(takeover, unreadableAfterMs)) files.remove(takeover);
  if (!create(files, takeover)) throw lockedBy(path, readLock(takeover));
  try {
    refuseIfHeld(path);
    files.remove(path);
    if (!create(files, path)) throw lockedBy(path, readLock(path));
  } finally {
    files.remove(takeover);
  }
}

function refuseIfHeld(path: string): void {
  const holder = lockHolder(path);
  if (holder !== undefined) throw lockedBy(path, holder);
}

function lockedBy(path: string, holder: LockHolder | 'none' | 'unreadable'): RunLockedError {
  const isUnnamed = typeof holder === 'string' || holder.pid === unnamed;
  const who = isUnnamed ? 'another process' : `process ${holder.pid} on ${holder.host} (since ${holder.since})`;
  return new RunLockedError(
    `Cannot use this run now: ${who} is working on it. Wait until it ends or stop it. If that process runs no more, remove ${path}.`,
  );
}

function readLock(path: string): LockHolder | 'none' | 'unreadable' {
  let text: string;
  try {
    text = attempt('read', path, () => readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof StorageError && error.code === 'storage-missing') return 'none';
    throw error;
  }
  try {
    const parsed = holderSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : 'unreadable';
  } catch (error) {
    if (error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
}

function isAlive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM means that the process lives but belongs to someone else.
    if (isSystemError(error) && error.code === 'ESRCH') return false;
    if (!isSystemError(error) || error.code !== 'EPERM') throw error;
  }
  if (processStatus(holder.pid)?.state === 'Z') return false;
  const start = processStart(holder.pid);
  return start === null || holder.processStart === null || start === holder.processStart;
}

/** When a process started, in clock ticks since boot; null where that is not known. */
export function processStart(pid: number): string | null {
  return processStatus(pid)?.start ?? null;
}

/**
 * State and start of a process, fields 3 and 22 of `/proc/<pid>/stat` (proc(5)); undefined where that is not known. The
 * state `Z` is that of a process that has ended but whose parent has not asked how, as in containers where nobody does.
 */
function processStatus(pid: number): { readonly state: string; readonly start: string } | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command in parentheses, may hold blanks; the third field starts after the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, start] = [fields[0], fields[19]];
    return state === undefined || start === undefined ? undefined : { state, start };
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function isOlderThan(path: string, ms: number): boolean {
  const stat = attempt('look at', path, () => statSync(path, { throwIfNoEntry: false }));
  return stat !== undefined && Date.now() - stat.mtimeMs > ms;
}

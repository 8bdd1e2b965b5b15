import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHolder } from '@sardonyx/study';

/** A fresh folder for one test. */
export function makeWorkFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sardonyx-test-'));
}

/** Removes a folder; whatever still works on a run in it is ended before, for runs outlive the studio that started them. */
export function removeWorkFolder(folder: string): void {
  for (const path of locksIn(folder)) {
    const holder = lockHolder(path);
    try {
      if (holder !== undefined && holder.pid > 0) process.kill(holder.pid, 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  }
  // What was killed may end a write that it has begun.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
}

function locksIn(folder: string): string[] {
  while (existsSync(folder)) {
    try {
      return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('run.lock'))
        .map((path) => join(folder, path));
    } catch (error) {
      // A run put a scratch folder away while it was listed.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return [];
}

import { type FSWatcher, watch } from 'node:fs';
import { isSystemError, runPaths } from '@sardonyx/study';
import { ChangeSignal } from './change-signal.js';

const gatherMs = 100;
/** Some file systems tell nothing of changes, and a process that was killed changes no file. */
const lookEveryMs = 1_000;

/** Tells when something in a run's folder may have changed: at most every 100 ms, and once a second in any case. */
export class RunWatcher {
  readonly changes = new ChangeSignal();
  readonly #watchers: FSWatcher[] = [];
  readonly #interval: NodeJS.Timeout;
  #pending: NodeJS.Timeout | undefined;

  constructor(directory: string) {
    this.#watch(directory);
    this.#watch(runPaths(directory).tables);
    this.#interval = setInterval(() => this.changes.notify(), lookEveryMs);
  }

  /** Stops looking and wakes all that wait. */
  close(): void {
    clearInterval(this.#interval);
    clearTimeout(this.#pending);
    for (const watcher of this.#watchers) watcher.close();
    this.changes.notify();
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, () => {
        this.#pending ??= setTimeout(() => {
          this.#pending = undefined;
          this.changes.notify();
        }, gatherMs);
      });
      // A folder that vanishes, or one too many to watch, is still looked at once a second.
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }
}

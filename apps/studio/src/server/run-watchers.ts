import type { ChangeSignal } from './change-signal.js';
import { RunWatcher } from './run-watcher.js';

/** One watcher for each run that is followed, however many follow it. */
export class RunWatchers {
  readonly #byDirectory = new Map<string, { watcher: RunWatcher; users: number }>();

  hold(directory: string): { readonly changes: ChangeSignal; readonly release: () => void } {
    const entry = this.#byDirectory.get(directory) ?? { watcher: new RunWatcher(directory), users: 0 };
    this.#byDirectory.set(directory, entry);
    entry.users++;
    return {
      changes: entry.watcher.changes,
      release: () => {
        if (--entry.users > 0) return;
        this.#byDirectory.delete(directory);
        entry.watcher.close();
      },
    };
  }
}

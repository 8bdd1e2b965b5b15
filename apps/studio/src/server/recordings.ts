import { Recording } from './recording.js';

const mostBytes = 256 * 2 ** 20;
const mostRecordings = 64;

/** The recordings of the runs that were looked at last. What is not in use is dropped when they take too much memory. */
export class Recordings {
  readonly #byDirectory = new Map<string, { recording: Recording; users: number }>();

  /** The recording of a run, read up to now. Throws `StorageError`. */
  async get(directory: string): Promise<Recording> {
    const held = this.hold(directory);
    try {
      await held.recording.advance();
      return held.recording;
    } finally {
      held.release();
    }
  }

  /** A recording that stays until it is released. */
  hold(directory: string): { recording: Recording; release: () => void } {
    const entry = this.#byDirectory.get(directory) ?? { recording: new Recording(directory), users: 0 };
    // Set anew, so that the map is in the order of last use.
    this.#byDirectory.delete(directory);
    this.#byDirectory.set(directory, entry);
    entry.users++;
    return {
      recording: entry.recording,
      release: () => {
        entry.users--;
        this.#dropOldest();
      },
    };
  }

  /** Drops the recording of a run that was removed. */
  forget(directory: string): void {
    this.#byDirectory.delete(directory);
  }

  #dropOldest(): void {
    let bytes = [...this.#byDirectory.values()].reduce((sum, { recording }) => sum + recording.bytes, 0);
    for (const [directory, { recording, users }] of this.#byDirectory) {
      if (bytes <= mostBytes && this.#byDirectory.size <= mostRecordings) return;
      if (users > 0) continue;
      bytes -= recording.bytes;
      this.#byDirectory.delete(directory);
    }
  }
}

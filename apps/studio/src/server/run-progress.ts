import { EventReader, logStart, type RunEvent, runPaths, StorageError, TimeLeft } from '@sardonyx/study';
import type { Progress } from '../api/index.js';

/** The end of a log is looked at first, and more of it while it holds no note of progress. */
const firstLookBytes = 1 << 16;
const longestLookBytes = 1 << 22;

/** How far a run is, from the end of its log; once found, only what is added is read. */
export class RunProgress {
  readonly #reader: EventReader;
  #timeLeft = new TimeLeft();
  #last: { done: number; total: number; label?: string } | undefined;
  #isStopping = false;
  #lastTime: string | undefined;
  #hasLooked = false;

  constructor(directory: string) {
    this.#reader = new EventReader(runPaths(directory).events);
  }

  /** How far the run is, or undefined while it has told nothing; with the time left where it `isRunning`. */
  reached(isRunning: boolean): Progress | undefined {
    if (this.#last === undefined) return undefined;
    const secondsLeft = isRunning ? this.#timeLeft.seconds() : undefined;
    return { ...this.#last, ...(secondsLeft === undefined ? {} : { secondsLeft }) };
  }

  /** Whether the run has noted that it was asked to stop. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** When the last event was recorded. */
  get lastTime(): string | undefined {
    return this.#lastTime;
  }

  /** Reads what is new. A log that is not there (yet, or any more) tells nothing new. Throws `StorageError`. */
  update(): void {
    try {
      if (!this.#hasLooked) this.#lookAtEnd();
      for (;;) {
        const { offset } = this.#reader.position;
        const slice = this.#reader.read();
        if (slice === 'rewound') this.#lookAtEnd();
        else if (slice.end.offset === offset) return;
        else slice.events.forEach((event) => this.#note(event));
      }
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'storage-missing') throw error;
    }
  }

  #lookAtEnd(): void {
    const size = this.#reader.size();
    for (let length = firstLookBytes; ; length *= 4) {
      this.#timeLeft = new TimeLeft();
      this.#last = undefined;
      this.#isStopping = false;
      this.#reader.moveTo(length >= size ? logStart : this.#reader.positionNearEnd(length));
      const slice = this.#reader.read(length);
      if (slice === 'rewound') continue;
      slice.events.forEach((event) => this.#note(event));
      if (this.#last !== undefined || length >= size || length >= longestLookBytes) break;
    }
    this.#hasLooked = true;
  }

  #note(event: RunEvent): void {
    this.#lastTime = event.time;
    if (event.type === 'progress') {
      const { done, total, label } = event;
      this.#last = { done, total, ...(label === undefined ? {} : { label }) };
      this.#timeLeft.update(done, total, Date.parse(event.time));
    } else if (event.type === 'started' || event.type === 'resumed') {
      // The pause before a resume is no work: the pace is measured anew.
      this.#timeLeft = new TimeLeft();
      this.#isStopping = false;
    } else if (event.type === 'stopping') {
      this.#isStopping = true;
    }
  }
}

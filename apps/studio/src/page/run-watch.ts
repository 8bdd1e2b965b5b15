import { type ReadonlySignal, signal } from '@preact/signals';
import type { LogEntry, RunDetail } from '../api/index.js';
import { ApiFailure, fetchLog, fetchRun, runEventsUrl, ServerUnreachable } from './api-client.js';
import { openStream } from './browser-streams.js';
import { type PointsBatch, RunFeed } from './charts/run-feed.js';

interface RunEvents {
  readonly state: RunDetail;
  readonly log: readonly LogEntry[];
  readonly points: PointsBatch;
  readonly tables: readonly string[];
  readonly rewound: { readonly offset: number };
  readonly removed: { readonly id: string };
}

/** As many entries of the log as the page keeps. */
const keptEntries = 2000;

/** A run as it is now: its state, its log and the feed of its charts, over one stream. */
export class RunWatch {
  readonly id: string;
  /** Hands the stream's events on to charts. */
  readonly feed = new RunFeed();
  readonly #detail = signal<RunDetail | undefined>(undefined);
  readonly #log = signal<readonly LogEntry[] | undefined>(undefined);
  readonly #absence = signal<'unknown' | 'removed' | undefined>(undefined);
  #close: (() => void) | undefined;
  #isOpen = true;
  /** The look behind the stream's last state; a server that was started anew counts anew. */
  #told = 0;

  constructor(id: string) {
    this.id = id;
    void this.#begin();
  }

  /** Undefined until the server has told it; the last known state of a run that was removed. */
  get detail(): ReadonlySignal<RunDetail | undefined> {
    return this.#detail;
  }

  get log(): ReadonlySignal<readonly LogEntry[] | undefined> {
    return this.#log;
  }

  /** Whether there never was such a run, or its folder is gone. */
  get absence(): ReadonlySignal<'unknown' | 'removed' | undefined> {
    return this.#absence;
  }

  /** Takes over what the server answered to a request about the run, unless the stream has brought a later state. */
  accept(detail: RunDetail): void {
    if (detail.look > this.#told) this.#detail.value = detail;
  }

  close(): void {
    this.#isOpen = false;
    this.#close?.();
  }

  async #begin(): Promise<void> {
    await this.#readDetail();
    if (!this.#isOpen || this.#absence.peek() !== undefined) return;
    this.#close = openStream<RunEvents>({
      url: runEventsUrl(this.id),
      onFailure: () => void this.#readDetail(),
      on: {
        state: (detail) => {
          this.#told = detail.look;
          this.#detail.value = detail;
          if (this.#log.peek() === undefined) void this.#readLog();
        },
        log: (entries) => this.#append(entries),
        points: (points) => this.feed.receive('points', points),
        tables: (names) => this.feed.receive('tables', names),
        rewound: (data) => {
          this.feed.receive('rewound', data);
          void this.#readLog();
        },
        removed: () => {
          this.#absence.value = 'removed';
          this.close();
        },
      },
    });
  }

  /** Asks for the state; where the server does not answer, the stream goes on trying and brings it. */
  async #readDetail(): Promise<void> {
    try {
      this.accept(await fetchRun(this.id));
    } catch (error) {
      if (error instanceof ServerUnreachable) return;
      if (!(error instanceof ApiFailure && error.status === 404)) throw error;
      this.#absence.value = this.#detail.peek() === undefined ? 'unknown' : 'removed';
      this.close();
    }
  }

  async #readLog(): Promise<void> {
    const before = this.#log.peek() ?? [];
    this.#log.value = before;
    const entries = await fetchLog(this.id).catch((error: unknown) => {
      if (error instanceof ServerUnreachable || error instanceof ApiFailure) return undefined;
      throw error;
    });
    if (entries === undefined) return;
    // Entries that the stream brought in the meantime follow the last one that was read.
    const last = entries.at(-1);
    const since = (this.#log.peek() ?? []).filter((entry) => !before.includes(entry) && (last === undefined || entry.time > last.time));
    this.#log.value = [...entries, ...since];
  }

  #append(entries: readonly LogEntry[]): void {
    const known = this.#log.peek() ?? [];
    const last = known.at(-1);
    // A stream that is opened again may repeat its last entries.
    const fresh =
      last === undefined ? entries : entries.filter((entry) => entry.time >= last.time && !known.slice(-50).some((k) => isSame(k, entry)));
    this.#log.value = [...known, ...fresh].slice(-keptEntries);
  }
}

function isSame(a: LogEntry, b: LogEntry): boolean {
  return a.time === b.time && a.kind === b.kind && a.text === b.text;
}

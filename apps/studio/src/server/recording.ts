import { setImmediate } from 'node:timers/promises';
import {
  EventReader,
  type EventSlice,
  fromJsonNumber,
  type JsonNumber,
  type LogPosition,
  logStart,
  type RunEvent,
  runPaths,
  StorageError,
} from '@sardonyx/study';
import type { LogEntry } from '../api/index.js';
import { logEntryOf } from './log-entries.js';
import { Series } from './series.js';

/** A place in a run's log and what had been recorded up to it. */
export interface Mark {
  readonly position: LogPosition;
  /** Points of each series, in the order of {@link Recording.series}; those not named had none. */
  readonly counts: readonly number[];
  /** Entries of the log for people. */
  readonly entries: number;
}

const start: Mark = { position: logStart, counts: [], entries: 0 };

const sliceBytes = 1 << 18;
const mostMarks = 4_096;
/** Entries of the log that are kept; older ones stay in the file. */
const mostEntries = 10_000;
const bytesPerEntry = 256;

/**
 * What a run has recorded so far, as columns of numbers, kept up with its log. Each byte of the log is read once. A log
 * that a resume cut off is noticed, and the recording goes back to where it is still true.
 */
export class Recording {
  readonly series: Series[] = [];
  readonly #directory: string;
  readonly #reader: EventReader;
  readonly #indexOf = new Map<string, number>();
  #entries: LogEntry[] = [];
  #entryCount = 0;
  #marks: Mark[] = [start];
  #rewinds: Mark[] = [];
  #advancing: Promise<void> | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    this.#reader = new EventReader(runPaths(directory).events);
  }

  /** Estimate of the memory that it takes. */
  get bytes(): number {
    return this.series.reduce((sum, { bytes }) => sum + bytes, bytesPerEntry * this.#entries.length);
  }

  /** How often the log was cut off so far. */
  get rewinds(): number {
    return this.#rewinds.length;
  }

  /** Names of the series that have points. */
  get names(): string[] {
    return this.series.filter(({ count }) => count > 0).map(({ name }) => name);
  }

  find(name: string): Series | undefined {
    const found = this.series[this.#indexOf.get(name) ?? -1];
    return found !== undefined && found.count > 0 ? found : undefined;
  }

  /** The end of what has been read. */
  end(): Mark {
    return { position: this.#reader.position, counts: this.series.map(({ count }) => count), entries: this.#entryCount };
  }

  /** Reads what is new, giving way to other work in between. Throws `StorageError`. */
  advance(): Promise<void> {
    this.#advancing ??= this.#readOn().finally(() => (this.#advancing = undefined));
    return this.#advancing;
  }

  /** The entries from number `from` to before number `to`; those too old to be kept are left out. */
  entries(from: number, to: number): LogEntry[] {
    const first = this.#entryCount - this.#entries.length;
    return this.#entries.slice(Math.max(0, from - first), Math.max(0, to - first));
  }

  /** The last mark at or before an offset. */
  markBefore(offset: number): Mark {
    return this.#marks.findLast(({ position }) => position.offset <= offset) ?? start;
  }

  /** The farthest mark within `bytes` after an offset, else the next one, else the end: what one message may tell. */
  stepFrom(offset: number, bytes: number): Mark {
    const end = this.end();
    if (end.position.offset - offset <= bytes) return end;
    const next = this.#marks.findLast(({ position }) => position.offset > offset && position.offset <= offset + bytes);
    return next ?? this.#marks.find(({ position }) => position.offset > offset) ?? end;
  }

  /** How far back the log went since it had been cut off `seen` times; undefined when it was not. */
  rewoundSince(seen: number): Mark | undefined {
    const since = this.#rewinds.slice(seen);
    return since.length === 0 ? undefined : since.reduce((a, b) => (b.position.offset < a.position.offset ? b : a));
  }

  /** What had been recorded up to an offset at which a line ends. Throws `StorageError`. */
  markAt(offset: number): Mark {
    const before = this.markBefore(offset);
    if (before.position.offset === offset) return before;
    const reader = new EventReader(runPaths(this.#directory).events, before.position);
    const slice = reader.read(offset - before.position.offset);
    if (slice === 'rewound') return before;
    const counts = [...before.counts];
    let { entries } = before;
    for (const event of slice.events) {
      if (event.type === 'metric') for (const name of Object.keys(event.values)) this.#count(counts, name);
      if (logEntryOf(event) !== undefined) entries++;
    }
    return { position: slice.end, counts, entries };
  }

  #count(counts: number[], name: string): void {
    const index = this.#indexOf.get(name);
    if (index === undefined) return;
    while (counts.length <= index) counts.push(0);
    counts[index] = (counts[index] ?? 0) + 1;
  }

  async #readOn(): Promise<void> {
    try {
      for (;;) {
        const { offset } = this.#reader.position;
        const slice = this.#reader.read(sliceBytes);
        if (slice === 'rewound') this.#goBack();
        else if (slice.end.offset === offset) return;
        else this.#take(slice);
        await setImmediate();
      }
    } catch (error) {
      // The log is not there yet, or not any more; whether the run is there is for others to say.
      if (!(error instanceof StorageError) || error.code !== 'storage-missing') throw error;
    }
  }

  #take(slice: EventSlice): void {
    slice.events.forEach((event, index) => {
      // A resumed run continues from where a checkpoint was written, so this is where its log will be cut off.
      if (event.type === 'checkpoint') this.#mark(slice.positionOf(index));
      this.#note(event);
    });
    this.#mark(slice.end);
  }

  #note(event: RunEvent): void {
    if (event.type === 'metric') {
      for (const name in event.values) this.#seriesOf(name).push(event.step, fromJsonNumber(event.values[name] as JsonNumber));
      return;
    }
    const entry = logEntryOf(event);
    if (entry === undefined) return;
    this.#entries.push(entry);
    this.#entryCount++;
    if (this.#entries.length > 2 * mostEntries) this.#entries = this.#entries.slice(-mostEntries);
  }

  #seriesOf(name: string): Series {
    const index = this.#indexOf.get(name);
    const found = this.series[index ?? -1];
    if (found !== undefined) return found;
    const created = new Series(name);
    this.#indexOf.set(name, this.series.push(created) - 1);
    return created;
  }

  #mark(position: LogPosition): void {
    const counts = this.series.map(({ count }) => count);
    this.#marks.push({ position, counts, entries: this.#entryCount });
    // Fewer marks only make a step back, or a search, a little longer.
    if (this.#marks.length > mostMarks) this.#marks = this.#marks.filter((_, index) => index % 2 === 0);
  }

  /** Marks before the place of the cut still hold and those after do not, so the last that holds is found by halving. */
  #goBack(): void {
    let [low, high] = [0, this.#marks.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const mark = this.#marks[middle] ?? start;
      if (this.#reader.holds(mark.position)) low = middle;
      else high = middle;
    }
    const mark = this.#marks[low] ?? start;
    this.#marks.length = low + 1;
    this.series.forEach((series, index) => series.truncate(mark.counts[index] ?? 0));
    this.#entries.splice(Math.max(0, this.#entries.length - (this.#entryCount - mark.entries)));
    this.#entryCount = mark.entries;
    this.#rewinds.push(mark);
    this.#reader.moveTo(mark.position);
  }
}

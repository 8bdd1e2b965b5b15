import { fstatSync, readFileSync } from 'node:fs';
import { attempt, type FileSystem, writeFully } from './file-system.js';
import { CheckpointError, StorageError } from './errors.js';
import { type JsonNumber, toJsonNumber } from './exact-json.js';

/** A value of the final result of a run. */
export type ResultValue = number | string | boolean;

/**
 * One line of `events.ndjson`. The study's own record (`metric`, `log`, `final`) is the same for the same seed, apart
 * from `time`; the others tell how this execution went.
 */
export type RunEvent =
  | { readonly type: 'metric'; readonly step: number; readonly values: Readonly<Record<string, JsonNumber>>; readonly time: string }
  | { readonly type: 'log'; readonly text: string; readonly time: string }
  | { readonly type: 'final'; readonly name: string; readonly value: JsonNumber | string | boolean; readonly time: string }
  | { readonly type: 'progress'; readonly done: number; readonly total: number; readonly label?: string; readonly time: string }
  | { readonly type: 'checkpoint'; readonly step: number; readonly seconds: number; readonly time: string }
  | { readonly type: 'warning'; readonly text: string; readonly time: string }
  | { readonly type: 'started' | 'stopping' | 'interrupted' | 'done'; readonly time: string }
  | { readonly type: 'resumed'; readonly step: number | null; readonly time: string }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly time: string };

/** An event before it is stamped with the time. */
export type EventBody = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'time'> : never) : never;

/** Whether the event is part of the study's own record, which a resumed run repeats exactly. */
export function isRecord(event: RunEvent): boolean {
  return event.type === 'metric' || event.type === 'log' || event.type === 'final';
}

export function metricValues(values: Readonly<Record<string, number>>): Record<string, JsonNumber> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toJsonNumber(value)]));
}

/** Appends events to a file, each as one whole line in one write. */
export class EventLog {
  readonly #files: FileSystem;
  readonly #path: string;
  #fd: number | undefined;
  #offset: number;

  /** Opens the log and drops everything after its first `keep` bytes, which is how a resumed run goes back in time. */
  constructor(files: FileSystem, path: string, keep: number) {
    this.#files = files;
    this.#path = path;
    this.#fd = files.open(path, 'a');
    this.#offset = keep;
    const { size } = fstatSync(this.#fd);
    if (size < keep) {
      this.close();
      throw new CheckpointError(
        'events-truncated',
        `Cannot resume: ${path} should hold at least the ${keep} bytes that the checkpoint continues, it holds ${size}. ` +
          `Put the whole file back, or start a new run.`,
      );
    }
    files.truncate(this.#fd, keep, path);
  }

  /** Bytes written so far. */
  get offset(): number {
    return this.#offset;
  }

  append(event: RunEvent): void {
    if (this.#fd === undefined) return;
    const line = Buffer.from(`${JSON.stringify(event)}\n`, 'utf8');
    try {
      writeFully(this.#files, this.#fd, line, this.#path);
    } catch (error) {
      this.#dropPartialLine();
      throw error;
    }
    this.#offset += line.length;
  }

  /** A disk that filled up in the middle of a line leaves its beginning; the next event must not join it. */
  #dropPartialLine(): void {
    try {
      if (this.#fd !== undefined) this.#files.truncate(this.#fd, this.#offset, this.#path);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
  }

  sync(): void {
    if (this.#fd !== undefined) this.#files.sync(this.#fd, this.#path);
  }

  close(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#fd = undefined;
    this.#files.close(fd, this.#path);
  }
}

/**
 * The whole events of a log, and the offset after the last of them, from which a follower can go on reading. A last
 * line that is still being written, or that a crash tore, is left out.
 */
export function readEvents(path: string, from = 0): { events: RunEvent[]; offset: number } {
  const bytes = attempt('read', path, () => readFileSync(path));
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end <= from) return { events: [], offset: Math.min(from, end) };
  const lines = bytes
    .toString('utf8', from, end)
    .split('\n')
    .filter((line) => line !== '');
  const events = lines.flatMap((line) => parseLine(line));
  return { events, offset: end };
}

/** A line that a full disk cut short may be followed by others; it was never a whole event, so it is none. */
export function parseLine(line: string): RunEvent[] {
  try {
    return [JSON.parse(line) as RunEvent];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

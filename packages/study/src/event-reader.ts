import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseLine, type RunEvent } from './event-log.js';
import { attempt } from './file-system.js';

/**
 * A place in a log between two lines, and the bytes before it. A resumed run cuts its log off at a checkpoint and goes
 * on from there; what it writes then bears later times, so the bytes before a place tell whether it is still the same.
 */
export interface LogPosition {
  readonly offset: number;
  /** The last {@link knownBytes} bytes before the offset, or fewer at the beginning. */
  readonly before: Uint8Array;
}

/** Whole events from one stretch of a log. */
export interface EventSlice {
  readonly events: readonly RunEvent[];
  /** The place where an event's line begins. */
  positionOf(index: number): LogPosition;
  readonly end: LogPosition;
}

/** The time stamp that ends every line takes 37 bytes; the rest belongs to the event. */
const knownBytes = 64;
const newline = 0x0a;

export const logStart: LogPosition = { offset: 0, before: new Uint8Array(0) };

/**
 * Reads a log that another process may be writing, from where it stopped last: each byte is read once, however often
 * and however much the log grows. Files are opened for each reading only, so the log may be removed at any time.
 */
export class EventReader {
  readonly #path: string;
  #position: LogPosition;

  constructor(path: string, from: LogPosition = logStart) {
    this.#path = path;
    this.#position = from;
  }

  get position(): LogPosition {
    return this.#position;
  }

  /** Goes on from another place, such as one for which {@link holds} is true. */
  moveTo(position: LogPosition): void {
    this.#position = position;
  }

  /** Whether the log still holds what it held when the place was noted. Throws `StorageError`. */
  holds(position: LogPosition): boolean {
    return this.#open((fd, size) => isSame(fd, size, position));
  }

  /** Bytes that the log holds now. Throws `StorageError`. */
  size(): number {
    return this.#open((_fd, size) => size);
  }

  /**
   * The whole events after the present place, from about `limit` bytes (more where one line is longer); no events when
   * there is nothing new. A last line that is still being written is left for the next reading; a line that a full disk
   * cut short is passed over. `rewound` when the log no longer holds what was read: it was cut off and written anew.
   * Throws `StorageError`.
   */
  read(limit = 1 << 20): EventSlice | 'rewound' {
    return this.#open((fd, size) => {
      if (!isSame(fd, size, this.#position)) return 'rewound';
      const bytes = wholeLines(fd, this.#position.offset, size, limit);
      const slice = parseLines(bytes, this.#position);
      this.#position = slice.end;
      return slice;
    });
  }

  /** The first place between two lines within the last `length` bytes. Throws `StorageError`. */
  positionNearEnd(length: number): LogPosition {
    return this.#open((fd, size) => {
      if (size <= length) return logStart;
      const from = size - length;
      const offset = from + readAt(fd, from, length).indexOf(newline) + 1;
      return { offset, before: bytesBefore(fd, offset) };
    });
  }

  #open<T>(use: (fd: number, size: number) => T): T {
    return attempt('read', this.#path, () => {
      const fd = openSync(this.#path, 'r');
      try {
        return use(fd, fstatSync(fd).size);
      } finally {
        closeSync(fd);
      }
    });
  }
}

function isSame(fd: number, size: number, { offset, before }: LogPosition): boolean {
  return size >= offset && bytesBefore(fd, offset).equals(before);
}

function bytesBefore(fd: number, offset: number): Buffer {
  const length = Math.min(knownBytes, offset);
  return readAt(fd, offset - length, length);
}

/** At least one whole line if there is one, and about `limit` bytes of them. */
function wholeLines(fd: number, from: number, size: number, limit: number): Buffer {
  for (let length = Math.min(limit, size - from); ; length = Math.min(2 * length, size - from)) {
    const bytes = readAt(fd, from, length);
    const end = bytes.lastIndexOf(newline) + 1;
    if (end > 0 || bytes.length < length || from + length >= size) return bytes.subarray(0, end);
  }
}

function readAt(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, length));
  let taken = 0;
  while (taken < bytes.length) {
    const count = readSync(fd, bytes, taken, bytes.length - taken, from + taken);
    if (count === 0) break;
    taken += count;
  }
  return bytes.subarray(0, taken);
}

function parseLines(bytes: Buffer, from: LogPosition): EventSlice {
  if (bytes.length === 0) return { events: [], positionOf: () => from, end: from };
  const positionAt = (index: number): LogPosition => {
    const before = Buffer.concat([from.before, bytes.subarray(Math.max(0, index - knownBytes), index)]);
    return { offset: from.offset + index, before: before.subarray(-knownBytes) };
  };
  const end = positionAt(bytes.length);
  const together = parseTogether(bytes.toString('utf8'));
  if (together !== undefined) {
    let starts: number[] | undefined;
    return { events: together, positionOf: (index) => positionAt((starts ??= lineStarts(bytes))[index] ?? 0), end };
  }
  const starts = lineStarts(bytes);
  const whole = starts.flatMap((start, index) => {
    const line = bytes.toString('utf8', start, (starts[index + 1] ?? bytes.length) - 1);
    return parseLine(line).map((event) => ({ start, event }));
  });
  return { events: whole.map(({ event }) => event), positionOf: (index) => positionAt(whole[index]?.start ?? 0), end };
}

/** One call for many lines takes about half the time of a call for each; undefined when a line is no JSON. */
function parseTogether(text: string): RunEvent[] | undefined {
  try {
    return JSON.parse(`[${text.slice(0, -1).replaceAll('\n', ',')}]`) as RunEvent[];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function lineStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let start = 0; start < bytes.length; start = bytes.indexOf(newline, start) + 1) starts.push(start);
  return starts;
}

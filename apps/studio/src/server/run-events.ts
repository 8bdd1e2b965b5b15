import { toJsonNumber } from '@sardonyx/study';
import type { LogEntry, RunDetail } from '../api/index.js';
import { decodeOffset, encodePosition, isPosition } from './event-offset.js';
import { Problem } from './problem.js';
import type { Mark, Recording } from './recording.js';
import { describeRun, tablesOf } from './run-details.js';
import type { RunList } from './run-list.js';
import type { RunLocation } from './run-location.js';

/** An event of a run's stream, before it is written. */
export interface RunStreamEvent {
  readonly event: 'state' | 'log' | 'points' | 'tables' | 'rewound' | 'removed';
  readonly data: unknown;
  /** How far in the log it tells. */
  readonly id?: string;
}

/** A message tells what at most this much of the log holds, so that a page that is far behind gets it in pieces. */
const bytesPerMessage = 1 << 18;

/**
 * What one client has been told of a run. Nothing is kept for it but how far it is: each call of {@link news} gives what
 * is next, so a client that takes its time costs no memory.
 */
export class RunEvents {
  readonly #location: RunLocation;
  readonly #runs: RunList;
  readonly #recording: Recording;
  #told: Mark;
  #rewindsSeen: number;
  #isVoid = false;
  #state = '';
  #tables: Map<string, string>;

  /** `since` as a client keeps it; without it, from the present end. The recording is read up to now. */
  constructor(location: RunLocation, runs: RunList, recording: Recording, since: string | undefined) {
    this.#location = location;
    this.#runs = runs;
    this.#recording = recording;
    this.#rewindsSeen = recording.rewinds;
    this.#tables = tablesOf(location.directory);
    const from = since === undefined ? recording.end() : findMark(recording, since);
    this.#isVoid = from === undefined;
    this.#told = from ?? recording.markBefore(0);
  }

  /** The first event. Throws {@link Problem} (404) when the run is gone. */
  opening(): RunStreamEvent {
    return this.#stateEvent(this.#detail());
  }

  /** The events that are next, few at a time; none when everything was told. */
  *news(): Generator<RunStreamEvent> {
    yield* this.#rewound();
    const { position } = this.#recording.end();
    while (this.#told.position.offset < position.offset && this.#recording.rewinds === this.#rewindsSeen) yield* this.#recorded();
    const tables = tablesOf(this.#location.directory);
    const written = [...tables].flatMap(([name, version]) => (this.#tables.get(name) === version ? [] : [name]));
    this.#tables = tables;
    if (written.length > 0) yield this.#event('tables', written);
    const detail = this.#detailOrGone();
    if (detail === undefined) yield { event: 'removed', data: { id: this.#location.id } };
    else if (stateKey(detail) !== this.#state) yield this.#stateEvent(detail);
  }

  *#rewound(): Generator<RunStreamEvent> {
    const mark = this.#isVoid ? this.#told : this.#recording.rewoundSince(this.#rewindsSeen);
    this.#rewindsSeen = this.#recording.rewinds;
    if (mark === undefined) return;
    const isAhead = this.#told.position.offset > mark.position.offset;
    if (!isAhead && !this.#isVoid) return;
    this.#isVoid = false;
    this.#told = mark;
    const kept = mark.counts.map((count, index) => [this.#recording.series[index]?.name ?? '', count] as const);
    yield this.#event('rewound', { offset: mark.position.offset, kept: Object.fromEntries(kept.filter(([, count]) => count > 0)) });
  }

  *#recorded(): Generator<RunStreamEvent> {
    const recording = this.#recording;
    const from = this.#told;
    const to = recording.stepFrom(from.position.offset, bytesPerMessage);
    const points = pointsBetween(recording, from, to);
    const entries: LogEntry[] = recording.entries(from.entries, to.entries);
    const hasPoints = Object.keys(points).length > 0;
    const id = encodePosition(to.position);
    this.#told = to;
    // Only the last event of a stretch carries its end: a client that breaks off in between gets the stretch again.
    if (entries.length > 0) yield { event: 'log', data: entries, ...(hasPoints ? {} : { id }) };
    if (hasPoints) yield { event: 'points', data: points, id };
  }

  #stateEvent(detail: RunDetail): RunStreamEvent {
    this.#state = stateKey(detail);
    return this.#event('state', detail);
  }

  #event(event: RunStreamEvent['event'], data: unknown): RunStreamEvent {
    return { event, data, id: encodePosition(this.#told.position) };
  }

  #detail(): RunDetail {
    return describeRun(this.#runs.find(this.#location), this.#recording);
  }

  #detailOrGone(): RunDetail | undefined {
    try {
      return this.#detail();
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return undefined;
      throw error;
    }
  }
}

function findMark(recording: Recording, since: string): Mark | undefined {
  const offset = decodeOffset(since);
  if (offset === undefined) {
    throw new Problem(400, 'bad-offset', `since: expected an offset as an event's id gives it, got "${since}". Leave it out to begin now.`);
  }
  if (offset > recording.end().position.offset) return undefined;
  const mark = recording.markAt(offset);
  return isPosition(since, mark.position) ? mark : undefined;
}

function pointsBetween(recording: Recording, from: Mark, to: Mark): Record<string, unknown> {
  const points: [string, unknown][] = [];
  recording.series.forEach((series, index) => {
    const [first, end] = [from.counts[index] ?? 0, to.counts[index] ?? 0];
    if (end <= first) return;
    const values = Array.from(series.values(first, end), toJsonNumber);
    points.push([series.name, { from: first, steps: Array.from(series.steps(first, end)), values }]);
  });
  return Object.fromEntries(points);
}

/** What a state tells, without the clock and the count of looks, which go on by themselves. */
function stateKey(detail: RunDetail): string {
  return JSON.stringify({ ...detail, computeSeconds: 0, look: 0 });
}

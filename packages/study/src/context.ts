import { dirname, join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { writeAtomically } from './atomic-write.js';
import { Checkpoints } from './checkpoints.js';
import type { CheckpointArray } from './checkpoint-file.js';
import { DefinitionError, Interrupted } from './errors.js';
import { type EventBody, EventLog, metricValues, type ResultValue } from './event-log.js';
import { type JsonValue, toJsonNumber } from './exact-json.js';
import type { FileSystem } from './file-system.js';
import { runPaths } from './run-directory.js';
import { type Columns, type Table, TableRows } from './table.js';

/** What a study saves so that it can go on from there. */
export interface StudyCheckpoint {
  readonly step: number;
  /** Parameters, optimizer state, anything in bulk. */
  readonly arrays: Readonly<Record<string, CheckpointArray>>;
  /** Counters, generator states, anything small. Comes back exactly as given. */
  readonly state: JsonValue;
}

/** What a study may use while it runs. */
export interface StudyContext {
  readonly seed: number;
  /** How many worker threads the study may use; must not change its results. */
  readonly workers: number;
  /** Aborted when the run is asked to stop; its reason is an {@link Interrupted}. */
  readonly signal: AbortSignal;
  /** The checkpoint to go on from; undefined at the start. Table rows, metrics and results are back already. */
  readonly restored: StudyCheckpoint | undefined;
  progress(done: number, total: number, label?: string): void;
  /** Records numbers at a step. NaN and infinities are kept. */
  metric(step: number, values: Readonly<Record<string, number>>): void;
  log(text: string): void;
  /** The table of that name; after a resume it holds the rows it held at the checkpoint. */
  table<const C extends Columns>(name: string, columns: C): Table<C>;
  /** Whether to save now: some time has passed since the last checkpoint, or the run is asked to stop. */
  dueCheckpoint(): boolean;
  /** Saves; the arrays may change again once it resolves. Throws {@link Interrupted} after saving if asked to stop. */
  checkpoint(checkpoint: StudyCheckpoint): Promise<void>;
  /**
   * Writes a file of the run, whole or not at all; `path` is its place in the run's directory, as in `models/1x4/config.json`.
   * A study that resumes may write it again. Throws {@link DefinitionError} for a path that is not in a folder of the study's own.
   */
  file(path: string, contents: Uint8Array | string): void;
  /**
   * Where the study keeps a file that it writes bit by bit by itself, such as an archive that grows; its folder is made. What
   * belongs there after a resume is for the study to find out. Throws as `file` does.
   */
  place(path: string): string;
  /** Records a final value, which expectations read. */
  result(name: string, value: ResultValue): void;
  /**
   * Lets the event loop turn, so that Ctrl-C is seen. Needed only in loops that await nothing else; cheap, because it
   * really gives way at most every 20 ms.
   */
  yield(): Promise<void>;
}

export interface ContextOptions {
  readonly directory: string;
  readonly seed: number;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly files: FileSystem;
  /** Seconds between time-based checkpoints; undefined for the default and its bound on what saving may cost. */
  readonly checkpointSeconds: number | undefined;
  readonly onEvent: (event: EventBody) => void;
}

const defaultCheckpointMs = 30_000;
/**
 * Unless an interval is asked for, checkpoints take at most this part of a run's time: slow disks and large models get
 * them more rarely.
 */
const checkpointShare = 0.05;
const progressEveryMs = 1_000;
const yieldEveryMs = 20;
const tableName = /^[a-z0-9][a-z0-9_-]*$/i;
/** In one folder or more, none of them hidden. */
const filePath = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)+$/i;

interface SavedState {
  readonly step: number;
  readonly state: JsonValue;
  readonly eventsOffset: number;
  readonly results: Record<string, ResultValue>;
  readonly tables: Record<string, Columns>;
}

/** The writing side of one execution of a run. */
export class RunContext implements StudyContext {
  readonly seed: number;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly restored: StudyCheckpoint | undefined;
  readonly results: Record<string, ResultValue> = {};
  readonly #options: ContextOptions;
  readonly #log: EventLog;
  readonly #checkpoints: Checkpoints;
  readonly #tables = new Map<string, { rows: TableRows<Columns>; savedRows: number }>();
  #lastCheckpointMs = performance.now();
  #lastCheckpointTookMs = 0;
  #lastProgressMs = -Infinity;
  #unrecorded: EventBody | undefined;
  #lastYieldMs = performance.now();

  /** Opens the run's log at the last whole checkpoint, or at the start. Throws `CheckpointError`, `StorageError`. */
  constructor(options: ContextOptions) {
    this.#options = options;
    this.seed = options.seed;
    this.workers = options.workers;
    this.signal = options.signal;
    const paths = runPaths(options.directory);
    this.#checkpoints = new Checkpoints(options.files, paths.checkpoints);
    const { contents, warnings } = this.#checkpoints.restore();
    const saved = contents?.metadata as unknown as SavedState | undefined;
    this.#log = new EventLog(options.files, paths.events, saved?.eventsOffset ?? 0);
    if (contents !== undefined && saved !== undefined) {
      Object.assign(this.results, saved.results);
      this.#restoreTables(saved.tables, contents.arrays);
      this.restored = { step: saved.step, state: saved.state, arrays: withPrefix('study/', contents.arrays) };
    }
    for (const text of warnings) this.emit({ type: 'warning', text });
  }

  progress(done: number, total: number, label?: string): void {
    const body: EventBody = { type: 'progress', done, total, ...(label === undefined ? {} : { label }) };
    const now = performance.now();
    if (done < total && now - this.#lastProgressMs < progressEveryMs) {
      this.#unrecorded = body;
      this.#options.onEvent(body);
      return;
    }
    this.#lastProgressMs = now;
    this.#unrecorded = undefined;
    this.emit(body);
  }

  /** Records how far the study is, where that was held back: before what is recorded next, it would be stale. */
  recordProgress(): void {
    const body = this.#unrecorded;
    this.#unrecorded = undefined;
    if (body !== undefined) this.#log.append({ ...body, time: new Date().toISOString() });
  }

  metric(step: number, values: Readonly<Record<string, number>>): void {
    this.emit({ type: 'metric', step, values: metricValues(values) });
  }

  log(text: string): void {
    this.emit({ type: 'log', text });
  }

  table<const C extends Columns>(name: string, columns: C): Table<C> {
    const existing = this.#tables.get(name);
    if (existing !== undefined) {
      if (sameColumns(existing.rows.columns, columns)) return existing.rows as unknown as Table<C>;
      throw new DefinitionError(
        `Cannot open the table "${name}": it has the columns ${JSON.stringify(existing.rows.columns)}, asked for were ${JSON.stringify(columns)}.`,
      );
    }
    if (!tableName.test(name))
      throw new DefinitionError(`Cannot make the table "${name}": expected letters, digits, "-" and "_", since it names a file.`);
    const rows = new TableRows(name, columns);
    this.#tables.set(name, { rows: rows as unknown as TableRows<Columns>, savedRows: -1 });
    return rows;
  }

  dueCheckpoint(): boolean {
    if (this.signal.aborted) return true;
    const { checkpointSeconds } = this.#options;
    const interval =
      checkpointSeconds === undefined
        ? Math.max(defaultCheckpointMs, this.#lastCheckpointTookMs / checkpointShare)
        : checkpointSeconds * 1000;
    return performance.now() - this.#lastCheckpointMs >= interval;
  }

  async checkpoint({ step, arrays, state }: StudyCheckpoint): Promise<void> {
    const start = performance.now();
    this.recordProgress();
    this.#log.sync();
    const all: Record<string, CheckpointArray> = {};
    for (const [name, array] of Object.entries(arrays)) all[`study/${name}`] = array;
    for (const [name, { rows }] of this.#tables) {
      for (const [column, array] of Object.entries(rows.toArrays())) all[`table/${name}/${column}`] = array;
    }
    const tables = Object.fromEntries([...this.#tables].map(([name, { rows }]) => [name, rows.columns]));
    const saved = { step, state, eventsOffset: this.#log.offset, results: { ...this.results }, tables };
    this.#checkpoints.write({ arrays: all, metadata: saved });
    this.saveTables();
    this.#lastCheckpointMs = performance.now();
    this.#lastCheckpointTookMs = this.#lastCheckpointMs - start;
    this.emit({ type: 'checkpoint', step, seconds: Math.round(this.#lastCheckpointTookMs) / 1000 });
    await this.yield();
    if (this.signal.aborted) throw new Interrupted(`The run stopped at step ${step} and saved a checkpoint there.`);
  }

  file(path: string, contents: Uint8Array | string): void {
    writeAtomically(this.#options.files, this.place(path), typeof contents === 'string' ? contents : [contents]);
  }

  place(path: string): string {
    const paths = runPaths(this.#options.directory);
    const target = join(this.#options.directory, path);
    const own = [paths.tables, paths.checkpoints, paths.figures];
    if (!filePath.test(path) || own.some((folder) => target.startsWith(folder + sep))) {
      throw new DefinitionError(
        `Cannot write the file "${path}" of the run: expected a name in a folder of the study's own, such as models/1x4/config.json.`,
      );
    }
    this.#options.files.makeDirectory(dirname(target), { parents: true });
    return target;
  }

  result(name: string, value: ResultValue): void {
    const encoded = typeof value === 'number' ? toJsonNumber(value) : value;
    this.results[name] = encoded;
    this.emit({ type: 'final', name, value: encoded });
  }

  async yield(): Promise<void> {
    const now = performance.now();
    if (now - this.#lastYieldMs < yieldEveryMs) return;
    await setImmediate();
    this.#lastYieldMs = performance.now();
  }

  /** Writes the tables that have grown since they were last written. */
  saveTables(): void {
    const paths = runPaths(this.#options.directory);
    for (const [name, table] of this.#tables) {
      if (table.savedRows === table.rows.rowCount) continue;
      table.rows.save(this.#options.files, paths.table(name));
      table.savedRows = table.rows.rowCount;
    }
  }

  /** Appends an event to the log and tells the listener. */
  emit(body: EventBody): void {
    this.#log.append({ ...body, time: new Date().toISOString() });
    this.#options.onEvent(body);
  }

  close(): void {
    this.#log.close();
  }

  #restoreTables(tables: Readonly<Record<string, Columns>>, arrays: Readonly<Record<string, CheckpointArray>>): void {
    for (const [name, columns] of Object.entries(tables)) {
      const rows = new TableRows(name, columns);
      rows.restoreRows(withPrefix(`table/${name}/`, arrays));
      this.#tables.set(name, { rows, savedRows: -1 });
    }
  }
}

function withPrefix(prefix: string, arrays: Readonly<Record<string, CheckpointArray>>): Record<string, CheckpointArray> {
  const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]));
}

function sameColumns(a: Columns, b: Columns): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BadInputError, isSystemError, liveStatus, readRunFile, type RunFile, runPaths, StorageError } from '@sardonyx/study';
import type { RunStatus, RunSummary } from '../api/index.js';
import { ChangeSignal } from './change-signal.js';
import { Problem } from './problem.js';
import { isPlainName, type RunLocation } from './run-location.js';
import { RunProgress } from './run-progress.js';

/** A run as it was last seen. */
export interface KnownRun extends RunLocation {
  readonly run: RunFile;
  readonly status: RunStatus;
  /** A new object whenever something in it changed that is not merely the clock. */
  readonly summary: RunSummary;
}

interface Entry extends KnownRun {
  /** Tells one version of `run.json` from another. */
  readonly stamp: string;
  readonly progress: RunProgress;
}

const lookEveryMs = 1_000;

/** The runs below a folder, whoever makes or removes them. */
export class RunList {
  readonly root: string;
  /** Fires when a run was added, changed or removed. */
  readonly changes = new ChangeSignal();
  readonly #isAskedToStop: (directory: string) => boolean;
  readonly #entries = new Map<string, Entry>();
  #watchers = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `isAskedToStop` says whether a run was sent a stop that it may not have noted yet. */
  constructor(root: string, isAskedToStop: (directory: string) => boolean) {
    this.root = root;
    this.#isAskedToStop = isAskedToStop;
  }

  /** All runs as of now, newest first. Folders that are no run, or that may not be read, are passed over. */
  all(): KnownRun[] {
    this.refresh();
    return this.known();
  }

  /** All runs as they were last seen, newest first. */
  known(): KnownRun[] {
    return [...this.#entries.values()].sort((a, b) => b.run.created.localeCompare(a.run.created) || b.id.localeCompare(a.id));
  }

  /** One run as of now. Throws {@link Problem} (404) when it is gone. */
  find(location: RunLocation): KnownRun {
    const known = this.#look(location);
    if (known !== undefined) return known;
    throw new Problem(
      404,
      'not-a-run',
      `There is no run "${location.id}". It may have been removed; the list of runs shows what there is.`,
    );
  }

  /** Looks at the disk, and tells {@link changes} what is new. */
  refresh(): void {
    const present = new Set<string>();
    for (const location of this.#folders()) if (this.#look(location) !== undefined) present.add(location.id);
    for (const id of this.#entries.keys()) {
      if (present.has(id)) continue;
      this.#entries.delete(id);
      this.changes.notify();
    }
  }

  /** Keeps looking at the disk until the returned function is called. */
  watch(): () => void {
    this.#watchers++;
    this.#timer ??= setInterval(() => this.refresh(), lookEveryMs).unref();
    return () => {
      if (--this.#watchers > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #look(location: RunLocation): KnownRun | undefined {
    const known = whereReadable(() => this.#read(location));
    if (known === undefined && this.#entries.delete(location.id)) this.changes.notify();
    return known;
  }

  #read({ id, directory }: RunLocation): KnownRun | undefined {
    const before = this.#entries.get(id);
    const stamp = stampOf(runPaths(directory).run);
    const run = before?.stamp === stamp ? before.run : readRunFile(directory);
    if (before !== undefined && before.run === run && run.status !== 'running') return before;
    const status = liveStatus(directory, run);
    const progress = before?.progress ?? new RunProgress(directory);
    if (status !== 'done') progress.update();
    const summary = this.#summarize(id, directory, run, status, progress);
    const isSame = before !== undefined && isSameButClock(before.summary, summary);
    const entry: Entry = { id, directory, stamp, run, status, progress, summary: isSame ? before.summary : summary };
    this.#entries.set(id, entry);
    if (!isSame) this.changes.notify();
    return { ...entry, summary: isSame ? { ...before.summary, computeSeconds: summary.computeSeconds } : summary };
  }

  #summarize(id: string, directory: string, run: RunFile, status: RunStatus, progress: RunProgress): RunSummary {
    const { study, title, preset, seed, created, updated, expect } = run;
    const count = (verdict: string): number => expect.filter((each) => each.verdict === verdict).length;
    const isStopping = status === 'running' && (progress.isStopping || this.#isAskedToStop(directory));
    const reached = status === 'done' ? undefined : progress.reached(status === 'running');
    return {
      id,
      study,
      title,
      preset,
      seed,
      status,
      created,
      updated,
      computeSeconds: computeSeconds(run, status, progress.lastTime),
      verdicts: { holds: count('holds'), fails: count('fails'), reported: count('reported') },
      ...(reached === undefined ? {} : { progress: reached }),
      ...(isStopping ? { isStopping } : {}),
    };
  }

  /** The folders where runs may be: `<root>/<system>/<study>/<run>`. */
  #folders(): RunLocation[] {
    const below = (folder: string): string[] => namesOfFolders(folder).filter(isPlainName);
    return below(this.root).flatMap((system) =>
      below(join(this.root, system)).flatMap((study) =>
        below(join(this.root, system, study)).map((run) => ({
          id: `${system}/${study}/${run}`,
          directory: join(this.root, system, study, run),
        })),
      ),
    );
  }
}

/** `run.json` counts the time of a run when it ends; until then, and when it was killed, the clock or the log tells. */
function computeSeconds(run: RunFile, status: RunStatus, lastTime: string | undefined): number {
  if (run.status !== 'running') return run.computeSeconds;
  const until = status === 'running' ? Date.now() : Date.parse(lastTime ?? run.updated);
  return run.computeSeconds + Math.max(0, until - Date.parse(run.updated)) / 1000;
}

function isSameButClock(a: RunSummary, b: RunSummary): boolean {
  return JSON.stringify({ ...a, computeSeconds: 0 }) === JSON.stringify({ ...b, computeSeconds: 0 });
}

/** Undefined where there is no run (any more), or none that this user may read. */
function whereReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadInputError || error instanceof StorageError || isSystemError(error)) return undefined;
    throw error;
  }
}

function stampOf(path: string): string {
  const { ino, mtimeMs, size } = statSync(path);
  return `${ino} ${mtimeMs} ${size}`;
}

/** None where the folder is missing, is no folder, or may not be read. */
function namesOfFolders(folder: string): string[] {
  return (
    whereReadable(() => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))) ?? []
  );
}

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { removeUnfinished } from './atomic-write.js';
import { RunContext } from './context.js';
import { Interrupted, StorageError, StudyError } from './errors.js';
import type { EventBody, ResultValue } from './event-log.js';
import { toJsonNumber } from './exact-json.js';
import { type FileSystem, nodeFileSystem } from './file-system.js';
import { Lock } from './lock.js';
import { checkParameters } from './parameters.js';
import { writeReport } from './report.js';
import { Results } from './results.js';
import { createRunDirectory, type ExpectationResult, readRunFile, type RunFile, runPaths, writeRunFile } from './run-directory.js';
import type { PresetName, Study } from './study.js';
import { runtimeVersions } from './version.js';

/** What to run. */
export interface RunRequest {
  /** `<system>/<study>` */
  readonly id: string;
  readonly study: Study;
  readonly preset: PresetName;
  readonly seed: number;
  /** As `resolveParameters` gives them. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly directory: string;
  readonly workers?: number;
}

export interface ExecuteOptions {
  /** Abort to interrupt: the study saves a checkpoint and stops. */
  readonly signal?: AbortSignal;
  /** Every event as it happens; `progress` comes here unthrottled. */
  readonly onEvent?: (event: EventBody) => void;
  readonly files?: FileSystem;
  /** Seconds between time-based checkpoints; when not given 30, and more where saving would take over 5 % of the time. */
  readonly checkpointSeconds?: number;
}

export interface RunOutcome {
  readonly directory: string;
  readonly id: string;
  readonly status: 'done' | 'failed' | 'interrupted';
  readonly metrics: Readonly<Record<string, ResultValue>>;
  readonly expect: readonly ExpectationResult[];
  /** Why the run failed. */
  readonly error?: Error;
}

/**
 * Starts a run in a new or empty directory and carries it to its end, its interruption, or its failure.
 * Throws `BadInputError` when the directory is taken, `StorageError` when it cannot be made.
 */
export async function startRun(request: RunRequest, options: ExecuteOptions = {}): Promise<RunOutcome> {
  const files = options.files ?? nodeFileSystem;
  const directory = resolve(request.directory);
  createRunDirectory(files, directory);
  const lock = Lock.acquire(files, runPaths(directory).lock);
  const now = new Date().toISOString();
  const run: RunFile = {
    format: 1,
    study: request.id,
    title: request.study.title,
    preset: request.preset,
    seed: request.seed,
    workers: request.workers ?? availableParallelism(),
    params: { ...request.params },
    versions: runtimeVersions(),
    status: 'running',
    created: now,
    updated: now,
    computeSeconds: 0,
    metrics: {},
    expect: [],
  };
  return withLock(lock, () => execute(directory, run, request.study, options));
}

/**
 * Goes on with an interrupted, killed or failed run from its last whole checkpoint, to the same result as if nothing
 * had happened. A run that is done is returned as it is. `find` gives the study of a `<system>/<study>`.
 * Throws `BadInputError`, `RunLockedError`, `CheckpointError`, `StorageError`.
 */
export async function resumeRun(
  runDirectory: string,
  find: (id: string) => Promise<Study>,
  options: ExecuteOptions & { readonly workers?: number } = {},
): Promise<RunOutcome> {
  const files = options.files ?? nodeFileSystem;
  const directory = resolve(runDirectory);
  const { study: id } = readRunFile(directory);
  const study = await find(id);
  const lock = Lock.acquire(files, runPaths(directory).lock);
  return withLock(lock, async () => {
    const run = readRunFile(directory);
    if (run.status === 'done') return { directory, id, status: 'done', metrics: run.metrics, expect: run.expect };
    const workers = options.workers ?? run.workers;
    return execute(directory, { ...run, workers, versions: runtimeVersions() }, study, options);
  });
}

async function withLock<T>(lock: Lock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function execute(directory: string, before: RunFile, study: Study, options: ExecuteOptions): Promise<RunOutcome> {
  const files = options.files ?? nodeFileSystem;
  const started = performance.now();
  const params = checkParameters(study.params, before.params);
  const { error: _earlier, ...kept } = before;
  const running: RunFile = { ...kept, status: 'running', updated: new Date().toISOString() };
  const settle = (change: Partial<RunFile>): RunFile => ({
    ...running,
    ...change,
    updated: new Date().toISOString(),
    computeSeconds: before.computeSeconds + Math.round(performance.now() - started) / 1000,
  });
  let context: RunContext | undefined;
  try {
    const { checkpoints, tables, figures } = runPaths(directory);
    for (const folder of [directory, checkpoints, tables, figures]) removeUnfinished(files, folder);
    writeRunFile(files, directory, running);
    context = new RunContext({
      directory,
      seed: before.seed,
      workers: before.workers,
      signal: options.signal ?? new AbortController().signal,
      files,
      checkpointSeconds: options.checkpointSeconds,
      onEvent: options.onEvent ?? (() => undefined),
    });
    const isNew = before.computeSeconds === 0 && context.restored === undefined;
    context.emit(isNew ? { type: 'started' } : { type: 'resumed', step: context.restored?.step ?? null });
    const emitting = context;
    const noteStop = (): void => recordEnd(() => emitting.emit({ type: 'stopping' }));
    options.signal?.addEventListener('abort', noteStop, { once: true });
    try {
      await study.run(context, params);
    } finally {
      options.signal?.removeEventListener('abort', noteStop);
    }
    context.saveTables();
    const done = settle({ status: 'done', metrics: context.results, expect: await judge(directory, study) });
    await writeReport(directory, done, study, files);
    context.emit({ type: 'done' });
    writeRunFile(files, directory, done);
    return { directory, id: before.study, status: 'done', metrics: done.metrics, expect: done.expect };
  } catch (error) {
    const failure = asError(error);
    const interrupted = isInterruption(failure, options.signal);
    const status = interrupted ? 'interrupted' : 'failed';
    const metrics = context?.results ?? before.metrics;
    const described = { code: failure instanceof StudyError ? failure.code : 'study-failed', message: failure.message };
    recordEnd(() => {
      context?.recordProgress();
      context?.emit(interrupted ? { type: 'interrupted' } : { type: 'failed', ...described });
      writeRunFile(files, directory, settle(interrupted ? { status, metrics } : { status, metrics, error: described }));
    });
    return { directory, id: before.study, status, metrics, expect: [], ...(interrupted ? {} : { error: failure }) };
  } finally {
    const opened = context;
    recordEnd(() => opened?.close());
  }
}

async function judge(directory: string, study: Study): Promise<ExpectationResult[]> {
  const results = await Results.read(directory);
  return (study.expect ?? []).map((expectation) => {
    const { name, paper, claim } = expectation;
    const { ours, verdict } = expectation.evaluate(results);
    return { name, paper, claim, ours: typeof ours === 'number' ? toJsonNumber(ours) : ours, verdict };
  });
}

/** The run has ended already; when the disk also refuses the note of how it ended, the first failure is what counts. */
function recordEnd(record: () => void): void {
  try {
    record();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}

/** Node's own interfaces, given `ctx.signal`, throw an `AbortError` rather than the signal's reason. */
function isInterruption(error: Error, signal: AbortSignal | undefined): boolean {
  return error instanceof Interrupted || (signal?.aborted === true && error.name === 'AbortError');
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

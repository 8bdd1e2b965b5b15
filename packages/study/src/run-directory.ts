import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from './atomic-write.js';
import { BadInputError, StorageError } from './errors.js';
import { attempt, type FileSystem } from './file-system.js';
import { lockHolder } from './lock.js';

const resultValue = z.union([z.number(), z.string(), z.boolean()]);
const verdict = z.enum(['holds', 'fails', 'reported']);

const expectationResult = z.object({
  name: z.string(),
  paper: z.union([z.string(), z.number()]),
  claim: z.string(),
  ours: z.union([z.string(), z.number()]),
  verdict,
});
/** What the paper says, what this run found, and whether they agree. */
export type ExpectationResult = z.infer<typeof expectationResult>;

const runFile = z.object({
  format: z.literal(1),
  /** `<system>/<study>` */
  study: z.string(),
  title: z.string(),
  preset: z.enum(['quick', 'standard', 'paper']),
  seed: z.int().min(0),
  workers: z.int().min(1),
  params: z.record(z.string(), z.unknown()),
  versions: z.record(z.string(), z.string()),
  status: z.enum(['running', 'interrupted', 'failed', 'done']),
  created: z.string(),
  updated: z.string(),
  /** How long the run has computed, over all the times it was started or resumed, seconds. */
  computeSeconds: z.number(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  metrics: z.record(z.string(), resultValue),
  expect: z.array(expectationResult),
});

/** The contents of `run.json`. */
export type RunFile = z.infer<typeof runFile>;

/** The places in a run's directory. */
export function runPaths(directory: string) {
  return {
    run: join(directory, 'run.json'),
    lock: join(directory, 'run.lock'),
    events: join(directory, 'events.ndjson'),
    tables: join(directory, 'tables'),
    checkpoints: join(directory, 'checkpoints'),
    figures: join(directory, 'figures'),
    report: join(directory, 'report.html'),
    /** What the run's process printed, where something started it in the background. */
    output: join(directory, 'output.log'),
    table: (name: string): string => join(directory, 'tables', `${name}.parquet`),
  } as const;
}

/** Writes `run.json` atomically. */
export function writeRunFile(files: FileSystem, directory: string, run: RunFile): void {
  writeAtomically(files, runPaths(directory).run, `${JSON.stringify(run, null, 2)}\n`);
}

/** Reads `run.json`. Throws {@link BadInputError} when the directory is no run or the file is not valid. */
export function readRunFile(directory: string): RunFile {
  const path = runPaths(directory).run;
  let text: string;
  try {
    text = attempt('read', path, () => readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new BadInputError(
      'not-a-run',
      `${directory} is no run: it has no run.json that can be read. Give a run's folder, as "sardonyx runs ls" lists them.`,
      {
        cause: error,
      },
    );
  }
  const parsed = runFile.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw new BadInputError('not-a-run', `${path} is not what a run of this version writes. ${z.prettifyError(parsed.error)}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadInputError('not-a-run', `${path} is no JSON. Was it edited? Put the original back.`, { cause: error });
  }
}

/** The status of a run as of now: a run that says `running` but that no live process holds was killed. */
export type LiveStatus = RunFile['status'] | 'killed';

export function liveStatus(directory: string, run: RunFile): LiveStatus {
  if (run.status !== 'running') return run.status;
  const { lock } = runPaths(directory);
  if (lockHolder(lock) !== undefined) return 'running';
  // It may have ended, or have been resumed, after `run` was read.
  const { status } = readRunFile(directory);
  if (status !== 'running') return status;
  return lockHolder(lock) === undefined ? 'killed' : 'running';
}

/** All runs below `root` (`<root>/<system>/<study>/<run>`), oldest first. Folders that are no run are passed over. */
export function listRuns(root: string): { directory: string; run: RunFile }[] {
  const found: { directory: string; run: RunFile }[] = [];
  for (const directory of directoriesBelow(root, 3)) {
    try {
      found.push({ directory, run: readRunFile(directory) });
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
    }
  }
  return found.sort((a, b) => a.run.created.localeCompare(b.run.created));
}

function directoriesBelow(root: string, depth: number): string[] {
  if (depth === 0) return [root];
  if (!existsSync(root) || !statSync(root).isDirectory()) return [];
  const entries = attempt('list', root, () => readdirSync(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  return entries.flatMap((entry) => directoriesBelow(join(root, entry.name), depth - 1));
}

/** A folder for a new run that does not exist yet: `runs/<system>/<study>/<date-time>-<preset>-s<seed>`. */
export function newRunDirectory(root: string, id: string, preset: string, seed: number, now = new Date()): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  const base = join(resolve(root), id, `${stamp}-${preset}-s${seed}`);
  for (let copy = 1; ; copy++) {
    const directory = copy === 1 ? base : `${base}-${copy}`;
    if (!existsSync(directory)) return directory;
  }
}

/** Makes the folder and its parts. Throws {@link BadInputError} when something stands there already. */
export function createRunDirectory(files: FileSystem, directory: string): void {
  const isTaken = attempt('look at', directory, () => {
    const stat = statSync(directory, { throwIfNoEntry: false });
    if (stat === undefined) return false;
    if (!stat.isDirectory()) return true;
    // What starts a run in the background has opened the file for its output already.
    return readdirSync(directory).some((name) => name !== basename(runPaths(directory).output));
  });
  if (isTaken) {
    const what = existsSync(runPaths(directory).run)
      ? 'it holds a run already; go on with it by "sardonyx resume"'
      : 'it is a file or holds files';
    throw new BadInputError('run-exists', `Cannot start a run in ${directory}: ${what}. Choose an empty or new folder with --out.`);
  }
  files.makeDirectory(directory, { parents: true });
  const { checkpoints, tables, figures } = runPaths(directory);
  for (const part of [checkpoints, tables, figures]) files.makeDirectory(part, { parents: true });
}

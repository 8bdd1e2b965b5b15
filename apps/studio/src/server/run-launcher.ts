import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  liveStatus,
  lockHolder,
  newRunDirectory,
  nodeFileSystem,
  readRunFile,
  resolveParameters,
  runPaths,
  stringifyExactly,
} from '@sardonyx/study';
import type { z } from 'zod';
import type { runRequest } from '../api/index.js';
import type { SystemCatalogue } from './catalogue.js';
import type { RunLocation } from './run-location.js';
import { type Launch, launchRun } from './run-process.js';

/** Starts and resumes runs, each in a process of its own. */
export class RunLauncher {
  readonly #catalogue: SystemCatalogue;
  readonly #root: string;
  readonly #launch: Launch;
  /** Resumes under way, so that a second request for the same run waits for the first. */
  readonly #resuming = new Map<string, Promise<void>>();

  constructor(catalogue: SystemCatalogue, root: string, launch: Launch) {
    this.#catalogue = catalogue;
    this.#root = root;
    this.#launch = launch;
  }

  /**
   * Starts a run; resolves once its `run.json` is there. Throws `BadInputError` (`unknown-study`, `unknown-parameter`,
   * `parameter-value`), `StorageError`, and `Problem` (`run-not-started`) with the words of the run's process.
   */
  async start({ study: id, preset, seed, params }: z.output<typeof runRequest>): Promise<RunLocation> {
    resolveParameters(await this.#catalogue.study(id), preset, params);
    nodeFileSystem.makeDirectory(join(this.#root, id), { parents: true });
    const directory = newRunDirectory(this.#root, id, preset, seed);
    nodeFileSystem.makeDirectory(directory);
    // As JSON rather than as flags: a list of texts that hold commas has no flag.
    const chosen = Object.keys(params).length === 0 ? [] : [`--params=${stringifyExactly(params, 'the parameters')}`];
    const request = ['run', id, '--preset', preset, '--seed', String(seed), ...chosen, '--out', directory, '--json'];
    try {
      await launchRun(this.#launch, request, directory, () => existsSync(runPaths(directory).run));
    } catch (error) {
      removeUnbegun(directory);
      throw error;
    }
    return { id: `${id}/${basename(directory)}`, directory };
  }

  /**
   * Goes on with a run that was interrupted, killed or failed; a run that is running or done stays as it is. Resolves
   * once its process works. Throws `Problem` (`run-not-started`) with the words of the process.
   */
  resume({ directory }: RunLocation): Promise<void> {
    const underWay = this.#resuming.get(directory);
    if (underWay !== undefined) return underWay;
    const resuming = this.#resume(directory).finally(() => this.#resuming.delete(directory));
    this.#resuming.set(directory, resuming);
    return resuming;
  }

  async #resume(directory: string): Promise<void> {
    const before = readRunFile(directory);
    const status = liveStatus(directory, before);
    if (status === 'running' || status === 'done') return;
    const hasBegun = (): boolean => readRunFile(directory).updated !== before.updated;
    try {
      await launchRun(this.#launch, ['resume', directory, '--json'], directory, hasBegun);
    } catch (error) {
      // A process that was started elsewhere may have been faster: what was asked for is done all the same.
      if (lockHolder(runPaths(directory).lock) === undefined && !hasBegun()) throw error;
    }
  }
}

/** A run that did not begin leaves at most empty folders and what its process printed. */
function removeUnbegun(directory: string): void {
  const { run, tables, checkpoints, figures, output } = runPaths(directory);
  if (existsSync(run)) return;
  const own = [tables, checkpoints, figures, output].map((path) => basename(path));
  const others = readdirSync(directory).filter((name) => !own.includes(name) && !name.endsWith('.partial'));
  if (others.length === 0) rmSync(directory, { recursive: true });
}

import { rmSync } from 'node:fs';
import { lockHolder, runPaths } from '@sardonyx/study';
import type { z } from 'zod';
import type { RunDetail, runRequest, RunSummary } from '../api/index.js';
import type { SystemCatalogue } from './catalogue.js';
import { Problem } from './problem.js';
import type { Recording } from './recording.js';
import { Recordings } from './recordings.js';
import { describeRun } from './run-details.js';
import { RunLauncher } from './run-launcher.js';
import { RunList } from './run-list.js';
import { locateRun, type RunLocation } from './run-location.js';
import type { Launch } from './run-process.js';
import { RunStopper } from './run-stopper.js';

/** What the routes can do with the runs of a folder. */
export class Laboratory {
  readonly runs: RunList;
  readonly recordings = new Recordings();
  readonly #launcher: RunLauncher;
  readonly #stopper = new RunStopper();

  constructor(catalogue: SystemCatalogue, root: string, launch: Launch) {
    this.runs = new RunList(root, (directory) => this.#stopper.isAsked(directory));
    this.#launcher = new RunLauncher(catalogue, root, launch);
  }

  /** Throws {@link Problem} (404). */
  locate(...segments: readonly string[]): RunLocation {
    return locateRun(this.runs.root, segments);
  }

  list(): RunSummary[] {
    return this.runs.all().map(({ summary }) => summary);
  }

  async describe(location: RunLocation): Promise<RunDetail> {
    this.runs.find(location);
    const recording = await this.recordings.get(location.directory);
    return describeRun(this.runs.find(location), recording);
  }

  /** Throws as {@link RunLauncher.start}. */
  async start(request: z.output<typeof runRequest>): Promise<RunDetail> {
    return this.describe(await this.#launcher.start(request));
  }

  /** Throws as {@link RunStopper.ask}, {@link RunStopper.end}. */
  async stop(location: RunLocation, now: boolean): Promise<RunDetail> {
    if (this.runs.find(location).status === 'running') {
      const isStopping = (): boolean => this.runs.find(location).summary.isStopping === true;
      await (now ? this.#stopper.end(location) : this.#stopper.ask(location, isStopping));
    }
    return this.describe(location);
  }

  /** Throws as {@link RunLauncher.resume}. */
  async resume(location: RunLocation): Promise<RunDetail> {
    this.runs.find(location);
    await this.#launcher.resume(location);
    return this.describe(location);
  }

  /** Removes a run with everything in its folder. Throws {@link Problem} (409) while a process works on it. */
  remove(location: RunLocation): void {
    const { directory, id } = location;
    this.runs.find(location);
    const holder = lockHolder(runPaths(directory).lock);
    if (holder !== undefined) {
      throw new Problem(409, 'run-locked', `Cannot remove ${id}: process ${holder.pid} on ${holder.host} works on it. Stop it first.`);
    }
    rmSync(directory, { recursive: true, force: true });
    this.recordings.forget(directory);
    this.runs.refresh();
  }

  /** A run's recording as of now. Throws {@link Problem} (404) when the run is gone. */
  async recording(location: RunLocation): Promise<Recording> {
    this.runs.find(location);
    return this.recordings.get(location.directory);
  }
}

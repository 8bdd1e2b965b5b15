import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError, runPaths } from '@sardonyx/study';
import type { RunDetail } from '../api/index.js';
import type { KnownRun } from './run-list.js';
import type { Recording } from './recording.js';
import { hasArchive } from './run-archives.js';
import { modelsOf } from './run-models.js';

/** Answers and events travel on connections of their own and may overtake each other. */
let looks = 0;

/** Everything about a run, as of now. */
export function describeRun({ directory, run, summary }: KnownRun, recording: Recording): RunDetail {
  const { params, versions, workers, error, metrics, expect } = run;
  return {
    ...summary,
    look: ++looks,
    directory,
    params,
    versions,
    workers,
    ...(error === undefined ? {} : { error }),
    metrics,
    expect,
    tables: [...tablesOf(directory).keys()],
    series: recording.names,
    hasReport: existsSync(runPaths(directory).report),
    models: modelsOf(directory),
    hasArchive: hasArchive(directory),
  };
}

/** The run's tables, each with what tells one version of it from another. */
export function tablesOf(directory: string): Map<string, string> {
  const { tables } = runPaths(directory);
  const found = new Map<string, string>();
  try {
    for (const file of readdirSync(tables).sort()) {
      const name = /^([a-z0-9][a-z0-9_-]*)\.parquet$/i.exec(file)?.[1];
      const stat = name === undefined ? undefined : statSync(join(tables, file), { throwIfNoEntry: false });
      if (name !== undefined && stat !== undefined) found.set(name, `${stat.ino} ${stat.mtimeMs} ${stat.size}`);
    }
  } catch (error) {
    // A run that has just begun has no such folder yet, and one that is being removed none any more.
    if (!isSystemError(error)) throw error;
  }
  return found;
}

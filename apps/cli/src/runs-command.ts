import { rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { listRuns, liveStatus, lockHolder, readEvents, readRunFile, runPaths, RunLockedError, type RunFile } from '@sardonyx/study';
import type { Environment } from './environment.js';
import { exportRun } from './export-run.js';
import { findRun } from './find-run.js';
import { alignColumns, formatSeconds, formatValue, type OutputStream, printJson, printLine } from './output.js';
import { shortPath } from './short-path.js';

/** A run's name as in `sardonyx runs ls`, for examples. */
const someRun = '2026-01-31-120000-quick-s0';

/** `sardonyx runs ls|show|rm|export`. */
export function addRunsCommand(program: Command, environment: Environment): void {
  const { stdout } = environment.output;
  const runs = program
    .command('runs')
    .summary('list, show, remove or export runs')
    .description('Works with the runs that are already there.')
    .helpCommand(false);

  runs
    .command('ls')
    .description('Lists the runs below runs/, oldest first.')
    .option('--root <folder>', 'the folder that holds the runs', 'runs')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', '\nExamples:\n  sardonyx runs ls\n  sardonyx runs ls --root /data/runs --json')
    .action(({ root, json }: { root: string; json?: true }) => listAll(stdout, root, json === true));

  runs
    .command('show')
    .description('Shows a run: settings, progress, results beside the paper.')
    .argument('<run>', 'its folder, or its name below runs/')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `\nExamples:\n  sardonyx runs show ${someRun}\n  sardonyx runs show runs/looped-transformers/addition/${someRun} --json`,
    )
    .action((run: string, { json }: { json?: true }) => show(stdout, findRun(run), json === true));

  runs
    .command('rm')
    .description('Removes runs with everything in their folders.')
    .argument('<run...>', 'their folders, or their names below runs/')
    .addHelpText('after', `\nExamples:\n  sardonyx runs rm ${someRun}`)
    .action((names: string[]) => {
      const directories = names.map((name) => findRun(name));
      directories.forEach(refuseLive);
      for (const directory of directories) {
        rmSync(directory, { recursive: true });
        printLine(stdout, `removed ${shortPath(directory)}`);
      }
    });

  runs
    .command('export')
    .description('Writes a run for other programs: tables and metrics as CSV, figures as SVG, the report drawn anew.')
    .argument('<run>', 'its folder, or its name below runs/')
    .option('--out <folder>', 'where to (default: <name>-export)')
    .addHelpText('after', `\nExamples:\n  sardonyx runs export ${someRun}\n  sardonyx runs export ${someRun} --out figures`)
    .action(async (name: string, { out }: { out?: string }) => {
      const directory = findRun(name);
      const study = await environment.systems.study(readRunFile(directory).study);
      const target = resolve(out ?? `${basename(directory)}-export`);
      await exportRun(directory, study, target);
      printLine(stdout, `exported to ${shortPath(target)}`);
    });
}

function listAll(stdout: OutputStream, root: string, json: boolean): void {
  const found = listRuns(root);
  if (json) {
    for (const { directory, run } of found) {
      const { study, preset, seed, created } = run;
      printJson(stdout, { type: 'run', run: resolve(directory), study, status: liveStatus(directory, run), preset, seed, created });
    }
    return;
  }
  if (found.length === 0) {
    printLine(stdout, `No runs below ${resolve(root)}.`);
    return;
  }
  const rows = found.map(({ directory, run }) => [liveStatus(directory, run), verdictCount(run), shortPath(resolve(directory))]);
  for (const line of alignColumns([['status', 'expectations', 'run'], ...rows])) printLine(stdout, line);
}

function verdictCount({ expect }: RunFile): string {
  const judged = expect.filter(({ verdict }) => verdict !== 'reported');
  return judged.length === 0 ? '-' : `${judged.filter(({ verdict }) => verdict === 'holds').length} of ${judged.length} hold`;
}

function show(stdout: OutputStream, directory: string, json: boolean): void {
  const run = readRunFile(directory);
  const status = liveStatus(directory, run);
  if (json) {
    printJson(stdout, { type: 'run', run: directory, ...run, status });
    return;
  }
  const section = (heading: string, rows: readonly (readonly [string, unknown])[]): void => {
    if (rows.length === 0) return;
    printLine(stdout, `\n${heading}`);
    for (const line of alignColumns(rows.map(([name, value]) => [name, formatValue(value)]))) printLine(stdout, `  ${line}`);
  };
  printLine(stdout, `${run.study}: ${run.title}`);
  printLine(stdout, directory);
  const progress = lastProgress(directory);
  section('Run', [
    ['status', status],
    ...(progress === undefined ? [] : [['progress', progress] as const]),
    ['preset', run.preset],
    ['seed', run.seed],
    ['started', run.created],
    ['computing', formatSeconds(run.computeSeconds)],
    ...(run.error === undefined ? [] : [['error', `${run.error.message} (${run.error.code})`] as const]),
  ]);
  section('Parameters', Object.entries(run.params));
  section('Results', Object.entries(run.metrics));
  section(
    'Expectations (paper, ours)',
    run.expect.map(({ name, paper, ours, verdict }) => [name, `${formatValue(paper)}, ${formatValue(ours)}: ${verdict}`]),
  );
}

function lastProgress(directory: string): string | undefined {
  const { events } = readEvents(runPaths(directory).events);
  const last = events.findLast((event) => event.type === 'progress');
  return last?.type === 'progress' ? `${last.done} of ${last.total}` : undefined;
}

function refuseLive(directory: string): void {
  const holder = lockHolder(runPaths(directory).lock);
  if (holder === undefined) return;
  throw new RunLockedError(
    `Cannot remove ${directory}: process ${holder.pid} on ${holder.host} is working on it. Stop that process first.`,
  );
}

import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInputError, nodeFileSystem, readRunFile, Results, runPaths, type Study, writeReport } from '@sardonyx/study';

/**
 * Writes `run.json`, `report.html`, `figures/*.svg`, `tables/*.csv` and `metrics.csv` of a run into `target`; an
 * unfinished run is exported as far as it is. Throws {@link BadInputError} when `target` holds something already.
 */
export async function exportRun(directory: string, study: Study, target: string): Promise<void> {
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new BadInputError('export-exists', `Cannot export to ${target}: expected a new or empty folder. Choose another with --out.`);
  }
  const run = readRunFile(directory);
  const [from, to] = [runPaths(directory), runPaths(target)];
  for (const folder of [to.tables, to.figures]) mkdirSync(folder, { recursive: true });
  cpSync(from.run, to.run);
  if (existsSync(from.events)) cpSync(from.events, to.events);
  if (existsSync(from.tables)) cpSync(from.tables, to.tables, { recursive: true });
  await writeReport(target, run, study, nodeFileSystem);
  const results = await Results.read(target);
  for (const name of results.tableNames) {
    const { columns = {}, rowCount = 0 } = results.table(name) ?? {};
    const names = Object.keys(columns);
    const rows = Array.from({ length: rowCount }, (_, index) => names.map((column) => columns[column]?.[index]));
    writeFileSync(join(to.tables, `${name}.csv`), csv([names, ...rows]));
  }
  const metrics = results.metricNames.flatMap((name) => {
    const { steps, values } = results.metric(name);
    return steps.map((step, index) => [name, step, values[index]]);
  });
  writeFileSync(join(target, 'metrics.csv'), csv([['metric', 'step', 'value'], ...metrics]));
}

/** Comma-separated values as in RFC 4180. */
function csv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

function csvField(value: unknown): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

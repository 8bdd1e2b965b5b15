import { existsSync, readdirSync } from 'node:fs';
import { DefinitionError } from './errors.js';
import { attempt } from './file-system.js';
import { fromJsonNumber } from './exact-json.js';
import { readEvents, type ResultValue } from './event-log.js';
import type { FigureSource } from './figure.js';
import { runPaths } from './run-directory.js';
import { readTable, type TableData } from './table.js';

/** One metric over the run. */
export interface MetricSeries {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** Everything a run has recorded, for expectations, figures and reports. */
export class Results implements FigureSource {
  /** Final values, as given to `ctx.result`. */
  readonly values: Readonly<Record<string, ResultValue>>;
  readonly #metrics: ReadonlyMap<string, { steps: number[]; values: number[] }>;
  readonly #tables: ReadonlyMap<string, TableData>;

  private constructor(
    values: Readonly<Record<string, ResultValue>>,
    metrics: ReadonlyMap<string, { steps: number[]; values: number[] }>,
    tables: ReadonlyMap<string, TableData>,
  ) {
    this.values = values;
    this.#metrics = metrics;
    this.#tables = tables;
  }

  /** Reads a run's directory, also while it is being written. */
  static async read(directory: string): Promise<Results> {
    const paths = runPaths(directory);
    const values: Record<string, ResultValue> = {};
    const metrics = new Map<string, { steps: number[]; values: number[] }>();
    for (const event of existsSync(paths.events) ? readEvents(paths.events).events : []) {
      if (event.type === 'final') values[event.name] = event.value;
      if (event.type !== 'metric') continue;
      for (const [name, value] of Object.entries(event.values)) {
        const series = metrics.get(name) ?? { steps: [], values: [] };
        series.steps.push(event.step);
        series.values.push(fromJsonNumber(value));
        metrics.set(name, series);
      }
    }
    const tables = new Map<string, TableData>();
    for (const file of existsSync(paths.tables) ? attempt('list', paths.tables, () => readdirSync(paths.tables)).sort() : []) {
      const name = /^(.+)\.parquet$/.exec(file)?.[1];
      if (name !== undefined) tables.set(name, await readTable(paths.table(name)));
    }
    return new Results(values, metrics, tables);
  }

  /** A final number. Throws `DefinitionError` when the run recorded none under that name. */
  number(name: string): number {
    const value = this.values[name];
    if (typeof value === 'number') return value;
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    throw new DefinitionError(
      `Cannot read the result "${name}": expected a number recorded by ctx.result, got ${value === undefined ? 'none' : typeof value}. ` +
        `The run recorded: ${Object.keys(this.values).join(', ') || 'nothing'}.`,
    );
  }

  /** The rows of a table, by column; undefined when the run wrote none of that name. */
  table(name: string): TableData | undefined {
    return this.#tables.get(name);
  }

  /** A metric over the run; empty when it was never recorded. */
  metric(name: string): MetricSeries {
    return this.#metrics.get(name) ?? { steps: [], values: [] };
  }

  get tableNames(): string[] {
    return [...this.#tables.keys()];
  }

  get metricNames(): string[] {
    return [...this.#metrics.keys()];
  }
}

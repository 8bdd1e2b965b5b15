import {
  DefinitionError,
  type Figure,
  figureColumns,
  figureCsv,
  type FigurePoint,
  figurePoints,
  hasMarks,
  thinnedPoints,
} from '@sardonyx/study/figures';
import type { PointsBatch } from '../run-feed.js';
import { curveTable, type CurveTable } from './curve-table.js';
import { RunData, type SeriesStatus } from './run-data.js';
import { readColumns, type TableColumns } from './table-file.js';

/** A series of a run. */
export interface CurveName {
  readonly run: string;
  readonly series: string;
}

/** What a panel of curves shows. */
export interface WindowRequest {
  readonly curves: readonly CurveName[];
  /** Steps from `low` to `high`; everything when not given. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Columns of pixels in the window. */
  readonly columns: number;
  /** Weight of the moving average, 0 for none; the averages come after the measured curves. */
  readonly smoothing: number;
  readonly isLogarithmic: boolean;
}

export interface WindowAnswer {
  readonly table: CurveTable;
  /** First and last step of all the curves; undefined without a point. */
  readonly extent: readonly [first: number, last: number] | undefined;
  readonly curves: readonly { readonly status: SeriesStatus; readonly problem?: string | undefined; readonly count: number }[];
}

/** The recorded point of a curve nearest to a step. */
export interface Reading {
  readonly step: number;
  readonly value: number;
  readonly smooth: number | undefined;
}

/** A figure's points, fit for drawing. */
export interface FigureAnswer {
  readonly status: 'drawn' | 'empty' | 'failed';
  readonly points: readonly FigurePoint[];
  /** What was done to the points, for the caption. */
  readonly note?: string | undefined;
  /** Why there is nothing to draw. */
  readonly problem?: string | undefined;
  /** Whether it may work later, as when the server is away for a moment. */
  readonly isPassing?: boolean;
}

/** What is told when data change; coalesced over a tenth of a second. */
export interface DataChange {
  readonly run: string;
  readonly series: readonly string[];
  readonly tables: readonly string[];
}

interface FollowedRun {
  readonly data: RunData;
  readonly address: string | undefined;
  readonly tables: Map<string, Promise<ArrayBuffer | undefined>>;
  readonly changedSeries: Set<string>;
  readonly changedTables: Set<string>;
}

/** The data behind the charts of a page, and all work on them that must not keep the page from drawing. */
export class ChartData {
  readonly #runs = new Map<string, FollowedRun>();
  readonly #tell: (change: DataChange) => void;
  #isTelling = false;

  constructor(tell: (change: DataChange) => void) {
    this.#tell = tell;
  }

  /** Begins with a run. @param address of the run on the server; none for a run that only its feed knows */
  follow(run: string, address: string | undefined): void {
    const changedSeries = new Set<string>();
    const data = new RunData(address, (series) => {
      changedSeries.add(series);
      this.#tellSoon();
    });
    this.#runs.set(run, { data, address, tables: new Map(), changedSeries, changedTables: new Set() });
  }

  forget(run: string): void {
    this.#runs.delete(run);
  }

  points(run: string, batch: PointsBatch): void {
    this.#runs.get(run)?.data.receive(batch);
  }

  /** The run went back in time, or its stream was lost: all is fetched again. */
  reload(run: string): void {
    const followed = this.#runs.get(run);
    followed?.data.reload();
    this.tables(run, [...(followed?.tables.keys() ?? [])]);
  }

  tables(run: string, names: readonly string[]): void {
    const followed = this.#runs.get(run);
    if (followed === undefined) return;
    for (const name of names) {
      followed.tables.delete(name);
      followed.changedTables.add(name);
    }
    this.#tellSoon();
  }

  window({ curves, low, high, columns, smoothing, isLogarithmic }: WindowRequest): WindowAnswer {
    const series = curves.map((curve) => this.#series(curve));
    const stores = series.map(({ store }) => store).filter(({ length }) => length > 0);
    const first = Math.min(...stores.map(({ steps }) => steps[0]!));
    const last = Math.max(...stores.map(({ steps, length }) => steps[length - 1]!));
    const drawn = (smoothing > 0 ? [0, smoothing] : [0]).flatMap((weight) =>
      series.map(({ store }) => ({ store, channel: store.channel(weight, isLogarithmic) })),
    );
    return {
      table: curveTable(drawn, { low: low ?? first, high: high ?? last, columns, isLogarithmic }),
      extent: stores.length === 0 ? undefined : [first, last],
      curves: series.map(({ status, problem, store }) => ({ status, problem, count: store.length })),
    };
  }

  /** The recorded points nearest to a step. */
  readings(curves: readonly CurveName[], step: number, smoothing: number): (Reading | undefined)[] {
    return curves.map((curve) => {
      const { store } = this.#series(curve);
      const index = store.nearest(step);
      if (index < 0) return undefined;
      const smooth = smoothing > 0 ? store.channel(smoothing, false).values[index]! : undefined;
      return { step: store.steps[index]!, value: store.values[index]!, smooth };
    });
  }

  /** The step, among those of all the curves, that lies `by` (±1) points from `step`. */
  neighbour(curves: readonly CurveName[], step: number, by: 1 | -1): number | undefined {
    const candidates = curves.flatMap((curve) => {
      const { store } = this.#series(curve);
      const index = by > 0 ? store.firstAfter(step) : store.firstAt(step) - 1;
      return index >= 0 && index < store.length ? [store.steps[index]!] : [];
    });
    if (candidates.length === 0) return undefined;
    return by > 0 ? Math.min(...candidates) : Math.max(...candidates);
  }

  /** Every recorded point from `low` to `high` as CSV. @param labels of the curves @param figure that names the columns */
  csv(curves: readonly CurveName[], labels: readonly string[], low: number, high: number, figure: Figure): string {
    const points = curves.flatMap((curve, at) => {
      const { store } = this.#series(curve);
      const start = store.firstAt(low);
      return Array.from({ length: store.firstAfter(high) - start }, (_, index) => ({
        x: store.steps[start + index]!,
        y: store.values[start + index]!,
        series: labels[at] ?? curve.series,
      }));
    });
    return figureCsv(figure, points);
  }

  async figure(run: string, figure: Figure): Promise<FigureAnswer> {
    const found = await this.#figurePoints(run, figure);
    if (found.status !== 'drawn') return found;
    const { points, note } = thinnedPoints(figure, found.points);
    return { status: 'drawn', points, note };
  }

  /** All the points of a figure as CSV; the header only while there are none. */
  async figureCsv(run: string, figure: Figure): Promise<string> {
    return figureCsv(figure, (await this.#figurePoints(run, figure)).points);
  }

  async #figurePoints(run: string, figure: Figure): Promise<FigureAnswer> {
    const empty = { status: 'empty', points: [] } as const;
    const failed = (problem: string, isPassing: boolean): FigureAnswer => ({ status: 'failed', points: [], problem, isPassing });
    try {
      const table = 'table' in figure ? await this.#table(run, figure) : undefined;
      if ('table' in figure && table === undefined) return empty;
      const { data } = this.#run(run);
      const metrics = 'metrics' in figure ? await Promise.all(figure.metrics.map((series) => data.settled(series))) : [];
      const problem = metrics.find((metric) => metric.problem !== undefined)?.problem;
      if (problem !== undefined) return failed(problem, true);
      const points = figurePoints(figure, {
        table: () => table,
        metric: (name) => {
          const { store } = this.#series({ run, series: name });
          return { steps: Array.from(store.steps.subarray(0, store.length)), values: Array.from(store.values.subarray(0, store.length)) };
        },
      });
      return hasMarks(points) ? { status: 'drawn', points } : empty;
    } catch (error) {
      if (error instanceof DefinitionError || error instanceof FetchError) return failed(error.message, error instanceof FetchError);
      throw error;
    }
  }

  async #table(run: string, figure: Extract<Figure, { table: string }>): Promise<TableColumns | undefined> {
    const { address, tables } = this.#run(run);
    if (address === undefined) return undefined;
    let file = tables.get(figure.table);
    if (file === undefined) {
      file = fetchTable(`${address}/tables/${encodeURIComponent(figure.table)}.parquet`);
      tables.set(figure.table, file);
      // What failed, and what is not there yet, is asked for again the next time.
      const drop = (): void => void (tables.get(figure.table) === file && tables.delete(figure.table));
      file.then((bytes) => bytes ?? drop(), drop);
    }
    const bytes = await file;
    return bytes === undefined ? undefined : readColumns(bytes, figureColumns(figure));
  }

  #series({ run, series }: CurveName) {
    return this.#run(run).data.series(series);
  }

  #run(run: string): FollowedRun {
    const followed = this.#runs.get(run);
    if (followed === undefined) throw new Error(`Cannot draw the run "${run}": expected it to be followed first.`);
    return followed;
  }

  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setTimeout(() => {
      this.#isTelling = false;
      for (const [run, { changedSeries, changedTables }] of this.#runs) {
        if (changedSeries.size + changedTables.size === 0) continue;
        this.#tell({ run, series: [...changedSeries], tables: [...changedTables] });
        changedSeries.clear();
        changedTables.clear();
      }
    }, 100);
  }
}

class FetchError extends Error {}

/** The bytes of a table; undefined when the run wrote none of that name. */
async function fetchTable(address: string): Promise<ArrayBuffer | undefined> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    if (cause instanceof TypeError) throw new FetchError(`The server cannot be reached: ${cause.message}.`, { cause });
    throw cause;
  }
  if (response.status === 404) return undefined;
  if (!response.ok) throw new FetchError(`The server answered ${response.status} ${response.statusText}.`);
  return await response.arrayBuffer();
}

import type { PointsBatch } from '../run-feed.js';
import { SeriesStore } from './series-store.js';

/** How much of a series is known. */
export type SeriesStatus = 'loading' | 'ready' | 'missing' | 'failed';

/** A series of a run, as far as it is known. */
export interface RunSeries {
  readonly status: SeriesStatus;
  /** Why it failed, for a person. */
  readonly problem?: string | undefined;
  readonly store: SeriesStore;
}

interface Series extends RunSeries {
  status: SeriesStatus;
  problem?: string | undefined;
  store: SeriesStore;
  /** Heard while the series is being fetched; undefined when it is not. */
  waiting: PointsBatch[] | undefined;
  fetching: Promise<void> | undefined;
  /** Milliseconds since 1970 at which the last fetch began. */
  fetchedAt: number;
  fetches: number;
}

/** A failed fetch is tried again when the data are wanted after this many milliseconds. */
export const retryAfter = 2000;

/**
 * The series of one run: fetched whole when first wanted, continued by the batches of the run's event stream, fetched
 * again where a batch does not continue what is known (a stream that began later) or the run went back in time.
 */
export class RunData {
  readonly #address: string | undefined;
  readonly #changed: (series: string) => void;
  readonly #series = new Map<string, Series>();

  /**
   * @param address of the run on the server, `/api/runs/...`; none for a run that only its feed knows
   * @param changed told the name of a series whose data or status changed
   */
  constructor(address: string | undefined, changed: (series: string) => void) {
    this.#address = address;
    this.#changed = changed;
  }

  /** The series as far as it is known; the first call for a name fetches it. */
  series(name: string): RunSeries {
    let series = this.#series.get(name);
    if (series === undefined) {
      series = this.#add(name);
      this.#fetch(name, series);
    } else if (series.status === 'failed' && Date.now() - series.fetchedAt > retryAfter) this.#fetch(name, series);
    return series;
  }

  /** The series once it is known whether there is one. */
  async settled(name: string): Promise<RunSeries> {
    for (;;) {
      const series = this.series(name);
      const fetching = this.#series.get(name)?.fetching;
      if (series.status !== 'loading' || fetching === undefined) return series;
      await fetching;
    }
  }

  receive(batch: PointsBatch): void {
    for (const name of Object.keys(batch)) {
      // A series that nobody asked for is fetched when somebody does; only what no server has must be kept at once.
      const series = this.#series.get(name) ?? (this.#address === undefined ? this.#add(name) : undefined);
      if (series === undefined) continue;
      if (series.waiting !== undefined) series.waiting.push(batch);
      else this.#apply(name, series, batch);
    }
  }

  /** Points told earlier may be void: fetches all again; what is known stays until then. */
  reload(): void {
    if (this.#address === undefined) return;
    for (const [name, series] of this.#series) this.#fetch(name, series);
  }

  #add(name: string): Series {
    const status = this.#address === undefined ? 'ready' : 'loading';
    const series: Series = { status, store: new SeriesStore(), waiting: undefined, fetching: undefined, fetchedAt: -Infinity, fetches: 0 };
    this.#series.set(name, series);
    return series;
  }

  #fetch(name: string, series: Series): void {
    if (this.#address === undefined) return;
    series.waiting = [];
    series.fetchedAt = Date.now();
    const fetch = ++series.fetches;
    series.fetching = fetchSeries(`${this.#address}/metrics/${encodeURIComponent(name)}`).then((answer) => {
      // A later fetch knows more.
      if (series.fetches !== fetch) return;
      const waiting = series.waiting ?? [];
      series.waiting = undefined;
      Object.assign(series, { problem: undefined, ...answer });
      for (const batch of waiting) this.#apply(name, series, batch);
      this.#changed(name);
    });
  }

  #apply(name: string, series: Series, batch: PointsBatch): void {
    const own = batch[name];
    const known = series.store.length;
    // A batch that makes this series be fetched again leaves those after it for the answer.
    if (own === undefined || series.waiting !== undefined) return;
    if (series.status !== 'ready' || own.from > known) {
      this.#fetch(name, series);
      return;
    }
    const fresh = known - own.from;
    if (fresh >= own.steps.length) return;
    series.store.append(own.steps.slice(fresh), own.values.slice(fresh).map(Number));
    this.#changed(name);
  }
}

type Answer =
  | { readonly status: 'ready'; readonly store: SeriesStore }
  | { readonly status: 'missing' | 'failed'; readonly problem?: string };

async function fetchSeries(address: string): Promise<Answer> {
  try {
    const response = await fetch(address);
    if (response.status === 404) return { status: 'missing' };
    if (!response.ok) return { status: 'failed', problem: `The server answered ${response.status} ${response.statusText}.` };
    const numbers = new Float64Array(await response.arrayBuffer());
    const store = new SeriesStore();
    store.append(numbers.subarray(0, numbers.length / 2), numbers.subarray(numbers.length / 2));
    return { status: 'ready', store };
  } catch (error) {
    // `fetch` rejects with a TypeError when no answer came; a body that is no list of float64 throws a RangeError.
    if (error instanceof TypeError || error instanceof RangeError) {
      return { status: 'failed', problem: `The series cannot be read from the server: ${error.message}.` };
    }
    throw error;
  }
}

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
  /** Offset in the run's events up to which the store tells. */
  offset: number;
  /** Heard while the series is being fetched. */
  waiting: PointsBatch[];
  isFetching: boolean;
  /** Milliseconds since 1970 at which the last fetch began. */
  fetchedAt: number;
  fetches: number;
}

/** A failed fetch is tried again when the data are wanted after this many milliseconds. */
const retryAfter = 2000;

/**
 * The series of one run: fetched whole when first wanted, continued by the batches of the run's event stream, fetched
 * again where a batch does not continue what is known (a rewound run, a stream that began later).
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

  receive(batch: PointsBatch): void {
    if (this.#address === undefined) {
      for (const name of Object.keys(batch.points)) {
        const series = this.#series.get(name) ?? this.#add(name);
        series.status = 'ready';
        this.#append(name, series, batch);
      }
      return;
    }
    for (const [name, series] of this.#series) {
      if (series.isFetching) series.waiting.push(batch);
      else if (series.status === 'missing' && name in batch.points) this.#fetch(name, series);
      else this.#apply(name, series, batch);
    }
  }

  /** Everything after some offset is void: fetches all again; what is known stays until then. */
  reload(): void {
    if (this.#address === undefined) return;
    for (const [name, series] of this.#series) this.#fetch(name, series);
  }

  #add(name: string): Series {
    const series: Series = {
      status: 'loading',
      store: new SeriesStore(),
      offset: 0,
      waiting: [],
      isFetching: false,
      fetchedAt: -Infinity,
      fetches: 0,
    };
    this.#series.set(name, series);
    return series;
  }

  #fetch(name: string, series: Series): void {
    if (this.#address === undefined) {
      series.status = 'missing';
      return;
    }
    series.isFetching = true;
    series.waiting = [];
    series.fetchedAt = Date.now();
    const fetch = ++series.fetches;
    void fetchSeries(`${this.#address}/metrics/${encodeURIComponent(name)}`).then((answer) => {
      // A later fetch knows more.
      if (series.fetches !== fetch) return;
      series.isFetching = false;
      Object.assign(series, { problem: undefined, ...answer });
      for (const batch of series.waiting.splice(0)) {
        if (series.isFetching) break;
        this.#apply(name, series, batch);
      }
      this.#changed(name);
    });
  }

  #apply(name: string, series: Series, batch: PointsBatch): void {
    const { start, from, to } = batch;
    if (series.status !== 'ready' || to <= series.offset) return;
    // A batch that began before what is known ends cannot be divided; a stream that began after it left some out.
    if (start > series.offset || from < series.offset) {
      this.#fetch(name, series);
      return;
    }
    series.offset = to;
    this.#append(name, series, batch);
  }

  #append(name: string, series: Series, { points }: PointsBatch): void {
    const own = points[name];
    if (own === undefined) return;
    series.store.append(own.steps, own.values.map(Number));
    this.#changed(name);
  }
}

type Answer = Pick<Series, 'status' | 'store' | 'offset' | 'problem'> | Pick<Series, 'status' | 'problem'>;

async function fetchSeries(address: string): Promise<Answer> {
  try {
    const response = await fetch(address);
    if (response.status === 404) return { status: 'missing' };
    if (!response.ok) return { status: 'failed', problem: `The server answered ${response.status} ${response.statusText}.` };
    const numbers = new Float64Array(await response.arrayBuffer());
    const store = new SeriesStore();
    store.append(numbers.subarray(0, numbers.length / 2), numbers.subarray(numbers.length / 2));
    return { status: 'ready', store, offset: Number(response.headers.get('X-Events-Offset') ?? 0) };
  } catch (error) {
    // `fetch` rejects with a TypeError when no answer came, and so does reading a body that is no list of float64.
    if (error instanceof TypeError || error instanceof RangeError)
      return { status: 'failed', problem: `The server cannot be reached: ${error.message}.` };
    throw error;
  }
}

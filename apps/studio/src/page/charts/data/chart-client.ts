import type { ChartRun } from '../chart-props.js';
import type { RunFeed } from '../run-feed.js';
import type { DataChange } from './chart-data.js';
import type { Answer, Call, ChartCalls } from './worker-protocol.js';

type Result<K extends keyof ChartCalls> = Awaited<ReturnType<ChartCalls[K]>>;

interface Followed {
  count: number;
  feed: RunFeed | undefined;
  stopListening: () => void;
  readonly listeners: Set<(change: DataChange) => void>;
}

/** A run's data outlive its last chart by this many milliseconds, so that going back and forth does not fetch again. */
const forgetAfter = 10_000;

/** The page's end of the worker that holds the charts' data. */
class ChartClient {
  #worker: Worker | undefined;
  #calls = 0;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #followed = new Map<string, Followed>();

  /** Calls the method of `ChartData` in the worker. */
  call<K extends keyof ChartCalls>(method: K, ...parameters: Parameters<ChartCalls[K]>): Promise<Result<K>> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#calls;
    return new Promise<Result<K>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as Result<K>), reject });
      worker.postMessage({ id, method, parameters } satisfies Call);
    });
  }

  /** Keeps a run's data at hand and up to date, and tells of their changes. Returns what ends it. */
  follow(run: ChartRun, listener: (change: DataChange) => void): () => void {
    let followed = this.#followed.get(run.id);
    if (followed === undefined) {
      followed = { count: 0, feed: undefined, stopListening: () => undefined, listeners: new Set() };
      this.#followed.set(run.id, followed);
      this.#send('follow', run.id, run.origin === 'feed' ? undefined : runAddress(run.id));
      this.#listen(run.id, followed, run.feed);
    } else if (run.feed !== undefined && run.feed !== followed.feed) {
      // Another stream began at another time: what was told between the two is fetched.
      this.#listen(run.id, followed, run.feed);
      this.#send('reload', run.id);
    }
    followed.count++;
    followed.listeners.add(listener);
    const kept = followed;
    return () => {
      kept.listeners.delete(listener);
      kept.count--;
      setTimeout(() => this.#forget(run.id, kept), forgetAfter);
    };
  }

  #listen(run: string, followed: Followed, feed: RunFeed | undefined): void {
    followed.stopListening();
    followed.feed = feed;
    const stop = feed?.subscribe({
      points: (batch) => this.#send('points', run, batch),
      rewound: () => this.#send('reload', run),
      tables: (names) => this.#send('tables', run, names),
    });
    followed.stopListening = stop ?? (() => undefined);
  }

  #forget(run: string, followed: Followed): void {
    if (followed.count > 0 || this.#followed.get(run) !== followed) return;
    followed.stopListening();
    this.#followed.delete(run);
    this.#send('forget', run);
  }

  /** A call whose answer nobody waits for. */
  #send<K extends keyof ChartCalls>(method: K, ...parameters: Parameters<ChartCalls[K]>): void {
    void this.call(method, ...parameters);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./chart-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', (event: MessageEvent<Answer>) => this.#receive(event.data));
    worker.addEventListener('error', (event) => {
      const error = new Error(`The charts' worker stopped: ${event.message || 'it could not be loaded'}. Load the page again.`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
    return worker;
  }

  #receive(answer: Answer): void {
    if ('change' in answer) {
      for (const listener of this.#followed.get(answer.change.run)?.listeners ?? []) listener(answer.change);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('problem' in answer) waiting?.reject(new Error(answer.problem));
    else waiting?.resolve(answer.result);
  }
}

function runAddress(id: string): string {
  return `/api/runs/${id.split('/').map(encodeURIComponent).join('/')}`;
}

/** One for the page: charts of the same run share its data. */
export const chartClient = new ChartClient();

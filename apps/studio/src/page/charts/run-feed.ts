/** Points of a series in the order of recording; what is not finite stands as its name, `"NaN"` or `"-Infinity"`. */
export interface RecordedPoints {
  readonly steps: readonly number[];
  readonly values: readonly (number | string)[];
}

/** New points by the name of their series, as a `points` event brings them. */
export type PointsBatch = Readonly<
  Record<
    string,
    RecordedPoints & {
      /** How many points of the series come before these. */
      readonly from: number;
    }
  >
>;

/** What charts need to hear of a run. */
export interface FeedListener {
  points?(batch: PointsBatch): void;
  /** The run went back in time: points told earlier may be void. */
  rewound?(): void;
  /** Tables were written, again or for the first time. */
  tables?(names: readonly string[]): void;
}

/**
 * The charts' end of a run's event stream. A browser keeps few connections to one server, so the page has a single
 * stream for each run and hands its events `points`, `tables` and `rewound` on; others are passed over:
 *
 *     source.addEventListener('points', (event) => feed.receive('points', JSON.parse(event.data)));
 *
 * Without a server (a training in the page itself) points are pushed:
 * `feed.push({ loss: { steps: [0], values: [1.5] } })`.
 */
export class RunFeed {
  readonly #listeners = new Set<FeedListener>();
  readonly #pushed: PointsBatch[] = [];
  readonly #counts = new Map<string, number>();

  /** Hands on one event of the run's stream. */
  receive(type: string, data: unknown): void {
    for (const listener of this.#listeners) {
      if (type === 'points') listener.points?.(data as PointsBatch);
      if (type === 'tables') listener.tables?.(data as readonly string[]);
      if (type === 'rewound') listener.rewound?.();
    }
  }

  /** Points that no server knows of. The feed keeps them: whoever subscribes later hears of them first. */
  push(points: Readonly<Record<string, RecordedPoints>>): void {
    const batch: Record<string, RecordedPoints & { from: number }> = {};
    for (const [name, own] of Object.entries(points)) {
      const from = this.#counts.get(name) ?? 0;
      this.#counts.set(name, from + own.steps.length);
      batch[name] = { ...own, from };
    }
    this.#pushed.push(batch);
    this.receive('points', batch);
  }

  /** Returns what ends the subscription. */
  subscribe(listener: FeedListener): () => void {
    for (const batch of this.#pushed) listener.points?.(batch);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

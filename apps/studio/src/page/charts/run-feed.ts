/** New points of some series, recorded between two offsets of the run's `events.ndjson`. */
export interface PointsBatch {
  /** Offset at which the stream began; nothing is missing since. */
  readonly start: number;
  /** Offset after which the batch tells; everything up to it was told before. */
  readonly from: number;
  /** Offset up to which the batch tells. */
  readonly to: number;
  readonly points: SeriesPoints;
}

/** Points by the name of their series; what is not finite stands as its name, `"NaN"` or `"-Infinity"`. */
export type SeriesPoints = Readonly<Record<string, { readonly steps: readonly number[]; readonly values: readonly (number | string)[] }>>;

/** What charts need to hear of a run. */
export interface FeedListener {
  points?(batch: PointsBatch): void;
  /** Everything recorded after `offset` is void. */
  rewound?(offset: number): void;
  /** Tables were written, again or for the first time. */
  tables?(names: readonly string[]): void;
}

/**
 * The charts' end of a run's event stream. A browser keeps few connections to one server, so the page has a single
 * stream for each run and hands every event of it on:
 *
 *     const feed = new RunFeed();
 *     for (const type of ['state', 'log', 'points', 'tables', 'rewound', 'removed'])
 *       source.addEventListener(type, (event) => feed.receive(type, JSON.parse(event.data), Number(event.lastEventId)));
 *
 * Events of types that charts do not draw are wanted too: their offsets tell where the stream began. Without a server
 * (a training in the page itself) points are pushed: `feed.push({ loss: { steps: [0], values: [1.5] } })`.
 */
export class RunFeed {
  readonly #listeners = new Set<FeedListener>();
  readonly #pushed: PointsBatch[] = [];
  #start: number | undefined;
  #before: number | undefined;
  #offset: number | undefined;

  /** Hands on one event of the stream; `offset` is its id. */
  receive(type: string, data: unknown, offset: number): void {
    this.#start ??= offset;
    if (type === 'rewound') this.#start = this.#before = this.#offset = (data as { readonly offset: number }).offset;
    // The events of one gathering share their offset: what comes before all of them is the offset before it.
    else if (offset !== this.#offset) [this.#before, this.#offset] = [this.#offset, offset];
    for (const listener of this.#listeners) {
      if (type === 'points')
        listener.points?.({ start: this.#start, from: this.#before ?? offset, to: offset, points: data as SeriesPoints });
      if (type === 'tables') listener.tables?.(data as readonly string[]);
      if (type === 'rewound') listener.rewound?.((data as { offset: number }).offset);
    }
  }

  /** Points that no server knows of. The feed keeps them: whoever subscribes later hears of them first. */
  push(points: SeriesPoints): void {
    const from = this.#pushed.length;
    const batch: PointsBatch = { start: 0, from, to: from + 1, points };
    this.#pushed.push(batch);
    for (const listener of this.#listeners) listener.points?.(batch);
  }

  /** Returns what ends the subscription. */
  subscribe(listener: FeedListener): () => void {
    for (const batch of this.#pushed) listener.points?.(batch);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

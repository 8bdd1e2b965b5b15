import type { Connection } from './connection.js';

/** A message of a stream of server-sent events. */
export interface StreamMessage {
  readonly data: string;
  readonly lastEventId: string;
}

/** The part of `EventSource` that a live stream needs. */
export interface StreamSource {
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: string, listener: (message: StreamMessage) => void): void;
  close(): void;
}

/** What a live stream takes from its surroundings: the browser's in the page, a test's in tests. */
export interface StreamSurroundings {
  open(url: string): StreamSource;
  setTimer(run: () => void, milliseconds: number): number;
  clearTimer(timer: number): void;
  now(): number;
}

/** For every event by name: its type as the server's schema gives it. */
type Handlers<Events> = { readonly [Name in keyof Events]?: (data: Events[Name]) => void };

export interface StreamOptions<Events> {
  readonly url: string;
  /** Where in the event log the stream begins; without it, at the present end. */
  readonly since?: number;
  readonly on: Handlers<Events>;
  /** Called whenever the stream breaks off or cannot be opened; the stream itself does not say why. */
  readonly onFailure?: () => void;
  readonly onConnection: (connection: Connection) => void;
}

/** Waits between attempts, ms: short at first, since a server that restarts is back within a second. */
export const retryDelays = [500, 1000, 2000, 4000, 8000] as const;

/**
 * A stream of server-sent events that is reopened where it broke off, after growing delays, for as long as it is open.
 * The browser's own reconnection is not used: it gives up for good on some failures, and never says when it tries next.
 */
export class LiveStream<Events extends object> {
  readonly #options: StreamOptions<Events>;
  readonly #surroundings: StreamSurroundings;
  #source: StreamSource | undefined;
  #timer: number | undefined;
  #failures = 0;
  #offset: string | undefined;

  constructor(options: StreamOptions<Events>, surroundings: StreamSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#offset = options.since === undefined ? undefined : String(options.since);
  }

  /** Opens the stream, or opens it at once where it waits to try again; does nothing while it is open. */
  open(): void {
    if (this.#source !== undefined) return;
    this.#cancelRetry();
    const { url, on } = this.#options;
    const source = this.#surroundings.open(this.#offset === undefined ? url : `${url}?since=${this.#offset}`);
    this.#source = source;
    if (this.#failures === 0) this.#options.onConnection({ state: 'connecting' });
    source.addEventListener('open', () => {
      this.#failures = 0;
      this.#options.onConnection({ state: 'open' });
    });
    source.addEventListener('error', () => this.#retryLater());
    for (const name of Object.keys(on) as (keyof Events & string)[]) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        if (lastEventId !== '') this.#offset = lastEventId;
        on[name]?.(JSON.parse(data) as Events[typeof name]);
      });
    }
  }

  /** Closes the stream; `open` goes on where it stopped. */
  close(): void {
    this.#cancelRetry();
    this.#source?.close();
    this.#source = undefined;
  }

  #retryLater(): void {
    this.#source?.close();
    this.#source = undefined;
    const delay = retryDelays[Math.min(this.#failures, retryDelays.length - 1)] ?? 0;
    this.#failures++;
    this.#timer = this.#surroundings.setTimer(() => this.open(), delay);
    this.#options.onConnection({ state: 'unreachable', retryAt: this.#surroundings.now() + delay });
    this.#options.onFailure?.();
  }

  #cancelRetry(): void {
    if (this.#timer !== undefined) this.#surroundings.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}

import { expect } from 'vitest';
import type { z } from 'zod';

/** One server-sent event as it came. */
export interface ReceivedEvent {
  readonly event: string;
  readonly data: unknown;
  readonly id: string | undefined;
}

/** A client of server-sent events (WHATWG HTML, "Interpreting an event stream"), as a browser's EventSource. */
export class EventClient {
  readonly events: ReceivedEvent[] = [];
  readonly #abort = new AbortController();
  readonly #schemas: Readonly<Record<string, z.ZodType>>;
  #wake: () => void = () => undefined;
  #hasEnded = false;

  private constructor(schemas: Readonly<Record<string, z.ZodType>>) {
    this.#schemas = schemas;
  }

  /** Connects; every event's data is checked against the schema of its name. */
  static async open(url: string, schemas: Readonly<Record<string, z.ZodType>>, headers: Record<string, string> = {}): Promise<EventClient> {
    const client = new EventClient(schemas);
    const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: client.#abort.signal });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    void client.#read(response.body as ReadableStream<Uint8Array>);
    return client;
  }

  /** The first event that `matches`, come or yet to come. Fails when the stream ends without it. */
  async first(matches: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent> {
    for (;;) {
      const found = this.events.find(matches);
      if (found !== undefined) return found;
      if (this.#hasEnded)
        throw new Error(`The stream ended without the event. It gave: ${this.events.map(({ event }) => event).join(', ')}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves when the server has ended the stream. */
  async end(): Promise<void> {
    while (!this.#hasEnded) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  close(): void {
    this.#abort.abort();
  }

  /** The points of a series as the events built them up: what a page holds that began with `points`. */
  points(series: string, points: { steps: number[]; values: (number | string)[] } = { steps: [], values: [] }) {
    const held = { steps: [...points.steps], values: [...points.values] };
    for (const { event, data } of this.events) {
      if (event === 'rewound') {
        const kept = (data as { kept: Record<string, number> }).kept[series] ?? 0;
        held.steps.length = Math.min(held.steps.length, kept);
        held.values.length = Math.min(held.values.length, kept);
      }
      const come = event === 'points' ? (data as Record<string, { from: number; steps: number[]; values: number[] }>)[series] : undefined;
      if (come === undefined) continue;
      expect(come.from, 'points follow on without gap').toBe(held.steps.length);
      held.steps.push(...come.steps);
      held.values.push(...come.values);
    }
    return held;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    try {
      for await (const part of body.pipeThrough(new TextDecoderStream())) {
        text += part;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
        this.#wake();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted && !(error instanceof TypeError)) throw error;
    }
    this.#hasEnded = true;
    this.#wake();
  }

  #take(block: string): void {
    const field = (name: string): string | undefined =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const [event, data] = [field('event'), field('data')];
    if (event === undefined || data === undefined) return;
    const schema = this.#schemas[event];
    if (schema === undefined) throw new Error(`The stream sent an event "${event}", which has no schema.`);
    this.events.push({ event, data: schema.parse(JSON.parse(data)), id: field('id') });
  }
}

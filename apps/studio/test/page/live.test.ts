import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/page/connection.js';
import { LiveStream, retryDelays, type StreamMessage, type StreamSource, type StreamSurroundings } from '../../src/page/live.js';

/** A source that the test opens, breaks and feeds. */
class TestSource implements StreamSource {
  readonly url: string;
  isClosed = false;
  readonly #listeners = new Map<string, (message: StreamMessage) => void>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: string, listener: (message: StreamMessage) => void): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  emit(type: string, data: unknown = {}, lastEventId = ''): void {
    this.#listeners.get(type)?.({ data: JSON.stringify(data), lastEventId });
  }
}

/** Surroundings in which time passes when the test says so. */
class TestSurroundings implements StreamSurroundings {
  readonly sources: TestSource[] = [];
  #time = 0;
  #timers = new Map<number, { at: number; run: () => void }>();
  #nextTimer = 1;

  open(url: string): StreamSource {
    const source = new TestSource(url);
    this.sources.push(source);
    return source;
  }

  setTimer(run: () => void, milliseconds: number): number {
    this.#timers.set(this.#nextTimer, { at: this.#time + milliseconds, run });
    return this.#nextTimer++;
  }

  clearTimer(timer: number): void {
    this.#timers.delete(timer);
  }

  now(): number {
    return this.#time;
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds;
    for (const [timer, { at, run }] of this.#timers) {
      if (at > this.#time) continue;
      this.#timers.delete(timer);
      run();
    }
  }

  get latest(): TestSource {
    return this.sources.at(-1)!;
  }
}

function openStream(since?: number) {
  const surroundings = new TestSurroundings();
  const connections: Connection[] = [];
  const heard: string[] = [];
  let failures = 0;
  const stream = new LiveStream<{ points: string }>(
    {
      url: '/events',
      ...(since === undefined ? {} : { since }),
      on: { points: (data) => heard.push(data) },
      onConnection: (connection) => connections.push(connection),
      onFailure: () => failures++,
    },
    surroundings,
  );
  stream.open();
  return { stream, surroundings, connections, heard, failures: () => failures };
}

describe('a live stream', () => {
  test('hands events on and says that it is open', () => {
    const { surroundings, connections, heard } = openStream();
    surroundings.latest.emit('open');
    surroundings.latest.emit('points', 'a', '10.5');
    expect(heard).toEqual(['a']);
    expect(connections).toEqual([{ state: 'connecting' }, { state: 'open' }]);
    expect(surroundings.latest.url).toBe('/events');
  });

  test('begins where it is told to', () => {
    expect(openStream(0).surroundings.latest.url).toBe('/events?since=0');
  });

  test('goes on after the last event that it heard, its identifier unchanged', () => {
    const { surroundings } = openStream();
    surroundings.latest.emit('open');
    surroundings.latest.emit('points', 'a', '12345.67891');
    surroundings.latest.emit('error');
    surroundings.pass(retryDelays[0]);
    expect(surroundings.sources).toHaveLength(2);
    expect(surroundings.latest.url).toBe('/events?since=12345.67891');
  });

  test('waits longer after each failure in a row, and begins anew after a success', () => {
    const { surroundings, connections, failures } = openStream();
    const waits: number[] = [];
    const failOnce = () => {
      surroundings.latest.emit('error');
      const last = connections.at(-1)!;
      const wait = last.state === 'unreachable' ? last.retryAt - surroundings.now() : NaN;
      waits.push(wait);
      surroundings.pass(wait - 1);
      const before = surroundings.sources.length;
      surroundings.pass(1);
      expect(surroundings.sources).toHaveLength(before + 1);
    };
    for (let i = 0; i < 7; i++) failOnce();
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    surroundings.latest.emit('open');
    expect(connections.at(-1)).toEqual({ state: 'open' });
    failOnce();
    expect(waits.at(-1)).toBe(500);
    expect(failures()).toBe(8);
  });

  test('stays "unreachable" while it tries again', () => {
    const { surroundings, connections } = openStream();
    surroundings.latest.emit('error');
    surroundings.pass(500);
    expect(connections.map(({ state }) => state)).toEqual(['connecting', 'unreachable']);
  });

  test('is opened at once when asked during the wait, and only once', () => {
    const { stream, surroundings } = openStream();
    surroundings.latest.emit('error');
    stream.open();
    expect(surroundings.sources).toHaveLength(2);
    surroundings.pass(10_000);
    expect(surroundings.sources).toHaveLength(2);
  });

  test('a closed stream stays closed, and goes on where it was when opened again', () => {
    const { stream, surroundings } = openStream();
    surroundings.latest.emit('open');
    surroundings.latest.emit('points', 'a', '7');
    stream.close();
    expect(surroundings.latest.isClosed).toBe(true);
    surroundings.pass(10_000);
    expect(surroundings.sources).toHaveLength(1);
    stream.open();
    expect(surroundings.latest.url).toBe('/events?since=7');
  });
});

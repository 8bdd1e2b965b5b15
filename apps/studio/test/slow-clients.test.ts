import { appendFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { runPaths } from '@sardonyx/study';
import { describe, expect, it } from 'vitest';
import { openStudio } from './demo-studio.js';

/** A client that asks for a stream and then does not read: the operating system's buffers fill, and no more. */
async function silentClient(url: string): Promise<Socket> {
  const { port, pathname, search } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.pause();
  await once(socket, 'connect');
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  return socket;
}

const points = (from: number, count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `{"type":"metric","step":${from + index},"values":{"position":0.123456789},"time":"2026-01-01T00:00:00.000Z"}\n`,
  ).join('');

describe('clients that do not read', () => {
  it('cost the server no memory, however much there is to tell', async () => {
    const studio = await openStudio();
    const { id, directory } = await studio.start({ study: 'demo/walk', params: { steps: 5 } });
    await studio.until(id, ({ status }) => status === 'done');
    const { events } = runPaths(directory);
    for (let from = 5; from < 300_005; from += 50_000) appendFileSync(events, points(from, 50_000));
    await studio.series(id, 'position');
    const before = process.memoryUsage();
    const sockets = await Promise.all(Array.from({ length: 20 }, () => silentClient(studio.url(`/api/runs/${id}/events?since=0`))));
    for (let round = 0; round < 10; round++) {
      appendFileSync(events, points(300_005 + 1000 * round, 1000));
      await setTimeout(150);
    }
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.external + after.arrayBuffers - before.heapUsed - before.external - before.arrayBuffers;
    // All that there is to tell is 11 MB for each of the 20; what is under way for one is at most a few messages of about
    // 0.1 MB. The bound leaves room for garbage that was not collected yet.
    expect(grown).toBeLessThan(80e6);
    for (const socket of sockets) socket.destroy();
  });

  it('that vanish are noticed: their run is followed no longer', async () => {
    const studio = await openStudio();
    const { id } = await studio.start({ study: 'demo/walk', params: { steps: 5 } });
    await studio.until(id, ({ status }) => status === 'done');
    const resources = (): number => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap' || name === 'FSEvent').length;
    const before = resources();
    const sockets = await Promise.all(Array.from({ length: 3 }, () => silentClient(studio.url(`/api/runs/${id}/events`))));
    while (resources() === before) await setTimeout(20);
    for (const socket of sockets) socket.destroy();
    while (resources() > before) await setTimeout(20);
    expect(resources()).toBe(before);
  });
});

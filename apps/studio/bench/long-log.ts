import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { startStudio } from '../src/server/index.js';

/*
 * How long the points of a run with a long log take to come: the first time, when the log is read, then from memory, and
 * as server-sent events; and the longest time in between that the server answered nobody else.
 *
 * npx tsc -p apps/studio/bench && node apps/studio/bench/dist/bench/long-log.js [--events 1000000]
 */

const { values } = parseArgs({ options: { events: { type: 'string', default: '1000000' } } });
const count = Number(values.events);
const folder = mkdtempSync(join(tmpdir(), 'sardonyx-bench-'));
const run = join(folder, 'demo', 'walk', 'long');
mkdirSync(run, { recursive: true });
const time = '2026-01-01T00:00:00.000Z';
const runFile = { format: 1, study: 'demo/walk', title: 'A long run', preset: 'quick', seed: 0, workers: 1, params: {}, versions: {} };
const ended = { status: 'done', created: time, updated: time, computeSeconds: 1, metrics: {}, expect: [] };
writeFileSync(join(run, 'run.json'), JSON.stringify({ ...runFile, ...ended }));
const piece = 100_000;
for (let from = 0; from < count; from += piece) {
  // Losses with all their digits, as a study logs them.
  const event = (step: number): string => JSON.stringify({ type: 'metric', step, values: { loss: 1 / (1 + Math.sqrt(step)) }, time });
  const lines = Array.from({ length: Math.min(piece, count - from) }, (_, index) => `${event(from + index)}\n`);
  writeFileSync(join(run, 'events.ndjson'), lines.join(''), { flag: 'a' });
}

const systems = { all: async () => [], study: () => Promise.reject(new Error('nothing is started here')) };
const studio = await startStudio({ systems, runs: folder, port: 0, launch: { command: 'false', args: [] } });
const address = (path: string): string => new URL(`/api/runs/demo/walk/long/${path}`, studio.url).href;

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round(performance.now() - start);
}

async function fetchSeries(): Promise<void> {
  const { byteLength } = await (await fetch(address('metrics/loss'))).arrayBuffer();
  if (byteLength !== 16 * count) throw new Error(`expected ${16 * count} bytes, got ${byteLength}`);
}

async function followFromStart(): Promise<void> {
  const response = await fetch(address('events?since=0'));
  let text = '';
  for await (const part of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    text = text.slice(-64) + part;
    if (text.includes(`,${count - 1}],"values"`)) return;
  }
}

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const first = await milliseconds(fetchSeries);
delay.disable();
const rows = [
  ['events', count],
  ['log, MB', Math.round(statSync(join(run, 'events.ndjson')).size / 1e6)],
  ['series, first fetch, ms', first],
  ['  longest pause of the server in it, ms', Math.round(delay.max / 1e6)],
  ['series, next fetch, ms', await milliseconds(fetchSeries)],
  ['all points as events, ms', await milliseconds(followFromStart)],
  ['resident memory, MB', Math.round(process.memoryUsage().rss / 1e6)],
] as const;
for (const [name, value] of rows) console.log(`${name.padEnd(42)} ${value}`);
await studio.close();
rmSync(folder, { recursive: true });

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { RunSummary } from '../api/index.js';
import { file, refusals, runParams } from './answers.js';
import { type Send, serveEvents } from './event-stream.js';
import type { Laboratory } from './laboratory.js';
import { RunEvents } from './run-events.js';
import type { RunList } from './run-list.js';
import { RunWatchers } from './run-watchers.js';

const followList = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'The list of runs as it changes: server-sent events `runs`, `run`, `removed`',
  responses: { 200: file('text/event-stream', 'The events'), ...refusals(500) },
});

const followRun = createRoute({
  method: 'get',
  path: '/api/runs/{system}/{study}/{run}/events',
  summary: 'A run as it goes on: server-sent events `state`, `log`, `points`, `tables`, `rewound`, `removed`',
  request: {
    params: runParams,
    query: z.object({
      since: z.string().optional().meta({ description: 'where to begin, as an `id` or `X-Events-Offset` gives it; else now' }),
    }),
    headers: z.object({ 'last-event-id': z.string().optional() }),
  },
  responses: { 200: file('text/event-stream', 'The events'), ...refusals(400, 404, 500) },
});

/** Routes of server-sent events. They end when `closing` aborts. */
export function addStreamRoutes(application: OpenAPIHono, laboratory: Laboratory, closing: AbortSignal): void {
  const watchers = new RunWatchers();

  application.openapi(followList, (c) => serveEvents(c, closing, (send, signal) => tellList(laboratory.runs, send, signal)));

  application.openapi(followRun, async (c) => {
    const { system, study, run } = c.req.valid('param');
    const location = laboratory.locate(system, study, run);
    const since = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').since;
    const { recording, release } = laboratory.recordings.hold(location.directory);
    try {
      await recording.advance();
      const events = new RunEvents(location, laboratory.runs, recording, since);
      const opening = events.opening();
      return serveEvents(c, closing, async (send, signal) => {
        const watcher = watchers.hold(location.directory);
        const used = laboratory.recordings.hold(location.directory);
        try {
          await send(opening);
          while (!signal.aborted) {
            const seen = watcher.changes.version;
            await recording.advance();
            for (const event of events.news()) {
              await send(event);
              if (signal.aborted || event.event === 'removed') return;
            }
            await watcher.changes.after(seen, signal);
          }
        } finally {
          used.release();
          watcher.release();
        }
      });
    } finally {
      release();
    }
  });
}

async function tellList(runs: RunList, send: Send, signal: AbortSignal): Promise<void> {
  const unwatch = runs.watch();
  try {
    runs.refresh();
    let told = summariesOf(runs);
    await send({ event: 'runs', data: [...told.values()] });
    while (!signal.aborted) {
      const seen = runs.changes.version;
      const now = summariesOf(runs);
      for (const [id, summary] of now) if (told.get(id) !== summary) await send({ event: 'run', data: summary });
      for (const id of told.keys()) if (!now.has(id)) await send({ event: 'removed', data: { id } });
      told = now;
      await runs.changes.after(seen, signal);
    }
  } finally {
    unwatch();
  }
}

function summariesOf(runs: RunList): Map<string, RunSummary> {
  return new Map(runs.known().map(({ id, summary }) => [id, summary]));
}

import { z } from 'zod';
import { runDetail, runSummary } from './runs.js';

/**
 * Events of `GET /api/events` (server-sent): the list of runs as it changes. Each connection begins with one `runs`
 * event; `run` replaces or adds one run, `removed` takes one away.
 */
export const runListEvents = {
  runs: z.array(runSummary),
  run: runSummary,
  removed: z.object({ id: z.string() }),
} as const;

/** One entry of a run's log. */
export const logEntry = z.object({
  kind: z.enum(['log', 'warning', 'checkpoint', 'started', 'resumed', 'interrupted', 'failed', 'done']),
  text: z.string(),
  /** ISO 8601. */
  time: z.string(),
});
export type LogEntry = z.infer<typeof logEntry>;

/**
 * Events of `GET /api/runs/{id}/events` (server-sent), gathered over about 100 ms each. Every event's `id` is the
 * offset in `events.ndjson` up to which it tells; a client that reconnects sends it as `Last-Event-ID` and goes on there.
 * `state` comes first and whenever the run's state or progress changes; `log` brings new entries; `points` brings new
 * points of series, in the order of recording; `rewound` says that a resume went back in time, so that everything
 * after `offset` is void: fetch the series again. `removed` ends the stream: the run's folder is gone.
 */
export const runEvents = {
  state: runDetail,
  log: z.array(logEntry),
  points: z.record(z.string(), z.object({ steps: z.array(z.number()), values: z.array(z.union([z.number(), z.string()])) })),
  tables: z.array(z.string()),
  rewound: z.object({ offset: z.int() }),
  removed: z.object({ id: z.string() }),
} as const;

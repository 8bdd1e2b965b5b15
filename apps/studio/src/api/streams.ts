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
export const logEntry = z
  .object({
    kind: z.enum(['log', 'warning', 'checkpoint', 'started', 'resumed', 'interrupted', 'failed', 'done']),
    text: z.string(),
    /** ISO 8601. */
    time: z.string(),
  })
  .meta({ id: 'LogEntry' });
export type LogEntry = z.infer<typeof logEntry>;

/**
 * Events of `GET /api/runs/{id}/events` (server-sent), gathered over about 100 ms each. Every event's `id` says how far
 * in `events.ndjson` it tells: the offset, with a check of what stands before it as decimals (`12345.67891`), so that a
 * log that was cut off and written anew in the meantime is noticed. To go on there, send it as `since` or `Last-Event-ID`
 * just as it is; a plain offset serves too. `X-Events-Offset` of a series has the same form.
 *
 * `state` comes first and whenever the run's state or progress changes; `log` brings new entries; `points` brings new
 * points of series, in the order of recording, `from` of the series' points coming before them; `tables` names tables that were written. `rewound` says that a resume went
 * back in time, so that everything after `offset` is void: of each series only the first `kept` points count (none of
 * those not named), and what follows continues them. A page that does not hold all points from the beginning fetches the
 * series again and opens a new stream there. `removed` ends the stream: the run's folder is gone.
 */
export const runEvents = {
  state: runDetail,
  log: z.array(logEntry),
  points: z.record(z.string(), z.object({ from: z.int(), steps: z.array(z.number()), values: z.array(z.union([z.number(), z.string()])) })),
  tables: z.array(z.string()),
  rewound: z.object({ offset: z.int(), kept: z.record(z.string(), z.int()) }),
  removed: z.object({ id: z.string() }),
} as const;

import { readFileSync } from 'node:fs';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { nearestName, readTable } from '@sardonyx/study';
import type { Context } from 'hono';
import { archiveFiles, logEntry, modelFiles } from '../api/index.js';
import { file, json, refusals, runParams } from './answers.js';
import { encodePosition } from './event-offset.js';
import { readPiece } from './file-range.js';
import type { Laboratory } from './laboratory.js';
import { Problem } from './problem.js';
import { fileOfRun, type RunLocation } from './run-location.js';
import { archiveFileOf } from './run-archives.js';
import { modelFileOf, modelsOf } from './run-models.js';
import { reportPolicy } from './security.js';
import { tableAsCsv } from './table-csv.js';

const run = '/api/runs/{system}/{study}/{run}' as const;

const showSeries = createRoute({
  method: 'get',
  path: `${run}/metrics/{series}`,
  summary: 'A series: little-endian float64, all steps, then all values',
  request: { params: runParams.extend({ series: z.string() }) },
  responses: {
    200: {
      ...file('application/octet-stream', 'The points so far'),
      headers: z.object({
        'X-Events-Offset': z.string().meta({ description: 'how far in the log they reach, for `since` of the events' }),
      }),
    },
    ...refusals(404, 500),
  },
});

const showLog = createRoute({
  method: 'get',
  path: `${run}/log`,
  summary: 'The last entries of the log, oldest first',
  request: { params: runParams, query: z.object({ limit: z.coerce.number().int().min(1).max(10_000).default(1_000) }) },
  responses: { 200: json(z.array(logEntry), 'The entries'), ...refusals(400, 404, 500) },
});

const showTable = createRoute({
  method: 'get',
  path: `${run}/tables/{file}`,
  summary: 'A table, as Parquet or as CSV',
  request: { params: runParams.extend({ file: z.string().meta({ description: '`<name>.parquet` or `<name>.csv`' }) }) },
  responses: {
    200: {
      content: { 'application/vnd.apache.parquet': { schema: z.string() }, 'text/csv': { schema: z.string() } },
      description: 'The table',
    },
    ...refusals(404, 500),
  },
});

const showReport = createRoute({
  method: 'get',
  path: `${run}/report`,
  summary: 'The report of a run that is done',
  request: { params: runParams },
  responses: { 200: file('text/html', 'The report'), ...refusals(404, 500) },
});

const showFigure = createRoute({
  method: 'get',
  path: `${run}/figures/{file}`,
  summary: 'A figure of the report, `<name>.svg`',
  request: { params: runParams.extend({ file: z.string() }) },
  responses: { 200: file('image/svg+xml', 'The figure'), ...refusals(404, 500) },
});

const showModel = createRoute({
  method: 'get',
  path: `${run}/models/{model}/{file}`,
  summary: 'A file of a model that the run has saved: its configuration or its weights',
  request: { params: runParams.extend({ model: z.string(), file: z.enum(modelFiles) }) },
  responses: {
    200: {
      content: {
        'application/json': { schema: z.string() },
        'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
      },
      description: 'The file',
    },
    ...refusals(400, 404, 500),
  },
});

const showArchive = createRoute({
  method: 'get',
  path: `${run}/archive/{file}`,
  summary: 'A file of the archive of orbits of a run; long ones by ranges of bytes',
  request: { params: runParams.extend({ file: z.enum(archiveFiles) }), headers: z.object({ range: z.string().optional() }) },
  responses: {
    200: file('application/octet-stream', 'The file as it is now'),
    206: {
      ...file('application/octet-stream', 'A piece of it, of a long one its beginning'),
      headers: z.object({ 'Content-Range': z.string().meta({ description: 'which piece, and how long the file is' }) }),
    },
    ...refusals(400, 404, 416, 500),
  },
});

/** Routes of what a run has recorded and written. */
export function addRunDataRoutes(application: OpenAPIHono, laboratory: Laboratory): void {
  const located = ({ system, study, run: folder }: z.output<typeof runParams>) => laboratory.locate(system, study, folder);

  application.openapi(showSeries, async (c) => {
    const { series: name, ...params } = c.req.valid('param');
    const recording = await laboratory.recording(located(params));
    const series = recording.find(name);
    if (series === undefined) throw missing('series', name, recording.names);
    c.header('X-Events-Offset', encodePosition(recording.end().position));
    c.header('Content-Type', 'application/octet-stream');
    return c.body(series.toBytes(), 200);
  });

  application.openapi(showLog, async (c) => {
    const recording = await laboratory.recording(located(c.req.valid('param')));
    const { entries } = recording.end();
    return c.json(recording.entries(Math.max(0, entries - c.req.valid('query').limit), entries), 200);
  });

  application.openapi(showTable, async (c) => {
    const { file: name, ...params } = c.req.valid('param');
    const location = located(params);
    const [, table = '', format] = /^([a-z0-9][a-z0-9_-]*)\.(parquet|csv)$/i.exec(name) ?? [];
    const path = requireFile(location, 'table', name, 'tables', `${table}.parquet`);
    c.header('Content-Disposition', `attachment; filename="${table}.${format}"`);
    if (format === 'csv') return answer(c, 'text/csv; charset=utf-8', tableAsCsv(await readTable(path)));
    return answer(c, 'application/vnd.apache.parquet', readFileSync(path));
  });

  application.openapi(showReport, (c) => {
    const path = requireFile(located(c.req.valid('param')), 'report', 'report.html', 'report.html');
    c.header('Content-Security-Policy', reportPolicy);
    return answer(c, 'text/html; charset=utf-8', readFileSync(path));
  });

  application.openapi(showModel, (c) => {
    const { model, file: name, ...params } = c.req.valid('param');
    const { directory, id } = located(params);
    const path = modelFileOf(directory, model, name);
    if (path === undefined) {
      const known = modelsOf(directory).join(', ');
      throw new Problem(
        404,
        'no-model',
        `The run ${id} has no model "${model}". ${known === '' ? 'It has saved none.' : `It has: ${known}.`}`,
      );
    }
    return answer(c, name.endsWith('.json') ? 'application/json' : 'application/octet-stream', readFileSync(path));
  });

  application.openapi(showArchive, (c) => {
    const { file: name, ...params } = c.req.valid('param');
    const { directory, id } = located(params);
    const path = archiveFileOf(directory, name);
    if (path === undefined) {
      throw new Problem(404, 'no-archive', `The run ${id} has no ${name}. Runs of close-approaches/belt write it when they begin.`);
    }
    const { bytes, range } = readPiece(path, c.req.valid('header').range);
    c.header('Content-Type', 'application/octet-stream');
    c.header('Accept-Ranges', 'bytes');
    if (range === undefined) return c.body(bytes, 200);
    c.header('Content-Range', range);
    return c.body(bytes, 206);
  });

  application.openapi(showFigure, (c) => {
    const { file: name, ...params } = c.req.valid('param');
    const path = requireFile(located(params), 'figure', name, 'figures', /^[a-z0-9-]+\.svg$/.test(name) ? name : '');
    c.header('Content-Security-Policy', reportPolicy);
    return answer(c, 'image/svg+xml', readFileSync(path));
  });
}

function answer(c: Context, type: string, body: string | Uint8Array<ArrayBuffer>): Response {
  c.header('Content-Type', type);
  return c.body(body, 200);
}

function requireFile({ directory, id }: RunLocation, kind: string, name: string, ...segments: readonly string[]): string {
  const path = fileOfRun(directory, ...segments);
  if (path !== undefined) return path;
  const hint = kind === 'report' || kind === 'figure' ? 'It is written when the run is done.' : 'The run lists the tables that it has.';
  throw new Problem(404, `no-${kind}`, `The run ${id} has no ${kind} "${name}". ${hint}`);
}

function missing(kind: string, name: string, names: readonly string[]): Problem {
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `It has: ${names.join(', ') || 'none yet'}.` : `Did you mean ${nearest}?`;
  return new Problem(404, `no-${kind}`, `The run has no ${kind} "${name}". ${hint}`);
}

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { runDetail, runRequest, runSummary, stopRequest } from '../api/index.js';
import { json, refusals, runParams } from './answers.js';
import type { Laboratory } from './laboratory.js';

const run = '/api/runs/{system}/{study}/{run}' as const;

const listRuns = createRoute({
  method: 'get',
  path: '/api/runs',
  summary: 'All runs, newest first',
  responses: { 200: json(z.array(runSummary), 'The runs'), ...refusals(500) },
});

const startRun = createRoute({
  method: 'post',
  path: '/api/runs',
  summary: 'Start a run',
  request: { body: { ...json(runRequest, 'The study and how it differs from its preset'), required: true } },
  responses: { 201: json(runDetail, 'The run has begun'), ...refusals(400, 404, 413, 415, 500) },
});

const showRun = createRoute({
  method: 'get',
  path: run,
  summary: 'A run with its settings, results and what it has recorded',
  request: { params: runParams },
  responses: { 200: json(runDetail, 'The run'), ...refusals(404, 500) },
});

const stopRun = createRoute({
  method: 'post',
  path: `${run}/stop`,
  summary: 'Stop a run; one that has stopped stays as it is',
  request: { params: runParams, body: json(stopRequest, 'How to stop') },
  responses: { 200: json(runDetail, 'The run, which may still be saving'), ...refusals(400, 404, 409, 413, 415, 500) },
});

const resumeRun = createRoute({
  method: 'post',
  path: `${run}/resume`,
  summary: 'Go on with a run; one that is running or done stays as it is',
  request: { params: runParams },
  responses: { 200: json(runDetail, 'The run'), ...refusals(400, 404, 409, 413, 415, 500) },
});

const removeRun = createRoute({
  method: 'delete',
  path: run,
  summary: 'Remove a run with everything in its folder',
  request: { params: runParams },
  responses: { 204: { description: 'It is gone' }, ...refusals(404, 409, 500) },
});

/** Routes that list, start, show, stop, resume and remove runs. */
export function addRunRoutes(application: OpenAPIHono, laboratory: Laboratory): void {
  const located = ({ system, study, run: folder }: z.output<typeof runParams>) => laboratory.locate(system, study, folder);
  application.openapi(listRuns, (c) => c.json(laboratory.list(), 200));
  application.openapi(startRun, async (c) => c.json(await laboratory.start(c.req.valid('json')), 201));
  application.openapi(showRun, async (c) => c.json(await laboratory.describe(located(c.req.valid('param'))), 200));
  application.openapi(stopRun, async (c) => {
    const { now = false } = c.req.valid('json');
    return c.json(await laboratory.stop(located(c.req.valid('param')), now), 200);
  });
  application.openapi(resumeRun, async (c) => c.json(await laboratory.resume(located(c.req.valid('param'))), 200));
  application.openapi(removeRun, (c) => {
    laboratory.remove(located(c.req.valid('param')));
    return c.body(null, 204);
  });
}

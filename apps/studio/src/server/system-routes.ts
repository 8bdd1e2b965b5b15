import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { studyDetail, systemSummary } from '../api/index.js';
import { json, refusals } from './answers.js';
import { describeStudy, describeSystems, type SystemCatalogue } from './catalogue.js';

const listSystems = createRoute({
  method: 'get',
  path: '/api/systems',
  summary: 'All systems with their studies, those not built yet included',
  responses: { 200: json(z.array(systemSummary), 'The systems, in their order'), ...refusals(500) },
});

const showStudy = createRoute({
  method: 'get',
  path: '/api/studies/{system}/{study}',
  summary: 'A study: its parameters, presets, figures and expectations',
  request: { params: z.object({ system: z.string(), study: z.string() }) },
  responses: { 200: json(studyDetail, 'The study'), ...refusals(404, 500) },
});

/** Routes of systems and studies. */
export function addSystemRoutes(application: OpenAPIHono, catalogue: SystemCatalogue): void {
  application.openapi(listSystems, async (c) => c.json(await describeSystems(catalogue), 200));
  application.openapi(showStudy, async (c) => {
    const { system, study } = c.req.valid('param');
    return c.json(describeStudy(system, await catalogue.study(`${system}/${study}`)), 200);
  });
}

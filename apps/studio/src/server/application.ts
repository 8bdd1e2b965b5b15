import type { OpenAPIHono } from '@hono/zod-openapi';
import { sardonyxVersion } from '@sardonyx/study';
import { createApplication } from './api-application.js';
import type { SystemCatalogue } from './catalogue.js';
import type { Laboratory } from './laboratory.js';
import { Problem } from './problem.js';
import { addRunDataRoutes } from './run-data-routes.js';
import { addRunRoutes } from './run-routes.js';
import { protectiveHeaders, refuseOtherSites, requireJson } from './security.js';
import { StaticPage } from './static-page.js';
import { addStreamRoutes } from './stream-routes.js';
import { addSystemRoutes } from './system-routes.js';

/** What the application needs. */
export interface ApplicationParts {
  readonly catalogue: SystemCatalogue;
  readonly laboratory: Laboratory;
  /** The folder of the built page. */
  readonly page: string;
  /** The port that the server listens on, once it does. */
  readonly port: () => number;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

/** All routes: the interface under `/api`, the page everywhere else. */
export function buildApplication({ catalogue, laboratory, page, port, closing }: ApplicationParts): OpenAPIHono {
  const application = createApplication();
  application.use(protectiveHeaders);
  application.use(refuseOtherSites(port));
  application.use('/api/*', requireJson);
  addSystemRoutes(application, catalogue);
  addRunRoutes(application, laboratory);
  addRunDataRoutes(application, laboratory);
  addStreamRoutes(application, laboratory, closing);
  application.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Sardonyx studio',
      version: sardonyxVersion,
      description: 'Systems, studies and runs of one machine. Bound to loopback; requests of other sites are refused.',
    },
  });
  application.all('/api/*', (c) => {
    throw new Problem(404, 'no-route', `There is no ${c.req.method} ${c.req.path}. /api/openapi.json lists what there is.`);
  });
  const files = new StaticPage(page);
  application.get('*', (c) => files.answer(c));
  return application;
}

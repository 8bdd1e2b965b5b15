import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { Context } from 'hono';
import { describeProblem, Problem } from './problem.js';

/** An application whose refusals all have the one form of `ApiError`. */
export function createApplication(): OpenAPIHono {
  const application = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const what = { param: 'path', json: 'body', query: 'query', header: 'header', form: 'form', cookie: 'cookie' }[result.target];
      const issues = result.error.issues.map(({ path, message }) => `${[what, ...path.map(String)].join('.')}: ${message}`);
      throw new Problem(400, 'bad-request', `Cannot read the request. ${issues.join('; ')}. /api/openapi.json says what is expected.`);
    },
  });
  application.onError(answerProblem);
  return application;
}

function answerProblem(error: Error, c: Context): Response {
  const { status, body } = describeProblem(error instanceof HTTPException ? ofHono(error) : error);
  // What nobody foresaw is for whoever runs the server to see, with its place.
  if (body.error.code === 'unexpected') console.error(error);
  return c.json(body, status);
}

/** The framework's own refusals: a body that is no JSON, or not declared as such. */
function ofHono({ status, message }: HTTPException): Problem {
  if (status === 413) return new Problem(413, 'too-large', 'Cannot read the request: its body is too large.');
  if (status === 415) {
    return new Problem(415, 'not-json', 'Cannot read the request: its body should be JSON with the content type application/json.');
  }
  return new Problem(400, 'bad-request', `Cannot read the request. ${message}. Send JSON as /api/openapi.json says.`);
}

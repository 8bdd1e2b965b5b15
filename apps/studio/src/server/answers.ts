import { z } from '@hono/zod-openapi';
import { apiError } from '../api/index.js';

/** Declares an answer as JSON, for a route. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({ content: { 'application/json': { schema } }, description });

/** Declares an answer of another type, for a route. */
export const file = (type: string, description: string) => ({
  content: { [type]: { schema: z.string().meta({ format: 'binary' }) } },
  description,
});

const problems = {
  400: 'The request cannot be understood, or asks for something that cannot be',
  403: 'The request comes from another site',
  404: 'There is no such thing',
  409: 'It cannot be done in the present state',
  413: 'The body is too long, or of unknown length',
  415: 'The body is not declared as JSON',
  416: 'The range lies outside of the file, or one is needed',
  500: 'It failed',
} as const;

/** Declares the refusals that a route may answer with, besides 403, which any may. */
export const refusals = <const S extends keyof typeof problems>(...statuses: readonly S[]) =>
  Object.fromEntries([...statuses, 403 as const].map((status) => [status, json(apiError, problems[status])])) as Record<
    S | 403,
    ReturnType<typeof json<typeof apiError>>
  >;

const segment = z.string().min(1).max(255);

/** The three parts of a run's id, as a path has them. */
export const runParams = z.object({ system: segment, study: segment, run: segment });

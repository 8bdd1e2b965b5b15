import { z } from 'zod';
import { presetName } from './runs.js';

export const paper = z
  .object({
    arxiv: z.string(),
    where: z.string().optional(),
    title: z.string().optional(),
    authors: z.string().optional(),
    year: z.int().optional(),
  })
  .meta({ id: 'Paper' });
export type Paper = z.infer<typeof paper>;

/** A study in lists. */
export const studySummary = z
  .object({
    /** `<system>/<study>` */
    id: z.string(),
    title: z.string(),
    summary: z.string(),
    paper,
  })
  .meta({ id: 'StudySummary' });
export type StudySummary = z.infer<typeof studySummary>;

/** One of the ten systems; one that is not built yet has no studies. */
export const systemSummary = z
  .object({
    name: z.string(),
    title: z.string(),
    summary: z.string(),
    paper,
    isBuilt: z.boolean(),
    studies: z.array(studySummary),
  })
  .meta({ id: 'SystemSummary' });
export type SystemSummary = z.infer<typeof systemSummary>;

/** A parameter as a form shows it; `schema` is its JSON Schema, with limits, choices and items. */
export const formParameter = z
  .object({
    name: z.string(),
    description: z.string(),
    kind: z.enum(['integer', 'number', 'boolean', 'choice', 'text', 'file', 'folder', 'list']),
    /** What it takes, in words: `integer from 1 to 64`. */
    accepts: z.string(),
    schema: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'FormParameter' });
export type FormParameter = z.infer<typeof formParameter>;

/** A preset of a study: all its parameters' values and what such a run needs. */
export const presetDetail = z
  .object({
    params: z.record(z.string(), z.unknown()),
    /** Names that end in `Bytes` or `Seconds`, and `flops`, are shown with their units. */
    cost: z.record(z.string(), z.number()).nullable(),
  })
  .meta({ id: 'PresetDetail' });

/** Everything the page needs to offer and to draw a study. */
export const studyDetail = studySummary
  .extend({
    system: z.string(),
    parameters: z.array(formParameter),
    presets: z.record(presetName, presetDetail),
    /** Declarative figures, as `Figure` of `@sardonyx/study`. */
    figures: z.array(z.record(z.string(), z.unknown())),
    expect: z.array(z.object({ name: z.string(), paper: z.union([z.string(), z.number()]), claim: z.string() })),
  })
  .meta({ id: 'StudyDetail' });
export type StudyDetail = z.infer<typeof studyDetail>;

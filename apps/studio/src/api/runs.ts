import { z } from 'zod';

/** Status of a run as of now; `killed` is a run that says it is running though no process holds it. */
export const runStatus = z.enum(['running', 'interrupted', 'failed', 'done', 'killed']);
export type RunStatus = z.infer<typeof runStatus>;

export const presetName = z.enum(['quick', 'standard', 'paper']);

const resultValue = z.union([z.number(), z.string(), z.boolean()]);

/** What the paper says, what the run found, and whether they agree. */
export const expectationResult = z
  .object({
    name: z.string(),
    paper: z.union([z.string(), z.number()]),
    claim: z.string(),
    ours: z.union([z.string(), z.number()]),
    verdict: z.enum(['holds', 'fails', 'reported']),
  })
  .meta({ id: 'ExpectationResult' });
export type ExpectationResult = z.infer<typeof expectationResult>;

/** How far a run is. */
export const progress = z
  .object({
    done: z.number(),
    total: z.number(),
    label: z.string().optional(),
    /** Estimate from the recent pace; absent while there is none. */
    secondsLeft: z.number().optional(),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof progress>;

/** A run in lists. */
export const runSummary = z
  .object({
    /** `<system>/<study>/<folder>`: where the run lies below the folder of runs. */
    id: z.string(),
    /** `<system>/<study>` */
    study: z.string(),
    title: z.string(),
    preset: presetName,
    seed: z.int(),
    status: runStatus,
    /** ISO 8601. */
    created: z.string(),
    /** ISO 8601. */
    updated: z.string(),
    /** How long the run has computed, over all the times it was started or resumed, seconds. */
    computeSeconds: z.number(),
    /** Verdicts, for a mark beside the run. */
    verdicts: z.object({ holds: z.int(), fails: z.int(), reported: z.int() }),
    progress: progress.optional(),
    /** The run was asked to stop and is saving at its next safe point. */
    isStopping: z.boolean().optional(),
  })
  .meta({ id: 'RunSummary' });
export type RunSummary = z.infer<typeof runSummary>;

/** A run with all that `run.json` says of it. */
export const runDetail = runSummary
  .extend({
    /** Counts the server's looks at runs: of two answers about a run, the one of the later look is newer. */
    look: z.int(),
    /** The run's folder on this machine. */
    directory: z.string(),
    params: z.record(z.string(), z.unknown()),
    versions: z.record(z.string(), z.string()),
    workers: z.int(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    /** Final values, as the study recorded them. */
    metrics: z.record(z.string(), resultValue),
    expect: z.array(expectationResult),
    /** Names of the run's tables, for `…/tables/<name>`. */
    tables: z.array(z.string()),
    /** Names of the numbers recorded over steps, for `…/metrics/<name>`. */
    series: z.array(z.string()),
    hasReport: z.boolean(),
    /** Names of the models that the run has saved, for `…/models/<name>/<file>`. */
    models: z.array(z.string()),
    /** Whether the run has an archive of orbits, for `…/archive/<file>`. */
    hasArchive: z.boolean(),
  })
  .meta({ id: 'RunDetail' });
export type RunDetail = z.infer<typeof runDetail>;

/** The files of a model: what it is, and its weights. */
export const modelFiles = ['config.json', 'model.safetensors'] as const;
export type ModelFile = (typeof modelFiles)[number];

/** The archive of a run of orbits: what was recorded of its particles, and who they are. */
export const archiveFiles = ['run.caph', 'particles.json'] as const;
export type ArchiveFile = (typeof archiveFiles)[number];

/** What starts a run. */
export const runRequest = z
  .object({
    study: z.string(),
    preset: presetName.default('quick'),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(0),
    /** Parameters that differ from the preset's. */
    params: z.record(z.string(), z.unknown()).default({}),
  })
  .meta({ id: 'RunRequest' });
export type RunRequest = z.input<typeof runRequest>;

/** What stops a run. Asked politely, it saves a checkpoint first; `now` ends it at once, back to its last checkpoint. */
export const stopRequest = z.object({ now: z.boolean().default(false) }).meta({ id: 'StopRequest' });
export type StopRequest = z.input<typeof stopRequest>;

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  BadInputError,
  type CommandContext,
  Interrupted,
  readRunFile,
  resumeRun,
  type RunOutcome,
  startRun,
  type Study,
} from '@sardonyx/study';
import { z } from 'zod';
import { checkedTrainConfig, joinedAssignments, type TrainConfig, withAssignments } from '../training/train-config.js';
import { withTrainData } from '../training/train-data.js';
import { trainPresets } from '../training/train-presets.js';
import { type DataSizes, trainContenders, trainCost } from '../training/train-models.js';
import { trainStudy } from '../training/train-study.js';
import { readConfigFile } from './read-config-file.js';
import { trainingProgress } from './training-progress.js';

/** The flags of commands that train. */
export const trainParameters = z.object({
  set: z.array(z.string()).default([]).describe('changes of the configuration, such as model.loops=4,training.steps=100'),
  folder: z.string().default('').describe('directory of the training; its name is that of the configuration and a number by default'),
  resume: z.string().default('').describe('directory of a training that was interrupted, to go on with'),
  estimate: z.boolean().default(false).describe('print the configuration and what it needs, and train nothing'),
  saveSeconds: z.number().positive().default(30).describe('seconds between checkpoints'),
});
type TrainParameters = z.output<typeof trainParameters>;

const runId = 'looped-transformers/train';

/**
 * Trains by a configuration, or goes on with a training, in a directory with the log (`events.ndjson`), checkpoints, a report
 * and what was trained.
 * @throws {BadInputError} where the configuration or the directory cannot be used
 * @throws {Interrupted} after a checkpoint where it was asked to stop
 */
export async function train(ctx: CommandContext, p: TrainParameters, compare: boolean): Promise<RunOutcome | undefined> {
  if (p.resume !== '') return finish(ctx, await resumed(ctx, p));
  const source = ctx.arguments[0];
  if (source === undefined) {
    const known = Object.keys(trainPresets).join(', ');
    throw new BadInputError(
      'config',
      `Cannot train: expected a configuration (a JSON or YAML file, or one of ${known}), or --resume with a directory.`,
    );
  }
  const config = await readConfig(source, p.set);
  if (p.estimate) {
    await printCost(ctx, config, compare);
    return undefined;
  }
  // What cannot be trained is refused before a directory is made.
  await withTrainData(config, (data) => trainContenders(config, data, compare));
  const directory = p.folder === '' ? defaultDirectory(source) : p.folder;
  expectNoTraining(directory);
  const request = {
    id: runId,
    study: trainStudy(directory) as unknown as Study,
    preset: 'standard' as const,
    seed: config.training.seed,
    params: { config: JSON.stringify(withAbsolutePaths(config)), compare },
    directory,
  };
  ctx.log(`trains in ${directory}`);
  return finish(ctx, await startRun(request, optionsOf(ctx, p)));
}

/** Files by their paths from the root, so that the training can be gone on with from anywhere. */
function withAbsolutePaths(config: TrainConfig): TrainConfig {
  const { data } = config;
  const absolute = (paths: readonly string[]): string[] => paths.map((path) => resolve(path));
  if ('task' in data) return config;
  if ('text' in data) return { ...config, data: { ...data, text: absolute(data.text) } };
  const { tokens, tokenizer, validation } = data;
  const folder = tokenizer === undefined ? {} : { tokenizer: resolve(tokenizer) };
  const judged = typeof validation === 'number' ? validation : absolute(validation);
  return { ...config, data: { ...data, tokens: absolute(tokens), validation: judged, ...folder } };
}

function expectNoTraining(directory: string): void {
  if (!existsSync(join(directory, 'run.json'))) return;
  throw new BadInputError(
    'run-exists',
    `Cannot start a training in ${directory}: it holds one already; go on with it by --resume ${directory}, or choose another --folder.`,
  );
}

const optionsOf = (ctx: CommandContext, { saveSeconds }: TrainParameters) => ({
  signal: ctx.signal,
  onEvent: trainingProgress(ctx),
  checkpointSeconds: saveSeconds,
});

function resumed(ctx: CommandContext, p: TrainParameters): Promise<RunOutcome> {
  const ignored = [
    ...(ctx.arguments[0] === undefined ? [] : [ctx.arguments[0]]),
    ...(p.set.length > 0 ? ['--set'] : []),
    ...(p.folder === '' ? [] : ['--folder']),
  ];
  if (ignored.length > 0) {
    throw new BadInputError(
      'resume',
      `Cannot resume "${p.resume}" with ${ignored.join(' and ')}: a training goes on with its own configuration in its own directory; ` +
        `leave ${ignored.length > 1 ? 'them' : 'it'} out, or start a training of its own without --resume.`,
    );
  }
  const { study } = readRunFile(p.resume);
  if (study !== runId) {
    throw new BadInputError(
      'resume',
      `Cannot resume "${p.resume}": expected a training, got a run of ${study}; use sardonyx resume ${p.resume}.`,
    );
  }
  return resumeRun(p.resume, () => Promise.resolve(trainStudy(p.resume) as unknown as Study), optionsOf(ctx, p));
}

function finish(ctx: CommandContext, outcome: RunOutcome): RunOutcome {
  if (outcome.error) throw outcome.error;
  if (outcome.status === 'interrupted') {
    throw new Interrupted(`Stopped and saved. Go on with: sardonyx looped-transformers train --resume ${outcome.directory}`);
  }
  const scores = Object.entries(outcome.metrics).filter(([name]) => /^(accuracy|validation loss|perplexity)/.test(name));
  if (ctx.json) ctx.print(JSON.stringify({ type: 'result', directory: outcome.directory, metrics: outcome.metrics }));
  else for (const [name, value] of scores) ctx.print(`${name}  ${shown(name, value)}`);
  ctx.log(`done; the models and the report are in ${outcome.directory}`);
  return outcome;
}

const shown = (name: string, value: string | number | boolean): string => {
  if (typeof value !== 'number') return String(value);
  return name.startsWith('accuracy') ? `${value.toFixed(2)} %` : value.toFixed(4);
};

/** A configuration by its file or the name of a preset, with changes applied. */
async function readConfig(source: string, set: readonly string[]): Promise<TrainConfig> {
  const preset = Object.hasOwn(trainPresets, source) ? trainPresets[source] : undefined;
  const value = preset ?? (await readConfigFile(source, Object.keys(trainPresets)));
  return checkedTrainConfig(withAssignments(value, joinedAssignments(set)), preset ? `the preset ${source}` : `"${source}"`);
}

/** `trainings/small-phop-2026-11-23-090000` */
function defaultDirectory(source: string): string {
  const name = source
    .replace(/\.(json|ya?ml)$/, '')
    .replace(/^.*\.\.?\//, '')
    .replaceAll(/[^a-zA-Z0-9]+/g, '-');
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-');
  return join('trainings', `${name}-${time}`);
}

/** Byte-level BPE has as many tokens as it is asked for, and files of tokens too; they need not be there to count. */
async function sizesOf(config: TrainConfig): Promise<DataSizes> {
  const { data } = config;
  const isCounted = 'tokens' in data || ('text' in data && data.tokenizer === 'bpe');
  if (isCounted && data.vocabularySize !== undefined) return { vocabularySize: data.vocabularySize, length: data.length };
  return withTrainData(config, ({ vocabularySize, length }) => ({ vocabularySize, length }));
}

async function printCost(ctx: CommandContext, config: TrainConfig, compare: boolean): Promise<void> {
  const data = await sizesOf(config);
  const cost = trainCost(config, data, compare);
  const models = trainContenders(config, data, compare).map(({ name }) => name);
  if (ctx.json) {
    ctx.print(JSON.stringify({ config, models, cost }));
    return;
  }
  ctx.print(JSON.stringify(config, undefined, 2));
  ctx.print(`models      ${models.join(', ')}`);
  ctx.print(`parameters  ${cost.parameters!.toLocaleString('en')} (the largest model)`);
  ctx.print(`tokens      ${cost['tokens']!.toExponential(2)}`);
  ctx.print(`operations  ${cost.flops!.toExponential(2)} floating-point`);
  ctx.print(`memory      ${(cost.memoryBytes! / 2 ** 20).toFixed(0)} MiB`);
  ctx.print(`time        ${(cost.seconds! / 3600).toFixed(2)} h at 40 GFLOP/s`);
}

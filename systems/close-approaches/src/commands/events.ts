import { BadInputError, type CommandContext, defineCommand, readJsonFile } from '@sardonyx/study';
import { z } from 'zod';
import { closeSync } from 'node:fs';
import type { Archive } from '../archive/archive.js';
import { openArchive } from '../archive/archive-file.js';
import { addApproaches, eventsOfRows } from '../archive/archived-events.js';
import { configHash } from '../archive/config-difference.js';
import { checkedRunConfig, type RunConfig, yearsOf } from '../archive/run-config.js';
import { daysPerYear } from '../constants.js';
import type { EncounterEvent } from '../encounters/encounter-event.js';
import { fileSource } from '../formats/file-source.js';
import { readCad } from '../formats/cad.js';
import { writeWhole } from '../formats/write-whole.js';
import { planetNames, terrestrialPlanets } from '../planets/bodies.js';
import { planetsAt2000 } from '../planets/solar-system.js';
import { gapsOf } from '../population/gaps.js';
import { meanJupiterAxis } from '../population/jupiter.js';
import { nu6Curve } from '../population/nu6.js';
import { particleFile, type ParticleFile, weightsOf } from '../population/particle-file.js';
import { type ApproachTable, ApproachTableBuilder } from '../statistics/approach-table.js';
import { approachStatistics, type ApproachSample } from '../statistics/approach-statistics.js';
import { evenWeights, type Span, yearsSince } from '../statistics/approach-times.js';
import { completenessTable } from '../statistics/completeness.js';
import { compareWithObserved } from '../statistics/observed-approaches.js';
import { plotData } from '../statistics/plot-data.js';
import { eventTable, eventTableFormats } from './event-table.js';
import { asBadInput, chosen } from './read-input.js';
import { statisticsLines } from './statistics-text.js';

const params = z.object({
  output: z.string().default('').describe('file to write (convert, plots); standard output without one'),
  format: z.enum(eventTableFormats).default('csv').describe('csv, json, or cad as JPL writes close approaches (convert)'),
  planet: z
    .enum(['all', ...terrestrialPlanets])
    .default('all')
    .describe('only approaches to this planet'),
  particle: z.int().min(-1).default(-1).describe('only approaches of this particle'),
  nearest: z.number().positive().default(1).describe('only approaches nearer than this, au'),
  from: z.number().default(-1).describe('years since the start; a fifth of the run for statistics, else 0'),
  to: z.number().default(-1).describe('years since the start; as far as the run has come by default'),
  sample: z.string().default('').describe('the particles made by "catalogue sample": whom each stands for'),
  weight: z.number().positive().default(1).describe('asteroids that each particle stands for, without --sample'),
  faintest: z.number().default(22).describe('faintest absolute magnitude H that counts'),
  completeness: z.string().default('').describe('JSON {magnitudes, semiMajorAxes, shares}: which share of asteroids is known'),
  observed: z.string().default('').describe("JPL's close approaches (CAD) to compare with"),
  longestGap: z.number().positive().default(1e4).describe('years between approaches of an object that stands'),
  window: z.number().positive().default(300).describe('years of the windows of N_win'),
  replicates: z.int().min(1).default(1000).describe('samples of the bootstrap'),
  randomSeed: z.int().default(0).describe('of the bootstrap'),
  damaged: z.enum(['refuse', 'skip']).default('refuse').describe('whether damaged blocks are left out'),
});
type Params = z.output<typeof params>;

/** What an archive of a run tells of close approaches. */
export const events = defineCommand({
  name: 'events',
  summary: 'close approaches of a run: list, convert, statistics and data for figures',
  arguments: [
    { name: 'what', summary: 'list (filter is the same), convert, statistics or plots' },
    { name: 'archive', summary: 'archive of a run, or of several merged' },
  ],
  examples: [
    'events list run.caph --planet earth --nearest 0.01',
    'events convert run.caph --format cad --output approaches.json',
    'events statistics run.caph --sample particles.json --observed cad.json',
    'events plots run.caph --sample particles.json --output figures.json',
  ],
  params,
  run: (ctx, given) =>
    asBadInput(async () => {
      const what = chosen(ctx.arguments[0], ['list', 'filter', 'convert', 'statistics', 'plots']);
      if (what === 'convert') return writeTable(ctx, given.format, given);
      if (what === 'list' || what === 'filter') return writeTable(ctx, 'csv', given);
      const run = await readApproaches(ctx, given);
      const sample = await sampleOf(ctx, run, given);
      if (what === 'plots') return writePlots(ctx, run, sample, given);
      return printStatistics(ctx, run, sample, given);
    }),
});

interface ArchivedRun {
  readonly config: RunConfig;
  readonly hash: string;
  /** How far the archive reaches: of a run that was stopped less than its length. */
  readonly years: number;
}

/** Which events the flags ask for. */
type Wanted = (particle: number, planet: number, jd: number, rMin: number) => boolean;

/** Opens an archive, checks all of it, and hands out its run, and which of its events the flags ask for. */
async function withRun<T>(
  ctx: CommandContext,
  given: Params,
  body: (archive: Archive, run: ArchivedRun, isWanted: Wanted) => T | Promise<T>,
): Promise<T> {
  const { archive, file } = openArchive(ctx.arguments[1]!, { damaged: given.damaged });
  try {
    archive.verify();
    for (const warning of archive.warnings) ctx.log(warning);
    const { config } = checkedRunConfig({ ...archive.header.config, force: true });
    const run = { config, hash: configHash(archive.header.config), years: yearsReached(archive, config) };
    if (run.years < yearsOf(config))
      ctx.log(`The run is not finished: its archive reaches year ${shown(run.years)} of ${shown(yearsOf(config))}.`);
    requireParticle(config, given.particle);
    const place = planetNames.findIndex((name) => name === given.planet);
    const span = given.from < 0 && given.to < 0 ? undefined : spanOf(run, given, 0);
    const isWanted: Wanted = (particle, planet, jd, rMin) => {
      const years = yearsSince({ jd }, config.start);
      const isOwn = (place < 0 || planet === place) && (given.particle < 0 || particle === given.particle);
      return isOwn && rMin < given.nearest && (span === undefined || (years >= span.from && years <= span.to));
    };
    return await body(archive, run, isWanted);
  } finally {
    closeSync(file);
  }
}

/** The events that are asked for, as columns: block by block, so that no more is held. */
const readApproaches = (ctx: CommandContext, given: Params): Promise<ArchivedRun & { readonly events: ApproachTable }> =>
  withRun(ctx, given, (archive, run, isWanted) => {
    const table = new ApproachTableBuilder();
    for (const rows of archive.parts('approaches')) addApproaches(rows, table, isWanted);
    return { ...run, events: table.build() };
  });

const shown = (years: number): string => String(Number(years.toFixed(3)));

const yearsReached = ({ blocks }: Archive, { step }: RunConfig): number =>
  blocks.reduce((most, block) => Math.max(most, block.step), 0) * (step / daysPerYear);

/**
 * The span of the flags, from `share` of the run on where they do not say.
 * @throws {BadInputError} `span` where the run has not been there
 */
function spanOf({ config, years }: ArchivedRun, given: Params, share: number): Span {
  const span = { from: given.from < 0 ? share * years : given.from, to: given.to < 0 ? years : given.to };
  // A run of 3000 yr ends with its last whole step.
  const isReached = span.to <= years + config.step / daysPerYear;
  const to = Math.min(span.to, years);
  if (isReached && span.from < to) return { from: span.from, to };
  throw new BadInputError(
    'span',
    `Cannot look at years ${span.from} to ${span.to}: expected a span within the years 0 to ${shown(years)} of the archive. Change --from or --to.`,
  );
}

/** @throws {BadInputError} `particle` for one that the run has not */
function requireParticle({ particles: { from, to } }: RunConfig, particle: number): void {
  if (particle < 0 || (particle >= from && particle < to)) return;
  throw new BadInputError(
    'particle',
    `Cannot find particle ${particle}: expected one of the run's, ${from} to ${to - 1}. Change --particle.`,
  );
}

/** Lines of a table, made block by block as they are written. */
async function writeTable(ctx: CommandContext, format: Params['format'], given: Params): Promise<void> {
  const { output: out, sample } = given;
  const names = sample === '' ? undefined : namesOf(await readJsonFile(sample, particleFile));
  const layout = ctx.json && out === '' ? 'json' : format;
  let count = 0;
  const eventsOf = function* (archive: Archive, isWanted: Wanted): Generator<EncounterEvent> {
    for (const rows of archive.parts('approaches')) {
      for (const event of eventsOfRows(rows)) {
        if (!isWanted(event.particle, event.planet, event.jd, event.rMin)) continue;
        count++;
        yield event;
      }
    }
  };
  await withRun(ctx, given, async (archive, { hash }, isWanted) => {
    const lines = eventTable(eventsOf(archive, isWanted), layout, hash, names);
    if (out === '') for (const line of lines) ctx.print(line);
    else await writeWhole(out, inPieces(lines));
  });
  if (out === '') return;
  if (ctx.json) ctx.print(JSON.stringify({ out, format, events: count }));
  else ctx.print(`${count} approaches written to ${out}`);
}

/** Many lines at a time: a write for each would be slow. */
function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(`${line}\n`);
    if (piece.length < 5000) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}

const namesOf = ({ particles }: ParticleFile): ReadonlyMap<number, ParticleFile['particles'][number]> =>
  new Map(particles.map((particle) => [particle.id, particle]));

type ReadSample = ApproachSample & { readonly events: ApproachTable };

async function sampleOf(
  ctx: CommandContext,
  { config, years, events }: ArchivedRun & { readonly events: ApproachTable },
  given: Params,
): Promise<ReadSample> {
  const times = { start: config.start, years };
  if (given.sample === '') {
    ctx.log(`Every particle counts as ${given.weight} asteroids, whatever its magnitude: give --sample for the weights of a sample.`);
    return { events, weights: evenWeights(config.particles.to, given.weight), ...times };
  }
  const completeness = given.completeness === '' ? undefined : await readJsonFile(given.completeness, completenessTable);
  if (completeness === undefined) ctx.log('Without --completeness frequencies are lower limits: they are those of the known asteroids.');
  return { events, weights: weightsOf(await readJsonFile(given.sample, particleFile), given.faintest, completeness), ...times };
}

async function printStatistics(ctx: CommandContext, run: ArchivedRun, sample: ReadSample, given: Params): Promise<void> {
  const { longestGap, window, replicates, randomSeed: seed } = given;
  const counted = { ...sample, events: sample.events.filter(({ particle }) => sample.weights.weight[particle] !== 0) };
  const span = spanOf(run, given, 0.2);
  const { criticalDistances } = run.config;
  const statistics = approachStatistics(counted, { span, criticalDistances, longestGap, window, replicates, seed });
  const comparison =
    given.observed === ''
      ? undefined
      : compareWithObserved(
          await readCad(await fileSource(given.observed)),
          counted.events.filter(({ planet, rMin }) => planetNames[planet] === 'earth' && rMin < criticalDistances.earth),
          statistics.planets.find(({ planet }) => planet === 'earth')!.frequency.perYear,
          { faintest: given.faintest, criticalDistance: criticalDistances.earth, asteroid: sample.weights.asteroid },
        );
  if (ctx.json) ctx.print(JSON.stringify({ config: run.hash, ...statistics, observed: comparison ?? null }));
  else for (const line of statisticsLines(statistics, comparison)) ctx.print(line);
}

async function writePlots(ctx: CommandContext, run: ArchivedRun, sample: ReadSample, given: Params): Promise<void> {
  const span = spanOf(run, given, 0.2);
  const { criticalDistances, start } = run.config;
  const rows = given.observed === '' ? [] : await readCad(await fileSource(given.observed));
  const observed = rows.filter(
    ({ body, distance, absoluteMagnitude }) =>
      body.toLowerCase() === 'earth' && distance < criticalDistances.earth && absoluteMagnitude <= given.faintest,
  );
  const text = JSON.stringify({
    config: run.hash,
    belt: { gaps: gapsOf(meanJupiterAxis(planetsAt2000())), nu6: nu6Curve() },
    planets: plotData(sample.events, sample.weights, { span, start, criticalDistances }, observed),
  });
  if (given.output === '') return ctx.print(text);
  await writeWhole(given.output, [`${text}\n`]);
  if (!ctx.json) ctx.print(`Data of the figures written to ${given.output}`);
  else ctx.print(JSON.stringify({ out: given.output }));
}

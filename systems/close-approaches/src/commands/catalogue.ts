import { type CommandContext, BadInputError, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import type { Catalogue } from '../formats/catalogue.js';
import { encodeCatalogue } from '../formats/catalogue-file.js';
import { writeWhole } from '../formats/write-whole.js';
import { asteroidsOf } from '../population/asteroids-of-catalogue.js';
import type { CatalogueAsteroid } from '../population/catalogue-asteroid.js';
import { gapsOf, isNearGap, nearestGap } from '../population/gaps.js';
import { meanJupiterAxis } from '../population/jupiter.js';
import { nu6Curve } from '../population/nu6.js';
import { mainBeltOf, selectMainBelt, type Selection } from '../population/main-belt.js';
import { type ParticleFile, particleRows } from '../population/particle-file.js';
import { drawSample, drawStratified } from '../population/sampling.js';
import { syntheticBelt } from '../population/synthetic-belt.js';
import { defaultSurface, testParticles } from '../population/test-particles.js';
import { planetsAt2000 } from '../planets/solar-system.js';
import { summaryOf } from '../statistics/histogram.js';
import { readCatalogue } from './read-catalogue.js';
import { asBadInput, chosen } from './read-input.js';

const params = z.object({
  output: z.string().default('').describe('file to write: particles (sample) or a catalogue (filter)'),
  synthetic: z.int().min(0).default(0).describe('asteroids of a synthetic belt, in place of a file'),
  randomSeed: z.int().default(0).describe('of every random choice'),
  faintest: z.number().default(99).describe('faintest absolute magnitude H that is kept'),
  keepMarsCrossers: z.boolean().default(false).describe('keep perihelia within 1.666 au'),
  keepSingleOppositions: z.boolean().default(false).describe('keep orbits of one opposition'),
  count: z.int().min(1).default(1000).describe('asteroids to draw (sample)'),
  strata: z.array(z.number()).default([]).describe('edges of bins of semi-major axis to draw from evenly, au (sample)'),
  clones: z.int().min(1).default(1).describe('particles an asteroid (sample)'),
  sigmaAxis: z.number().min(0).default(0).describe('spread of clones in a, au'),
  sigmaEccentricity: z.number().min(0).default(0).describe('spread of clones in e'),
  sigmaInclination: z.number().min(0).default(0).describe('spread of clones in i, degrees'),
  diameter: z.number().min(0).default(0).describe('diameter of all particles, km; 0 for that of the catalogue (sample)'),
  towards: z.number().min(0).max(1).default(0.5).describe('share of asteroids near a gap that drift towards it (sample)'),
  spins: z.enum(['gaps', 'random']).default('gaps').describe('upright spins near gaps, or all at random (sample)'),
  driftFactor: z.number().min(0).default(1).describe('multiplies the Yarkovsky drift; 0 switches it off (sample)'),
  years: z.number().positive().default(1e8).describe('length of the run, which says who is near a gap'),
});
type Params = z.output<typeof params>;

/** What there is in a catalogue, and what a run draws from it. */
export const catalogue = defineCommand({
  name: 'catalogue',
  aliases: ['catalog'],
  summary: 'describe a catalogue, cut out the main belt, draw test particles from it, list its gaps',
  arguments: [
    { name: 'what', summary: 'describe, filter, sample or gaps' },
    { name: 'file', summary: 'a catalogue made by "import", or any file of orbits; none with --synthetic', optional: true },
  ],
  examples: [
    'catalogue describe belt.orbits',
    'catalogue filter belt.orbits --faintest 18 --output bright.orbits',
    'catalogue sample belt.orbits --count 11000 --diameter 0.14 --random-seed 1 --output particles.json',
    'catalogue sample --synthetic 5000 --count 400 --output particles.json',
    'catalogue gaps',
  ],
  params,
  run: (ctx, given) =>
    asBadInput(async () => {
      const what = chosen(ctx.arguments[0], ['describe', 'filter', 'sample', 'gaps']);
      if (what === 'gaps') return printGaps(ctx);
      const source = await readSource(ctx, given);
      const limits = {
        faintest: given.faintest,
        keepMarsCrossers: given.keepMarsCrossers,
        keepSingleOppositions: given.keepSingleOppositions,
        keepWithoutMagnitude: given.diameter > 0,
      };
      if (what === 'describe') return describe(ctx, source.asteroids, mainBeltOf(source.asteroids, limits));
      const selection = selectMainBelt(source.asteroids, limits);
      if (what === 'filter') await writeFiltered(ctx, source.catalogue, selection, given);
      else await writeSample(ctx, source.asteroids, selection, given);
    }),
});

interface Source {
  readonly asteroids: readonly CatalogueAsteroid[];
  /** Absent for a synthetic belt. */
  readonly catalogue?: Catalogue;
}

async function readSource(ctx: CommandContext, { synthetic, randomSeed: seed }: Params): Promise<Source> {
  if (synthetic > 0) return { asteroids: syntheticBelt({ count: synthetic, seed, gaps: gapsOf(meanJupiterAxis(planetsAt2000())) }) };
  const path = ctx.arguments[1];
  if (path === undefined) throw new BadInputError('argument', 'Catalogue: expected a file or --synthetic with a number, got neither.');
  const { catalogue } = await readCatalogue(ctx, [path], false);
  return { catalogue, asteroids: asteroidsOf(catalogue) };
}

function printGaps(ctx: CommandContext): void {
  const jupiter = meanJupiterAxis(planetsAt2000());
  for (const { name, semiMajorAxis, halfWidth } of gapsOf(jupiter)) {
    if (ctx.json) ctx.print(JSON.stringify({ gap: name, semiMajorAxis, halfWidth, jupiter }));
    else ctx.print(`${name.padEnd(8)} ${semiMajorAxis.toFixed(4)} au ± ${halfWidth} au`);
  }
  if (ctx.json) return ctx.print(JSON.stringify({ resonance: 'ν6', curve: nu6Curve() }));
  ctx.print(`Mean semi-major axis of Jupiter ${jupiter.toFixed(5)} au.`);
  const curve = nu6Curve()
    .filter(({ inclination }) => inclination % 5 === 0)
    .map(({ inclination, semiMajorAxis }) => `${semiMajorAxis.toFixed(3)} au at ${inclination}°`);
  ctx.print(`ν6, for figures alone: ${curve.join(', ')}`);
}

function describe(ctx: CommandContext, asteroids: readonly CatalogueAsteroid[], { indices, removed }: Selection): void {
  const selected = Array.from(indices, (index) => asteroids[index]!);
  // Of a catalogue without a belt the ranges are those of all.
  const described = selected.length > 0 ? selected : asteroids;
  const gaps = gapsOf(meanJupiterAxis(planetsAt2000()));
  const epochs = new Map<number, number>();
  for (const { epoch } of asteroids) epochs.set(epoch, (epochs.get(epoch) ?? 0) + 1);
  const rest = { catalogue: asteroids.length, mainBelt: selected.length, removed, epochs: epochs.size };
  const inGap = Object.fromEntries(
    gaps.map((gap) => [gap.name, selected.filter(({ semiMajorAxis }) => isNearGap(semiMajorAxis, 0, [gap])).length]),
  );
  const nearest = Object.fromEntries(
    gaps.map(({ name }) => [name, selected.filter(({ semiMajorAxis }) => nearestGap(semiMajorAxis, gaps).gap.name === name).length]),
  );
  const ranges = Object.fromEntries(
    (['semiMajorAxis', 'eccentricity', 'inclination', 'absoluteMagnitude'] as const).map((name) => [
      name,
      summaryOf(knownOf(described, name)),
    ]),
  );
  if (ctx.json) return ctx.print(JSON.stringify({ ...rest, inGap, nearest, ...ranges }));
  ctx.print(`asteroids in the catalogue  ${asteroids.length}`);
  for (const [reason, count] of Object.entries(removed)) if (count > 0) ctx.print(`  left out: ${reason.padEnd(18)} ${count}`);
  ctx.print(`in the main belt            ${selected.length}${selected.length > 0 ? '' : '; of all asteroids:'}`);
  for (const [name, { lowerQuartile, median, upperQuartile }] of Object.entries(ranges)) {
    ctx.print(
      `  ${name.padEnd(18)} median ${median.toPrecision(5)}, quartiles ${lowerQuartile.toPrecision(5)} to ${upperQuartile.toPrecision(5)}`,
    );
  }
  if (selected.length > 0)
    for (const { name } of gaps)
      ctx.print(`  gap ${name.padEnd(8)} ${String(inGap[name]).padStart(7)} inside, nearest of ${nearest[name]}`);
  if (epochs.size > 1) ctx.print(`Elements are of ${epochs.size} epochs: propagate them to one before a run.`);
}

/** The values of a column that are known. */
function knownOf(asteroids: readonly CatalogueAsteroid[], name: keyof CatalogueAsteroid): Float64Array {
  const values = new Float64Array(asteroids.length);
  let count = 0;
  for (const asteroid of asteroids) {
    const value = asteroid[name];
    if (typeof value === 'number') values[count++] = value;
  }
  return values.subarray(0, count);
}

async function writeFiltered(
  ctx: CommandContext,
  source: Catalogue | undefined,
  { indices, removed }: Selection,
  { output: out }: Params,
): Promise<void> {
  if (source === undefined)
    throw new BadInputError('argument', 'Filter: expected a catalogue file, got a synthetic belt; sample it instead.');
  await writeWhole(requiredOut(out), encodeCatalogue(source.select(indices)));
  if (ctx.json) ctx.print(JSON.stringify({ out, asteroids: indices.length, removed }));
  else ctx.print(`${indices.length} of ${source.count} asteroids written to ${out}`);
}

async function writeSample(
  ctx: CommandContext,
  asteroids: readonly CatalogueAsteroid[],
  { indices }: Selection,
  given: Params,
): Promise<void> {
  const { randomSeed: seed, years, count, strata, output: out, towards, spins, driftFactor, diameter } = given;
  const axes = Array.from(indices, (index) => asteroids[index]!.semiMajorAxis);
  const sample = strata.length === 0 ? drawSample(indices, count, seed) : drawStratified(indices, axes, strata, count, seed, 'equal');
  const particles = testParticles(asteroids, sample, {
    seed,
    years,
    gaps: gapsOf(meanJupiterAxis(planetsAt2000())),
    size: diameter === 0 ? 'catalogue' : diameter,
    spin: { orientation: spins, towards, period: 6 },
    surface: defaultSurface,
    driftFactor,
    clones: given.clones,
    spread: { semiMajorAxis: given.sigmaAxis, eccentricity: given.sigmaEccentricity, inclination: given.sigmaInclination },
  });
  const file: ParticleFile = { seed, years, catalogue: asteroids.length, selected: indices.length, particles: particleRows(particles) };
  await writeWhole(requiredOut(out), [`${JSON.stringify(file)}\n`]);
  const nearGap = particles.filter((particle) => particle.nearGap).length;
  const weight = particles.reduce((sum, particle) => sum + particle.weight, 0) / particles.length;
  if (ctx.json) ctx.print(JSON.stringify({ out, particles: particles.length, nearGap, weight }));
  else
    ctx.print(
      `${particles.length} particles written to ${out}: ${nearGap} near a gap; each stands for ${weight.toPrecision(5)} of ${indices.length} asteroids`,
    );
}

function requiredOut(out: string): string {
  if (out !== '') return out;
  throw new BadInputError('argument', 'Output: expected --output with the name of a file, got none.');
}

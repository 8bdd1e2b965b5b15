import { beltArithmetic } from '../belt/belt-step.js';
import { defineStudy, inputFile } from '@sardonyx/study';
import { z } from 'zod';
import { withArchive } from '../archive/archive-file.js';
import type { Archive } from '../archive/archive.js';
import { addApproaches } from '../archive/archived-events.js';
import { checkedRunConfig, isTooLongForMercury, yearsOf } from '../archive/run-config.js';
import { daysPerYear, j2000 } from '../constants.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import { detectorStepTable } from '../belt/detector-step-table.js';
import { tableOfStates } from '../belt/particle-table.js';
import { shortPassagesNote } from '../belt/short-passages.js';
import { defaultCriticalDistances } from '../encounters/critical-distances.js';
import { minorBodyNames, terrestrialPlanets } from '../planets/bodies.js';
import { planetsAt2000 } from '../planets/solar-system.js';
import { mainBelt } from '../population/main-belt.js';
import { weightsOf } from '../population/particle-file.js';
import { planetsAt } from '../propagation/planets-at.js';
import { runIntoArchive } from '../runs/archived-run.js';
import { approachStatistics } from '../statistics/approach-statistics.js';
import { type ApproachTable, ApproachTableBuilder } from '../statistics/approach-table.js';
import { commonDistance, type CriticalDistances, fiveHillRadii } from '../statistics/critical-distances.js';
import { plotData } from '../statistics/plot-data.js';
import { entriesOf } from './belt-entries.js';
import { beltExpectations, isThroughGateway } from './belt-expectations.js';
import { beltFigures } from './belt-figures.js';
import { longestSteps, runLength } from './belt-length.js';
import { populationOf } from './belt-population.js';
import { writeDetectorSteps, writeDistributions, writeStatistics } from './belt-tables.js';
import { nearEarthStates } from './near-earth-orbits.js';

const params = z
  .object({
    catalogue: inputFile('file of orbits in any known format; none for a synthetic belt'),
    asteroids: z.int().min(1).default(20_000).describe('asteroids of the synthetic belt'),
    particles: z.int().min(1).default(60).describe('particles drawn from the belt'),
    particlesFile: inputFile('particles that "catalogue sample" made, of which the first --particles are taken, instead of drawing'),
    years: z.number().positive().max(1e9).default(5000).describe('length of the run'),
    step: z.number().positive().max(64).default(16).describe('days of the longest step'),
    levels: z.int().min(1).max(8).default(5).describe('lengths of steps, each half of the one before; 1 for one step for all'),
    snapshots: z.int().min(1).default(20).describe('snapshots of all states in the archive'),
    diameter: z.number().min(0).default(0.14).describe('diameter of all particles, km; 0 for that of the catalogue, and its magnitudes'),
    driftFactor: z.number().min(0).default(1).describe('multiplies the Yarkovsky drift'),
    towards: z.number().min(0).max(1).default(0.5).describe('share of the particles near a gap that drift towards it'),
    spins: z.enum(['gaps', 'random']).default('gaps').describe('upright spins near gaps, or all at random'),
    spinFile: inputFile('CSV of known spins: designation, obliquity (degrees), period (hours)'),
    spinEvolution: z.boolean().default(false).describe('whether torques of radiation and collisions turn spins on the way'),
    spinYears: z.number().positive().default(1000).describe('years between two looks at spins, and at drifts of orbits that changed'),
    relativity: z.boolean().default(false).describe('whether the Sun’s post-Newtonian field acts on planets and particles'),
    massive: z.array(z.enum(minorBodyNames)).default([]).describe('bodies with weight beside the planets'),
    solarJ2: z.boolean().default(false).describe('whether the Sun’s J2 acts on them'),
    insideGaps: z.number().min(0).max(1).default(0).describe('share of the particles that start within the half-width of a gap'),
    nearGaps: z.boolean().default(false).describe('whether the others start where they may drift into a gap during the run'),
    keepMarsCrossers: z.boolean().default(false).describe('whether perihelia of 1.3 to 1.666 au belong to the belt'),
    largestPerihelion: z.number().positive().default(99).describe('draw only from asteroids with perihelia within it, au'),
    firstParticle: z.int().min(0).default(0).describe('first particle of this part of a split run'),
    lastParticle: z.int().min(0).default(0).describe('one beyond the last particle of this part; 0 for all'),
    detectorParticles: z.int().min(0).default(12).describe('near-Earth orbits of the table of detectors and steps'),
    detectorYears: z.number().positive().default(20).describe('years of that table'),
    batch: z.int().min(1).default(4096).describe('particles moved together at most; no result depends on it'),
    replicates: z.int().min(1).default(1000).describe('samples of the bootstrap'),
    detector: z.enum(['quintic', 'cubic', 'arcs']).default('quintic').describe('path between two steps on which encounters are sought'),
    criticalDistances: z
      .array(z.number().positive().max(1))
      .refine(({ length }) => [0, 1, terrestrialPlanets.length].includes(length), 'one number for all planets, four, or none')
      .default([])
      .describe('au, of Mercury, Venus, Earth and Mars, or one for all; none for five Hill radii'),
    skipBad: z.boolean().default(false).describe('whether bad lines of the catalogue are counted and left out'),
    force: z.boolean().default(false).describe('whether steps too long for Mercury are taken all the same'),
  })
  .refine(({ particles, lastParticle }) => lastParticle <= particles, { path: ['lastParticle'], message: 'at most --particles' })
  .refine(({ particles, firstParticle, lastParticle }) => firstParticle < (lastParticle || particles), {
    path: ['firstParticle'],
    message: 'before --last-particle and --particles',
  })
  .refine(({ step, levels, force }) => force || !isTooLongForMercury(step / 2 ** (levels - 1)), {
    path: ['step'],
    message: 'with --levels halved to at most 11 d, an eighth of Mercury’s period, or --force true',
  })
  .refine((rules) => rules.snapshots <= longestSteps(rules), { path: ['snapshots'], message: 'at most one a longest step' });

/** Core-seconds of a particle's longest step with its encounters, and of one of the planets. */
const [particleSeconds, planetSeconds] = [8e-8, 3e-6];
const archivePath = 'archive/run.caph';
/** The whole way from a catalogue to numbers and frequencies. */
export const belt = defineStudy({
  name: 'belt',
  title: 'From the main belt to the terrestrial planets',
  paper: { arxiv: '2502.13489', where: 'numbers, frequencies, distances and speeds' },
  summary: 'a sample of the belt under Sun, planets and Yarkovsky drift: who approaches which planet, how often, how near, how fast',
  params,
  presets: {
    // Asteroids that may meet Mars at once: the others take millions of years.
    quick: { keepMarsCrossers: true, largestPerihelion: 1.65 },
    standard: {
      particles: 400,
      years: 2_000_000,
      step: 8,
      levels: 4,
      snapshots: 400,
      driftFactor: 10,
      insideGaps: 0.5,
      nearGaps: true,
      detectorParticles: 100,
      detectorYears: 100,
    },
    paper: {
      particles: 11_000,
      years: 1e8,
      snapshots: 10_000,
      diameter: 0,
      asteroids: 200_000,
      detectorParticles: 1000,
      detectorYears: 100,
    },
  },
  cost({ particles, years, step, levels, batch, firstParticle, lastParticle, snapshots, asteroids, catalogue }) {
    const count = (lastParticle || particles) - firstParticle;
    const { steps } = runLength({ years, step, snapshots });
    return {
      particleSteps: count * steps,
      seconds: count * steps * particleSeconds + Math.ceil(count / batch) * steps * 2 ** (levels - 1) * planetSeconds,
      memoryBytes: 2e8 + (catalogue === '' ? 400 * asteroids : 0) + 2000 * count,
      snapshotBytes: snapshots * count * 52,
    };
  },
  async run(ctx, given) {
    const { particles, years, step, detectorParticles, detectorYears } = given;
    const population = await populationOf({ ...given, seed: ctx.seed });
    const { file, epoch, gaps } = population;
    const length = runLength(given);
    const range = { from: given.firstParticle, to: given.lastParticle || particles };
    const { config, warnings } = checkedRunConfig({
      seed: ctx.seed,
      start: epoch,
      step,
      levels: given.levels,
      ...length,
      detector: given.detector,
      criticalDistances: distancesOf(given.criticalDistances),
      force: given.force,
      particles: range,
      relativity: given.relativity,
      solarJ2: given.solarJ2,
      massive: given.massive,
      yarkovsky: {
        factor: given.driftFactor,
        evolution: given.spinEvolution,
        lookSteps: Math.max(1, Math.round((given.spinYears * daysPerYear) / step)),
      },
    });
    ctx.file('particles/particles.json', `${JSON.stringify(file)}\n`);
    const path = ctx.place(archivePath);
    const bodies = epoch === j2000 && given.massive.length === 0 ? planetsAt2000() : planetsAt(epoch, given.massive);
    await runIntoArchive(
      path,
      {
        config,
        bodies,
        states: population.states.slice(stateSize * range.from, stateSize * range.to),
        drift: population.drift.slice(range.from, range.to),
        spins: {
          diameter: population.spins.diameter.slice(range.from, range.to),
          obliquity: population.spins.obliquity.slice(range.from, range.to),
          rate: population.spins.rate.slice(range.from, range.to),
        },
        build: `sardonyx 0.1.0, arithmetic ${beltArithmetic}`,
      },
      {
        workers: ctx.workers,
        batch: given.batch,
        stretch: stretchOf(ctx.workers),
        pause: () => ctx.yield(),
        isDue: () => ctx.dueCheckpoint(),
        // The archive holds all that the run continues from.
        saved: (done) => ctx.checkpoint({ step: done, arrays: {}, state: {} }),
        progress: (done, alive) => ctx.progress(done, config.steps, `${alive} particles`),
        warn: (message) => ctx.log(message),
      },
    );
    // What is logged before an interruption would be logged again.
    const shortest = step / 2 ** (given.levels - 1);
    const fast = shortPassagesNote(population.states, shortest, (place) => file.particles[place]!.name);
    for (const note of [...warnings, ...population.notes, ...(fast === undefined ? [] : [fast])]) ctx.log(note);
    if (length.steps !== given.snapshots * length.snapshotSteps) {
      ctx.log(`${length.steps / length.snapshotSteps} snapshots: ${given.snapshots} do not fit ${years} years of ${step} d steps.`);
    }
    ctx.log(
      `Each particle stands for ${(file.selected / particles).toPrecision(4)} asteroids of ${file.selected} that the cuts leave of ${given.catalogue || 'a synthetic catalogue'}.`,
    );
    const { events, removed } = withArchive(path, (archive) => ({
      events: approachesOf(archive),
      removed: archive.rows('removals')['particle']?.shape[0] ?? 0,
    }));
    const weights = weightsOf(file);
    const statistics = approachStatistics(
      { events, weights, start: epoch, years: yearsOf(config) },
      { replicates: given.replicates, seed: ctx.seed, criticalDistances: config.criticalDistances },
    );
    writeStatistics(ctx, statistics);
    writeDistributions(
      ctx,
      plotData(events, weights, { span: statistics.span, start: epoch, criticalDistances: config.criticalDistances }),
    );
    ctx.result('approaches', events.length);
    ctx.result('particles removed', removed);
    const entries = entriesOf(path, step, gaps, bodies);
    const table = ctx.table('entries', { particle: 'int32', year: 'float64', semiMajorAxis: 'float64', gap: 'utf8', distance: 'float64' });
    for (const entry of entries) table.append({ ...entry });
    const crossers = file.particles.filter(({ semiMajorAxis, eccentricity }) => semiMajorAxis * (1 - eccentricity) < mainBelt.perihelion);
    ctx.result('particles that reach the orbit of Mars at the start', crossers.length);
    ctx.result('entries into q < 1.3 au', entries.length);
    ctx.result('entries elsewhere', entries.filter((entry) => !isThroughGateway(entry)).length);
    if (detectorParticles === 0) return;
    const rows = await detectorStepTable(bodies, tableOfStates(nearEarthStates(detectorParticles, ctx.seed)), {
      days: detectorYears * daysPerYear,
      criticalDistances: defaultCriticalDistances,
    });
    writeDetectorSteps(ctx, rows, detectorParticles, detectorYears);
  },
  figures: beltFigures,
  expect: beltExpectations,
});

function distancesOf(given: readonly number[]): CriticalDistances {
  if (given.length === 0) return fiveHillRadii;
  const [mercury, venus, earth, mars] = given as [number, number, number, number];
  return given.length === 1 ? commonDistance(mercury) : { mercury, venus, earth, mars };
}

/** All approaches as columns, read block by block. */
function approachesOf(archive: Archive): ApproachTable {
  const table = new ApproachTableBuilder();
  for (const rows of archive.parts('approaches')) addApproaches(rows, table, () => true);
  return table.build();
}

/** Particle-steps between two looks at Ctrl-C: about a second. */
const stretchOf = (workers: number): number => 1e6 * workers;

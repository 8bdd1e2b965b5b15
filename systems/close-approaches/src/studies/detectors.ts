import { map } from '@sardonyx/parallel';
import { defineStudy, inputFile, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { auPerDayOfKmPerSecond, daysPerYear, j2000, sunGm } from '../constants.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import type { Detector } from '../encounters/step-detector.js';
import { fileSource } from '../formats/file-source.js';
import { CatalogueBuilder } from '../formats/catalogue.js';
import { readOrbits } from '../formats/read-orbits.js';
import { stateOfKeplerian } from '../orbit/state-from-elements.js';
import { type TerrestrialPlanet, terrestrialPlanets } from '../planets/bodies.js';
import { planetsAt2000 } from '../planets/solar-system.js';
import { asteroidsOf } from '../population/asteroids-of-catalogue.js';
import { planetsAt } from '../propagation/planets-at.js';
import { atCommonEpoch } from '../propagation/common-epoch.js';
import { shortPassagesNote } from '../belt/short-passages.js';
import { fiveHillRadii } from '../statistics/critical-distances.js';
import { uniformityTest } from '../statistics/kolmogorov-smirnov.js';
import { type DetectedApproach, detectorShard } from './detector-shard.js';
import { nearEarthStates } from './near-earth-orbits.js';

const params = z.object({
  orbits: inputFile('catalogue of near-Earth orbits, in any known format; drawn at random without one'),
  faintest: z.number().default(22).describe('faintest absolute magnitude H taken from a catalogue'),
  particles: z.int().min(1).max(1e6).default(100).describe('orbits'),
  years: z.number().positive().max(1e5).default(50).describe('length of every run'),
  steps: z
    .array(z.number().positive().max(64))
    .min(2, 'at least two')
    .refine((steps) => steps.every((step, k) => k === 0 || step > steps[k - 1]!), 'ascending')
    .default([1, 2, 4, 8, 16])
    .describe('days of the steps, ascending, at least two'),
  batch: z.int().min(1).default(50).describe('particles moved together; no result depends on it'),
});

const detectors = ['quintic', 'cubic'] as const satisfies readonly Detector[];
/** Approaches from which on counts are judged. */
const enough = 20;
/** Approaches of two runs of the same orbits are mostly the same ones: independent Poisson counts scatter more. */
const scatter = 3;

/** How many approaches a detector finds with a step, and what it owes to itself. */
export const detectorsStudy = defineStudy({
  name: 'detectors',
  title: 'What grows with the step at Mercury is the detector',
  paper: { arxiv: '2502.13489', where: 'precise nominal time steps' },
  summary: 'approaches of near-Earth orbits to four planets with steps of 1 to 16 d, by the quintic and the cubic detector',
  params,
  presets: { quick: {}, standard: { particles: 1000, years: 100 }, paper: { particles: 1223, years: 1000 } },
  cost: ({ particles, years, steps }) => ({
    seconds: detectors.length * steps.reduce((sum, step) => sum + (particles * years * daysPerYear) / step, 0) * 1.5e-6,
  }),
  async run(ctx, { orbits, faintest, particles, years, steps, batch }) {
    const { states, epoch } =
      orbits === '' ? { states: nearEarthStates(particles, ctx.seed), epoch: j2000 } : await readStates(orbits, particles, faintest);
    const fast = shortPassagesNote(states, Math.max(...steps), (place) => `orbit ${place + 1}`);
    if (fast !== undefined && ctx.restored === undefined) ctx.log(fast);
    const bodies = epoch === j2000 ? planetsAt2000() : planetsAt(epoch);
    const table = ctx.table('detector_steps', { detector: 'utf8', step: 'float64', planet: 'utf8', events: 'int32', speed: 'float64' });
    const curves = ctx.table('mercury', { detector: 'utf8', step: 'float64', events: 'int32' });
    const cells = detectors.flatMap((detector) => steps.map((step) => ({ detector, step })));
    for (let cell = ctx.restored?.step ?? 0; cell < cells.length; cell++) {
      const { detector, step } = cells[cell]!;
      const shards = Array.from({ length: Math.ceil(states.length / stateSize / batch) }, (_, k) => ({
        bodies,
        states: states.slice(stateSize * batch * k, stateSize * batch * (k + 1)),
        firstId: batch * k,
        detector,
        step,
        steps: Math.round((years * daysPerYear) / step),
      }));
      const approaches = (await map(shards, detectorShard, { workers: ctx.workers, signal: ctx.signal, pause: () => ctx.yield() })).flat();
      for (const [place, planet] of terrestrialPlanets.entries()) {
        const own = approaches.filter(([at]) => at === place);
        const sum = own.reduce((total, [, , vInf]) => total + vInf / auPerDayOfKmPerSecond, 0);
        // Not 0/0, which need not be the same bits as the NaN that a checkpoint gives back.
        const speed = own.length === 0 ? NaN : sum / own.length;
        table.append({ detector, step, planet, events: own.length, speed });
        if (planet === 'mercury') curves.append({ detector, step, events: own.length });
        if (detector === 'quintic' && step === steps[0]) tellDistances(ctx, planet, own, speed);
      }
      ctx.progress(cell + 1, cells.length, `${detector}, ${step} d`);
      if (ctx.dueCheckpoint()) await ctx.checkpoint({ step: cell + 1, arrays: {}, state: {} });
    }
    if (orbits === '') ctx.log(`Orbits drawn from seed ${ctx.seed}; rates are not those of the known near-Earth objects.`);
  },
  figures: [
    {
      name: 'mercury',
      title: 'Approaches to Mercury',
      kind: 'line',
      table: 'mercury',
      x: 'step',
      y: 'events',
      series: 'detector',
      xLabel: 'step (d)',
      yLabel: 'approaches',
      xScale: 'log',
    },
    {
      name: 'all',
      title: 'Approaches by planet, both detectors',
      kind: 'dot',
      table: 'detector_steps',
      x: 'step',
      y: 'events',
      series: 'planet',
      xLabel: 'step (d)',
      yLabel: 'approaches',
      xScale: 'log',
    },
  ],
  expect: [
    {
      name: 'Mercury, cubic detector',
      paper: 'about twice the count at 8 d, four times at 16 d',
      claim: `at the longest step more than √2 times the quintic count at the shortest, and by more than ${scatter} Poisson deviations; judged from ${enough} approaches on`,
      evaluate: (results) => {
        const counts = countsOf(results.table('detector_steps')?.columns);
        const [right, found] = [counts('quintic', 'mercury')[0]!, counts('cubic', 'mercury').at(-1)!];
        const holds = found > Math.SQRT2 * right && found - right > scatter * Math.sqrt(found + right);
        return {
          ours: `${found} against ${right}: ${(found / right).toFixed(2)} times`,
          verdict: found < enough ? 'reported' : holds ? 'holds' : 'fails',
        };
      },
    },
    ...detectors.flatMap((detector) =>
      terrestrialPlanets
        .filter((planet) => detector === 'quintic' || planet !== 'mercury')
        .map((planet) => ({
          name: `${planet}, ${detector} detector`,
          paper: 'the same count at every step, within its scatter',
          claim: `all steps within ${scatter} Poisson deviations of the shortest; judged from ${enough} approaches on`,
          evaluate: (results: Parameters<NonNullable<typeof evaluateColumns>>[0]) => {
            const counts = evaluateColumns(results)(detector, planet);
            const right = counts[0]!;
            const holds = counts.every((count) => Math.abs(count - right) <= scatter * Math.sqrt(count + right));
            return {
              ours: counts.join(', '),
              verdict: right < enough ? ('reported' as const) : holds ? ('holds' as const) : ('fails' as const),
            };
          },
        })),
    ),
    {
      name: 'speeds',
      paper: 'mean v_inf of real objects: Mercury 36, Venus 17, Earth 15.6, Mars 13.3 km/s',
      claim: `Mercury > Venus > Earth > Mars; judged where every planet has ${enough} approaches`,
      evaluate: (results) => {
        const speeds = terrestrialPlanets.map((planet) => results.number(`${planet}: mean v_inf, km/s`));
        const isJudged = terrestrialPlanets.every((planet) => results.number(`${planet}: approaches`) >= enough);
        const isOrdered = speeds.every((speed, k) => k === 0 || speed < speeds[k - 1]!);
        return {
          ours: speeds.map((speed) => speed.toFixed(1)).join(', '),
          verdict: !isJudged ? 'reported' : isOrdered ? 'holds' : 'fails',
        };
      },
    },
    {
      name: 'miss distances',
      paper: 'distributed as r²',
      claim:
        'Kolmogorov and Smirnov do not reject it (p > 0.01) for the first approaches of each orbit, for planets with more than 50 of them',
      evaluate: (results) => {
        const judged = terrestrialPlanets.filter((planet) => results.number(`${planet}: first approaches of an orbit`) > 50);
        const pOf = (planet: TerrestrialPlanet): number => results.number(`${planet}: p of miss distances, first`);
        const verdict = judged.length === 0 ? 'reported' : judged.every((planet) => pOf(planet) > 0.01) ? 'holds' : 'fails';
        return { ours: judged.map((planet) => `${planet} ${pOf(planet).toPrecision(2)}`).join(', ') || 'too few approaches', verdict };
      },
    },
  ],
});

type DetectorColumns = Readonly<Record<string, readonly unknown[]>> | undefined;

/** Events by step of one detector and planet. */
const countsOf =
  (columns: DetectorColumns) =>
  (detector: Detector, planet: TerrestrialPlanet): number[] =>
    (columns?.['events'] ?? []).flatMap((events, row) =>
      columns!['detector']![row] === detector && columns!['planet']![row] === planet ? [Number(events)] : [],
    );

const evaluateColumns = (results: { table(name: string): { readonly columns: NonNullable<DetectorColumns> } | undefined }) =>
  countsOf(results.table('detector_steps')?.columns);

/** What the shortest step and the better detector say of distances and speeds. */
function tellDistances(ctx: StudyContext, planet: TerrestrialPlanet, own: readonly DetectedApproach[], speed: number): void {
  const pOf = (approaches: readonly DetectedApproach[]): number =>
    uniformityTest(approaches.map(([, rMin]) => (rMin / fiveHillRadii[planet]) ** 2)).pValue;
  // Approaches of one orbit come alike, year after year where it goes with the planet: only the first of each are independent.
  const seen = new Set<number>();
  const first = own.filter(([, , , particle]) => !seen.has(particle) && seen.add(particle));
  ctx.result(`${planet}: approaches`, own.length);
  ctx.result(`${planet}: mean v_inf, km/s`, speed);
  ctx.result(`${planet}: first approaches of an orbit`, first.length);
  ctx.result(`${planet}: p of miss distances, all`, pOf(own));
  ctx.result(`${planet}: p of miss distances, first`, pOf(first));
}

/** The first orbits of a catalogue that are bright enough, at the epoch of its first. */
async function readStates(path: string, count: number, faintest: number): Promise<{ states: Float64Array; epoch: number }> {
  const builder = new CatalogueBuilder();
  await readOrbits(await fileSource(path), builder, {});
  const read = builder.build();
  const bright = asteroidsOf(read).flatMap(({ absoluteMagnitude }, index) => ((absoluteMagnitude ?? -Infinity) <= faintest ? [index] : []));
  const catalogue = read.select(Uint32Array.from(bright.slice(0, count)));
  const epoch = catalogue.column('epoch')[0] ?? j2000;
  const asteroids = asteroidsOf(atCommonEpoch(catalogue, epoch));
  return { states: Float64Array.from(asteroids.flatMap((asteroid) => [...stateOfKeplerian(asteroid, sunGm)])), epoch };
}

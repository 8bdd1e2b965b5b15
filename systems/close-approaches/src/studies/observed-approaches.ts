import { defineStudy, inputFile, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { daysPerYear, sunGm } from '../constants.js';
import { type CloseApproach, readCad } from '../formats/cad.js';
import { CatalogueBuilder } from '../formats/catalogue.js';
import { fileSource } from '../formats/file-source.js';
import type { OrbitRecord } from '../formats/orbit-record.js';
import { readOrbits } from '../formats/read-orbits.js';
import { cometaryOf } from '../orbit/elements-from-state.js';
import { moid } from '../orbit/moid.js';
import { followedBody } from '../propagation/common-epoch.js';
import { type PassSearch, passesOf } from '../propagation/passes.js';
import { SolarSystem } from '../propagation/propagation.js';
import { approachColumns, missesOf, resultsOf, rowOf } from './approach-agreement.js';
import { type ComputedApproach, matchApproaches, type OrbitNote } from './approach-matching.js';
import { syntheticApproaches } from './synthetic-approaches.js';

const params = z
  .object({
    approaches: inputFile("JPL's table of close approaches (CAD); with --orbits"),
    orbits: inputFile('orbits of near-Earth objects in any known format; with --approaches'),
    faintest: z.number().default(22).describe('faintest absolute magnitude H that counts'),
    within: z.number().positive().max(0.5).default(0.05).describe('largest distance of an approach that counts, au'),
    moidMargin: z.number().positive().default(0.01).describe('orbits are integrated whose MOID is at most so much above it, au'),
    synthetic: z.int().min(1).max(1000).default(12).describe('bodies made up, without files'),
  })
  .refine(({ approaches, orbits }) => approaches === '' || orbits !== '', { path: ['approaches'], message: 'needs --orbits beside it' })
  .refine(({ approaches, orbits }) => orbits === '' || approaches !== '', { path: ['orbits'], message: 'needs --approaches beside it' });

/** Of the made-up case: 2020, and elements of its middle. */
const made = { from: 2_458_849.5, to: 2_459_215.5, epoch: 2_459_000.5 };
/** Days from the first row's day to the end of the last one's. */
const wholeDays = (rows: readonly CloseApproach[]): { from: number; to: number } => ({
  from: Math.floor(Math.min(...rows.map(({ time }) => time)) - 0.5) + 0.5,
  to: Math.ceil(Math.max(...rows.map(({ time }) => time)) - 0.5) + 0.5,
});
/** Lines of misses in the log; the table has all. */
const mostTold = 20;
/** Passes this much farther than what counts are looked for: a row just within may be one just without of ours. */
const searchMargin = 1.05;

/** Elements of near-Earth objects followed through a table of their approaches. */
export const observedApproaches = defineStudy({
  name: 'observed-approaches',
  title: 'Observed approaches to the Earth, reproduced from elements',
  paper: { arxiv: '2502.13489', where: 'comparison with observations' },
  summary: 'near-Earth objects by IAS15 from their elements through the span of a table of close approaches, each approach beside its row',
  params,
  presets: { quick: {}, standard: {}, paper: {} },
  async run(ctx, { approaches, orbits, faintest, within, moidMargin, synthetic }) {
    const system = new SolarSystem();
    const given =
      approaches === ''
        ? { ...syntheticApproaches(synthetic, ctx.seed, { ...made, within }, new SolarSystem()), span: made }
        : await readFiles(approaches, orbits);
    const rows = given.rows.filter(
      ({ body, distance, absoluteMagnitude }) => body.toLowerCase() === 'earth' && distance < within && absoluteMagnitude <= faintest,
    );
    const inTable = new Set(rows.map(({ designation }) => designation));
    const bright = given.orbits
      .filter(({ designation, absoluteMagnitude = NaN }) => absoluteMagnitude <= faintest || inTable.has(designation))
      .sort((a, b) => a.epoch! - b.epoch!);
    const { candidates, notes } = nearOrbits(bright, within + moidMargin, system);
    ctx.log(`${rows.length} rows count of ${given.rows.length}; ${candidates.length} of ${bright.length} bright orbits come near enough.`);
    const computed = await follow(ctx, candidates, { planet: 'earth', ...given.span, within: searchMargin * within, system });
    // Beyond what counts only the approach of a row is wanted.
    const compared = matchApproaches(rows, computed, notes).filter(
      ({ outcome, own }) => outcome !== 'not in the table' || (own!.distance < within && own!.absoluteMagnitude <= faintest),
    );
    const table = ctx.table('approaches', approachColumns);
    for (const approach of compared) table.append(rowOf(approach));
    for (const line of missesOf(compared).slice(0, mostTold)) ctx.log(line);
    const years = (given.span.to - given.span.from) / daysPerYear;
    for (const [name, value] of Object.entries(resultsOf(compared, within, years))) ctx.result(name, value);
    if (approaches === '') ctx.log(`Bodies made up from seed ${ctx.seed}: their number says nothing of the sky.`);
  },
  figures: [
    {
      name: 'distances',
      title: 'Difference of miss distances from the table',
      caption: 'Approaches by how uncertain the table takes their distance to be (3 sigma).',
      kind: 'dot',
      table: 'approaches',
      x: 'distance_bound',
      y: 'distance_error',
      series: 'solution',
      xLabel: 'uncertainty in the table (au)',
      yLabel: 'difference (au)',
      xScale: 'log',
      yScale: 'log',
    },
    {
      name: 'speeds',
      title: 'Approaches',
      kind: 'dot',
      table: 'approaches',
      x: 'distance',
      y: 'speed',
      series: 'outcome',
      xLabel: 'distance (au)',
      yLabel: 'speed (km/s)',
    },
  ],
  expect: [
    {
      name: 'completeness',
      paper: 'every approach within 0.05 au of H ≤ 22 from the elements',
      claim: 'every row whose body has an orbit is found',
      evaluate: (results) => {
        const [rows, matched, without] = ['rows', 'matched', 'rows without orbit'].map((name) => results.number(name)) as [
          number,
          number,
          number,
        ];
        const verdict = rows - without === 0 ? 'reported' : matched === rows - without ? 'holds' : 'fails';
        return { ours: `${matched} of ${rows}, ${without} without orbit`, verdict };
      },
    },
    {
      name: 'distances and times',
      paper: 'to 1e-6 au and 1e-3 d',
      claim: 'all matched approaches whose table and orbit are of one solution',
      evaluate: (results) => {
        const [count, within] = ['same solution', 'same solution, within tolerances'].map((name) => results.number(name)) as [
          number,
          number,
        ];
        const ours = `${within} of ${count}; largest ${results.number('same solution: largest distance error, au').toExponential(1)} au, ${results.number('same solution: largest time error, d').toExponential(1)} d`;
        return { ours, verdict: count === 0 ? 'reported' : within === count ? 'holds' : 'fails' };
      },
    },
    {
      name: 'other solutions',
      paper: 'within what the table takes as uncertain',
      claim: 'reported: newer observations move an orbit by its own uncertainty, not the integration',
      evaluate: (results) => ({
        ours: `${results.number('other solution, within 3 sigma')} of ${results.number('other solution')} within 3 sigma, ${results.number('other solution, within tolerances')} within 1e-6 au and 1e-3 d`,
        verdict: 'reported',
      }),
    },
    {
      name: 'a year',
      paper: 'about 20 a year observed; 15 a year predicted',
      claim: 'reported',
      evaluate: (results) => ({
        ours: `${results.number('a year, table').toPrecision(3)} in the table, ${results.number('a year, computed').toPrecision(3)} computed`,
        verdict: 'reported',
      }),
    },
  ],
});

async function readFiles(
  approaches: string,
  orbits: string,
): Promise<{ orbits: OrbitRecord[]; rows: CloseApproach[]; span: { from: number; to: number } }> {
  const rows = await readCad(await fileSource(approaches));
  const builder = new CatalogueBuilder();
  await readOrbits(await fileSource(orbits), builder);
  const catalogue = builder.build();
  return { orbits: Array.from({ length: catalogue.count }, (_, k) => catalogue.record(k)), rows, span: wholeDays(rows) };
}

/** Orbits that come near enough to be followed, and what is known of each one. */
function nearOrbits(orbits: readonly OrbitRecord[], farthest: number, system: SolarSystem) {
  const notes = new Map<string, OrbitNote>();
  const candidates = orbits.filter((record) => {
    const isCandidate = earthMoid(record, system) < farthest;
    const { designation, solution = '', absoluteMagnitude = NaN } = record;
    notes.set(designation, { solution, absoluteMagnitude, isCandidate });
    return isCandidate;
  });
  return { candidates, notes };
}

/** The approaches of orbits, those of one epoch together; goes on from a checkpoint. */
async function follow(ctx: StudyContext, orbits: readonly OrbitRecord[], search: PassSearch): Promise<ComputedApproach[]> {
  const computed = (ctx.restored?.state ?? []) as unknown as ComputedApproach[];
  const groups = byEpoch(orbits);
  for (let group = ctx.restored?.step ?? 0; group < groups.length; group++) {
    const members = groups[group]!;
    const epoch = members[0]!.epoch!;
    for (const { body, ...pass } of passesOf(
      members.map((record) => followedBody(record)),
      epoch,
      search,
    )) {
      const { designation, absoluteMagnitude = NaN } = members[body]!;
      computed.push({ designation, absoluteMagnitude: Number.isNaN(absoluteMagnitude) ? Infinity : absoluteMagnitude, ...pass });
    }
    ctx.progress(group + 1, groups.length, `${members.length} of JD ${epoch}`);
    await ctx.yield();
    if (ctx.dueCheckpoint()) await ctx.checkpoint({ step: group + 1, arrays: {}, state: computed as never });
  }
  return computed;
}

/** To the Earth's osculating ellipse at the orbit's epoch. Epochs in order cost least. */
function earthMoid(record: OrbitRecord, system: SolarSystem): number {
  const { perihelionDistance, eccentricity, inclination, argument, node, epoch, semiMajorAxis } = record as Required<OrbitRecord>;
  const q = perihelionDistance ?? semiMajorAxis * (1 - eccentricity);
  const earth = cometaryOf(system.state('earth', epoch), epoch, sunGm);
  return moid({ perihelionDistance: q, eccentricity, inclination, argument, node }, earth).distance;
}

function byEpoch(records: readonly OrbitRecord[]): OrbitRecord[][] {
  const groups = new Map<number, OrbitRecord[]>();
  for (const record of records) groups.set(record.epoch!, [...(groups.get(record.epoch!) ?? []), record]);
  return [...groups.values()];
}

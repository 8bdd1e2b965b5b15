import { BadInputError, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { writeWhole } from '../formats/write-whole.js';
import { csvLine } from '../formats/csv.js';
import { writeDaf } from '../formats/daf.js';
import { formatHorizons } from '../formats/horizons.js';
import { interpolateStates } from '../formats/state-interpolation.js';
import { spkSegment } from '../formats/spk-writer.js';
import { dateText, julianDateOfText } from '../orbit/time.js';
import type { StateVector } from '../planets/initial-states.js';
import { followedBody } from '../propagation/common-epoch.js';
import { propagate, SolarSystem } from '../propagation/propagation.js';
import { asteroidLaw, cometLaw } from '../yarkovsky/nongravitational.js';
import { axesOf, axesParameter, chosenBodies, Progress, readCatalogue } from './read-catalogue.js';

/** g(r) of JPL's non-gravitational model. */
const laws = { asteroid: asteroidLaw, comet: cometLaw };
const formats = ['horizons', 'csv', 'json', 'spk'] as const;

/** What was computed of one body. */
interface Track {
  readonly designation: string;
  readonly name: string;
  readonly epoch: number;
  readonly times: readonly number[];
  readonly states: readonly StateVector[];
}

/** Follows bodies to a date. */
export const propagateCommand = defineCommand({
  name: 'propagate',
  summary:
    'follow bodies to a date with IAS15 under the Sun, the planets, the Moon and Pluto with relativity; states relative to the Sun, ecliptic of J2000',
  arguments: [{ name: 'file', summary: 'a file of orbits of any known format' }],
  params: z.object({
    to: z.string().default('').describe('the date: JD, MJD 60800 or 2029-04-13; needed'),
    from: z.string().default('').describe('first date of a table; empty for the date alone'),
    step: z.number().positive().default(10).describe('days between rows of a table'),
    bodies: z.array(z.string()).default([]).describe('numbers, designations or names; none takes all'),
    format: z.enum(formats).default('horizons').describe('layout of the result; spk needs --from and --output'),
    law: z
      .enum(['asteroid', 'comet'])
      .default('asteroid')
      .describe('how A1, A2 and A3 fall with the distance: as 1/r², or as water ice sublimes'),
    spkType: z.enum(['2', '3', '13', '21']).default('21').describe('type of the segments of a kernel'),
    output: z.string().default('').describe('file to write; empty prints'),
    axes: axesParameter,
    skipBad: z.boolean().default(false).describe('leave out rows that cannot be used'),
  }),
  examples: [
    'propagate apophis.csv --to 2029-04-13',
    'propagate MPCORB.DAT --bodies 1,4 --from 2025-01-01 --to 2026-01-01 --step 30 --format csv',
    'propagate comets.csv --law comet --to 2029-04-13',
    'propagate ceres.eq1 --from 2025-01-01 --to 2030-01-01 --format spk --output ceres.bsp',
  ],
  async run(ctx, { to, from, step, bodies, format, law, spkType, output: out, skipBad, axes }) {
    if (to === '')
      throw new BadInputError(
        'argument',
        'Cannot propagate: expected --to DATE, got none. Give a date, as in: propagate orbits.csv --to 2029-04-13',
      );
    if (format === 'spk' && (from === '' || out === ''))
      throw new BadInputError('argument', 'Cannot write a kernel: expected --from DATE and --output FILE. Give both.');
    const times = datesBetween(from === '' ? undefined : julianDateOfText(from), julianDateOfText(to), step, format === 'spk');
    const { catalogue } = await readCatalogue(ctx, [ctx.arguments[0]!], skipBad, {
      ...axesOf(axes),
      epoch: times[0]!,
      until: times.at(-1)!,
    });
    const indices = chosenBodies(catalogue, bodies);
    const system = new SolarSystem();
    const progress = new Progress(ctx, 'integrating');
    const tracks: Track[] = [];
    for (const group of byEpoch(catalogue.column('epoch'), indices)) {
      ctx.signal.throwIfAborted();
      const records = group.map((index) => catalogue.record(index));
      const epoch = records[0]!.epoch!;
      const before = tracks.length;
      const states = propagate(
        records.map((record) => followedBody(record, laws[law])),
        epoch,
        times,
        {
          system,
          progress: (done) => progress.update(before + done, indices.length),
        },
      );
      tracks.push(...records.map(({ designation, name = '' }, i) => ({ designation, name, epoch, times, states: states[i]! })));
    }
    if (format === 'spk') {
      await writeWhole(out, [kernel(tracks, Number(spkType) as 2 | 3 | 13 | 21)]);
      return ctx.log(`${tracks.length} bodies from JD ${times[0]} to JD ${times.at(-1)} in ${out}`);
    }
    const text = ctx.json ? jsonLines(tracks) : { horizons: horizonsTables, csv: csvTable, json: jsonLines }[format](tracks);
    if (out === '') ctx.print(text.trimEnd());
    else {
      await writeWhole(out, [text]);
      ctx.log(`${tracks.length} bodies at ${times.length} dates in ${out}`);
    }
  },
});

/** Days that one interval of a kernel covers. */
const kernelInterval = 16;

/** Dates a step apart, the last one exactly the end; for a kernel at equal and shorter steps, enough to interpolate between. */
function datesBetween(start: number | undefined, end: number, step: number, isKernel: boolean): number[] {
  if (start === undefined) return [end];
  if (!(end > start))
    throw new BadInputError(
      'argument',
      `Cannot make a table from JD ${start} to JD ${end}: expected --from before --to. Change one of them.`,
    );
  if (isKernel) {
    const intervals = Math.max(8, Math.ceil((end - start) / Math.min(step, kernelInterval / 4)));
    return Array.from({ length: intervals + 1 }, (_, i) => start + ((end - start) * i) / intervals);
  }
  const count = Math.ceil((end - start) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => (i === count ? end : start + i * step));
}

function byEpoch(epochs: Float64Array, indices: readonly number[]): number[][] {
  const groups = new Map<number, number[]>();
  for (const index of indices) {
    const group = groups.get(epochs[index]!);
    if (group === undefined) groups.set(epochs[index]!, [index]);
    else group.push(index);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

const horizonsTables = (tracks: readonly Track[]): string =>
  tracks
    .map(({ designation, name, times, states }) =>
      formatHorizons({
        target: `${designation} ${name}`.trim(),
        center: 'Sun (10)',
        states: times.map((time, i) => ({ time, state: states[i]! })),
      }),
    )
    .join('\n');

const csvTable = (tracks: readonly Track[]): string =>
  [
    ['designation', 'name', 'jd_tdb', 'date', 'x', 'y', 'z', 'vx', 'vy', 'vz'],
    ...tracks.flatMap(({ designation, name, times, states }) =>
      times.map((time, i) => [designation, name, time, dateText(time), ...states[i]!]),
    ),
  ]
    .map((row) => `${csvLine(row)}\n`)
    .join('');

const jsonLines = (tracks: readonly Track[]): string =>
  tracks
    .flatMap(({ designation, name, epoch, times, states }) =>
      times.map(
        (time, i) =>
          `${JSON.stringify({ type: 'state', designation, name, epoch, time, frame: 'ecliptic J2000', center: 'sun', state: states[i] })}\n`,
      ),
    )
    .join('');

/** A segment a body, through its states. */
function kernel(tracks: readonly Track[], type: 2 | 3 | 13 | 21): Uint8Array {
  return writeDaf(
    tracks.map(({ designation, times, states }, i) =>
      spkSegment(
        {
          name: designation,
          target: targetNumber(designation, i),
          start: times[0]!,
          end: times.at(-1)!,
          intervalDays: type === 13 ? times[1]! - times[0]! : kernelInterval,
          type,
        },
        interpolateStates(times[0]!, times.at(-1)!, states),
      ),
    ),
    { name: 'Sardonyx' },
  );
}

/** NAIF's number: 20000000 plus that of a numbered asteroid; unnumbered ones from 50000001 on. */
const targetNumber = (designation: string, index: number): number =>
  /^\d+$/.test(designation) ? 20_000_000 + Number(designation) : 50_000_001 + index;

import { sunGm } from '../constants.js';
import { keplerianOf } from '../orbit/elements-from-state.js';
import { heliocentricState } from '../propagation/heliocentric.js';
import { dateText } from '../orbit/time.js';
import { SolarSystem } from '../propagation/propagation.js';
import { allBytes } from './byte-source.js';
import { FormatError, quoted } from './format-error.js';
import { parseHorizons } from './horizons.js';
import { smallBodyOf } from './horizons-header.js';
import { allLines, atFile, readTable, type Reader, type ReadOptions } from './orbit-reader.js';
import type { OrbitRecord } from './orbit-record.js';
import { asteroidNumber, bodyNames, type Origin, originOfCenter } from './origin.js';
import { naif, SpkKernel } from './spk.js';
import { type StateRow, statesRowReader } from './states-csv.js';
import type { TextLine } from './text-lines.js';

/* Orbits from states over time: tables of Horizons and of programs, SPK kernels. */

/** The first row of a table, or the one nearest to the epoch asked for. */
export const readHorizons: Reader = async (source, add, { epoch, until, note }) => {
  const lines = await allLines(source);
  const { target, center, states } = await atFile(source.name, async () => parseHorizons(lines, note));
  if (/^(Sun \(10\)|Solar System Barycenter \(0\))$/.test(target))
    throw new FormatError(
      'not-an-orbit',
      { file: source.name, column: 'Target body name' },
      { expected: 'a body that moves about the Sun', given: quoted(target), remedy: 'ask Horizons for another body' },
    );
  const origin = await atFile(source.name, async () => originOfCenter(center));
  const nearer = (a: { time: number }, b: { time: number }): boolean => Math.abs(a.time - epoch!) < Math.abs(b.time - epoch!);
  const { time, state } = epoch === undefined ? states[0]! : states.reduce((best, row) => (nearer(row, best) ? row : best));
  const times = states.map((row) => row.time);
  tellSpan('the table', [Math.min(...times), Math.max(...times)], time, [epoch, until], note);
  tellOrigin(origin, note);
  const body = bodyIn(lines, note);
  add(undefined, () => ({ ...orbitOf({ ...bodyNames(target), time, state, origin }, new SolarSystem()), ...body }));
};

/** What the header says of the body: magnitude, and a force where it is one that is followed. */
function bodyIn(lines: readonly TextLine[], note: ReadOptions['note']): Partial<OrbitRecord> {
  const { absoluteMagnitude, slope, force } = smallBodyOf(
    lines.slice(
      0,
      lines.findIndex(({ text }) => text.trim() === '$$SOE'),
    ),
  );
  if (force === undefined || !force.isInverseSquare) {
    if (force !== undefined) note?.("the body's non-gravitational force is a comet's, which is not followed: it is left out");
    return { absoluteMagnitude, slope };
  }
  const { a1, a2, a3 } = force;
  return { absoluteMagnitude, slope, a1, a2, a3 };
}

/** A table of states; each is an orbit. */
export const readStatesCsv: Reader = async (source, add, options) => {
  const { axes, note } = options;
  const system = new SolarSystem();
  if (axes === undefined) note?.('the table does not say its axes: taken for the ecliptic of J2000; --axes equator turns them');
  await readTable(source, add, options, (fields) => {
    const read = statesRowReader(fields, axes ?? 'ecliptic');
    return (values) => {
      const row = read(values);
      tellOrigin(row.origin, note);
      return orbitOf(row, system);
    };
  });
};

/** The osculating orbit of a state relative to the Sun, where it must be by the embedded planets. */
const orbitOf = ({ designation, name, time, state, origin }: StateRow, system: SolarSystem): OrbitRecord => ({
  designation,
  name,
  epoch: time,
  ...keplerianOf(heliocentricState(state, time, origin, system), sunGm),
});

function tellOrigin(origin: Origin, note: ReadOptions['note']): void {
  if (origin !== 'sun') note?.(originNotes[origin]);
}

const originNotes = {
  barycenter: 'states relative to the barycentre of the solar system: brought to the Sun by the embedded planets, to 1e-6 au',
  earth: 'states relative to the Earth: brought to the Sun by the embedded planets, to 1e-7 au',
} as const;

/** Says what dates a file covers, and where an orbit was taken that is followed to dates beyond. */
function tellSpan(
  file: string,
  [start, end]: readonly [number, number],
  taken: number,
  wantedTimes: readonly (number | undefined)[],
  note: ReadOptions['note'],
): void {
  const wanted = wantedTimes.find((time) => time !== undefined && (time < start || time > end));
  if (wanted === undefined) return;
  const date = (time: number): string => `JD ${time} (${dateText(time)})`;
  note?.(`${file} covers ${date(start)} to ${date(end)}, not ${date(wanted)}: integrated from ${date(taken)}`);
}

/** The bodies of a kernel that move about the Sun: at the epoch asked for, or the nearest that it covers; else at the start of its span. */
export const readSpk: Reader = async (source, add, options) => {
  const kernel = new SpkKernel(source.name, await allBytes(source));
  for (const target of kernel.targets) add(undefined, () => orbitInKernel(kernel, target, options));
};

function orbitInKernel(kernel: SpkKernel, target: number, { epoch: wanted, until, note }: ReadOptions): OrbitRecord {
  const [start, end] = kernel.span(target);
  const epoch = Math.min(end, Math.max(start, wanted ?? start));
  tellSpan('the kernel', [start, end], epoch, [wanted, until], note);
  const { center, state } = kernel.state(target, epoch);
  if (center === naif.sun) return { designation: String(asteroidNumber(target) ?? target), epoch, ...keplerianOf(state, sunGm) };
  throw new FormatError(
    'center',
    { column: `body ${target}` },
    {
      expected: 'states relative to the Sun (10)',
      given: `relative to ${center}`,
      remedy: 'get a heliocentric kernel, or leave the body out with --skip-bad',
    },
  );
}

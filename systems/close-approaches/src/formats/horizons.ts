import { auPerDayOfKmPerSecond, kmPerAu } from '../constants.js';
import type { StateVector } from '../planets/initial-states.js';
import { equatorialToEcliptic } from '../planets/solar-system.js';
import { FormatError, quoted } from './format-error.js';
import { parseNumber, type TextLine } from './text-lines.js';
import { cadDate } from './cad.js';

/** States of one body over time, as Horizons writes them: au and au/d on the ecliptic of J2000. */
export interface VectorTable {
  readonly target: string;
  readonly center: string;
  readonly states: readonly { readonly time: number; readonly state: StateVector }[];
}

/** A distance that no orbit in au has, and every one in km. */
const farthestInAu = 1e4;
const components = ['X', 'Y', 'Z', 'VX', 'VY', 'VZ'] as const;

/**
 * Reads a Horizons table of vectors, in au and days or km and seconds, on axes of ICRF or the ecliptic.
 * @param note told what the header leaves out and how it is taken
 * @throws {FormatError} `no-data`, `missing-value`, `bad-number`, `units`, `frame`, `light-time`; with lines
 */
export function parseHorizons(lines: readonly TextLine[], note?: (text: string) => void): VectorTable {
  const start = lines.findIndex(({ text }) => text.trim() === '$$SOE');
  const end = lines.findIndex(({ text }) => text.trim() === '$$EOE');
  if (start < 0 || end < start) {
    const given = start < 0 ? 'no $$SOE' : 'no $$EOE: the table is cut off';
    throw new FormatError(
      start < 0 ? 'no-data' : 'truncated',
      {},
      { expected: 'rows between $$SOE and $$EOE', given, remedy: 'ask Horizons for a table of vectors again' },
    );
  }
  const header = new Map<string, TextLine>();
  for (const line of lines.slice(0, start)) {
    const key = /^\s*([A-Za-z][A-Za-z ()/-]*?)\s*:/.exec(line.text)?.[1];
    if (key !== undefined && !header.has(key)) header.set(key, line);
  }
  const setting = (key: string): string =>
    (header.get(key)?.text ?? '')
      .replace(/^[^:]*:\s*/, '')
      .replace(/\s{2,}.*$|\{.*$/, '')
      .trim();
  if (!header.has('Output units')) note?.('the table does not say its units: taken for au and days');
  if (!header.has('Output type')) note?.('the table does not say whether it is corrected for light-time: taken for geometric states');
  refuseLightTime(header.get('Output type'));
  const isKilometres = unitsOf(header.get('Output units'));
  const isEquatorial = isEquatorialFrame(lines.slice(0, start));
  const states = records(lines.slice(start + 1, end)).map(({ time, values, line }) => {
    const scaled = values.map((value, k) => (isKilometres ? (k < 3 ? value / kmPerAu : value * auPerDayOfKmPerSecond) : value));
    const r = Math.sqrt(scaled[0]! ** 2 + scaled[1]! ** 2 + scaled[2]! ** 2);
    if (r > farthestInAu) {
      throw new FormatError(
        'units',
        { line, column: 'X, Y, Z' },
        {
          expected: 'distances in au',
          given: `a distance of ${r.toPrecision(6)}`,
          remedy: 'these are kilometres: restore the line "Output units : KM-S"',
        },
      );
    }
    const state = scaled as unknown as StateVector;
    return { time, state: isEquatorial ? equatorialToEcliptic(state) : state };
  });
  if (states.length === 0)
    throw new FormatError('no-data', {}, { expected: 'at least one row', given: 'none', remedy: 'ask Horizons for a longer span' });
  return { target: setting('Target body name'), center: setting('Center body name'), states };
}

function refuseLightTime(line: TextLine | undefined): void {
  if (line === undefined || /GEOMETRIC/i.test(line.text)) return;
  throw new FormatError(
    'light-time',
    { line: line.number, column: 'Output type' },
    { expected: 'GEOMETRIC cartesian states', given: quoted(line.text.trim()), remedy: "ask Horizons with VEC_CORR='NONE'" },
  );
}

/** Whether the table is in km and km/s. */
function unitsOf(line: TextLine | undefined): boolean {
  const text = line?.text ?? 'AU-D';
  if (/KM-S/i.test(text)) return true;
  if (/AU-D/i.test(text)) return false;
  throw new FormatError(
    'units',
    { line: line!.number, column: 'Output units' },
    { expected: 'AU-D or KM-S', given: quoted(text.trim()), remedy: "ask Horizons with OUT_UNITS='AU-D'" },
  );
}

/** Newer tables name their axes as the frame, older ones as the coordinate system: ICRF with an ecliptic system is the ecliptic. */
function isEquatorialFrame(header: readonly TextLine[]): boolean {
  const lines = header.filter(({ text }) => /^\s*(Reference frame|Reference system|Coordinate systm)/i.test(text));
  if (lines.some(({ text }) => /ecliptic/i.test(text))) return false;
  if (lines.some(({ text }) => /ICRF|Earth Mean Equator and Equinox of (Reference Epoch|J2000)/i.test(text))) return true;
  throw new FormatError(
    'frame',
    { line: lines[0]?.number, column: 'Reference frame' },
    {
      expected: 'ICRF or the ecliptic of J2000',
      given: quoted(lines[0]?.text.trim() ?? ''),
      remedy: "ask Horizons with REF_SYSTEM='ICRF'",
    },
  );
}

interface VectorRecord {
  readonly time: number;
  readonly values: number[];
  readonly line: number;
}

/** Records start with a JD and `=`; components follow as NAME = number, with or without blanks. */
function records(lines: readonly TextLine[]): VectorRecord[] {
  const found: { time: number; values: Map<string, number>; line: number }[] = [];
  for (const { text, number } of lines) {
    try {
      const time = /^\s*(\d{6,}\.\d+)\s*=?\s*A\.D\.|^\s*(\d{6,}\.\d+)\s*=/.exec(text);
      const csv = /^\s*(\d{6,}\.\d+)\s*,([^,]*),(.*)$/.exec(text);
      if (csv !== null) found.push({ time: Number(csv[1]), values: commaSeparated(csv[3]!), line: number });
      else if (time !== null) found.push({ time: parseNumber(time[1] ?? time[2]!, 'JD'), values: new Map(), line: number });
      else
        for (const [, name, value] of text.matchAll(/\b(VX|VY|VZ|X|Y|Z)\s*=\s*([^\s=]+)/g))
          found.at(-1)?.values.set(name!, parseNumber(value!, name!));
    } catch (cause) {
      throw cause instanceof FormatError ? cause.at({ line: number }) : cause;
    }
  }
  return found.map(({ time, values, line }) => ({
    time,
    line,
    values: components.map((component) => {
      const value = values.get(component);
      if (value !== undefined) return value;
      throw new FormatError(
        'missing-value',
        { line, column: component },
        { expected: 'positions and velocities', given: `none for JD ${time}`, remedy: 'ask Horizons for vectors of table type 2 or 3' },
      );
    }),
  }));
}

function commaSeparated(text: string): Map<string, number> {
  const values = text.split(',').map((value) => value.trim());
  return new Map(components.map((component, index) => [component, parseNumber(values[index] ?? '', component)]));
}

/** A table in the layout of Horizons: au and days, ecliptic of J2000. */
export function formatHorizons({ target, center, states }: VectorTable): string {
  const number = (value: number): string =>
    (value < 0 ? '' : ' ') +
    value
      .toExponential(16)
      .toUpperCase()
      .replace(/E([+-])(\d)$/, 'E$10$2');
  const rows = states.flatMap(({ time, state: [x, y, z, vx, vy, vz] }) => [
    `${time.toFixed(9)} = A.D. ${cadDate(time)} TDB`,
    ` X =${number(x)} Y =${number(y)} Z =${number(z)}`,
    ` VX=${number(vx)} VY=${number(vy)} VZ=${number(vz)}`,
  ]);
  return [
    '*'.repeat(79),
    `Target body name: ${target}`,
    `Center body name: ${center}`,
    'Output units    : AU-D',
    'Output type     : GEOMETRIC cartesian states',
    'Output format   : 2 (position and velocity)',
    'Reference frame : Ecliptic of J2000.0',
    '*'.repeat(79),
    '$$SOE',
    ...rows,
    '$$EOE',
    '*'.repeat(79),
    '',
  ].join('\n');
}

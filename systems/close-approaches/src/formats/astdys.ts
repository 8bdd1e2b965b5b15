import { sunGm } from '../constants.js';
import { keplerianOf } from '../orbit/elements-from-state.js';
import { stateOfEquinoctial } from '../orbit/state-from-elements.js';
import { julianDateOfModified, modifiedJulianDate } from '../orbit/time.js';
import { FormatError, quoted } from './format-error.js';
import type { OrbitRecord } from './orbit-record.js';
import { parseNumber, parseOptionalNumber, type TextLine } from './text-lines.js';

/* Orbits of AstDyS in the format OEF2.0: a catalogue with one orbit a line (`.cat`), or one orbit on several lines (`.eq1`). */

/** What the header of a file says. */
export interface AstdysHeader {
  /** `1L`: a line an orbit; `ML`: several. */
  readonly records: '1L' | 'ML';
}

/** Reads the header's settings, `key = value ! comment`. @throws {FormatError} `unknown-format`, `frame` */
export function parseAstdysHeader(lines: readonly TextLine[]): AstdysHeader {
  const settings = new Map<string, string>();
  for (const { text } of lines) {
    const match = /^\s*(\w+)\s*=\s*('([^']*)'|[^!]*)/.exec(text);
    if (match !== null) settings.set(match[1]!, (match[3] ?? match[2]!).trim());
  }
  const refuse = (code: 'unknown-format' | 'frame', column: string, expected: string, remedy: string): never => {
    throw new FormatError(code, { column }, { expected, given: quoted(settings.get(column) ?? 'nothing'), remedy });
  };
  if (settings.get('format') !== 'OEF2.0') refuse('unknown-format', 'format', "'OEF2.0'", 'download the file from AstDyS again');
  const frame = settings.get('refsys') ?? 'ECLM J2000';
  if (!/^ECLM\s+J2000$/.test(frame)) refuse('frame', 'refsys', 'ECLM J2000', 'use elements on the ecliptic of J2000');
  const records = settings.get('rectype') ?? '1L';
  if (records !== '1L' && records !== 'ML') refuse('unknown-format', 'rectype', "'1L' or 'ML'", 'download the file from AstDyS again');
  const elements = settings.get('elem');
  if (records === '1L' && elements !== undefined && elements !== 'KEP') {
    refuse('unknown-format', 'elem', "'KEP'", 'use the catalogue of Keplerian elements');
  }
  return { records: records as '1L' | 'ML' };
}

const catalogueColumns = ['name', 'epoch', 'a', 'e', 'i', 'node', 'peri', 'M', 'H', 'G'] as const;

/** A line of a catalogue. @throws {FormatError} `line-too-short`, `bad-number`, `open-orbit` */
export function parseAstdysLine(line: string): OrbitRecord {
  const match = /^\s*'([^']*)'(.*)$/.exec(line);
  const values = match === null ? [] : match[2]!.trim().split(/\s+/);
  if (match === null || values.length < 7) {
    throw new FormatError(
      'line-too-short',
      { column: match === null ? 'name' : catalogueColumns[values.length + 1] },
      { expected: "'name' epoch a e i node peri M", given: quoted(line), remedy: 'restore the line, or leave it out with --skip-bad' },
    );
  }
  const number = (index: number): number => parseNumber(values[index]!, catalogueColumns[index + 1]!);
  const record: OrbitRecord = {
    designation: readableName(match[1]!),
    epoch: julianDateOfModified(number(0)),
    semiMajorAxis: number(1),
    eccentricity: number(2),
    inclination: number(3),
    node: number(4),
    argument: number(5),
    meanAnomaly: number(6),
    absoluteMagnitude: parseOptionalNumber(values[7], 'H'),
    slope: parseOptionalNumber(values[8], 'G'),
  };
  requireClosed(record.eccentricity!);
  return record;
}

function requireClosed(e: number): void {
  if (e >= 0 && e < 1) return;
  throw new FormatError(
    'open-orbit',
    { column: 'e' },
    { expected: '0 ≤ e < 1 in a table of asteroids', given: String(e), remedy: 'correct it, or leave the line out with --skip-bad' },
  );
}

/** AstDyS writes provisional designations without blank: `2024AB12`. */
const readableName = (name: string): string => name.trim().replace(/^(\d{4})([A-Z]{2}\d*|P-L|T-[1-3])$/, '$1 $2');

/** Orbits on several lines each: a name, then lines marked EQU or KEP, MJD, MAG, COV, NOR. @throws as {@link parseAstdysLine}, with lines */
export function parseAstdysOrbits(lines: readonly TextLine[]): { readonly record: OrbitRecord; readonly line: number }[] {
  const orbits: { record: OrbitRecord; line: number }[] = [];
  let name: TextLine | undefined;
  let elements: { kind: string; values: number[] } | undefined;
  let [epoch, magnitude, slope] = [NaN, NaN, NaN];
  const finish = (): void => {
    if (name === undefined) return;
    if (elements === undefined || Number.isNaN(epoch)) {
      throw new FormatError(
        'missing-value',
        { line: name.number, column: elements === undefined ? 'EQU or KEP' : 'MJD' },
        { expected: 'this line', given: `none for ${quoted(name.text)}`, remedy: 'restore it' },
      );
    }
    const values = elements.values as [number, number, number, number, number, number];
    orbits.push({
      record: { designation: readableName(name.text), epoch, absoluteMagnitude: magnitude, slope, ...keplerian(elements.kind, values) },
      line: name.number,
    });
  };
  for (const line of lines) {
    const text = line.text.replace(/!.*$/, '').trim();
    if (text === '') continue;
    const [mark, ...rest] = text.split(/\s+/) as [string, ...string[]];
    try {
      if (mark === 'EQU' || mark === 'KEP') elements = { kind: mark, values: elementValues(mark, rest) };
      else if (mark === 'MJD') epoch = julianDateOfModified(parseNumber(rest[0] ?? '', 'MJD'));
      else if (mark === 'MAG') [magnitude, slope] = [parseOptionalNumber(rest[0], 'H'), parseOptionalNumber(rest[1], 'G')];
      else if (!['COV', 'NOR', 'LSP', 'RMS', 'EIG', 'WEA', 'COR', 'APM', 'CAR', 'COM'].includes(mark)) {
        finish();
        [name, elements, epoch, magnitude, slope] = [{ text, number: line.number }, undefined, NaN, NaN, NaN];
      }
    } catch (cause) {
      throw cause instanceof FormatError ? cause.at({ line: line.number }) : cause;
    }
  }
  finish();
  return orbits;
}

function elementValues(mark: string, texts: readonly string[]): number[] {
  const names = mark === 'EQU' ? ['a', 'e sin', 'e cos', 'tan sin', 'tan cos', 'lambda'] : ['a', 'e', 'i', 'node', 'peri', 'M'];
  return names.map((column, index) => parseNumber(texts[index] ?? '', column));
}

function keplerian(kind: string, [a, x, y, p, q, l]: readonly [number, number, number, number, number, number]): Partial<OrbitRecord> {
  if (kind === 'KEP') return { semiMajorAxis: a, eccentricity: x, inclination: y, node: p, argument: q, meanAnomaly: l };
  requireClosed(Math.sqrt(x * x + y * y));
  return keplerianOf(stateOfEquinoctial({ semiMajorAxis: a, h: x, k: y, p, q, meanLongitude: l }, sunGm), sunGm);
}

export const astdysHeader = `format  = 'OEF2.0'       ! file format
rectype = '1L'           ! record type (1L/ML)
elem    = 'KEP'          ! type of orbital elements
refsys  = ECLM J2000     ! default reference system
END_OF_HEADER
! Name, Epoch(MJD), a, e, i, long. node, arg. peric., mean anomaly, absolute magnitude, slope param.
`;

/** A line of a catalogue. @throws {FormatError} `not-representable` for open orbits */
export function formatAstdysLine(record: OrbitRecord): string {
  if (!(record.eccentricity! < 1)) {
    throw new FormatError(
      'not-representable',
      { column: 'e' },
      {
        expected: 'e < 1',
        given: `${record.designation} with e = ${record.eccentricity}`,
        remedy: 'choose another format, such as SBDB CSV',
      },
    );
  }
  const {
    designation,
    epoch,
    semiMajorAxis,
    eccentricity,
    inclination,
    node,
    argument,
    meanAnomaly,
    absoluteMagnitude: h = NaN,
    slope: g = NaN,
  } = record;
  const elements = [semiMajorAxis, eccentricity, inclination, node, argument, meanAnomaly].map((value) =>
    value!.toExponential(16).padStart(24),
  );
  // H and G stand in order, so that a missing G needs its usual value, 0.15.
  const magnitudes = Number.isNaN(h) ? '' : ` ${h.toFixed(2)} ${(Number.isNaN(g) ? 0.15 : g).toFixed(2)} 0`;
  return (
    `'${designation.replace(/^(\d{4}) /, '$1')}'`.padEnd(12) +
    ` ${modifiedJulianDate(epoch!).toFixed(6)} ${elements.join(' ')}${magnitudes}`
  );
}

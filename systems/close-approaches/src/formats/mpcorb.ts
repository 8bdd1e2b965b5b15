import { calendarDate } from '../orbit/time.js';
import { FormatError, quoted } from './format-error.js';
import type { OrbitRecord } from './orbit-record.js';
import { packDate, unpackDate } from './packed-date.js';
import { packDesignation, unpackDesignation } from './packed-designation.js';
import { expandTabs, parseNumber, parseOptionalNumber } from './text-lines.js';

/* MPCORB.DAT of the Minor Planet Center: fixed columns, counted from 1, after a header that ends with a line of dashes. */

/** A line without the columns up to the semi-major axis holds no orbit. */
const shortestLine = 103;
const daysPerYear = 365.25;

/** Whether a line is the last of the header. */
export const endsHeader = (line: string): boolean => /^-{50,}\s*$/.test(line);

/** Whether a line looks like an orbit: the epoch and a decimal point of each element stand where they must. */
export function looksLikeOrbitLine(line: string): boolean {
  return line.length >= shortestLine && /^[A-Z]\d\d[1-9A-C][1-9A-V]$/.test(line.slice(20, 25)) && /^[ \d.]+$/.test(line.slice(26, 103));
}

/**
 * One line of MPCORB.DAT.
 * @throws {FormatError} `line-too-short`, `bad-number`, `packed-date`, `packed-designation`, `open-orbit`; without file and line
 */
export function parseMpcorbLine(line: string): OrbitRecord {
  const text = expandTabs(line);
  if (text.trimEnd().length < shortestLine) {
    throw new FormatError(
      'line-too-short',
      {},
      {
        expected: `at least ${shortestLine} columns, to the semi-major axis`,
        given: `${text.trimEnd().length}: ${quoted(text)}`,
        remedy: 'restore the line, or leave it out with --skip-bad',
      },
    );
  }
  const column = (from: number, to: number): string => text.slice(from - 1, to);
  const eccentricity = parseNumber(column(71, 79), 'e (columns 71-79)');
  if (!(eccentricity >= 0 && eccentricity < 1)) {
    throw new FormatError(
      'open-orbit',
      { column: 'e (columns 71-79)' },
      {
        expected: '0 ≤ e < 1 in a table of asteroids',
        given: quoted(column(71, 79).trim()),
        remedy: 'correct it, or leave the line out with --skip-bad',
      },
    );
  }
  const [designation, name] = designationOf(column(1, 7), column(167, 194));
  return {
    designation,
    name,
    epoch: atColumn('epoch (columns 21-25)', () => unpackDate(column(21, 25).trim())),
    semiMajorAxis: parseNumber(column(93, 103), 'a (columns 93-103)'),
    eccentricity,
    inclination: parseNumber(column(60, 68), 'i (columns 60-68)'),
    node: parseNumber(column(49, 57), 'node (columns 49-57)'),
    argument: parseNumber(column(38, 46), 'peri (columns 38-46)'),
    meanAnomaly: parseNumber(column(27, 35), 'M (columns 27-35)'),
    absoluteMagnitude: parseOptionalNumber(column(9, 13), 'H (columns 9-13)'),
    slope: parseOptionalNumber(column(15, 19), 'G (columns 15-19)'),
    observations: parseOptionalNumber(column(118, 122), 'observations (columns 118-122)'),
    oppositions: parseOptionalNumber(column(124, 126), 'oppositions (columns 124-126)'),
    arc: arcOf(column(128, 136)),
    rms: parseOptionalNumber(column(138, 141), 'rms (columns 138-141)'),
  };
}

function atColumn<T>(column: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof FormatError ? cause.at({ column }) : cause;
  }
}

/** Number or provisional designation, and the name: `(1) Ceres` has both, `(4321) 1980 AB` no name. */
function designationOf(packed: string, readable: string): [string, string] {
  const designation = atColumn('designation (columns 1-7)', () => unpackDesignation(packed));
  const numbered = /^\s*\(\d+\)\s*(.*?)\s*$/.exec(readable);
  return [designation, numbered === null ? '' : numbered[1]!];
}

/** `1801-2024` counts years, `  23 days` days. NaN for anything else: the field decides nothing. */
function arcOf(text: string): number {
  const years = /^\s*(\d{4})-(\d{4})/.exec(text);
  if (years !== null) return (Number(years[2]) - Number(years[1])) * daysPerYear;
  const days = /^\s*(\d+) days/.exec(text);
  return days === null ? NaN : Number(days[1]);
}

export const mpcorbHeader = `MINOR PLANET ORBITS IN THE COLUMNS OF MPCORB.DAT

Des'n     H     G   Epoch     M        Peri.      Node       Incl.       e            n           a        Reference #Obs #Opp    Arc    rms  Perts   Computer

${'-'.repeat(160)}
`;

/**
 * A line of MPCORB.DAT, without its end.
 * @throws {FormatError} `not-representable`: an open orbit, or an epoch that is no midnight; `packed-designation`
 */
export function formatMpcorbLine(record: OrbitRecord, meanMotion: number): string {
  const { eccentricity, semiMajorAxis } = record;
  if (!(eccentricity! < 1)) {
    throw new FormatError(
      'not-representable',
      { column: 'e' },
      { expected: 'e < 1', given: `${record.designation} with e = ${eccentricity}`, remedy: 'choose another format, such as SBDB CSV' },
    );
  }
  const number = (value: number | undefined, width: number, decimals: number): string =>
    value === undefined || Number.isNaN(value) ? ' '.repeat(width) : value.toFixed(decimals).padStart(width);
  const packed = packDesignation(record.designation);
  const isNumbered = packed.length === 5;
  const readable = isNumbered ? `${`(${record.designation})`.padStart(8)} ${record.name ?? ''}` : `         ${record.designation}`;
  const fields = [
    packed.padEnd(7),
    number(record.absoluteMagnitude, 5, 2),
    number(record.slope, 5, 2),
    packDate(record.epoch!),
    number(angle(record.meanAnomaly), 9, 5),
    ` ${number(angle(record.argument), 9, 5)}`,
    ` ${number(angle(record.node), 9, 5)}`,
    ` ${number(record.inclination, 9, 5)}`,
    ` ${number(eccentricity, 9, 7)}`,
    number(meanMotion, 11, 8),
    number(semiMajorAxis, 11, 7),
    ' '.repeat(12),
    number(record.observations, 5, 0).slice(-5),
    number(record.oppositions, 3, 0).slice(-3),
    arcText(record),
    number(record.rms, 4, 2).slice(-4),
  ];
  return `${fields.join(' ').padEnd(166)}${readable}`.trimEnd();
}

/** An angle that rounds to 360.00000 is 0. */
const angle = (degrees: number | undefined): number | undefined => (degrees !== undefined && degrees >= 359.999_995 ? 0 : degrees);

function arcText({ arc, epoch }: OrbitRecord): string {
  if (arc === undefined || Number.isNaN(arc)) return ' '.repeat(9);
  if (arc < daysPerYear) return `${arc.toFixed(0).padStart(4)} days`;
  const last = calendarDate(epoch!).year;
  return `${last - Math.round(arc / daysPerYear)}-${last}`;
}

import { julianDate, julianDateOfModified } from '../orbit/time.js';
import { FormatError, quoted } from './format-error.js';
import type { OrbitColumn, OrbitRecord } from './orbit-record.js';
import { parseNumber, parseOptionalNumber } from './text-lines.js';

/* JPL's Small-Body Database: rows of strings under names of fields, as JSON from its query service or as CSV. */

const columns: readonly [field: string, column: OrbitColumn][] = [
  ['a', 'semiMajorAxis'],
  ['e', 'eccentricity'],
  ['i', 'inclination'],
  ['om', 'node'],
  ['w', 'argument'],
  ['ma', 'meanAnomaly'],
  ['q', 'perihelionDistance'],
  ['H', 'absoluteMagnitude'],
  ['G', 'slope'],
  ['diameter', 'diameter'],
  ['albedo', 'albedo'],
  ['rot_per', 'rotationPeriod'],
  ['A1', 'a1'],
  ['A2', 'a2'],
  ['A3', 'a3'],
  ['sigma_a', 'sigmaSemiMajorAxis'],
  ['sigma_e', 'sigmaEccentricity'],
  ['sigma_i', 'sigmaInclination'],
  ['data_arc', 'arc'],
  ['n_obs_used', 'observations'],
  ['rms', 'rms'],
  ['condition_code', 'conditionCode'],
  ['moid', 'earthMoid'],
];

const nameFields = ['full_name', 'pdes', 'spkid', 'name'];
const epochFields = ['epoch', 'epoch_mjd', 'epoch_cal'];
const knownFields = new Set([...columns.map(([field]) => field), ...nameFields, ...epochFields, 'tp', 'equinox']);

/** Names of a body that no other table has, and angles as the database spells them. */
const [ownNames, ownAngles] = [
  ['full_name', 'pdes', 'spkid'],
  ['om', 'w', 'ma'],
];

/**
 * Whether these are fields of the database, though one or more may be missing: a name of its own and another field, or any name and two
 * angles.
 */
export function isSbdbHeader(fields: readonly string[]): boolean {
  const given = new Set(fields.map((field) => field.trim()));
  const among = (names: Iterable<string>): number => [...names].filter((name) => given.has(name)).length;
  return (among(ownNames) > 0 && among(knownFields) >= 2) || (among(nameFields) > 0 && among(ownAngles) >= 2);
}

/** Reads rows under `fields`. @throws {FormatError} `missing-column` at once; rows throw `bad-number`, `frame`, `missing-value` */
export function sbdbRowReader(fields: readonly string[]): (row: readonly (string | null)[]) => OrbitRecord {
  const at = new Map(fields.map((field, index) => [field, index]));
  for (const alternatives of [['e'], ['i'], ['om'], ['w'], ['a', 'q'], ['ma', 'tp'], epochFields, nameFields]) {
    if (alternatives.some((field) => at.has(field))) continue;
    throw new FormatError(
      'missing-column',
      { column: alternatives.join(' or ') },
      { expected: 'this field of the SBDB', given: quoted(fields.join(',')), remedy: 'query the database again with it' },
    );
  }
  return (row) => {
    const text = (field: string): string => (at.has(field) ? (row[at.get(field)!] ?? '') : '').trim();
    const equinox = text('equinox');
    if (equinox !== '' && equinox !== 'J2000') throw wrongFrame(equinox);
    const record: OrbitRecord = { ...namesOf(text), epoch: epochOf(text) };
    const solution = text('orbit_id');
    if (solution !== '') record.solution = solution;
    for (const [field, column] of columns) {
      const value = parseOptionalNumber(text(field), field);
      if (!Number.isNaN(value)) record[column] = value;
    }
    const tp = parseOptionalNumber(text('tp'), 'tp');
    if (!Number.isNaN(tp)) record.perihelionTime = tp;
    return record;
  };
}

const wrongFrame = (equinox: string): FormatError =>
  new FormatError(
    'frame',
    { column: 'equinox' },
    { expected: 'J2000', given: quoted(equinox), remedy: 'query elements of J2000; others are not rotated here' },
  );

/**
 * `       1 Ceres (A801 AA)`, `2024 AB12`, `'Oumuamua (A/2017 U1)` or `249P/LINEAR`: number or designation, and name. Bodies on
 * comets' orbits have designations with a letter before them.
 */
function namesOf(text: (field: string) => string): { designation: string; name: string } {
  const full = text('full_name');
  const numbered = /^(\d+)\s+(.*?)\s*(?:\(.*\))?$/.exec(full);
  const provisional = /^\(?(\d{4} [A-Z]{1,2}\d*|\d{1,4} (?:P-L|T-[1-3]))\)?$/.exec(full);
  const comet = /^(.*?)\s*\(?([ACPDXI]\/\d{4} [A-Z]{1,2}\d*)\)?$/.exec(full);
  if (comet !== null) return { designation: text('pdes') || comet[2]!, name: text('name') || comet[1]! };
  const designation =
    text('pdes') || provisional?.[1] || (/^\d{4} [A-Z]{2}/.test(full) ? undefined : numbered?.[1]) || full || text('spkid') || text('name');
  return { designation, name: text('name') || (provisional === null ? (numbered?.[2] ?? '') : '') };
}

function epochOf(text: (field: string) => string): number {
  if (text('epoch') !== '') return parseNumber(text('epoch'), 'epoch');
  if (text('epoch_mjd') !== '') return julianDateOfModified(parseNumber(text('epoch_mjd'), 'epoch_mjd'));
  const calendar = /^(\d{4})-?(\d\d)-?(\d\d(?:\.\d*)?)/.exec(text('epoch_cal'));
  if (calendar !== null) return julianDate({ year: Number(calendar[1]), month: Number(calendar[2]), day: Number(calendar[3]) });
  return parseOptionalNumber(text('epoch_cal'), 'epoch_cal');
}

/** The fields that {@link sbdbRow} writes. */
export const sbdbFields = ['full_name', 'pdes', 'name', 'orbit_id', 'epoch', 'equinox', 'tp', ...columns.map(([field]) => field)];

/** A record as a row under {@link sbdbFields}; null where nothing is known. */
export function sbdbRow(record: OrbitRecord): (string | null)[] {
  const number = (value: number | undefined): string | null => (value === undefined || !Number.isFinite(value) ? null : String(value));
  const { designation, name = '', solution = '', epoch, perihelionTime } = record;
  return [
    name === '' ? designation : `${designation} ${name}`,
    designation,
    name === '' ? null : name,
    solution === '' ? null : solution,
    number(epoch),
    'J2000',
    number(perihelionTime),
    ...columns.map(([, column]) => number(record[column])),
  ];
}

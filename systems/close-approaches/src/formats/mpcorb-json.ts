import { FormatError, quoted } from './format-error.js';
import type { OrbitColumn, OrbitRecord } from './orbit-record.js';
import { unpackDate } from './packed-date.js';
import { unpackDesignation } from './packed-designation.js';
import { parseOptionalNumber } from './text-lines.js';

/* MPCORB as JSON: an array of objects, plain (the columns of MPCORB.DAT) or extended (with derived quantities). */

const columns: readonly [key: string, column: OrbitColumn][] = [
  ['a', 'semiMajorAxis'],
  ['e', 'eccentricity'],
  ['i', 'inclination'],
  ['Node', 'node'],
  ['Peri', 'argument'],
  ['M', 'meanAnomaly'],
  ['Perihelion_dist', 'perihelionDistance'],
  ['H', 'absoluteMagnitude'],
  ['G', 'slope'],
  ['Num_obs', 'observations'],
  ['Num_opps', 'oppositions'],
  ['rms', 'rms'],
];

/** An object of the array, as yet unchecked. */
export type MpcorbObject = Readonly<Record<string, unknown>>;

/** @throws {FormatError} `missing-column`, `bad-number`, `packed-date`, `packed-designation`; without file and place */
export function parseMpcorbObject(object: MpcorbObject): OrbitRecord {
  const record: OrbitRecord = { designation: designationOf(object), name: textOf(object, 'Name'), epoch: epochOf(object) };
  for (const [key, column] of columns) {
    const value = numberOf(object, key);
    if (!Number.isNaN(value)) record[column] = value;
  }
  return record;
}

const textOf = (object: MpcorbObject, key: string): string => {
  const value = object[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
};

function numberOf(object: MpcorbObject, key: string): number {
  const value = object[key];
  return typeof value === 'number' ? value : parseOptionalNumber(textOf(object, key), key);
}

function designationOf(object: MpcorbObject): string {
  const number = textOf(object, 'Number').replace(/[()]/g, '');
  if (number !== '') return number;
  const principal = textOf(object, 'Principal_desig') || textOf(object, 'Designation') || textOf(object, 'designation');
  if (principal !== '') return principal;
  const packed = textOf(object, 'Packed_desig') || textOf(object, 'Designation_packed');
  if (packed !== '') return unpackDesignation(packed);
  throw new FormatError(
    'missing-column',
    { column: 'Number, Principal_desig' },
    { expected: 'a designation', given: quoted(JSON.stringify(object)), remedy: 'add one, or leave the item out with --skip-bad' },
  );
}

/** A JD, or a packed date as in MPCORB.DAT. */
function epochOf(object: MpcorbObject): number {
  const text = textOf(object, 'Epoch') || textOf(object, 'epoch');
  return /^[A-Z]/.test(text) ? unpackDate(text) : parseOptionalNumber(text, 'Epoch');
}

/** A record as an object of the extended file. NaN and missing values are left out. */
export function formatMpcorbObject(record: OrbitRecord, meanMotion: number): Record<string, string | number> {
  const isNumbered = /^\d+$/.test(record.designation);
  const object: Record<string, string | number> = {};
  if (isNumbered) object['Number'] = `(${record.designation})`;
  else object['Principal_desig'] = record.designation;
  if (record.name) object['Name'] = record.name;
  object['Epoch'] = record.epoch!;
  for (const [key, column] of columns) {
    const value = record[column];
    if (value !== undefined && Number.isFinite(value)) object[key] = value;
  }
  const { semiMajorAxis, eccentricity, perihelionTime } = record;
  object['n'] = meanMotion;
  if (perihelionTime !== undefined) object['Tp'] = perihelionTime;
  if (eccentricity! < 1) {
    object['Aphelion_dist'] = semiMajorAxis! * (1 + eccentricity!);
    object['Orbital_period'] = 360 / meanMotion / 365.25;
  }
  return object;
}

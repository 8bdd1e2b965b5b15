import { julianDateOfModified } from '../orbit/time.js';
import type { StateVector } from '../planets/initial-states.js';
import { equatorialToEcliptic } from '../planets/solar-system.js';
import { FormatError, quoted } from './format-error.js';
import { bodyNames, type Origin, originOfMotion } from './origin.js';
import { parseNumber, parseOptionalNumber } from './text-lines.js';

/* States of bodies, one a row under names of columns, as programs keep answers of Horizons: targetname, mjd_tdb, x … vz, elements. */

const stateFields = ['x', 'y', 'z', 'vx', 'vy', 'vz'] as const;
const nameFields = ['targetname', 'target', 'designation', 'name'];
const timeFields = ['mjd_tdb', 'jd_tdb', 'datetime_jd'];

/** Axes that a table without a word about them is on. */
export type Axes = 'ecliptic' | 'equator';

/** Whether these are the columns of a table of states. */
export const isStatesHeader = (fields: readonly string[]): boolean =>
  stateFields.every((field) => fields.includes(field)) &&
  [nameFields, timeFields].every((names) => names.some((name) => fields.includes(name)));

/** A state as it stands in the table, and relative to what. */
export interface StateRow {
  readonly designation: string;
  readonly name: string;
  readonly time: number;
  /** au, au/d, ecliptic of J2000. */
  readonly state: StateVector;
  readonly origin: Origin;
}

/**
 * Reads rows under `fields`. The state counts; mean motion and axis beside it tell the mass it is about, and so its origin.
 * @throws {FormatError} rows: `bad-number`, `missing-value`, `units`, `center`
 */
export function statesRowReader(fields: readonly string[], axes: Axes): (row: readonly string[]) => StateRow {
  const at = (names: readonly string[]): number => fields.findIndex((field) => names.includes(field));
  const [nameAt, timeAt] = [at(nameFields), at(timeFields)];
  return (row) => {
    const state = stateFields.map((field) => parseNumber(row[fields.indexOf(field)] ?? '', field)) as unknown as StateVector;
    requireAu(state);
    const time = parseNumber(row[timeAt] ?? '', fields[timeAt]!);
    const names = bodyNames(row[nameAt] ?? '');
    if (names.designation === '')
      throw new FormatError(
        'missing-value',
        { column: fields[nameAt]! },
        { expected: 'a name', given: quoted(row.join(',')), remedy: 'add it, or leave the line out with --skip-bad' },
      );
    const optional = (field: string): number => parseOptionalNumber(row[fields.indexOf(field)], field);
    return {
      ...names,
      time: fields[timeAt] === 'mjd_tdb' ? julianDateOfModified(time) : time,
      state: axes === 'equator' ? equatorialToEcliptic(state) : state,
      origin: originOfMotion(optional('n'), optional('a')),
    };
  };
}

/** A distance that no orbit in au has, and every one in km. */
const farthestInAu = 1e4;

function requireAu([x, y, z]: StateVector): void {
  const r = Math.sqrt(x * x + y * y + z * z);
  if (r <= farthestInAu) return;
  throw new FormatError(
    'units',
    { column: 'x, y, z' },
    {
      expected: 'distances in au',
      given: `a distance of ${r.toPrecision(6)}`,
      remedy: 'these are kilometres: convert them to au and au/d',
    },
  );
}

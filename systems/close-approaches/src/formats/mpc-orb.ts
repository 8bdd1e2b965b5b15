import { sunGm } from '../constants.js';
import { keplerianOf } from '../orbit/elements-from-state.js';
import { julianDateOfModified } from '../orbit/time.js';
import type { StateVector } from '../planets/initial-states.js';
import { FormatError, quoted } from './format-error.js';
import type { OrbitColumn, OrbitRecord } from './orbit-record.js';
import { unpackDesignation } from './packed-designation.js';

/*
 * Orbits of the Minor Planet Center as nested objects (mpc_orb, versions 0.4 to 0.7): `designation_data`, `epoch_data`,
 * `magnitude_data`, …, and coefficients under names: Cartesian `CAR`, cometary `COM`.
 */

type Nested = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Nested => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of which one tells a nested orbit. */
export const mpcOrbMembers = ['mpc_orb', 'designation_data', 'CAR', 'COM'] as const;

/** Whether an object is a nested orbit, or holds some. */
export const isMpcOrb = (value: unknown): value is Nested => isObject(value) && mpcOrbMembers.some((member) => member in value);

/** The orbits of an object: itself, or those under `mpc_orb` as the service's answers have them. */
export function mpcOrbsIn(value: Nested): readonly Nested[] {
  if (!('mpc_orb' in value)) return [value];
  const inner = value['mpc_orb'];
  return (Array.isArray(inner) ? inner : [inner]).filter(isObject);
}

/** Days of the arc in `2 days`, or of the years `1955-2019`. */
function arcDays(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^\s*(?:(\d+)\s*days?|(\d{4})-(\d{4}))\s*$/.exec(text) : null;
  if (match === null) return undefined;
  return match[1] === undefined ? (Number(match[3]) - Number(match[2])) * 365.25 : Number(match[1]);
}

/** Of one unit of the coefficient `yarkovsky`, au/d². */
const yarkovskyUnit = 1e-10;

/**
 * One nested orbit. The state (CAR) is taken where there is one, else the cometary elements (COM).
 * @throws {FormatError} `missing-value`, `bad-number`, `frame`, `not-representable` (comets' forces); without file and place
 */
export function parseMpcOrb(orbit: Nested): OrbitRecord {
  const section = (name: string): Nested => (isObject(orbit[name]) ? orbit[name] : {});
  requireEcliptic(section('system_data'));
  const record: OrbitRecord = { ...namesOf(section('designation_data')), epoch: epochOf(section('epoch_data')), ...conicOf(orbit) };
  const [magnitudes, fit, moids] = [section('magnitude_data'), section('orbit_fit_statistics'), section('moid_data')];
  const known: readonly [column: OrbitColumn, value: unknown, name: string][] = [
    ['absoluteMagnitude', magnitudes['H'], 'magnitude_data.H'],
    ['slope', magnitudes['G'], 'magnitude_data.G'],
    ['oppositions', fit['nopp'], 'orbit_fit_statistics.nopp'],
    ['observations', fit['nobs_total'], 'orbit_fit_statistics.nobs_total'],
    ['rms', fit['normalized_RMS'], 'orbit_fit_statistics.normalized_RMS'],
    ['conditionCode', fit['U_param'], 'orbit_fit_statistics.U_param'],
    ['arc', arcDays(fit['arc_length_total']), 'orbit_fit_statistics.arc_length_total'],
    ['earthMoid', moids['Earth'], 'moid_data.Earth'],
  ];
  for (const [column, value, name] of known) if (value !== null && value !== undefined) record[column] = finite(value, name);
  return record;
}

function finite(value: unknown, column: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new FormatError(
    'bad-number',
    { column },
    {
      expected: 'a number',
      given: quoted(JSON.stringify(value) ?? 'nothing'),
      remedy: 'correct it, or leave the item out with --skip-bad',
    },
  );
}

function namesOf(data: Nested): { designation: string; name: string } {
  const text = (key: string): string => (data[key] === null || data[key] === undefined ? '' : String(data[key]).trim());
  const packed = text('packed_primary_provisional_designation');
  const designation =
    text('permid').replace(/[()]/g, '') ||
    text('unpacked_primary_provisional_designation') ||
    (packed === '' ? text('orbfit_name') : unpackDesignation(packed));
  if (designation !== '') return { designation, name: text('name') || text('iau_name') };
  throw new FormatError(
    'missing-value',
    { column: 'designation_data' },
    { expected: 'a designation', given: quoted(JSON.stringify(data)), remedy: 'add one, or leave the item out with --skip-bad' },
  );
}

/** TT and TDB are taken as one. */
function epochOf(data: Nested): number {
  const epoch = finite(data['epoch'], 'epoch_data.epoch');
  const [form, system] = [data['timeform'] ?? 'MJD', data['timesystem'] ?? 'TDT'];
  if ((form === 'MJD' || form === 'JD') && ['TDT', 'TT', 'TDB'].includes(String(system)))
    return form === 'MJD' ? julianDateOfModified(epoch) : epoch;
  throw new FormatError(
    'units',
    { column: 'epoch_data' },
    { expected: 'an MJD or JD of TDT, TT or TDB', given: quoted(`${String(form)} of ${String(system)}`), remedy: 'convert the epoch' },
  );
}

function requireEcliptic({ refsys = 'Ecliptic', refframe = 'ICRF' }: Nested): void {
  if (/^ecliptic$/i.test(String(refsys)) && /^(ICRF|J2000)$/i.test(String(refframe))) return;
  throw new FormatError(
    'frame',
    { column: 'system_data' },
    {
      expected: 'the ecliptic of J2000 (refsys Ecliptic, refframe ICRF)',
      given: quoted(`${String(refsys)}, ${String(refframe)}`),
      remedy: 'ask for elements on these axes; others are not rotated here',
    },
  );
}

/** Named coefficients of a section. */
function coefficientsOf(orbit: Nested, section: 'CAR' | 'COM'): ReadonlyMap<string, unknown> | undefined {
  const { coefficient_names: names, coefficient_values: values } = isObject(orbit[section]) ? orbit[section] : {};
  if (!Array.isArray(names) || !Array.isArray(values)) return undefined;
  return new Map(names.map((name, k) => [String(name), values[k] as unknown]));
}

function conicOf(orbit: Nested): Partial<OrbitRecord> {
  const [car, com] = [coefficientsOf(orbit, 'CAR'), coefficientsOf(orbit, 'COM')];
  const coefficients = car ?? com;
  if (coefficients === undefined)
    throw new FormatError(
      'missing-value',
      { column: 'CAR, COM' },
      { expected: 'coefficient_names and coefficient_values', given: 'none', remedy: 'ask the service for the whole orbit' },
    );
  const force = forceOf(coefficients);
  const number = (name: string): number => finite(coefficients.get(name), `${car === undefined ? 'COM' : 'CAR'}.${name}`);
  if (car !== undefined)
    return { ...keplerianOf(['x', 'y', 'z', 'vx', 'vy', 'vz'].map(number) as unknown as StateVector, sunGm), ...force };
  return {
    perihelionDistance: number('q'),
    eccentricity: number('e'),
    inclination: number('i'),
    node: number('node'),
    argument: number('argperi'),
    perihelionTime: julianDateOfModified(number('peri_time')),
    ...force,
  };
}

/** Yarkovsky's coefficient is transverse and falls with r²; comets' A1 to A3 fall with the sublimation of water, which is not followed here. */
function forceOf(coefficients: ReadonlyMap<string, unknown>): Partial<OrbitRecord> {
  const comets = [...coefficients.keys()].filter((name) => /^(A[123]|DT)$/.test(name));
  if (comets.length > 0)
    throw new FormatError(
      'not-representable',
      { column: comets.join(', ') },
      { expected: 'no force, or Yarkovsky’s', given: 'a comet’s', remedy: 'leave the item out with --skip-bad' },
    );
  const name = ['yarkovsky', 'yarkovski'].find((key) => coefficients.has(key));
  return name === undefined ? {} : { a2: yarkovskyUnit * finite(coefficients.get(name), name) };
}

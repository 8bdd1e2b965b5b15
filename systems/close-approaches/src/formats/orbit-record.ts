import { FormatError } from './format-error.js';

/** Numbers that a catalogue can hold of a body, with their units. */
export const orbitColumns = {
  epoch: 'JD TDB',
  semiMajorAxis: 'au',
  eccentricity: '',
  inclination: 'deg',
  node: 'deg',
  argument: 'deg',
  meanAnomaly: 'deg',
  perihelionDistance: 'au',
  perihelionTime: 'JD TDB',
  absoluteMagnitude: 'mag',
  slope: '',
  diameter: 'km',
  albedo: '',
  rotationPeriod: 'h',
  a1: 'au/d^2',
  a2: 'au/d^2',
  a3: 'au/d^2',
  sigmaSemiMajorAxis: 'au',
  sigmaEccentricity: '',
  sigmaInclination: 'deg',
  oppositions: '',
  observations: '',
  arc: 'd',
  rms: 'arcsec',
  conditionCode: '',
  earthMoid: 'au',
} as const;

export type OrbitColumn = keyof typeof orbitColumns;

/** The columns that every catalogue has. */
export const requiredColumns = [
  'epoch',
  'semiMajorAxis',
  'eccentricity',
  'inclination',
  'node',
  'argument',
  'meanAnomaly',
  'perihelionDistance',
  'perihelionTime',
] as const satisfies readonly OrbitColumn[];

/**
 * One body of a table: heliocentric osculating elements on the ecliptic of J2000, and what else is known. TT and TDB differ by less
 * than 2 ms and are taken as one.
 */
export type OrbitRecord = { designation: string; name?: string /** Which of the body's solutions it is. */; solution?: string } & {
  [column in OrbitColumn]?: number;
};

/** Where q and a·(1 − e) may differ: the seventh decimal of tables, au. */
const perihelionTolerance = 1e-6;

const degreesPerRadian = 180 / Math.PI;

/** Mean motion, degrees a day. */
export const meanMotion = (semiMajorAxis: number, mu: number): number => {
  const a = Math.abs(semiMajorAxis);
  return (Math.sqrt(mu / a) / a) * degreesPerRadian;
};

/**
 * Fills in whichever of a, q and of M, T a table leaves out.
 * @throws {FormatError} `missing-value`, `not-an-orbit`, `perihelion-mismatch`
 */
export function completeRecord(record: OrbitRecord, mu: number): OrbitRecord {
  const given = (column: OrbitColumn): number | undefined => {
    const value = record[column];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  for (const column of ['epoch', 'eccentricity', 'inclination', 'node', 'argument'] as const) {
    if (given(column) === undefined) throw missing(column);
  }
  const e = record.eccentricity!;
  let [a, q] = [given('semiMajorAxis'), given('perihelionDistance')];
  if (a === undefined && q === undefined) throw missing('semiMajorAxis');
  if (a !== undefined && q !== undefined && e !== 1 && Math.abs(a * (1 - e) - q) > perihelionTolerance * Math.max(1, q)) {
    throw new FormatError(
      'perihelion-mismatch',
      { column: 'perihelion distance' },
      {
        expected: `q = a·(1 − e) = ${(a * (1 - e)).toFixed(9)} au to 1e-6`,
        given: String(q),
        remedy: 'correct a, e or q, or leave the line out with --skip-bad',
      },
    );
  }
  q ??= a! * (1 - e);
  a ??= e === 1 ? Infinity : q / (1 - e);
  if (!(e >= 0 && q > 0 && Number.isFinite(q))) throw impossible(record);
  let [m, t] = [given('meanAnomaly'), given('perihelionTime')];
  if (m === undefined && t === undefined) throw missing('meanAnomaly');
  const n = meanMotion(a, mu);
  m ??= e === 1 ? NaN : n * (record.epoch! - t!);
  // The nearest passage.
  t ??= record.epoch! - (e < 1 && m > 180 ? m - 360 : m) / n;
  return { ...record, semiMajorAxis: a, perihelionDistance: q, meanAnomaly: m, perihelionTime: t };
}

/** The error of elements of no conic, by the values as the table has them. */
function impossible({ semiMajorAxis: a, eccentricity: e, perihelionDistance: q }: OrbitRecord): FormatError {
  const isKnown = (value: number | undefined): boolean => value !== undefined && !Number.isNaN(value);
  const [column, expected] = !(e! >= 0)
    ? ['eccentricity', 'e ≥ 0']
    : e === 1 || !isKnown(a)
      ? ['perihelion distance', 'q > 0']
      : ['semi-major axis', e! < 1 ? 'a > 0 for an ellipse' : 'a < 0 for a hyperbola'];
  const given = Object.entries({ a, e, q })
    .filter(([, value]) => isKnown(value))
    .map(([name, value]) => `${name} = ${value}`);
  return new FormatError(
    'not-an-orbit',
    { column },
    { expected, given: given.join(', '), remedy: 'correct it, or leave the line out with --skip-bad' },
  );
}

const missing = (column: OrbitColumn): FormatError =>
  new FormatError(
    'missing-value',
    { column },
    { expected: 'a value', given: 'a blank', remedy: 'add it, or leave the line out with --skip-bad' },
  );

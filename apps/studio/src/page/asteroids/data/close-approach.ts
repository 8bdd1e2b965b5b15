import { fiveHillRadii, planets, type TerrestrialPlanet, terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import { type DelimitedText, numberOf } from './delimited-text.js';

/** One close approach of an asteroid to a planet, told by its smallest distance. */
export interface CloseApproachRow {
  readonly planet: TerrestrialPlanet;
  /** JD (TDB) of the smallest distance. */
  readonly jd: number;
  readonly asteroid: string;
  /** Smallest distance between the centres, au. */
  readonly rMin: number;
  /** Speed relative to the planet at the smallest distance, and far from the planet (0 for a bound body), km/s. */
  readonly vRel: number;
  readonly vInf: number;
  /** Where the incoming asymptote meets the b-plane, au; NaN where it is not known. */
  readonly xi: number;
  readonly zeta: number;
  /** State relative to the planet near the smallest distance, ecliptic J2000, au and au/d; undefined where it is not known. */
  readonly relative?: readonly number[];
  /** Of a run, the id of its particle. */
  readonly particle?: number;
  /** Whether it ended on the planet. */
  readonly isImpact?: boolean;
}

/** Distance below which a passage counts as a close approach, au: five Hill radii, as runs record them. */
export const criticalDistance = (planet: TerrestrialPlanet): number => fiveHillRadii[planet];

export const planetOf = (name: TerrestrialPlanet) => planets.find((planet) => planet.name === name)!;

/** As it stands on the page. */
export const planetTitle = (planet: TerrestrialPlanet): string => planet[0]!.toUpperCase() + planet.slice(1);

/** A row as files hold it. */
type Field = string | number | null | undefined | readonly unknown[];

const names = {
  planet: ['planet', 'body'],
  jd: ['jd'],
  asteroid: ['asteroid', 'name', 'particle', 'des', 'fullname'],
  rMin: ['r_min', 'rMin', 'dist'],
  vRel: ['v_rel', 'vRel'],
  vInf: ['v_inf', 'vInf'],
  xi: ['xi'],
  zeta: ['zeta'],
} as const;
const stateNames = ['dx', 'dy', 'dz', 'dvx', 'dvy', 'dvz'] as const;

/** Whether a table has the columns of close approaches. */
export const hasApproaches = ({ columns }: DelimitedText): boolean =>
  (['jd', 'rMin', 'vRel'] as const).every((key) => names[key].some((name) => columns.includes(name)));

/**
 * Close approaches of a table: distances in au, speeds in km/s, times as JD (TDB). Without a column of planets they are the Earth's,
 * as in JPL's tables. Optional columns dx … dvz hold the state relative to the planet.
 *
 * @throws Error for a planet that is none of the four, or a row without time, distance or speed
 */
export function approachesOfText({ columns, rows }: DelimitedText): CloseApproachRow[] {
  return rows.map((row, index) => approachOf(Object.fromEntries(columns.map((name, at) => [name, row[at]])), index));
}

/**
 * Close approaches of a JSON document: a list of objects with the columns of the table; an object with such a list under `events` or
 * `approaches`; or `fields` and `data`, as JPL's close-approach service answers.
 *
 * @throws Error where it is none of them
 */
export function approachesOfJson(content: unknown): CloseApproachRow[] {
  if (Array.isArray(content)) return content.map((row, index) => approachOf(row as Record<string, Field>, index));
  const { events, approaches, fields, data } = (content ?? {}) as Record<string, unknown>;
  const listed = events ?? approaches;
  if (Array.isArray(listed)) return approachesOfJson(listed);
  if (Array.isArray(fields) && Array.isArray(data)) return approachesOfText({ columns: fields as string[], rows: data as string[][] });
  throw new Error('Cannot read the close approaches: expected a list of rows, or “fields” and “data”, got neither.');
}

function approachOf(row: Readonly<Record<string, Field>>, index: number): CloseApproachRow {
  const field = (key: keyof typeof names): Field =>
    names[key].map((name) => row[name]).find((value) => value !== undefined && value !== null);
  const number = (key: keyof typeof names): number => numberOf(field(key)?.toString());
  const planet = String(field('planet') ?? 'earth').toLowerCase();
  const known = terrestrialPlanets.find((name) => name === planet || name.slice(0, planet.length) === planet);
  if (known === undefined) {
    throw new Error(`Cannot read close approach ${index + 1}: expected a planet of ${terrestrialPlanets.join(', ')}, got “${planet}”.`);
  }
  const [jd, rMin, vRel] = [number('jd'), number('rMin'), number('vRel')];
  if (!(Number.isFinite(jd) && rMin > 0 && vRel > 0)) {
    throw new Error(
      `Cannot read close approach ${index + 1}: expected a time, a distance and a speed, got jd ${jd}, r_min ${rMin}, v_rel ${vRel}.`,
    );
  }
  const asteroid = String(field('asteroid') ?? `event ${index + 1}`).trim();
  const relative = relativeState(row);
  const common = { planet: known, jd, asteroid, rMin, vRel, vInf: number('vInf'), xi: number('xi'), zeta: number('zeta') };
  return relative === undefined ? common : { ...common, relative };
}

function relativeState(row: Readonly<Record<string, Field>>): readonly number[] | undefined {
  const listed = row['planetocentric'] ?? row['relative'];
  const state = Array.isArray(listed) ? listed.map(Number) : stateNames.map((name) => numberOf(row[name]?.toString()));
  return state.length === 6 && state.every(Number.isFinite) ? state : undefined;
}

/** Approaches as CSV, with the columns that the page reads back. */
export function approachesCsv(rows: readonly CloseApproachRow[]): string {
  const hasStates = rows.some(({ relative }) => relative !== undefined);
  const lines = rows.map(({ planet, jd, asteroid, rMin, vRel, vInf, xi, zeta, relative }) => {
    const state = hasStates ? (relative ?? stateNames.map(() => NaN)) : [];
    const numbers = [rMin, vRel, vInf, xi, zeta, ...state].map((value) => (Number.isFinite(value) ? String(value) : ''));
    return [planet, jd, `"${asteroid.replaceAll('"', '""')}"`, ...numbers].join(',');
  });
  const columns = ['planet', 'jd', 'asteroid', 'r_min', 'v_rel', 'v_inf', 'xi', 'zeta', ...(hasStates ? stateNames : [])];
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

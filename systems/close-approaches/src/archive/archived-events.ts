import type { SafetensorsTensor } from '@sardonyx/data';
import { type EncounterEvent, eventNumbers } from '../encounters/encounter-event.js';
import type { ApproachTableBuilder } from '../statistics/approach-table.js';
import type { Approach } from '../statistics/approach-times.js';
import { type MassiveBodyName, massiveBodyNames } from '../planets/bodies.js';
import type { Removal, RemovalReason } from '../encounters/removal.js';
import { ArchiveError } from './archive-error.js';
import { type Columns, floatColumn, integerColumn } from './block-content.js';

const eventIntegers = ['particle', 'planet', 'flags', 'minima'] as const satisfies readonly (keyof EncounterEvent)[];
const eventStates = ['heliocentric', 'planetocentric'] as const satisfies readonly (keyof EncounterEvent)[];

/** Events as the rows of an archive's block. */
export const eventRows = (events: readonly EncounterEvent[]): Columns => ({
  ...columnsOf(eventIntegers, (name) => integerColumn(Int32Array.from(events, (event) => event[name]))),
  ...columnsOf(eventNumbers, (name) => floatColumn(Float64Array.from(events, (event) => event[name]))),
  ...columnsOf(eventStates, (name) => floatColumn(Float64Array.from(events.flatMap((event) => event[name])), 6)),
});

/**
 * The events of rows.
 * @throws {ArchiveError} `content` where a column is missing
 */
export function eventsOfRows(rows: Columns): EncounterEvent[] {
  const count = rows['particle']?.shape[0] ?? 0;
  const numbers = [...eventIntegers, ...eventNumbers].map((name) => [name, dataOf(rows, name, count)] as const);
  const states = eventStates.map((name) => [name, dataOf(rows, name, count)] as const);
  return Array.from(
    { length: count },
    (_, row) =>
      Object.fromEntries([
        ...numbers.map(([name, data]) => [name, data[row]]),
        ...states.map(([name, data]) => [name, [...data.subarray(6 * row, 6 * row + 6)]]),
      ]) as unknown as EncounterEvent,
  );
}

/**
 * Adds rows' events to a table of what statistics need, without an object an event.
 * @param isWanted of a row's particle, planet, JD (TDB) and least distance (au)
 * @throws {ArchiveError} `content` where a column is missing
 */
export function addApproaches(
  rows: Columns,
  table: ApproachTableBuilder,
  isWanted: (particle: number, planet: number, jd: number, rMin: number) => boolean,
): void {
  const count = rows['particle']?.shape[0] ?? 0;
  const column = (name: keyof Approach): Float64Array => dataOf(rows, name, count);
  const [particle, planet, jd, rMin] = [column('particle'), column('planet'), column('jd'), column('rMin')];
  const [vRel, vInf, opikU, tisserand] = [column('vRel'), column('vInf'), column('opikU'), column('tisserand')];
  for (let row = 0; row < count; row++) {
    if (!isWanted(particle[row]!, planet[row]!, jd[row]!, rMin[row]!)) continue;
    table.push({
      particle: particle[row]!,
      planet: planet[row]!,
      jd: jd[row]!,
      rMin: rMin[row]!,
      vRel: vRel[row]!,
      vInf: vInf[row]!,
      opikU: opikU[row]!,
      tisserand: tisserand[row]!,
    });
  }
}

const reasons = ['impact', 'sun', 'far', 'escape'] as const satisfies readonly RemovalReason[];
/** In place of the planet, where there is none. */
const noPlanet = -1;

/** Removals as the rows of an archive's block. */
export const removalRows = (removals: readonly Removal[]): Columns => ({
  particle: integerColumn(Int32Array.from(removals, ({ particle }) => particle)),
  reason: integerColumn(Int32Array.from(removals, ({ reason }) => reasons.indexOf(reason))),
  planet: integerColumn(Int32Array.from(removals, ({ planet }) => (planet === undefined ? noPlanet : massiveBodyNames.indexOf(planet)))),
  ...columnsOf(['step', 'fraction', 'jd'] as const, (name) => floatColumn(Float64Array.from(removals, (removal) => removal[name]))),
  heliocentric: floatColumn(Float64Array.from(removals.flatMap(({ heliocentric }) => heliocentric)), 6),
  impactSpeed: floatColumn(Float64Array.from(removals, ({ impactSpeed }) => impactSpeed ?? NaN)),
  impactParameter: floatColumn(Float64Array.from(removals, ({ impactParameter }) => impactParameter ?? NaN)),
});

/**
 * The removals of rows.
 * @throws {ArchiveError} `content` where a column is missing
 */
export function removalsOfRows(rows: Columns): Removal[] {
  const count = rows['particle']?.shape[0] ?? 0;
  const column = (name: string): Float64Array => dataOf(rows, name, count);
  const [particle, reason, planet] = [column('particle'), column('reason'), column('planet')];
  const [step, fraction, jd, heliocentric] = [column('step'), column('fraction'), column('jd'), column('heliocentric')];
  const [impactSpeed, impactParameter] = [column('impactSpeed'), column('impactParameter')];
  return Array.from({ length: count }, (_, row) => ({
    particle: particle[row]!,
    reason: reasons[reason[row]!]!,
    ...(planet[row] !== noPlanet && { planet: massiveBodyNames[planet[row]!] as MassiveBodyName }),
    step: step[row]!,
    fraction: fraction[row]!,
    jd: jd[row]!,
    heliocentric: [...heliocentric.subarray(6 * row, 6 * row + 6)],
    ...(!Number.isNaN(impactSpeed[row]) && { impactSpeed: impactSpeed[row]! }),
    ...(!Number.isNaN(impactParameter[row]) && { impactParameter: impactParameter[row]! }),
  }));
}

const columnsOf = <N extends string>(names: readonly N[], make: (name: N) => SafetensorsTensor): Columns =>
  Object.fromEntries(names.map((name) => [name, make(name)]));

/** Numbers of a column; an archive without rows has no columns. */
function dataOf(rows: Columns, name: string, count: number): Float64Array {
  const column = rows[name];
  if (column !== undefined) return column.data as Float64Array;
  if (count === 0) return new Float64Array(0);
  throw new ArchiveError('content', `rows of events: expected a column "${name}", got none; read an archive of this version`);
}

import type { Archive } from '../archive/archive.js';
import type { ArchiveRecord } from '../archive/archive-file.js';
import { eventRows, removalRows } from '../archive/archived-events.js';
import { floatColumn, integerColumn } from '../archive/block-content.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import { openExcursionSize } from '../encounters/open-excursion.js';
import type { BeltRecords } from '../belt/belt-run.js';
import type { BeltState } from './belt-batch.js';
import { spinSize } from './particle-spins.js';

/** Numbers of an excursion beside particle and planet. */
const excursionFields = openExcursionSize - 2;

/** What belongs to the end of a step, as an archive records it. */
export function recordsAt(
  { planets, ids, states, levels, waited, spins, excursions }: BeltState,
  { events, removals }: Pick<BeltRecords, 'events' | 'removals'>,
): ArchiveRecord[] {
  const open = Array.from({ length: excursions.length / openExcursionSize }, (_, k) =>
    excursions.subarray(openExcursionSize * k, openExcursionSize * (k + 1)),
  );
  return [
    { type: 'approaches', content: { rows: eventRows(events), shared: {} } },
    { type: 'removals', content: { rows: removalRows(removals), shared: {} } },
    {
      type: 'excursions',
      content: {
        rows: {
          particle: integerColumn(Int32Array.from(open, (row) => row[0]!)),
          planet: integerColumn(Int32Array.from(open, (row) => row[1]!)),
          fields: floatColumn(Float64Array.from(open.flatMap((row) => [...row.subarray(2)])), excursionFields),
        },
        shared: {},
      },
    },
    {
      type: 'snapshot',
      content: {
        rows: {
          particle: integerColumn(Int32Array.from(ids)),
          state: floatColumn(states, stateSize),
          level: { dtype: 'U8', shape: [levels.length], data: levels },
          waited: { dtype: 'U16', shape: [waited.length], data: waited },
          ...(spins.length > 0 && { spin: floatColumn(spins, spinSize) }),
        },
        shared: { planets: floatColumn(planets, stateSize) },
      },
    },
  ];
}

/**
 * The last snapshot of an archive not after `step`.
 * @throws {ArchiveError} `no-snapshot`, `damaged-block`
 */
export function snapshotOf(archive: Archive, step = Infinity): BeltState {
  const block = archive.snapshotBlock(step);
  const { rows, shared } = archive.content(block);
  const beside = archive.blocks.find(
    ({ type, step: own, interim }) => type === 'excursions' && own === block.step && interim === block.interim,
  );
  const open = beside === undefined ? undefined : archive.content(beside).rows;
  const count = open?.['particle']?.shape[0] ?? 0;
  const excursions = new Float64Array(openExcursionSize * count);
  for (let k = 0; k < count; k++) {
    excursions[openExcursionSize * k] = Number(open!['particle']!.data[k]);
    excursions[openExcursionSize * k + 1] = Number(open!['planet']!.data[k]);
    const fields = (open!['fields']!.data as Float64Array).subarray(excursionFields * k, excursionFields * (k + 1));
    excursions.set(fields, openExcursionSize * k + 2);
  }
  return {
    step: block.step,
    planets: Float64Array.from(shared['planets']!.data as Float64Array),
    ids: Uint32Array.from(rows['particle']!.data as Int32Array),
    states: Float64Array.from(rows['state']!.data as Float64Array),
    levels: Uint8Array.from(rows['level']!.data as Uint8Array),
    waited: Uint16Array.from(rows['waited']!.data as Uint16Array),
    spins: Float64Array.from((rows['spin']?.data ?? []) as Float64Array),
    excursions,
  };
}

/** One snapshot of those of all batches, which stand at the same step. */
export function joined(parts: readonly BeltState[]): BeltState {
  const { step, planets } = parts[0]!;
  const together = (name: 'states' | 'spins' | 'excursions'): Float64Array => Float64Array.from(parts.flatMap((part) => [...part[name]]));
  return {
    step,
    planets,
    ids: Uint32Array.from(parts.flatMap(({ ids }) => [...ids])),
    states: together('states'),
    levels: Uint8Array.from(parts.flatMap(({ levels }) => [...levels])),
    waited: Uint16Array.from(parts.flatMap(({ waited }) => [...waited])),
    spins: together('spins'),
    excursions: together('excursions'),
  };
}

/** The particles `from` to `to` − 1 of a snapshot. */
export function partOf({ step, planets, ids, states, levels, waited, spins, excursions }: BeltState, from: number, to: number): BeltState {
  const places = Array.from(ids, (_, place) => place).filter((place) => ids[place]! >= from && ids[place]! < to);
  const rowsOf = (all: Float64Array, size: number): Float64Array =>
    Float64Array.from(places.flatMap((place) => [...all.subarray(size * place, size * (place + 1))]));
  const open = Array.from({ length: excursions.length / openExcursionSize }, (_, k) => openExcursionSize * k).filter(
    (offset) => excursions[offset]! >= from && excursions[offset]! < to,
  );
  return {
    step,
    planets,
    ids: Uint32Array.from(places, (place) => ids[place]!),
    states: rowsOf(states, stateSize),
    levels: Uint8Array.from(places, (place) => levels[place]!),
    waited: Uint16Array.from(places, (place) => waited[place]!),
    spins: rowsOf(spins, spinSize),
    excursions: Float64Array.from(open.flatMap((offset) => [...excursions.subarray(offset, offset + openExcursionSize)])),
  };
}

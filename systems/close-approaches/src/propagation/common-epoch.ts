import { sunGm } from '../constants.js';
import { type Catalogue, CatalogueBuilder, stateOfRecord } from '../formats/catalogue.js';
import { keplerianOf } from '../orbit/elements-from-state.js';
import type { OrbitRecord } from '../formats/orbit-record.js';
import { asteroidLaw, type DistanceLaw } from '../yarkovsky/nongravitational.js';
import { type FollowedBody, propagate, SolarSystem } from './propagation.js';

/** The body of a record, with its non-gravitational force where one is known; `law` says how that falls with the distance. */
export function followedBody(record: OrbitRecord, law: DistanceLaw = asteroidLaw): FollowedBody {
  const force = [record.a1, record.a2, record.a3].map((value) => (value === undefined || Number.isNaN(value) ? 0 : value)) as [
    number,
    number,
    number,
  ];
  return {
    name: record.designation,
    state: stateOfRecord(record),
    ...(force.some((value) => value !== 0) && { nongravitational: force, law }),
  };
}

/** The same bodies with osculating elements at one epoch (JD TDB), by integration of those that have another. */
export function atCommonEpoch(
  catalogue: Catalogue,
  epoch: number,
  { system = new SolarSystem(), progress = (_done: number, _total: number): void => undefined } = {},
): Catalogue {
  const groups = new Map<number, number[]>();
  catalogue.column('epoch').forEach((own, index) => {
    if (own === epoch) return;
    const members = groups.get(own);
    if (members === undefined) groups.set(own, [index]);
    else members.push(index);
  });
  const total = [...groups.values()].reduce((sum, { length }) => sum + length, 0);
  const moved = new Map<number, OrbitRecord>();
  for (const own of [...groups.keys()].sort((a, b) => a - b)) {
    const members = groups.get(own)!;
    const records = members.map((index) => catalogue.record(index));
    const before = moved.size;
    const states = propagate(
      records.map((record) => followedBody(record)),
      own,
      [epoch],
      { system, progress: (done) => progress(before + done, total) },
    );
    members.forEach((index, i) => {
      const { perihelionDistance: _q, perihelionTime: _t, ...rest } = records[i]!;
      moved.set(index, { ...rest, epoch, ...keplerianOf(states[i]![0]!, sunGm) });
    });
  }
  const builder = new CatalogueBuilder();
  for (const source of catalogue.sources) builder.addSource(source);
  for (let i = 0; i < catalogue.count; i++) builder.add(moved.get(i) ?? catalogue.record(i));
  return builder.build();
}

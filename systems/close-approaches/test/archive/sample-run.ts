import { RandomStream } from '@sardonyx/data';
import type { ArchiveRecord } from '../../src/archive/archive-file.js';
import { type Columns, floatColumn, integerColumn } from '../../src/archive/block-content.js';

export const configOf = (from: number, to: number) => ({ seed: 7, step: 4, particles: { from, to }, radii: { earth: 0.05, mars: 0.0362 } });

/** What a run over particles `from` … `to` − 1 would record at snapshot `k`: each particle's rows depend on nothing but itself. */
export function recordsOf(from: number, to: number, k: number, shuffled = false): ArchiveRecord[] {
  const ids = Array.from({ length: to - from }, (_, j) => from + j);
  if (shuffled) ids.reverse();
  const streams = ids.map((id) => new RandomStream(id, `snapshot ${k}`));
  const states = Float64Array.from(streams.flatMap((stream) => Array.from({ length: 6 }, () => stream.uniform())));
  const snapshot: Columns = {
    particle: integerColumn(Int32Array.from(ids)),
    state: floatColumn(states, 6),
    safe: { dtype: 'U8', shape: [ids.length], data: Uint8Array.from(ids, (id) => id % 251) },
  };
  const approaches = ids.filter((id) => (id + k) % 3 === 0);
  const removed = ids.filter((id) => (id * 7 + k) % 11 === 0);
  const planets = {
    planets: floatColumn(
      Float64Array.from({ length: 12 }, (_, j) => j + k / 7),
      6,
    ),
  };
  return [
    { type: 'snapshot', content: { rows: snapshot, shared: planets } },
    {
      type: 'approaches',
      content: {
        rows: {
          closed: floatColumn(Float64Array.from(approaches, (id) => 100 * k + ((id * 37) % 100))),
          left: floatColumn(Float64Array.from(approaches, (id) => 100 * k + ((id * 37) % 100) + 0.5)),
          particle: integerColumn(Int32Array.from(approaches)),
          planet: integerColumn(Int32Array.from(approaches, (id) => id % 4)),
        },
        shared: {},
      },
    },
    {
      type: 'removals',
      content: {
        rows: {
          step: floatColumn(Float64Array.from(removed, (id) => 100 * k + (id % 10))),
          particle: integerColumn(Int32Array.from(removed)),
        },
        shared: {},
      },
    },
  ];
}

import {
  Archive,
  type ArchiveBlock,
  eventFlags,
  eventsOfRows,
  inMemory,
  type ParticleFile,
  type Removal,
  removalsOfRows,
  type RunConfig,
  snapshotStates,
} from '@sardonyx/close-approaches/archives';
import { auPerDayOfKmPerSecond, daysPerYear, terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import { formatNumber } from '../../quantities.js';
import { planetOrbitsOf } from '../orbits/planet-orbits.js';
import type { CloseApproachRow } from './close-approach.js';
import type { Catalogue } from './elements-table.js';
import { tableOfStates } from './state-table.js';
import { fetchArchiveFile } from './run-files.js';

/** Close approaches that are shown at most, the latest ones. */
const mostApproaches = 200_000;

/** What a run of `close-approaches/belt` has recorded so far: its particles at every snapshot, and their close approaches. */
export class RunArchive {
  readonly run: string;
  /** Every time at which all states were saved, the last before an interruption included. */
  readonly snapshots: readonly ArchiveBlock[];
  readonly approaches: readonly CloseApproachRow[];
  /** What a reader should know of what was read; empty where it is everything. */
  readonly note: string;
  readonly #archive: Archive;
  readonly #particles: ReadonlyMap<number, ParticleFile['particles'][number]>;

  /**
   * @param end where in `bytes` the archive's end begins, of one that was not read whole; 0 where it was
   * @throws {ArchiveError} where the bytes are no archive, or hold no snapshot
   */
  constructor(run: string, bytes: Uint8Array, { particles }: ParticleFile, end = 0) {
    this.run = run;
    this.#archive = new Archive(inMemory(bytes), { damaged: 'skip' });
    this.#particles = new Map(particles.map((particle) => [particle.id, particle]));
    // Throws where there is none.
    this.#archive.snapshotBlock();
    // Blocks before what was left out are not shown: one of them is cut.
    const shown = this.#archive.blocks.filter(({ offset }) => offset >= end);
    this.snapshots = shown.filter(({ type }) => type === 'snapshot');
    const { rows, isAll } = this.#latestApproaches(shown.filter(({ type }) => type === 'approaches'));
    this.approaches = rows;
    this.note = [
      ...(end > 0
        ? [`The archive is long: its last ${formatNumber(Math.ceil((bytes.length - end) / 1e6))} MB are shown.`]
        : this.#archive.warnings),
      ...(isAll ? [] : [`The latest ${formatNumber(rows.length)} close approaches are shown.`]),
    ].join(' ');
  }

  /** Years since the run's start at a snapshot, and at the run's end. */
  yearOf({ step }: Pick<ArchiveBlock, 'step'>): number {
    return (step * this.#config.step) / daysPerYear;
  }

  get years(): number {
    return this.yearOf({ step: this.#config.steps });
  }

  /**
   * The particles that live at a snapshot, on the ellipses that touch their paths there, with the planets.
   * @throws {ArchiveError} `damaged-block`
   */
  catalogueAt(index: number): Catalogue {
    const block = this.snapshots[index]!;
    const { jd, planets, particles, states } = snapshotStates(this.#archive, block);
    const { table, ids, left } = tableOfStates(states, particles, jd, (id) => ({
      name: this.#nameOf(id),
      H: this.#particles.get(id)?.absoluteMagnitude ?? NaN,
    }));
    const open = left === 0 ? '' : ` ${formatNumber(left)} on orbits that are no ellipses with e ≤ 0.99 are not shown.`;
    return {
      title: 'particles of the run',
      note: `Each on the ellipse that touches its path at the snapshot; so are the planets.${this.#endsUpTo(block, particles.length)}${open}`,
      table,
      particles: ids,
      planets: planetOrbitsOf(planets, jd),
      jd,
    };
  }

  get #config(): RunConfig {
    return this.#archive.header.config as RunConfig;
  }

  #nameOf(id: number): string {
    return this.#particles.get(id)?.name ?? `particle ${id}`;
  }

  /** How many particles have ended by a snapshot, and where, as far as the archive was read. */
  #endsUpTo({ step }: ArchiveBlock, live: number): string {
    const { from, to } = this.#config.particles;
    const ended = to - from - live;
    if (ended === 0) return '';
    const known = removalsOfRows(this.#archive.rows('removals', step));
    return ` ${formatNumber(ended)} of ${formatNumber(to - from)} have ended${known.length === ended ? `: ${countsOf(known.map(endOf))}` : ''}.`;
  }

  #latestApproaches(blocks: readonly ArchiveBlock[]): { rows: CloseApproachRow[]; isAll: boolean } {
    const parts: CloseApproachRow[][] = [];
    let count = 0;
    let at = blocks.length;
    while (at > 0 && count < mostApproaches) {
      const part = this.#approachesOf(blocks[--at]!);
      parts.unshift(part);
      count += part.length;
    }
    return { rows: parts.flat(), isAll: at === 0 };
  }

  #approachesOf(block: ArchiveBlock): CloseApproachRow[] {
    return eventsOfRows(this.#archive.content(block).rows).flatMap((event) => {
      const planet = terrestrialPlanets[event.planet];
      if (planet === undefined) return [];
      const finite = (value: number): number => (Number.isFinite(value) ? value : NaN);
      return [
        {
          planet,
          jd: event.jd,
          asteroid: this.#nameOf(event.particle),
          particle: event.particle,
          rMin: event.rMin,
          vRel: event.vRel / auPerDayOfKmPerSecond,
          vInf: event.vInf / auPerDayOfKmPerSecond,
          xi: finite(event.xi),
          zeta: finite(event.zeta),
          relative: event.planetocentric,
          isImpact: (event.flags & eventFlags.impact) !== 0,
        },
      ];
    });
  }
}

/**
 * What a run has recorded so far.
 * @throws ApiFailure, ServerUnreachable, {@link ArchiveError}
 */
export async function fetchRunArchive(run: string): Promise<RunArchive> {
  const [archive, particles] = await Promise.all([fetchArchiveFile(run, 'run.caph'), fetchArchiveFile(run, 'particles.json')]);
  return new RunArchive(run, archive.bytes, JSON.parse(new TextDecoder().decode(particles.bytes)) as ParticleFile, archive.end);
}

const endings = { impact: 'on a planet', sun: 'in the Sun', far: 'beyond 100 au', escape: 'on an open orbit' } as const;
const endOf = ({ reason, planet }: Removal): string =>
  reason === 'impact' && planet !== undefined ? `on ${planet[0]!.toUpperCase()}${planet.slice(1)}` : endings[reason];

/** `3 on Mars, 1 in the Sun` */
function countsOf(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${formatNumber(count)} ${word}`).join(', ');
}

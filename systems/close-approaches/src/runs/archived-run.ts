import { existsSync } from 'node:fs';
import { ThreadPool } from '@sardonyx/parallel';
import { ArchiveError } from '../archive/archive-error.js';
import { ArchiveWriter } from '../archive/archive-file.js';
import { eventsOfRows, removalsOfRows } from '../archive/archived-events.js';
import { concatenateRows } from '../archive/block-content.js';
import type { Archive } from '../archive/archive.js';
import type { RunConfig } from '../archive/run-config.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import type { BeltRecords } from '../belt/belt-run.js';
import { beltBatch, type BeltBatch, type BeltBatchResult, type BeltState } from './belt-batch.js';
import { joined, partOf, recordsAt, snapshotOf } from './snapshot-records.js';

/** What is integrated. */
export interface BeltSetup {
  readonly config: RunConfig;
  /** Sun and planets at the start. */
  readonly bodies: MassiveBodies;
  /** Heliocentric states (6 numbers) and drifts (au/d) of the particles `config.particles.from` to `to` − 1 at the start. */
  readonly states: Float64Array;
  readonly drift: Float64Array;
  /** What wrote the archive, for its header. */
  readonly build: string;
}

export interface BeltRunOptions {
  readonly workers: number;
  /** Particles that are moved together. Results do not depend on it, nor on the workers. */
  readonly batch: number;
  /** Particle-steps between two looks at whether to save; 2 million by default. */
  readonly stretch?: number;
  /** Whether to save between two snapshots. */
  readonly isDue?: () => boolean;
  /** After everything up to `step` is in the file. What it throws ends the run, which may be resumed. */
  readonly saved?: (step: number) => Promise<void>;
  readonly progress?: (step: number, alive: number) => void;
  readonly pause?: () => Promise<void>;
  readonly warn?: (message: string) => void;
}

interface Standing {
  readonly writer: ArchiveWriter;
  readonly batches: BeltState[];
  /** What came since the last regular snapshot. */
  readonly pending: Pick<BeltRecords, 'events' | 'removals'>;
}

/**
 * Integrates particles with their encounters into the archive at `path`, from its last snapshot on where there is one, so that a run
 * is resumed by calling this again. The file's bytes depend neither on workers and batches nor on interruptions.
 * @throws {ArchiveError} where the archive is of another configuration or build, or damaged, or cannot be written
 * @throws {ParallelError} where a thread fails
 */
export async function runIntoArchive(path: string, setup: BeltSetup, options: BeltRunOptions): Promise<void> {
  const { config } = setup;
  const { workers, batch, isDue = () => false, saved, progress, pause } = options;
  const pool = new ThreadPool(beltBatch, { workers });
  const advance = (from: readonly BeltBatch['from'][], steps: number, isLast: boolean): Promise<BeltBatchResult[]> =>
    pool.map(
      from.map((own, k) => batchOf(setup, batch, k, own, steps, isLast)),
      pause && { pause },
    );
  const standing = existsSync(path) ? resumed(path, setup, options) : await begun(path, setup, batch, advance);
  try {
    let { batches, pending } = standing;
    const longest = Math.max(1, Math.round((options.stretch ?? 2e6) / setup.drift.length));
    for (let step = batches[0]!.step; step < config.steps; ) {
      const toSnapshot = config.snapshotSteps - (step % config.snapshotSteps);
      const count = Math.min(longest, toSnapshot);
      const results = await advance(batches, count, step + count === config.steps);
      step += count;
      batches = results.map(({ state }) => state);
      pending = merged([pending, ...results]);
      const isRegular = count === toSnapshot;
      const interim = !isRegular && isDue();
      if (isRegular || interim) {
        standing.writer.append(step, recordsAt(joined(batches), pending), { interim });
        if (isRegular) pending = nothing;
      }
      progress?.(
        step,
        batches.reduce((sum, { ids }) => sum + ids.length, 0),
      );
      if (interim || (isRegular && isDue())) await saved?.(step);
    }
  } finally {
    standing.writer.close();
    await pool.end();
  }
}

const nothing: Pick<BeltRecords, 'events' | 'removals'> = { events: [], removals: [] };

const merged = (
  parts: readonly {
    readonly events: BeltRecords['events'] | BeltBatchResult['events'];
    readonly removals: BeltRecords['removals'] | BeltBatchResult['removals'];
  }[],
): Pick<BeltRecords, 'events' | 'removals'> => ({
  events: parts.flatMap(({ events }) => [...events]),
  removals: parts.flatMap(({ removals }) => [...removals]),
});

const rangesOf = ({ config }: BeltSetup, batch: number): [from: number, to: number][] => {
  const { from, to } = config.particles;
  return Array.from({ length: Math.ceil((to - from) / batch) }, (_, k) => [from + batch * k, Math.min(to, from + batch * (k + 1))]);
};

function batchOf(setup: BeltSetup, batch: number, k: number, own: BeltBatch['from'], steps: number, isLast: boolean): BeltBatch {
  const { step, start: epoch, detector, criticalDistances, particles } = setup.config;
  const [from, to] = rangesOf(setup, batch)[k]!;
  const drift = setup.drift.slice(from - particles.from, to - particles.from);
  return { bodies: setup.bodies, options: { step, epoch, detector, criticalDistances }, firstId: from, from: own, drift, steps, isLast };
}

/** A new archive with the snapshot of step 0. */
async function begun(
  path: string,
  setup: BeltSetup,
  batch: number,
  advance: (from: readonly Float64Array[], steps: number, isLast: boolean) => Promise<BeltBatchResult[]>,
): Promise<Standing> {
  const { config, build, states } = setup;
  const first = config.particles.from;
  const starts = rangesOf(setup, batch).map(([from, to]) => states.slice(stateSize * (from - first), stateSize * (to - first)));
  const batches = (await advance(starts, 0, false)).map(({ state }) => state);
  const writer = ArchiveWriter.create(path, { config, build });
  writer.append(0, recordsAt(joined(batches), nothing));
  return { writer, batches, pending: nothing };
}

/** The archive as it was left, with what its interim blocks hold. */
function resumed(path: string, setup: BeltSetup, { batch, warn }: BeltRunOptions): Standing {
  const { writer, archive, warnings } = ArchiveWriter.resume(path, setup.config);
  for (const warning of warnings) warn?.(warning);
  const { build } = archive.header;
  if (build !== setup.build) {
    writer.close();
    throw new ArchiveError(
      'build',
      `${path}: expected an archive begun by "${setup.build}", got one by "${build}", whose steps may have other bits; go on with that one`,
    );
  }
  const snapshot = snapshotOf(archive);
  const rowsOf = (type: 'approaches' | 'removals') => concatenateRows(interimContents(archive, type));
  return {
    writer,
    batches: rangesOf(setup, batch).map(([from, to]) => partOf(snapshot, from, to)),
    pending: { events: eventsOfRows(rowsOf('approaches')), removals: removalsOfRows(rowsOf('removals')) },
  };
}

const interimContents = (archive: Archive, type: 'approaches' | 'removals') =>
  archive.blocks.filter((block) => block.interim && block.type === type).map((block) => archive.content(block).rows);

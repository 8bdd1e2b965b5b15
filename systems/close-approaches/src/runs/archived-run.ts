import { existsSync } from 'node:fs';
import { ThreadPool } from '@sardonyx/parallel';
import { ArchiveError } from '../archive/archive-error.js';
import { ArchiveWriter } from '../archive/archive-file.js';
import { eventsOfRows, removalsOfRows } from '../archive/archived-events.js';
import { concatenateRows } from '../archive/block-content.js';
import type { Archive } from '../archive/archive.js';
import type { RunConfig } from '../archive/run-config.js';
import { daysPerYear } from '../constants.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { planetNames } from '../planets/bodies.js';
import type { BeltRecords } from '../belt/belt-run.js';
import { beltBatch, type BeltBatch, type BeltBatchResult, type BeltState } from './belt-batch.js';
import type { SpinSetup } from './batch-spins.js';
import { semiMajorAxisAt, spinAtStart, spinSize } from './particle-spins.js';
import { joined, partOf, recordsAt, snapshotOf } from './snapshot-records.js';

/** What is integrated. */
export interface BeltSetup {
  readonly config: RunConfig;
  /** Sun and planets at the start, then the bodies of `config.massive`. */
  readonly bodies: MassiveBodies;
  /** Heliocentric states (6 numbers) and drifts (au/d) of the particles `config.particles.from` to `to` − 1 at the start. */
  readonly states: Float64Array;
  readonly drift: Float64Array;
  /** Diameters (m), obliquities (rad) and rates (1/s) of the particles: drifts follow from them, and are not those given. */
  readonly spins?: { readonly diameter: Float64Array; readonly obliquity: Float64Array; readonly rate: Float64Array };
  /** What wrote the archive, for its header. */
  readonly build: string;
}

export interface BeltRunOptions {
  readonly workers: number;
  /** Particles that are moved together at most. Results do not depend on it, nor on the workers. */
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
 * @throws {ArchiveError} where the archive is of another configuration or build, or damaged, or cannot be written; `content` where
 *   states, drifts or spins are not those of the configured particles; `not-finite` where a state is no number
 * @throws {ParallelError} where a thread fails
 */
export async function runIntoArchive(path: string, setup: BeltSetup, options: BeltRunOptions): Promise<void> {
  const { config } = setup;
  requireParticles(setup);
  const { workers, isDue = () => false, saved, progress, pause, warn } = options;
  const batch = Math.min(options.batch, Math.ceil(setup.drift.length / workers));
  const pool = new ThreadPool(beltBatch, { workers });
  if (pool.note !== undefined) warn?.(pool.note);
  const advance = (from: readonly BeltBatch['from'][], steps: number, isLast: boolean): Promise<BeltBatchResult[]> =>
    pool.map(
      from.map((own, k) => batchOf(setup, batch, k, own, steps, isLast)),
      pause && { pause },
    );
  const standing = existsSync(path) ? resumed(path, setup, batch, options) : await begun(path, setup, batch, advance);
  try {
    let { batches, pending } = standing;
    const longest = Math.max(1, Math.round((options.stretch ?? 2e6) / setup.drift.length));
    for (let step = batches[0]!.step; step < config.steps; ) {
      const toSnapshot = config.snapshotSteps - (step % config.snapshotSteps);
      const count = Math.min(longest, toSnapshot);
      const results = await advance(batches, count, step + count === config.steps);
      step += count;
      batches = results.map(({ state }) => state);
      requireFinite(path, batches, step, config);
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

/** @throws {ArchiveError} `content` */
function requireParticles({ config, states, drift, spins }: BeltSetup): void {
  const { from, to } = config.particles;
  const given = { states: states.length / stateSize, drifts: drift.length, spins: spins?.diameter.length ?? to - from };
  for (const [name, count] of Object.entries(given)) {
    if (count === to - from) continue;
    const message = `particles ${from} to ${to - 1}: expected ${to - from} ${name}, got ${count}; give one for each, or correct the range`;
    throw new ArchiveError('content', message);
  }
  const wrong = states.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const particle = from + Math.floor(wrong / stateSize);
  throw new ArchiveError('content', `particle ${particle}: expected a state of six finite numbers, got ${states[wrong]}; leave it out`);
}

/** Stops a run whose numbers mean nothing any more. @throws {ArchiveError} `not-finite` */
function requireFinite(path: string, batches: readonly BeltState[], step: number, { snapshotSteps }: RunConfig): void {
  for (const { ids, states } of batches) {
    const wrong = states.findIndex((value) => !Number.isFinite(value));
    if (wrong < 0) continue;
    const saved = snapshotSteps * Math.floor((step - 1) / snapshotSteps);
    throw new ArchiveError(
      'not-finite',
      `particle ${ids[Math.floor(wrong / stateSize)]}: its state is ${states[wrong]} by step ${step}; the last good states are those of step ${saved} or later in ${path}. Leave the particle out, or shorten the step.`,
    );
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
  const { step: longestStep, levels, start: epoch, detector, criticalDistances, particles, relativity, solarJ2, massive } = setup.config;
  const { stepsPerReview, ...rule } = setup.config.stepRule;
  const [from, to] = rangesOf(setup, batch)[k]!;
  const places = [from - particles.from, to - particles.from] as const;
  const spins = spinsOf(setup, ...places);
  const drift = spins ? spins.atStart.filter((_, at) => at % spinSize === 2) : setup.drift.slice(...places);
  const forces = { yarkovsky: true, relativity, oblateness: solarJ2 };
  const options = {
    longestStep,
    levels,
    rule,
    stepsPerReview,
    epoch,
    detector,
    criticalDistances,
    forces,
    planets: [...planetNames, ...massive],
  };
  return { bodies: setup.bodies, options, firstId: from, from: own, drift, spins, steps, isLast };
}

/** Spins of the particles at `begin` to `end` − 1 of a run, and what they follow. */
function spinsOf({ config, states, spins }: BeltSetup, begin: number, end: number): SpinSetup | undefined {
  if (spins === undefined) return undefined;
  const { lookSteps, ...yarkovsky } = config.yarkovsky;
  const rules = { ...yarkovsky, seed: config.seed, years: (lookSteps * config.step) / daysPerYear };
  const diameter = spins.diameter.slice(begin, end);
  const rows = Array.from(diameter, (own, place) => {
    const at = begin + place;
    const body = { diameter: own, semiMajorAxis: semiMajorAxisAt(states, stateSize * at) };
    return spinAtStart(spins.obliquity[at]!, spins.rate[at]!, body, rules);
  });
  return { rules, lookSteps, diameter, atStart: Float64Array.from(rows.flat()) };
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
function resumed(path: string, setup: BeltSetup, batch: number, { warn }: BeltRunOptions): Standing {
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

import { type Kernel, ThreadPool } from '@sardonyx/parallel';
import type { DemocraticCheckpoint } from '../dynamics/democratic-heliocentric.js';
import type { MassiveBodies } from '../dynamics/massive-bodies.js';
import { beltDrift } from './belt-drift.js';
import { type BeltAdvance, type BeltKernel, BeltMemory, sharesMemory } from './belt-memory.js';
import { beltShard, type BeltShard } from './belt-shard.js';
import { components, type ParticleTable, particleTable } from './particle-table.js';
import { PlanetTrack } from './planet-track.js';
import { StepGroups, type StepGroupsCheckpoint } from './step-groups.js';
import { type StepRule, stepRule } from './step-rule.js';
import { bitsOf, type ParticleForces } from './sun.js';

export interface BeltOptions {
  /** Longest step of particles, days; 16 by default. */
  readonly longestStep?: number;
  /** Steps are `longestStep`, half of it, … : so many lengths; 5 by default. The planets' step is the shortest. */
  readonly levels?: number;
  readonly rule?: StepRule;
  /** Longest steps between two looks at who needs which step; 16 by default. */
  readonly stepsPerReview?: number;
  readonly forces?: ParticleForces;
  readonly kernel?: BeltKernel;
  /** Threads; 1 by default, the calling one. Results do not depend on it. */
  readonly workers?: number;
  /** Particles of one shard at most; 2048 by default. Results do not depend on it. */
  readonly batch?: number;
  /** Where threads find the kernel that moves a shard; `beltShard` unless an application bundles it elsewhere. */
  readonly shardKernel?: Kernel<BeltShard, void>;
}

/** Where an integration stands, to the last bit. */
export interface BeltCheckpoint {
  /** Longest steps done. */
  readonly steps: number;
  readonly planets: DemocraticCheckpoint;
  readonly groups: StepGroupsCheckpoint;
  /** The table, in the order of the groups. */
  readonly values: Float64Array;
}

let sessions = 0;

/**
 * Massless particles between planets, each with a step of its own: `longestStep`/2^k. Planets are advanced by themselves at
 * the shortest step; no particle changes them, and none depends on another. Steps are chosen by `StepRule`, looked at every
 * `stepsPerReview` longest steps, where all steps have a common boundary: shortened at once, lengthened by one halving after
 * patience. Between changes a particle's map is symplectic and reversible; a change replaces one such map by another, of an
 * error Hamiltonian of O(h²), at a time that depends on its slowly varying orbit alone.
 */
export class BeltIntegrator {
  /** Longest steps done. */
  steps = 0;
  /** Days of the longest step. */
  readonly longestStep: number;
  /** Why there is one thread where more were asked for. */
  readonly note: string | undefined;
  readonly #memory: BeltMemory;
  readonly #planets: PlanetTrack;
  readonly #groups: StepGroups;
  readonly #pool: ThreadPool<BeltShard, void> | undefined;
  readonly #session = `${++sessions}`;
  readonly #options: { levels: number; stepsPerReview: number; forces: number; batch: number };

  /** `particles` holds heliocentric positions and velocities, `bodies` the planets at the same time. Both are copied. */
  constructor(bodies: MassiveBodies, particles: ParticleTable, options: BeltOptions = {}) {
    const { longestStep = 16, levels = 5, stepsPerReview = 16, workers = 1, batch = 2048, forces = {}, kernel } = options;
    this.longestStep = longestStep;
    this.#options = { levels, stepsPerReview, forces: bitsOf(forces), batch };
    this.#planets = new PlanetTrack(bodies, longestStep / 2 ** (levels - 1));
    this.note = workers > 1 && !sharesMemory() ? 'memory cannot be shared between threads here; particles move in one thread' : undefined;
    if (workers > 1 && this.note === undefined) this.#pool = new ThreadPool(options.shardKernel ?? beltShard, { workers });
    this.note ??= this.#pool?.note;
    const extent = { particles: particles.count, planets: bodies.gm.length, rows: stepsPerReview * (2 ** levels - 1) };
    this.#memory = BeltMemory.create(extent, { shared: this.#isThreaded(), ...(kernel && { kernel }) });
    this.#memory.gm.set(this.#planets.gm);
    this.#load(particles);
    this.#groups = new StepGroups(this.#memory, { levels, longestStep, stepsPerReview, rule: stepRule(options.rule), mu: bodies.starGm });
  }

  /** Days since the start. */
  get time(): number {
    return this.steps * this.longestStep;
  }

  /** Numbers of particles of each step, the shortest step's first. */
  get groupSizes(): readonly number[] {
    return this.#groups.sizes;
  }

  /** Advances everything by `count` longest steps. @throws {ParallelError} where a thread fails */
  async advance(count: number): Promise<void> {
    const { stepsPerReview } = this.#options;
    for (let done = 0; done < count; ) {
      const span = Math.min(count - done, stepsPerReview - (this.steps % stepsPerReview));
      await this.#advanceSpan(span);
      done += span;
      this.steps += span;
      if (this.steps % stepsPerReview === 0) this.#groups.review();
    }
  }

  /** Heliocentric particles now, synchronized, in their first order; NaN where removed. The run is not disturbed. */
  heliocentric(): ParticleTable {
    const { table } = this.#memory;
    const moved = table.values.slice();
    const velocity = this.#planets.sunVelocity();
    const out = particleTable(table.count);
    for (let slot = 0; slot < table.count; slot++) {
      const owed = this.#groups.owedAt(slot);
      if (owed !== 0) beltDrift(moved, table.stride, slot, this.#planets.starGm, owed);
      const particle = this.#groups.particles[slot]!;
      for (let k = 0; k < components.length; k++) {
        const shift = k >= 3 && k < 6 ? velocity[k - 3]! : 0;
        out.values[k * out.stride + particle] = this.#groups.isRemoved(slot) ? NaN : moved[k * table.stride + slot]! + shift;
      }
    }
    return out;
  }

  /** Heliocentric planets now. */
  planets(): MassiveBodies {
    return this.#planets.heliocentric();
  }

  /** Takes particles out of the integration. */
  remove(particles: Iterable<number>): void {
    this.#groups.remove(particles);
  }

  checkpoint(): BeltCheckpoint {
    return {
      steps: this.steps,
      planets: this.#planets.checkpoint(),
      groups: this.#groups.checkpoint(),
      values: this.#memory.table.values.slice(),
    };
  }

  /** Goes on from a checkpoint of an integration with the same options, as if it had never been left. */
  restore({ steps, planets, groups, values }: BeltCheckpoint): void {
    this.steps = steps;
    this.#planets.restore(planets);
    this.#groups.restore(groups);
    this.#memory.table.values.set(values);
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    await this.#pool?.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #isThreaded(): boolean {
    return this.#pool !== undefined && this.#pool.workers > 1;
  }

  #load({ values, stride, count }: ParticleTable): void {
    const { table } = this.#memory;
    const velocity = this.#planets.sunVelocity();
    for (let k = 0; k < components.length; k++) {
      const shift = k >= 3 && k < 6 ? velocity[k - 3]! : 0;
      for (let i = 0; i < count; i++) table.values[k * table.stride + i] = values[k * stride + i]! - shift;
    }
  }

  /** Planets first, then every group's particles, by batches. */
  async #advanceSpan(span: number): Promise<void> {
    const { levels } = this.#options;
    const firstRows = this.#firstRows();
    for (let step = 0; step < span; step++) {
      this.#planets.record(
        levels,
        this.#memory.track,
        firstRows.map((row, level) => row + step * 2 ** (levels - 1 - level)),
      );
    }
    const shards = this.#shards(span, firstRows);
    if (this.#isThreaded()) await this.#pool!.map(shards);
    else for (const { begin, count, steps } of shards) this.#memory.advance(begin, count, steps);
    this.#groups.isOwed = true;
  }

  /** Row of the track where the steps of each level begin. */
  #firstRows(): number[] {
    const { levels, stepsPerReview } = this.#options;
    const rows: number[] = [];
    for (let level = 0, row = 0; level < levels; row += stepsPerReview * 2 ** (levels - 1 - level), level++) rows.push(row);
    return rows;
  }

  #shards(span: number, firstRows: readonly number[]): BeltShard[] {
    const { levels, forces, batch } = this.#options;
    const shards: BeltShard[] = [];
    const handle = this.#memory.handle;
    let begin = 0;
    for (const [level, size] of this.#groups.sizes.entries()) {
      const h = this.#groups.stepOf(level);
      const steps: BeltAdvance = {
        mu: this.#planets.starGm,
        firstRow: firstRows[level]!,
        steps: span * 2 ** (levels - 1 - level),
        h,
        firstDrift: this.#groups.isOwed ? h : 0.5 * h,
        lastDrift: 0,
        forces,
      };
      for (let first = 0; first < size; first += batch) {
        shards.push({ session: this.#session, handle, begin: begin + first, count: Math.min(batch, size - first), steps });
      }
      begin += size;
    }
    return shards;
  }
}

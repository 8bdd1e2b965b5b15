import { ThreadPool } from '@sardonyx/parallel';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { compareEvents, type EncounterEvent } from '../encounters/encounter-event.js';
import { Excursions } from '../encounters/excursions.js';
import { openExcursionSize } from '../encounters/open-excursion.js';
import { PlanetAnnuli } from '../encounters/planet-annuli.js';
import { democratic, heliocentricPlanets, PlanetSteps, starRecoil } from '../encounters/planet-steps.js';
import { compareRemovals, type Removal } from '../encounters/removal.js';
import { BeltMemory, sharesMemory } from './belt-memory.js';
import { BeltMotion } from './belt-motion.js';
import { type BeltOptions, motionOptions } from './belt-options.js';
import { beltShard, type BeltShard, type NumberedSpanResult } from './belt-shard.js';
import type { BeltSpan, BeltSpanResult, MotionOptions, SwitchedStep } from './belt-span.js';
import { components, type ParticleTable, particleTable } from './particle-table.js';
import { recordPlanets } from './planet-track.js';
import { StepGroups, type StepGroupsSnapshot } from './step-groups.js';
import { stepRule } from './step-rule.js';
import { bitsOf } from './sun.js';

/** What a stretch of time brought, each list in its order for files: it depends on neither batches nor workers. */
export interface BeltRecords {
  readonly events: EncounterEvent[];
  readonly removals: Removal[];
  /** Steps with integrated encounters, where they are told. */
  readonly switches: SwitchedStep[];
}

/** All that another run needs to go on with the same bits. */
export interface BeltSnapshot {
  /** Longest steps done. */
  readonly steps: number;
  /** Q and V of the planets at the node. */
  readonly planets: Float64Array;
  /** Particles at the node, in the order of their names: Q, V and parameters (`ParticleTable`). */
  readonly values: Float64Array;
  readonly groups: StepGroupsSnapshot;
  /** Excursions under way (`Excursions.save`). */
  readonly excursions: Float64Array;
}

let sessions = 0;

/**
 * Massless particles between planets with their encounters, each particle with a step of its own: `longestStep`/2^k. Planets move by
 * themselves at the shortest step; no particle changes them, and none depends on another. Steps are chosen by `StepRule`, looked at every
 * `stepsPerReview` longest steps: shortened at once, lengthened by one doubling after patience, kept during an excursion. Between
 * changes a particle's map is symplectic outside encounters and reversible in them; a change replaces one such map by another, of an
 * error Hamiltonian of O(h²), at a time that depends on its own orbit alone. Times of events count shortest steps.
 */
export class BeltRun {
  /** Longest steps done. */
  steps = 0;
  /** Days of the longest step. */
  readonly longestStep: number;
  /** Why there is one thread where more were asked for. */
  readonly note: string | undefined;
  readonly #memory: BeltMemory;
  readonly #planets: PlanetSteps;
  readonly #annuli: PlanetAnnuli;
  readonly #groups: StepGroups;
  readonly #motion: MotionOptions;
  readonly #own: BeltMotion;
  readonly #pool: ThreadPool<BeltShard, readonly NumberedSpanResult[]> | undefined;
  readonly #session = `${++sessions}`;
  readonly #options: { levels: number; stepsPerReview: number; batch: number; firstId: number };
  #drawing = 0;
  #excursions: Float64Array = new Float64Array(0);

  /** `particles` holds heliocentric positions and velocities, `bodies` the planets at the same time. Both are copied. */
  constructor(bodies: MassiveBodies, particles: ParticleTable, options: BeltOptions = {}, snapshot?: BeltSnapshot) {
    const { longestStep = 16, levels = 5, stepsPerReview = 16, workers = 1, batch = 1024, firstId = 0, kernel } = options;
    this.longestStep = longestStep;
    this.#options = { levels, stepsPerReview, batch, firstId };
    this.#planets = new PlanetSteps(democratic(bodies), longestStep / 2 ** (levels - 1), bitsOf(options.forces ?? {}));
    this.#annuli = new PlanetAnnuli(this.#planets);
    this.note = workers > 1 && !sharesMemory() ? 'memory cannot be shared between threads here; particles move in one thread' : undefined;
    if (workers > 1 && this.note === undefined) this.#pool = new ThreadPool(options.shardKernel ?? beltShard, { workers });
    this.note ??= this.#pool?.note;
    const extent = { particles: particles.count, planets: bodies.gm.length, rows: stepsPerReview * 2 ** (levels - 1) + 1 };
    this.#memory = BeltMemory.create(extent, { shared: this.#isThreaded(), ...(kernel && { kernel }) });
    this.#memory.gm.set(this.#planets.gm);
    if (snapshot) this.#takeUp(snapshot);
    else this.#load(particles);
    const rule = stepRule(options.rule);
    const groups = { levels, longestStep, stepsPerReview, rule, mu: bodies.starGm, firstId };
    this.#groups = new StepGroups(this.#memory, groups, snapshot?.groups);
    this.#motion = motionOptions(this.#planets, this.#annuli.current, this.#memory.table, options);
    this.#own = new BeltMotion(this.#memory, this.#motion);
  }

  /** Goes on from what `snapshot` gave; `bodies` are the planets of the start, `options` those of the run but for workers and batches. */
  static resume(bodies: MassiveBodies, snapshot: BeltSnapshot, options: BeltOptions = {}): BeltRun {
    return new BeltRun(bodies, particleTable(snapshot.groups.levels.length), options, snapshot);
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
  async advance(count: number): Promise<BeltRecords> {
    const { stepsPerReview } = this.#options;
    const results: BeltSpanResult[] = [];
    for (let done = 0; done < count; ) {
      const span = Math.min(count - done, stepsPerReview - (this.steps % stepsPerReview));
      results.push(...(await this.#advanceSpan(span)));
      done += span;
      this.steps += span;
      if (this.steps % stepsPerReview === 0) this.#groups.review(new Set(this.#busySlots()));
    }
    return recordsOf(results);
  }

  /** Ends the run: tells the excursions that are under way, as far as they got. */
  finish(): BeltRecords {
    const { critical, radii, unit, epoch } = this.#motion;
    const excursions = new Excursions(critical, radii);
    excursions.restore(this.#excursions);
    this.#excursions = new Float64Array(0);
    excursions.close({ index: this.#node(), unit, epoch, planets: this.#planets }, 0);
    return { events: excursions.events.toSorted(compareEvents), removals: [], switches: [] };
  }

  /** Heliocentric particles now, in the order of their names; NaN where removed. */
  heliocentric(): ParticleTable {
    const values = this.#ordered();
    const { count } = this.#memory.table;
    for (let i = 0; i < count; i++) {
      const isRemoved = this.#groups.isRemoved(this.#groups.slots[i]!);
      for (let k = 0; k < components.length; k++) {
        const recoil = k >= 3 && k < stateSize ? starRecoil(this.#planets, this.#planets.node, k - 3) : 0;
        values[k * count + i] = isRemoved ? NaN : values[k * count + i]! + recoil;
      }
    }
    return { values, stride: count, count };
  }

  /** Heliocentric planets now. */
  planets(): MassiveBodies {
    return heliocentricPlanets(this.#planets);
  }

  snapshot(): BeltSnapshot {
    return {
      steps: this.steps,
      planets: this.#planets.node.slice(),
      values: this.#ordered(),
      groups: this.#groups.snapshot(),
      excursions: this.#excursions.slice(),
    };
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

  /** The planets' node now, counted from the start. */
  #node(): number {
    return this.steps * 2 ** (this.#options.levels - 1);
  }

  #load({ values, stride, count }: ParticleTable): void {
    const { table } = this.#memory;
    for (let k = 0; k < components.length; k++) {
      const recoil = k >= 3 && k < stateSize ? starRecoil(this.#planets, this.#planets.node, k - 3) : 0;
      for (let i = 0; i < count; i++) table.values[k * table.stride + i] = values[k * stride + i]! - recoil;
    }
  }

  #takeUp({ steps, planets, values, excursions }: BeltSnapshot): void {
    this.steps = steps;
    this.#planets.restart(planets);
    this.#memory.table.values.set(values);
    this.#excursions = excursions.slice();
  }

  /** The table in the order of names. */
  #ordered(): Float64Array {
    const { values, stride, count } = this.#memory.table;
    return values.map((_, at) => values[at - (at % count) + this.#groups.slots[at % count]!]!).subarray(0, stride * components.length);
  }

  /** Planets first, then every group's particles, by batches. */
  async #advanceSpan(span: number): Promise<readonly BeltSpanResult[]> {
    const rows = span * 2 ** (this.#options.levels - 1);
    if (this.#motion.detector === 'none') recordPlanets(this.#planets, this.#memory.track, rows);
    else this.#recordWatched(rows);
    const spans = this.#spans(rows);
    const results = this.#isThreaded() ? await this.#shared(spans) : spans.map((one) => this.#own.move(one));
    this.#excursions = Float64Array.from(results.flatMap(({ excursions }) => [...excursions]));
    const removed = results.flatMap(({ removals }) => removals.map(({ particle }) => particle));
    if (removed.length > 0) this.#groups.remove(removed);
    return results;
  }

  /** Spans by all threads, results in their order. One message a thread: with one a span, threads would wait for the next between them. */
  async #shared(spans: readonly BeltSpan[]): Promise<BeltSpanResult[]> {
    this.#memory.offer();
    const shard = { session: this.#session, handle: this.#memory.handle, options: this.#motion, spans };
    const numbered = await this.#pool!.map(Array.from({ length: Math.min(this.#pool!.workers, spans.length) }, () => shard));
    return numbered
      .flat()
      .toSorted((a, b) => a.index - b.index)
      .map(({ result }) => result);
  }

  /** The planets' nodes; what is proved of particles holds as long as the annuli do. */
  #recordWatched(rows: number): void {
    recordPlanets(this.#planets, this.#memory.track, rows, (step) => this.#annuli.observe(step));
    if (this.#annuli.stillHold(this.#planets)) return;
    this.#drawing++;
    this.#memory.safeUntil.fill(0);
  }

  #spans(rows: number): BeltSpan[] {
    const { batch, levels, stepsPerReview } = this.#options;
    const isReviewed = (this.#node() + rows) % (stepsPerReview * 2 ** (levels - 1)) === 0;
    const common = { firstNode: this.#node(), rows, isReviewed, annuli: this.#annuli.current, drawing: this.#drawing };
    const slots = this.#busySlots();
    const spans: BeltSpan[] = [];
    let begin = 0;
    for (const [level, size] of this.#groups.sizes.entries()) {
      for (let first = 0; first < size; first += batch) {
        const [start, count] = [begin + first, Math.min(batch, size - first)];
        const own = slots.flatMap((slot, row) => (slot >= start && slot < start + count ? [row] : []));
        const excursions = own.flatMap((row) => [...this.#excursions.subarray(row * openExcursionSize, (row + 1) * openExcursionSize)]);
        spans.push({ ...common, begin: start, count, level, excursions: Float64Array.from(excursions) });
      }
      begin += size;
    }
    return spans;
  }

  /** Slots of the particles whose excursions are under way, one an excursion. */
  #busySlots(): number[] {
    const count = this.#excursions.length / openExcursionSize;
    return Array.from(
      { length: count },
      (_, row) => this.#groups.slots[this.#excursions[row * openExcursionSize]! - this.#options.firstId]!,
    );
  }
}

const compareSwitches = (a: SwitchedStep, b: SwitchedStep): number => a.step - b.step || a.particle - b.particle;

const recordsOf = (results: readonly BeltSpanResult[]): BeltRecords => ({
  events: results.flatMap(({ events }) => [...events]).toSorted(compareEvents),
  removals: results.flatMap(({ removals }) => [...removals]).toSorted(compareRemovals),
  switches: results.flatMap(({ switches }) => [...switches]).toSorted(compareSwitches),
});

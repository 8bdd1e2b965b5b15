import { stateSize } from '../dynamics/massive-bodies.js';
import { Excursions } from '../encounters/excursions.js';
import type { StepTime } from '../encounters/step-time.js';
import { pericentreFlag } from '../encounters/hybrid-switch.js';
import { type ParticleEnd, type Removal, removalAt, removalReason } from '../encounters/removal.js';
import { StepDetector } from '../encounters/step-detector.js';
import type { BeltMemory } from './belt-memory.js';
import type { BeltSpan, BeltSpanResult, MotionOptions, SwitchedStep } from './belt-span.js';
import { TableForce } from './particle-force.js';
import { TrackStep } from './planet-track.js';
import { proofsOf, type StepLevel, stepLevel } from './step-level.js';

/**
 * Steps after which it is looked again who is safe: few enough that most proofs last so long, and enough that the forces at their ends,
 * which are worked out twice, do not count.
 */
const stretchSteps = 8;
/** Share of particles that walk above which all go step by step: the forces at the ends of all steps cost less than so many calls. */
const mostWalkers = 1 / 8;

/** A particle and its pairs that may meet, as flags. */
interface Looked {
  readonly slot: number;
  readonly pairs: number;
}

/**
 * Moves particles of a memory through spans of time, with their encounters. A particle that is proved to meet nothing is moved by the
 * kernel alone, for as long as that is proved; the others step by step, until they are far again. Which way is taken does not show
 * in the result: n steps of the kernel are n single ones, and a proof only leaves out what would find nothing.
 */
export class BeltMotion {
  readonly #memory: BeltMemory;
  readonly #options: MotionOptions;
  readonly #force: TableForce | undefined;
  readonly #excursions: Excursions;
  readonly #detector: StepDetector | undefined;
  readonly #levels: StepLevel[];
  readonly #before = new Float64Array(stateSize);
  readonly #after = new Float64Array(stateSize);
  /** Particles not proved to be safe for the present stretch, and those among them that may meet something in the present step. */
  readonly #lookedAt: Looked[] = [];
  readonly #near: Looked[] = [];
  /** States of the latter at the beginning of the step. */
  #befores = new Float64Array(0);
  #removals: Removal[] = [];
  #switches: SwitchedStep[] = [];

  constructor(memory: BeltMemory, options: MotionOptions) {
    const { critical, radii, detector, forces, starGm, levels } = options;
    this.#memory = memory;
    this.#options = options;
    this.#force = forces === 0 ? undefined : new TableForce(forces, starGm);
    this.#excursions = new Excursions(critical, radii);
    this.#detector = detector === 'none' ? undefined : new StepDetector(detector, this.#excursions, critical, this.#force);
    this.#levels = Array.from({ length: levels }, (_, level) => stepLevel(2 ** level, options, this.#excursions, this.#force));
  }

  /** Moves the particles of a span; their states are in the memory then. */
  move(span: BeltSpan): BeltSpanResult {
    const level = this.#prepare(span);
    const last = span.firstNode + span.rows;
    if (this.#befores.length < stateSize * span.count) this.#befores = new Float64Array(stateSize * span.count);
    this.#excursions.restore(span.excursions);
    if (this.#detector === undefined) this.#passBy(level, span, last);
    else {
      const stretch = stretchSteps * level.rows;
      for (let node = span.firstNode; node < last; node += stretch) this.#moveTogether(level, span, node, Math.min(last, node + stretch));
    }
    const result = {
      events: this.#excursions.events,
      removals: this.#removals,
      switches: this.#switches,
      excursions: this.#excursions.take(),
    };
    this.#excursions.events = [];
    this.#removals = [];
    this.#switches = [];
    return result;
  }

  /** All particles of a span at once; those that are beyond a limit at its end are taken out where a review follows. */
  #passBy(level: StepLevel, { begin, count, firstNode, isReviewed }: BeltSpan, last: number): void {
    this.#glide(level, begin, count, firstNode, last);
    if (!isReviewed) return;
    const [state, node] = [this.#after, last - level.rows];
    for (let slot = begin; slot < begin + count; slot++) {
      this.#load(slot, state);
      const reason = removalReason(state, level.starGm, this.#options.limits);
      if (reason !== undefined) this.#remove(slot, { kind: reason, time: level.h, state }, this.#timeAt(level, node));
    }
  }

  /**
   * From one node to another. Where most are proved to be safe all the way they go in runs of neighbours and the others one by one;
   * else all go step by step together.
   */
  #moveTogether(level: StepLevel, span: BeltSpan, node: number, end: number): void {
    const { safeUntil } = this.#memory;
    const looked = this.#lookedAt;
    looked.length = 0;
    for (let slot = span.begin; slot < span.begin + span.count; slot++) {
      if (safeUntil[slot]! >= end) continue;
      const pairs = safeUntil[slot]! <= node ? this.#pairsAt(level, slot, node) : 0;
      if (safeUntil[slot]! < end) looked.push({ slot, pairs });
    }
    if (looked.length > mostWalkers * span.count) this.#march(level, span, node, end);
    else this.#part(level, span, node, end);
  }

  #part(level: StepLevel, { begin, count }: BeltSpan, node: number, end: number): void {
    let calm = begin;
    for (const { slot, pairs } of this.#lookedAt) {
      this.#glide(level, calm, slot - calm, node, end);
      calm = slot + 1;
      this.#walk(level, slot, pairs, node, end);
    }
    this.#glide(level, calm, begin + count - calm, node, end);
  }

  #march(level: StepLevel, { begin, count }: BeltSpan, from: number, end: number): void {
    const { safeUntil } = this.#memory;
    const near = this.#near;
    for (let node = from; node < end; node += level.rows) {
      near.length = 0;
      for (const { slot, pairs: first } of this.#lookedAt) {
        if (safeUntil[slot]! > node) continue;
        const pairs = node === from ? first : this.#pairsAt(level, slot, node);
        if (pairs === 0) continue;
        this.#load(slot, this.#befores, stateSize * near.length);
        near.push({ slot, pairs });
      }
      this.#glide(level, begin, count, node, node + level.rows);
      near.forEach(({ slot, pairs }, index) => {
        for (let k = 0; k < stateSize; k++) this.#before[k] = this.#befores[stateSize * index + k]!;
        this.#look(level, slot, pairs, node);
      });
    }
  }

  #prepare({ level: index, firstNode, annuli, drawing }: BeltSpan): StepLevel {
    const level = this.#levels[index]!;
    if (level.drawing !== drawing) {
      level.safe = proofsOf(level, annuli, this.#options);
      level.drawing = drawing;
    }
    if (level.firstNode !== firstNode) [level.firstNode, level.steps] = [firstNode, []];
    return level;
  }

  /** The kernel's steps of `count` particles from one node to another. */
  #glide(level: StepLevel, begin: number, count: number, from: number, to: number): void {
    if (count === 0 || to === from) return;
    this.#memory.advance(begin, count, {
      mu: level.starGm,
      firstRow: from - level.firstNode,
      rowsPerStep: level.rows,
      steps: (to - from) / level.rows,
      h: level.h,
      forces: this.#options.forces,
    });
  }

  /** One particle, looked at where nothing is proved; `first` are its pairs at the first node. */
  #walk(level: StepLevel, slot: number, first: number, from: number, end: number): void {
    const { safeUntil } = this.#memory;
    for (let node = from; node < end; ) {
      const pairs = safeUntil[slot]! > node ? 0 : node === from ? first : this.#pairsAt(level, slot, node);
      if (pairs === 0) {
        const to = Math.min(end, safeUntil[slot]!);
        this.#glide(level, slot, 1, node, to);
        node = to;
        continue;
      }
      this.#load(slot, this.#before);
      this.#glide(level, slot, 1, node, node + level.rows);
      if (this.#look(level, slot, pairs, node)) return;
      node += level.rows;
    }
  }

  /** Pairs of a particle that may meet within its step from a node, as flags. Where there are none, the proof's end is kept. */
  #pairsAt(level: StepLevel, slot: number, node: number): number {
    const { names, letOff, critical } = this.#options;
    if (!letOff) return (1 << names.length) - 1 + pericentreFlag;
    const steps = this.#memory.safeSteps(slot, node - level.firstNode, level.safe);
    let [pairs, fewest] = [0, Infinity];
    for (let pair = 0; pair <= names.length; pair++) {
      if (steps[pair] === 0) pairs |= pair === names.length ? pericentreFlag : 1 << pair;
      fewest = Math.min(fewest, steps[pair]!);
    }
    // The cubic of two distant bodies can dip below any distance: it is asked at every step.
    if (this.#detector?.kind === 'cubic') {
      critical.forEach((distance, planet) => (pairs |= distance > 0 ? 1 << planet : 0));
      fewest = 0;
    }
    const { safeUntil } = this.#memory;
    safeUntil[slot] = Math.max(safeUntil[slot]!, node + fewest * level.rows);
    return pairs;
  }

  /**
   * Looks at `pairs` in the step from a node that the kernel has just done and that began at `#before`: what is switched, encounters,
   * the end. Whether it was the last one.
   */
  #look(level: StepLevel, slot: number, pairs: number, node: number): boolean {
    const { critical, tellSwitches } = this.#options;
    const [before, after, particle] = [this.#before, this.#after, this.#memory.ids[slot]!];
    const time = this.#timeAt(level, node);
    const { planets } = time;
    this.#force?.select(this.#memory.table, slot);
    this.#load(slot, after);
    const flags =
      level.switching.flags(planets, planets.node, before, 0, pairs) || level.switching.flags(planets, planets.next, after, 0, pairs);
    if (flags !== 0 && level.switching.kind !== 'none') {
      const { end, flags: done } = level.encounter.step(particle, before, 0, flags, time, after);
      if (tellSwitches) this.#switches.push({ particle, step: node, flags: done });
      if (end.kind !== 'node') return this.#remove(slot, end, time);
      this.#store(slot, after);
    } else {
      const watched = flags === 0 ? pairs : -1;
      for (let planet = 0; planet < critical.length; planet++) {
        if (critical[planet] === 0 || ((watched >> planet) & 1) === 0) continue;
        const impact = this.#detector?.follow(particle, planet, before, 0, after, time);
        if (impact) return this.#remove(slot, { kind: 'impact', impact }, time);
      }
    }
    const reason = removalReason(after, planets.starGm, this.#options.limits);
    return reason !== undefined && this.#remove(slot, { kind: reason, time: planets.h, state: after }, time);
  }

  #remove(slot: number, end: ParticleEnd, time: StepTime): true {
    const particle = this.#memory.ids[slot]!;
    const removal = removalAt(particle, end, time, this.#options.names);
    this.#removals.push(removal);
    // What is left in the slot is nobody's until the groups are made anew.
    this.#memory.safeUntil[slot] = Infinity;
    this.#excursions.close(time, removal.step - time.index + removal.fraction, particle);
    return true;
  }

  #timeAt(level: StepLevel, node: number): StepTime {
    return { index: node, unit: this.#options.unit, epoch: this.#options.epoch, planets: this.#stepAt(level, node) };
  }

  #stepAt(level: StepLevel, node: number): TrackStep {
    const row = node - level.firstNode;
    const index = row / level.rows;
    return (level.steps[index] ??= new TrackStep(
      this.#memory.track,
      level.starGm,
      level.gm,
      row,
      row + level.rows,
      level.h,
      this.#options.forces,
    ));
  }

  #load(slot: number, out: Float64Array, offset = 0): void {
    const { values, stride } = this.#memory.table;
    for (let k = 0; k < stateSize; k++) out[offset + k] = values[k * stride + slot]!;
  }

  #store(slot: number, state: Float64Array): void {
    const { values, stride } = this.#memory.table;
    for (let k = 0; k < stateSize; k++) values[k * stride + slot] = state[k]!;
  }
}

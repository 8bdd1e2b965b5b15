import type { BeltMemory } from './belt-memory.js';
import { components } from './particle-table.js';
import { longestStep as longestStepOf, type StepRule } from './step-rule.js';

/** Which particle is where, which step it takes, and for how many reviews it could have taken a longer one. */
export interface StepGroupsCheckpoint {
  readonly particles: Uint32Array;
  readonly levels: Uint8Array;
  readonly waited: Uint16Array;
  readonly isOwed: boolean;
}

interface GroupOptions {
  readonly levels: number;
  /** Days. */
  readonly longestStep: number;
  readonly stepsPerReview: number;
  readonly rule: Required<StepRule>;
  readonly mu: number;
}

/**
 * The particles of a memory in groups of the same step, shortest first, each a contiguous range of slots; removed ones come last.
 * Between reviews every particle is half a drift of its own step short, so that no drift is ever split.
 */
export class StepGroups {
  /** Particle in each slot, as the caller numbers them. */
  readonly particles: Uint32Array;
  /** Particles of each step. */
  readonly sizes: number[];
  /** Whether half a drift is owed; not before the first step. */
  isOwed = false;
  readonly #memory: BeltMemory;
  readonly #options: GroupOptions;
  readonly #levels: Uint8Array;
  readonly #waited: Uint16Array;

  constructor(memory: BeltMemory, options: GroupOptions) {
    const { count } = memory.table;
    this.#memory = memory;
    this.#options = options;
    this.particles = Uint32Array.from({ length: count }, (_, slot) => slot);
    this.#levels = new Uint8Array(count);
    this.#waited = new Uint16Array(count);
    this.sizes = Array.from({ length: options.levels }, () => 0);
    for (let slot = 0; slot < count; slot++) this.#levels[slot] = this.#wantedLevel(slot);
    this.#sort();
  }

  /** Step of a level, days. */
  stepOf(level: number): number {
    const { levels, longestStep } = this.#options;
    return longestStep / 2 ** (levels - 1 - level);
  }

  /** Length of the drift that synchronizes the particle of a slot, days. */
  owedAt(slot: number): number {
    return this.isOwed && !this.isRemoved(slot) ? 0.5 * this.stepOf(this.#levels[slot]!) : 0;
  }

  /** Gives every particle the step that it needs now. */
  review(): void {
    const { levels, rule, stepsPerReview } = this.#options;
    let isChanged = false;
    for (let slot = 0; slot < this.particles.length; slot++) {
      const level = this.#levels[slot]!;
      if (this.isRemoved(slot)) continue;
      const wanted = this.#wantedLevel(slot);
      if (wanted <= level) this.#waited[slot] = 0;
      else this.#waited[slot] = Math.min(this.#waited[slot]! + 1, 65_535);
      const ownSteps = this.#waited[slot]! * stepsPerReview * 2 ** (levels - 1 - level);
      const next = wanted < level ? wanted : ownSteps >= rule.patience ? level + 1 : level;
      if (wanted === level || next === level) continue;
      this.#move(slot, next);
      isChanged = true;
    }
    if (isChanged) this.#sort();
  }

  /** Whether the particle of a slot has been taken out. */
  isRemoved(slot: number): boolean {
    return this.#levels[slot] === this.#options.levels;
  }

  /** Takes particles out. */
  remove(particles: Iterable<number>): void {
    const gone = new Set(particles);
    for (let slot = 0; slot < this.particles.length; slot++) {
      if (gone.has(this.particles[slot]!)) this.#levels[slot] = this.#options.levels;
    }
    this.#sort();
  }

  checkpoint(): StepGroupsCheckpoint {
    return { particles: this.particles.slice(), levels: this.#levels.slice(), waited: this.#waited.slice(), isOwed: this.isOwed };
  }

  restore({ particles, levels, waited, isOwed }: StepGroupsCheckpoint): void {
    this.particles.set(particles);
    this.#levels.set(levels);
    this.#waited.set(waited);
    this.isOwed = isOwed;
    this.#count();
  }

  #wantedLevel(slot: number): number {
    const { levels, rule, mu } = this.#options;
    const { values, stride } = this.#memory.table;
    const longest = longestStepOf(rule, values, stride, slot, mu);
    let level = levels - 1;
    while (level > 0 && !(this.stepOf(level) <= longest)) level--;
    return level;
  }

  /** Another step: what is owed becomes half of the new one. */
  #move(slot: number, level: number): void {
    if (this.isOwed) this.#drift(slot, 0.5 * (this.stepOf(this.#levels[slot]!) - this.stepOf(level)));
    this.#levels[slot] = level;
    this.#waited[slot] = 0;
  }

  #drift(slot: number, h: number): void {
    if (h === 0) return;
    this.#memory.advance(slot, 1, { mu: this.#options.mu, firstRow: 0, steps: 0, h: 0, firstDrift: 0, lastDrift: h, forces: 0 });
  }

  #count(): void {
    this.sizes.fill(0);
    for (const level of this.#levels) if (level < this.#options.levels) this.sizes[level] = this.sizes[level]! + 1;
  }

  /** Brings the slots into the order of their levels, and within one of the particles' numbers. */
  #sort(): void {
    this.#count();
    const levels = this.#levels.slice();
    const order = Uint32Array.from(levels.keys()).sort((a, b) => levels[a]! - levels[b]! || this.particles[a]! - this.particles[b]!);
    const { values, stride } = this.#memory.table;
    for (const list of [this.particles, this.#levels, this.#waited]) {
      const old = list.slice();
      for (let slot = 0; slot < order.length; slot++) list[slot] = old[order[slot]!]!;
    }
    for (let k = 0; k < components.length; k++) {
      const old = values.slice(k * stride, k * stride + order.length);
      for (let slot = 0; slot < order.length; slot++) values[k * stride + slot] = old[order[slot]!]!;
    }
  }
}

import type { BeltMemory } from './belt-memory.js';
import { components } from './particle-table.js';
import { longestStep as longestStepOf, type StepRule } from './step-rule.js';

/** Which step each particle takes, and for how many reviews it could have taken a longer one; in the order of their names. */
export interface StepGroupsSnapshot {
  readonly levels: Uint8Array;
  readonly waited: Uint16Array;
}

interface GroupOptions {
  readonly levels: number;
  /** Days, negative backwards. */
  readonly longestStep: number;
  readonly stepsPerReview: number;
  readonly rule: Required<StepRule>;
  readonly mu: number;
  readonly firstId: number;
}

/** The particles of a memory in groups of the same step, shortest first, each a contiguous range of slots; removed ones come last. */
export class StepGroups {
  /** Particles of each step. */
  readonly sizes: number[];
  /** Slot of each particle. */
  readonly slots: Uint32Array;
  readonly #memory: BeltMemory;
  readonly #options: GroupOptions;
  readonly #levels: Uint8Array;
  readonly #waited: Uint16Array;

  /** Every particle at slot `id − firstId`; with the steps that its state asks for, or those of a snapshot. */
  constructor(memory: BeltMemory, options: GroupOptions, snapshot?: StepGroupsSnapshot) {
    const { count } = memory.table;
    this.#memory = memory;
    this.#options = options;
    this.slots = Uint32Array.from({ length: count }, (_, slot) => slot);
    this.#levels = snapshot?.levels.slice() ?? Uint8Array.from({ length: count }, (_, slot) => this.#wantedLevel(slot));
    this.#waited = snapshot?.waited.slice() ?? new Uint16Array(count);
    this.sizes = Array.from({ length: options.levels }, () => 0);
    for (let slot = 0; slot < count; slot++) memory.ids[slot] = options.firstId + slot;
    this.#sort();
  }

  /** Level of the particle in a slot; the number of levels where it has been removed. */
  levelAt(slot: number): number {
    return this.#levels[slot]!;
  }

  isRemoved(slot: number): boolean {
    return this.#levels[slot] === this.#options.levels;
  }

  /** Gives every particle the step that it needs now, but those in `busy` (slots). */
  review(busy: ReadonlySet<number>): void {
    const { levels, rule, stepsPerReview } = this.#options;
    if (levels === 1) return;
    let isChanged = false;
    for (let slot = 0; slot < this.slots.length; slot++) {
      const level = this.#levels[slot]!;
      if (this.isRemoved(slot) || busy.has(slot)) continue;
      const wanted = this.#wantedLevel(slot);
      if (wanted <= level) this.#waited[slot] = 0;
      else this.#waited[slot] = Math.min(this.#waited[slot]! + 1, 65_535);
      const ownSteps = this.#waited[slot]! * stepsPerReview * 2 ** (levels - 1 - level);
      const next = wanted < level ? wanted : ownSteps >= rule.patience ? level + 1 : level;
      if (wanted === level || next === level) continue;
      this.#levels[slot] = next;
      this.#waited[slot] = 0;
      // What was proved was proved of steps of another length.
      this.#memory.safeUntil[slot] = 0;
      isChanged = true;
    }
    if (isChanged) this.#sort();
  }

  /** Takes particles out, by their names. */
  remove(particles: Iterable<number>): void {
    for (const particle of particles) this.#levels[this.slots[particle - this.#options.firstId]!] = this.#options.levels;
    this.#sort();
  }

  snapshot(): StepGroupsSnapshot {
    const levels = Uint8Array.from(this.slots, (slot) => this.#levels[slot]!);
    return { levels, waited: Uint16Array.from(this.slots, (slot) => this.#waited[slot]!) };
  }

  #wantedLevel(slot: number): number {
    const { levels, rule, mu, longestStep } = this.#options;
    const { values, stride } = this.#memory.table;
    const longest = longestStepOf(rule, values, stride, slot, mu);
    let level = levels - 1;
    while (level > 0 && !(Math.abs(longestStep) / 2 ** (levels - 1 - level) <= longest)) level--;
    return level;
  }

  /** Brings the slots into the order of their levels, and within one of the particles' names. */
  #sort(): void {
    const { table, ids, safeUntil } = this.#memory;
    this.#count();
    const next = [...this.sizes, 0];
    for (let level = 0, begin = 0; level < next.length; level++) [next[level], begin] = [begin, begin + next[level]!];
    const order = new Uint32Array(this.slots.length);
    for (const slot of this.slots) order[next[this.#levels[slot]!]!++] = slot;
    const columns = components.map((_, k) => table.values.subarray(k * table.stride, k * table.stride + order.length));
    for (const list of [ids, safeUntil, this.#levels, this.#waited, ...columns]) {
      const old = list.slice();
      for (let slot = 0; slot < order.length; slot++) list[slot] = old[order[slot]!]!;
    }
    ids.forEach((id, slot) => (this.slots[id - this.#options.firstId] = slot));
  }

  #count(): void {
    this.sizes.fill(0);
    for (const level of this.#levels) if (level < this.#options.levels) this.sizes[level] = this.sizes[level]! + 1;
  }
}

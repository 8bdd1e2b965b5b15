import type { Kernel } from '@sardonyx/parallel';
import { type BeltAdvance, BeltMemory, type BeltMemoryHandle } from './belt-memory.js';

/** Particles of a shared memory, and the steps that they take. */
export interface BeltShard {
  /** Names the memory: threads keep what they have attached to. */
  readonly session: string;
  readonly handle: BeltMemoryHandle;
  readonly begin: number;
  readonly count: number;
  readonly steps: BeltAdvance;
}

let attached: { readonly session: string; readonly memory: BeltMemory } | undefined;

/** Moves particles in shared memory; gives back nothing. */
export const beltShard: Kernel<BeltShard, void> = {
  module: import.meta.url,
  name: 'beltShard',
  run({ session, handle, begin, count, steps }) {
    if (attached?.session !== session) attached = { session, memory: BeltMemory.attach(handle) };
    attached.memory.advance(begin, count, steps);
  },
};

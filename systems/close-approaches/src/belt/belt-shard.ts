import type { Kernel } from '@sardonyx/parallel';
import { BeltMemory, type BeltMemoryHandle } from './belt-memory.js';
import { BeltMotion, type BeltSpan, type BeltSpanResult, type MotionOptions } from './belt-motion.js';

/** Particles of a shared memory, and the span of time that they move through. */
export interface BeltShard {
  /** Names the memory: threads keep what they have attached to. */
  readonly session: string;
  readonly handle: BeltMemoryHandle;
  readonly options: MotionOptions;
  readonly span: BeltSpan;
}

let attached: { readonly session: string; readonly motion: BeltMotion } | undefined;

/** Moves particles in shared memory; gives back what they met. */
export const beltShard: Kernel<BeltShard, BeltSpanResult> = {
  module: import.meta.url,
  name: 'beltShard',
  run({ session, handle, options, span }) {
    if (attached?.session !== session) attached = { session, motion: new BeltMotion(BeltMemory.attach(handle), options) };
    return attached.motion.move(span);
  },
};

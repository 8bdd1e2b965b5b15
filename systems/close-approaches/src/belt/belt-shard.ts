import type { Kernel } from '@sardonyx/parallel';
import { BeltMemory, type BeltMemoryHandle } from './belt-memory.js';
import { BeltMotion } from './belt-motion.js';
import type { BeltSpan, BeltSpanResult, MotionOptions } from './belt-span.js';

/** Particles of a shared memory and what is to be done with them: every thread is given the same. */
export interface BeltShard {
  /** Names the memory: threads keep what they have attached to. */
  readonly session: string;
  readonly handle: BeltMemoryHandle;
  readonly options: MotionOptions;
  /** Each is moved by the thread that takes it first (`BeltMemory.take`). */
  readonly spans: readonly BeltSpan[];
}

/** What came of the span of a number. */
export interface NumberedSpanResult {
  readonly index: number;
  readonly result: BeltSpanResult;
}

let attached: { readonly session: string; readonly memory: BeltMemory; readonly motion: BeltMotion } | undefined;

/** Moves particles in shared memory, span after span as long as there are some; gives back what they met. */
export const beltShard: Kernel<BeltShard, readonly NumberedSpanResult[]> = {
  module: import.meta.url,
  name: 'beltShard',
  run({ session, handle, options, spans }) {
    if (attached?.session !== session) {
      const memory = BeltMemory.attach(handle);
      attached = { session, memory, motion: new BeltMotion(memory, options) };
    }
    const { memory, motion } = attached;
    const results: NumberedSpanResult[] = [];
    for (let index = memory.take(); index < spans.length; index = memory.take())
      results.push({ index, result: motion.move(spans[index]!) });
    return results;
  },
};

import { useRuntime } from '../../src/runtime/current.js';
import { openRuntime } from '../../src/runtime/node.js';
import { type Guarded, guarded } from './runtimes.js';

/*
 * Imported first: from then on every buffer of this process lies between sentinel bytes.
 */

/** Buffers allocated so far. */
export const buffers: Guarded[] = [];

const { runtime } = openRuntime();
useRuntime({
  ...runtime,
  target: runtime.target,
  allocate: (type) => {
    const made = guarded(type);
    buffers.push(made);
    return made.storage;
  },
});

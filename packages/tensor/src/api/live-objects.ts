import { currentRuntime } from '../runtime/current.js';
import type { LiveObjects } from '../runtime/runtime.js';

/**
 * How many sessions and values of ONNX Runtime this process holds now, buffers kept for the next request included. In
 * a loop that disposes or donates what it is done with, both stay the same from step to step; a count that grows is a
 * leak, or work left to the collector. Opens the runtime; throws RuntimeError where none can be opened.
 */
export const liveObjects = (): Readonly<LiveObjects> => ({ ...currentRuntime().live });

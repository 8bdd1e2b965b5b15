import type { Tensor } from '../../src/index.js';

export const listOf = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? x : [x as T]);

/** The outputs of a case's call, one or several, as a list. */
export const tensorsOf = (x: Tensor | readonly Tensor[]): readonly Tensor[] => listOf(x);

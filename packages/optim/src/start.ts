import { full, treeMap, zerosLike } from '@sardonyx/tensor';
import type { OptimizerState } from './optimizer.js';

/** No steps taken, and zeros of the parameters' form in every slot. */
export const startingState = <P>(params: P, ...slots: readonly string[]): OptimizerState<P> => ({
  step: full([], 0, 'int32'),
  slots: Object.fromEntries(slots.map((slot) => [slot, treeMap(zerosLike, params)])),
});

import { add, cast, mul, sub, type Tensor, full, TensorError, treeMap } from '@sardonyx/tensor';
import { mapElements } from './packing.js';
import { type Schedule, valueAt } from './schedule.js';

/** Averaged parameters and the updates they have seen: a plain tree to donate and checkpoint. */
export interface MovingAverage<P> {
  /** An int32 scalar. */
  readonly step: Tensor;
  readonly average: P;
}

/** An exponential moving average of parameters as two pure functions. */
export interface ParameterAverage {
  /** Starts at the parameters themselves. */
  init<P>(params: P): MovingAverage<P>;
  /** average ← d·average + (1 − d)·params */
  update<P>(state: MovingAverage<P>, params: P): MovingAverage<P>;
}

/**
 * Exponential moving average of parameters with decay d, 0.999 by default: a number below 1 or a schedule of the step.
 * Polyak, Juditsky 1992 (doi:10.1137/0330046) for averages of iterates.
 */
export function exponentialMovingAverage(decay: Schedule = 0.999): ParameterAverage {
  if (typeof decay === 'number' && !(decay >= 0 && decay < 1)) {
    throw new TensorError('average', `exponentialMovingAverage: expected a decay from 0 to below 1, given ${decay}`);
  }
  return {
    init: (params) => ({ step: full([], 0, 'int32'), average: treeMap((p) => add(p, 0), params) }),
    update<P>({ step, average }: MovingAverage<P>, params: P): MovingAverage<P> {
      const next = add(step, 1);
      const fresh = sub(1, valueAt(decay, next));
      const [averaged] = mapElements(([a, p]) => [add(a!, mul(sub(p!, a!), cast(fresh, p!.dtype)))], [average, params]);
      return { step: next, average: averaged! };
    },
  };
}

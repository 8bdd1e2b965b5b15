import { add, cast, mul, sub } from '@sardonyx/tensor';
import type { Optimizer, OptimizerState, ParameterFilter } from './optimizer.js';
import { commonRanges, expectOptions } from './options.js';
import { updateElements } from './packing.js';
import { type Schedule, valueAt } from './schedule.js';
import { startingState } from './start.js';

export interface SgdOptions {
  /** 1e-2 by default. */
  readonly learningRate?: Schedule;
  /** λ of the penalty λ/2·|p|², whose gradient λ·p is added; 0 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
}

/**
 * Gradient descent: p ← p − lr·(g + λ·p).
 * @throws {OptimizerError} `option`
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  expectOptions('sgd', options, commonRanges);
  const { learningRate = 1e-2, weightDecay = 0, weightDecayFor } = options;
  return {
    name: 'sgd',
    init: (params) => startingState(params),
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const step = add(state.step, 1);
      const rate = valueAt(learningRate, step);
      const [updated] = updateElements(
        ([p, g], decays) => {
          const gradient = decays && weightDecay !== 0 ? add(g!, mul(p!, weightDecay)) : g!;
          return [sub(p!, mul(gradient, cast(rate, p!.dtype)))];
        },
        params,
        gradients,
        [],
        weightDecay === 0 ? undefined : weightDecayFor,
      );
      return [updated, { step, slots: {} }];
    },
  };
}

import { add, mul, sub } from '@sardonyx/tensor';
import { type MomentOptions, momentRanges, momentStep } from './moments.js';
import type { Optimizer, OptimizerState, ParameterFilter } from './optimizer.js';
import { commonRanges, expectOptions } from './options.js';
import { updateElements } from './packing.js';
import { type Schedule, valueAt } from './schedule.js';
import { startingState } from './start.js';

export interface AdamOptions extends MomentOptions {
  /** 1e-3 by default. */
  readonly learningRate?: Schedule;
  /** λ of the penalty λ/2·|p|², whose gradient λ·p enters the moments; 0 by default. For decoupled decay see `adamW`. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
}

const ranges = { ...commonRanges, ...momentRanges };

/**
 * Adam: steps of the mean gradient over the root of the mean square. Kingma, Ba 2015 (arXiv:1412.6980), algorithm 1.
 * @throws {OptimizerError} `option`
 */
export function adam(options: AdamOptions = {}): Optimizer {
  expectOptions('adam', options, ranges);
  const { learningRate = 1e-3, weightDecay = 0, weightDecayFor } = options;
  return {
    name: 'adam',
    init: (params) => startingState(params, 'first', 'second'),
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const step = add(state.step, 1);
      const moments = momentStep(options, step, valueAt(learningRate, step));
      const [updated, first, second] = updateElements(
        ([p, g, m, v], decays) => {
          const gradient = decays && weightDecay !== 0 ? add(g!, mul(p!, weightDecay)) : g!;
          const next = moments(gradient, m!, v!);
          return [sub(p!, next.change), next.first, next.second];
        },
        params,
        gradients,
        [state.slots['first']!, state.slots['second']!],
        weightDecay === 0 ? undefined : weightDecayFor,
      );
      return [updated, { step, slots: { first: first!, second: second! } }];
    },
  };
}

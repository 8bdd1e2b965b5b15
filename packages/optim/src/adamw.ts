import { add, cast, mul, sub } from '@sardonyx/tensor';
import { type MomentOptions, momentRanges, momentStep } from './moments.js';
import type { Optimizer, OptimizerState, ParameterFilter } from './optimizer.js';
import { commonRanges, expectOptions } from './options.js';
import { updateElements } from './packing.js';
import { type Schedule, valueAt } from './schedule.js';
import { startingState } from './start.js';

export interface AdamWOptions extends MomentOptions {
  /** 1e-3 by default. */
  readonly learningRate?: Schedule;
  /** Decoupled decay of the parameters, 0.01 by default; times the learning rate. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
}

const ranges = { ...commonRanges, ...momentRanges };

/**
 * Adam with decoupled weight decay: p ← p·(1 − lr·λ) − change, with Adam's change of the gradient alone.
 * Loshchilov, Hutter 2019 (arXiv:1711.05101), algorithm 2, with λ times the learning rate.
 * @throws {OptimizerError} `option`
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  expectOptions('adamW', options, ranges);
  const { learningRate = 1e-3, weightDecay = 0.01, weightDecayFor } = options;
  return {
    name: 'adamW',
    init: (params) => startingState(params, 'first', 'second'),
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const step = add(state.step, 1);
      const rate = valueAt(learningRate, step);
      const keep = sub(1, mul(rate, weightDecay));
      const moments = momentStep(options, step, rate);
      const [updated, first, second] = updateElements(
        ([p, g, m, v], decays) => {
          const next = moments(g!, m!, v!);
          const kept = decays && weightDecay !== 0 ? mul(p!, cast(keep, p!.dtype)) : p!;
          return [sub(kept, next.change), next.first, next.second];
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

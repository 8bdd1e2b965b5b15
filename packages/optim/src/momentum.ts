import { add, cast, mul, sub } from '@sardonyx/tensor';
import type { Optimizer, OptimizerState } from './optimizer.js';
import { commonRanges, decayBelowOne, expectOptions, truthValue } from './options.js';
import { updateElements } from './packing.js';
import { valueAt } from './schedule.js';
import type { SgdOptions } from './sgd.js';
import { startingState } from './start.js';

export interface MomentumOptions extends SgdOptions {
  /** μ, the share of the velocity that stays; 0.9 by default. */
  readonly momentum?: number;
  /** Whether the gradient counts as if the next velocity were added already; false by default. */
  readonly nesterov?: boolean;
}

const ranges = { ...commonRanges, momentum: decayBelowOne, nesterov: truthValue };

/**
 * Gradient descent with velocity: with d = g + λ·p, v ← μ·v + d and p ← p − lr·v, or p ← p − lr·(d + μ·v) in Nesterov's
 * form. Sutskever et al. 2013 (proceedings.mlr.press/v28/sutskever13), with the learning rate outside the velocity.
 * @throws {OptimizerError} `option`
 */
export function momentum(options: MomentumOptions = {}): Optimizer {
  expectOptions('momentum', options, ranges);
  const { learningRate = 1e-2, weightDecay = 0, weightDecayFor, momentum: mu = 0.9, nesterov = false } = options;
  return {
    name: 'momentum',
    init: (params) => startingState(params, 'velocity'),
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const step = add(state.step, 1);
      const rate = valueAt(learningRate, step);
      const [updated, velocity] = updateElements(
        ([p, g, v], decays) => {
          const gradient = decays && weightDecay !== 0 ? add(g!, mul(p!, weightDecay)) : g!;
          const next = add(mul(v!, mu), gradient);
          const direction = nesterov ? add(gradient, mul(next, mu)) : next;
          return [sub(p!, mul(direction, cast(rate, p!.dtype))), next];
        },
        params,
        gradients,
        [state.slots['velocity']!],
        weightDecay === 0 ? undefined : weightDecayFor,
      );
      return [updated, { step, slots: { velocity: velocity! } }];
    },
  };
}

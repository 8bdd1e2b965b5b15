import { add, div, full, mul, sqrt, sub, treeMap, zerosLike, cast, pow } from '@sardonyx/tensor';
import type { Optimizer, OptimizerState } from './optimizer.js';
import type { Schedule } from './schedule.js';

export interface AdamWOptions {
  /** 1e-3 by default. */
  readonly learningRate?: Schedule;
  /** Decay of the first moment, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the second moment, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the second moment, 1e-8 by default. */
  readonly epsilon?: number;
  /** Decoupled decay of the parameters, 0.01 by default; times the learning rate, as in Loshchilov and Hutter. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay. Kingma, Ba 2015 (arXiv:1412.6980); Loshchilov, Hutter 2019 (arXiv:1711.05101).
 *
 * The moments are kept as the sums first = Σ β₁^(t−i)·gᵢ and second = Σ β₂^(t−i)·gᵢ², without the factors (1 − β): these
 * and the bias corrections are scalars of the step, which saves two passes over memory a step.
 * With c = √((1−β₂)/(1−β₂ᵗ)): p ← p·(1 − lr·λ) − lr·(1−β₁)/(1−β₁ᵗ)/c · first/(√second + ε/c).
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  return {
    name: 'adamW',
    init: (params) => ({
      step: full([], 0, 'int32'),
      slots: { first: treeMap(zerosLike, params), second: treeMap(zerosLike, params) },
    }),
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const step = add(state.step, 1);
      const t = cast(step, 'float32');
      const rate = typeof learningRate === 'number' ? full([], learningRate) : learningRate(step);
      const rootScale = sqrt(div(1 - beta2, sub(1, pow(beta2, t))));
      const stepSize = div(mul(rate, 1 - beta1), mul(sub(1, pow(beta1, t)), rootScale));
      const offset = div(epsilon, rootScale);
      const keep = sub(1, mul(rate, weightDecay));

      const first = treeMap((m, _, g) => add(mul(m, beta1), g!), state.slots['first']!, gradients);
      const second = treeMap((v, _, g) => add(mul(v, beta2), mul(g!, g!)), state.slots['second']!, gradients);
      const updated = treeMap(
        (p, _, m, v) => {
          const change = mul(div(m!, add(sqrt(v!), offset)), stepSize);
          return sub(weightDecay === 0 ? p : mul(p, keep), change);
        },
        params,
        first,
        second,
      );
      return [updated, { step, slots: { first, second } }];
    },
  };
}

import { add, cast, div, full, jit, mul, sub, type Tensor, treeMap } from '@sardonyx/tensor';
import type { Optimizer, OptimizerState } from './optimizer.js';
import { mapElements } from './packing.js';
import { treatmentOf } from './treatment.js';

type Slots<P> = OptimizerState<P>['slots'];

/**
 * Nesterov's acceleration of an adaptive optimizer, for smooth convex losses: Xie et al. 2025 (arXiv:2511.20584). With
 * α_t = 2/(t + 2) from t = 0, the optimizer moves the iterate x by the gradient at a point between it and the average x̄,
 * over α_t, and the average follows:
 *
 * y_t = α_t·x_t + (1 − α_t)·x̄_t, x_{t+1} = optimizer(x_t, ∇f(y_t)/α_t), x̄_{t+1} = α_t·x_{t+1} + (1 − α_t)·x̄_t.
 *
 * With `structuredAdaGrad` of learning rate D, the distance to the minimum in its set's norm, f(x̄_T) − f* is of order
 * Λ·D²/T² + σ·D/√T, against Λ·D²/T without. Parameters are the points y, where gradients are wanted; the result is the
 * average, see `acceleratedAverage`. Gradients grow by α⁻¹: optimizers that forget them, such as Adam, have no such guarantee.
 *
 * Its slots are `optimizer`, the optimizer's own, `iterate` x and `average` x̄.
 */
export function accelerated(optimizer: Optimizer): Optimizer {
  const inner = <P>(state: OptimizerState<P>): OptimizerState<P> => ({
    step: state.step,
    slots: state.slots['optimizer'] as unknown as Slots<P>,
  });
  const method: Optimizer = {
    name: `${optimizer.name}, accelerated`,
    describe(path, parameter) {
      const { treatment, flopsPerStep } = treatmentOf(optimizer, path, parameter);
      return { treatment: `${treatment}, accelerated`, flopsPerStep: flopsPerStep + 7 * parameter.size };
    },
    init<P>(params: P): OptimizerState<P> {
      const { slots } = optimizer.init(params);
      // Copies: a buffer can be donated once.
      const copy = (): P => treeMap((p) => add(p, 0), params);
      return { step: full([], 0, 'int32'), slots: { optimizer: slots as unknown as P, iterate: copy(), average: copy() } };
    },
    update<P>(gradients: P, state: OptimizerState<P>): [P, OptimizerState<P>] {
      const weight = weightAt(state.step);
      const [scaled] = mapElements(([g]) => [div(g!, cast(weight, g!.dtype))], [gradients]);
      const [iterate, { step, slots }] = optimizer.update(scaled!, inner(state), state.slots['iterate']!);
      const [average, query] = mapElements(
        ([x, a]) => {
          const next = between(a!, x!, weight);
          return [next, between(next, x!, weightAt(step))];
        },
        [iterate, state.slots['average']!],
      );
      return [query!, { step, slots: { optimizer: slots as unknown as P, iterate, average: average! } }];
    },
  };
  const { refresh, refreshDue = () => true } = optimizer;
  if (!refresh) return method;

  /** What follows from an iterate that the host moved: the average and the point of the next gradient. */
  const follow = jit(
    (params: unknown, average: unknown, before: unknown, after: unknown, step: Tensor): readonly [unknown, unknown] => {
      const [weight, next] = [weightAt(sub(step, 1)), weightAt(step)];
      const share = add(next, mul(sub(1, next), weight));
      const [movedParams, movedAverage] = mapElements(
        ([p, a, x, y]) => {
          const move = sub(y!, x!);
          return [add(p!, mul(move, cast(share, p!.dtype))), add(a!, mul(move, cast(weight, a!.dtype)))];
        },
        [params, average, before, after],
      );
      return [movedParams, movedAverage];
    },
    { name: `${optimizer.name}, accelerated, after the host's work` },
  );
  return {
    ...method,
    refreshDue,
    async refresh<P>(state: OptimizerState<P>, params: P): Promise<[P, OptimizerState<P>]> {
      const before = state.slots['iterate']!;
      const [iterate, { slots }] = await refresh(inner(state), before);
      const own = { optimizer: slots as unknown as P, iterate };
      if (iterate === before) return [params, { step: state.step, slots: { ...own, average: state.slots['average']! } }];
      const [moved, average] = follow(params, state.slots['average']!, before, iterate, state.step) as readonly [P, P];
      return [moved, { step: state.step, slots: { ...own, average } }];
    },
  };
}

/** The result of `accelerated`: the average x̄ of its state, at which to evaluate and to stop. */
export const acceleratedAverage = <P>(state: OptimizerState<P>): P => state.slots['average']!;

/** α_t = 2/(t + 2) as a float64 scalar. */
const weightAt = (step: Tensor): Tensor => div(2, add(cast(step, 'float64'), 2));

/** α·x + (1 − α)·a */
const between = (a: Tensor, x: Tensor, weight: Tensor): Tensor => add(a, mul(sub(x, a), cast(weight, a.dtype)));

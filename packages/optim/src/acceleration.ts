import { add, cast, div, flatten, jit, mul, sub, type Tensor, treeMap, where } from '@sardonyx/tensor';
import type { Optimizer, OptimizerState } from './optimizer.js';
import { mapElements } from './packing.js';
import { treatmentOf } from './treatment.js';

type Slots<P> = OptimizerState<P>['slots'];

/** An accelerated optimizer: the parameters it updates are the points where gradients are taken, its result is the average. */
export interface AcceleratedOptimizer extends Optimizer {
  /** x̄ after the updates that the state has seen, of the parameters' form: what the rate is proved for. */
  average<P>(state: OptimizerState<P>): P;
}

/**
 * Nesterov's acceleration of an adaptive method. With α_t = 2/(t + 2), t = 0 at the first update, and gradients g_t at the
 * parameters y_t = α_t·x_t + (1 − α_t)·x̄_t: x takes a step of the optimizer with g_t/α_t, and x̄_{t+1} = α_t·x_{t+1} + (1 − α_t)·x̄_t.
 * For convex smooth losses and `structuredAdaGrad`, cumulative and with η near the distance to the solution, the error of x̄ falls
 * as 1/t², and as 1/√t times the noise of gradients (arXiv:2511.20584).
 *
 * The optimizer's slots stand under `optimizer`, beside `points` x_{t+1} and `before`, the x̄_t that y and the next average are made from.
 */
export function accelerated(optimizer: Optimizer): AcceleratedOptimizer {
  const inner = <P>({ step, slots }: OptimizerState<P>): OptimizerState<P> => ({
    step,
    slots: slots['optimizer'] as unknown as Slots<P>,
  });
  const result: AcceleratedOptimizer = {
    name: `accelerated ${optimizer.name}`,
    describe(path, parameter) {
      const { treatment, flopsPerStep } = treatmentOf(optimizer, path, parameter);
      return { treatment: `${treatment}, accelerated`, flopsPerStep: flopsPerStep + 9 * parameter.size };
    },
    init<P>(params: P): OptimizerState<P> {
      const { step, slots } = optimizer.init(params);
      const same = () => treeMap((p) => add(p, 0), params);
      return { step, slots: { points: same(), before: same(), optimizer: slots as unknown as P } };
    },
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const average = averageAt<P>(state.step, state.slots);
      const alpha = alphaAfter(state.step);
      const [larger] = mapElements(([g]) => [div(g!, cast(alpha, g!.dtype))], [gradients]);
      // A tree without tensors is its own update.
      const [points, { step, slots }] = optimizer.update(larger ?? gradients, inner(state), state.slots['points'] ?? params);
      const next = { points, before: average, optimizer: slots as unknown as P };
      return [pointsOfGradients<P>(step, next), { step, slots: next }];
    },
    average: (state) => averageAt(state.step, state.slots),
  };
  const { refresh } = optimizer;
  if (!refresh) return result;
  const gather = jit((step: Tensor, points: unknown, before: unknown): unknown => pointsOfGradients(step, { points, before }), {
    name: `${result.name}, after the host's work`,
  });
  return {
    ...result,
    ...(optimizer.refreshDue && { refreshDue: optimizer.refreshDue }),
    async refresh<P>(state: OptimizerState<P>, params: P): Promise<[P, OptimizerState<P>]> {
      const points = state.slots['points']!;
      const before = inner(state);
      const [moved, after] = await refresh(before, points);
      if (moved === points && after === before) return [params, state];
      const slots = { ...state.slots, points: moved, optimizer: after.slots as unknown as P };
      return [gather(state.step, moved, state.slots['before']) as P, { step: state.step, slots }];
    },
  };
}

/** α of the update after `step` others. */
const alphaAfter = (step: Tensor): Tensor => div(2, add(cast(step, 'float64'), 2));

/** x̄ after `step` updates: α of the last of them times x plus the rest of the x̄ before; x itself before the first. */
function averageAt<P>(step: Tensor, slots: Slots<P>): P {
  const last = where(step.greater(0), alphaAfter(sub(step, 1)), 1);
  return between(last, slots['points']!, slots['before']!);
}

/** y after `step` updates, where the next gradient is taken. */
const pointsOfGradients = <P>(step: Tensor, slots: Slots<P>): P => between(alphaAfter(step), slots['points']!, averageAt<P>(step, slots));

/** share·x + (1 − share)·y */
function between<P>(share: Tensor, x: P, y: P): P {
  const [mixed] = mapElements(
    ([a, b]) => {
      const part = cast(share, a!.dtype);
      return [add(mul(a!, part), mul(b!, sub(1, part)))];
    },
    [x, y],
  );
  return flatten(x).leaves.length === 0 ? x : mixed!;
}

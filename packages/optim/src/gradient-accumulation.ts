import { add, div, equal, mod, mul, type Tensor, TensorError, treeMap, where, zerosLike } from '@sardonyx/tensor';
import { treatmentOf } from './treatment.js';
import type { Optimizer, OptimizerState } from './optimizer.js';
import { mapElements } from './packing.js';

type Slots<P> = OptimizerState<P>['slots'];

/**
 * The optimizer applied to the mean of the gradients of every `count` updates, as if they were one batch; in between,
 * parameters stay. Its own steps, and so its schedules, count those means; `state.step` counts all updates.
 *
 * One compiled step serves all updates, so that the optimizer's work is done, and mostly thrown away, in each: where
 * that weighs, sum gradients in a compiled function of their own instead.
 */
export function accumulateGradients(optimizer: Optimizer, count: number): Optimizer {
  if (!Number.isInteger(count) || count < 1) {
    throw new TensorError('accumulate', `accumulateGradients: expected a whole number of updates, 1 or more, given ${count}`);
  }
  const inner = <P>(state: OptimizerState<P>): OptimizerState<P> => ({
    step: div(state.step, count),
    slots: state.slots['optimizer'] as unknown as Slots<P>,
  });
  const accumulating: Optimizer = {
    describe(path, parameter) {
      const { treatment, flopsPerStep } = treatmentOf(optimizer, path, parameter);
      return { treatment, flopsPerStep: flopsPerStep + 2 * parameter.size };
    },
    name: `${optimizer.name}, every ${count} updates`,
    init<P>(params: P): OptimizerState<P> {
      const { step, slots } = optimizer.init(params);
      return { step, slots: { total: treeMap(zerosLike, params), optimizer: slots as unknown as P } };
    },
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const before = inner(state);
      const step = add(state.step, 1);
      const due = equal(mod(step, count), 0);
      const [total] = mapElements(([sum, g]) => [add(sum!, g!)], [state.slots['total']!, gradients]);
      const [means] = mapElements(([sum]) => [mul(sum!, 1 / count)], [total!]);
      const [updated, next] = optimizer.update(means!, before, params);
      return [
        choose(due, updated, params),
        {
          step,
          slots: {
            total: mapElements(([sum]) => [where(due, 0, sum!)], [total!])[0]!,
            optimizer: choose(due, next.slots, before.slots) as unknown as P,
          },
        },
      ];
    },
  };
  const { refresh, refreshDue = () => true } = optimizer;
  if (!refresh) return accumulating;
  return {
    ...accumulating,
    refreshDue: (step) => step % count === 0 && refreshDue(step / count),
    async refresh<P>(state: OptimizerState<P>, params: P): Promise<[P, OptimizerState<P>]> {
      if ((await state.step.item()) % count !== 0) return [params, state];
      const [moved, { slots }] = await refresh(inner(state), params);
      return [moved, { step: state.step, slots: { ...state.slots, optimizer: slots as unknown as P } }];
    },
  };
}

/** One of two trees of the same form. */
function choose<T>(condition: Tensor, yes: T, no: T): T {
  return mapElements(([a, b]) => [where(condition, a!, b!)], [yes, no])[0] ?? yes;
}

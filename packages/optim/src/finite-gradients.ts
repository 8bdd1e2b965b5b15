import {
  add,
  all,
  cast,
  flatten,
  full,
  isFinite,
  max,
  min,
  stack,
  sum,
  tensor,
  type Tensor,
  treeMap,
  where,
  zeros,
} from '@sardonyx/tensor';
import { OptimizerError } from './errors.js';
import type { Optimizer, OptimizerState } from './optimizer.js';
import { treatmentOf } from './treatment.js';
import { oneOf } from './options.js';
import { mapElements } from './packing.js';

/**
 * What becomes of an update with NaN or infinity in a gradient: `error` refuses it and throws from `refresh`, `skip` leaves
 * parameters and state as they were and counts it, `zero` takes such elements for 0 and counts the updates with any.
 */
export type NonFinitePolicy = 'error' | 'skip' | 'zero';

type Slots<P> = OptimizerState<P>['slots'];

/**
 * The optimizer behind a check of its gradients. Its slots stand under `optimizer`; beside them `updates` counts the updates
 * that the optimizer took and `nonFinite` those with a gradient that was not finite, both int32 scalars; with `error` there
 * is `report` too, what `refresh` throws: for each parameter how many elements were not finite, and the extremes of the others.
 * `state.step` counts all updates.
 */
export function finiteGradients(optimizer: Optimizer, policy: NonFinitePolicy): Optimizer {
  const policies = oneOf('error', 'skip', 'zero');
  if (!policies.holds(policy))
    throw new OptimizerError('option', `finiteGradients: expected the policy to be ${policies.expected}, given ${policy}`);
  const inner = <P>(state: OptimizerState<P>): OptimizerState<P> => ({
    step: state.slots['updates'] as Tensor,
    slots: state.slots['optimizer'] as unknown as Slots<P>,
  });
  const checked: Optimizer = {
    describe(path, parameter) {
      const { treatment, flopsPerStep } = treatmentOf(optimizer, path, parameter);
      return { treatment, flopsPerStep: flopsPerStep + 3 * parameter.size };
    },
    name: `${optimizer.name}, of finite gradients`,
    init<P>(params: P): OptimizerState<P> {
      const { step, slots } = optimizer.init(params);
      const counter = () => full([], 0, 'int32') as P;
      const rows = flatten(params).leaves.length;
      return {
        step,
        slots: {
          optimizer: slots as unknown as P,
          updates: counter(),
          nonFinite: counter(),
          ...(policy === 'error' && { report: zeros([rows, 3], 'float64') as P }),
        },
      };
    },
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const { leaves } = flatten(gradients);
      const finite = leaves.length === 0 ? tensor(true) : all(stack(leaves.map((g) => all(isFinite(g)))));
      const before = inner(state);
      // Elements that are not finite must not reach what is kept, and NaN times 0 is NaN: they are taken for 0 in any case.
      const given = treeMap((g) => where(isFinite(g), g, 0), gradients);
      const [moved, after] = optimizer.update(given, before, params);
      const takes = policy === 'zero' ? tensor(true) : finite;
      const slots = {
        optimizer: choose(takes, after.slots, before.slots) as unknown as P,
        updates: add(before.step, cast(takes, 'int32')) as P,
        nonFinite: add(state.slots['nonFinite'] as Tensor, where(finite, 0, 1).cast('int32')) as P,
        ...(policy === 'error' && { report: stack(leaves.map(rowOf)) as P }),
      };
      return [choose(takes, moved, params), { step: add(state.step, 1), slots }];
    },
  };
  if (policy !== 'error' && !optimizer.refresh) return checked;
  return {
    ...checked,
    refreshDue: (step) => policy === 'error' || (optimizer.refreshDue?.(step) ?? true),
    async refresh<P>(state: OptimizerState<P>, params: P): Promise<[P, OptimizerState<P>]> {
      if (policy === 'error') await expectFinite(optimizer.name, state, params);
      if (!optimizer.refresh) return [params, state];
      const [moved, { slots }] = await optimizer.refresh(inner(state), params);
      return [moved, { step: state.step, slots: { ...state.slots, optimizer: slots as unknown as P } }];
    },
  };
}

/** One of two trees of the same form. */
const choose = <T>(condition: Tensor, yes: T, no: T): T => mapElements(([a, b]) => [where(condition, a!, b!)], [yes, no])[0] ?? yes;

/** How many elements are not finite, and the extremes of those that are. */
function rowOf(g: Tensor): Tensor {
  if (g.size === 0) return zeros([3], 'float64');
  const good = isFinite(g);
  const extremes = [min(where(good, g, Number.POSITIVE_INFINITY)), max(where(good, g, Number.NEGATIVE_INFINITY))];
  return stack([sum(cast(good.logicalNot(), 'float64')), ...extremes.map((x) => cast(x, 'float64'))]);
}

async function expectFinite<P>(name: string, state: OptimizerState<P>, params: P): Promise<void> {
  const report = await (state.slots['report'] as Tensor).data<'float64'>();
  const { leaves, structure } = flatten(params);
  const row = structure.paths.findIndex((_, i) => report[3 * i]! > 0);
  if (row === -1) return;
  const [count, least, most] = [report[3 * row]!, report[3 * row + 1]!, report[3 * row + 2]!];
  const step = await state.step.item();
  const parameter = structure.paths[row]!;
  const rest = count === leaves[row]!.size ? 'none of the others' : `the others from ${least} to ${most}`;
  throw new OptimizerError(
    'non-finite',
    `${name}: expected finite gradients, given ${count} elements of ${leaves[row]!.size} that are NaN or infinite for ${parameter} at update ${step}, ${rest}; parameters and state are as before the update. Lower the learning rate, clip, or choose the policy "skip" or "zero"`,
    { parameter, step, count, minimum: least, maximum: most },
  );
}

import { add, flatten, type Tensor, TensorError } from '@sardonyx/tensor';
import { treatmentOf } from './treatment.js';
import type { Optimizer, OptimizerState, ParameterFilter } from './optimizer.js';

export interface ParameterGroup {
  /** Names the group's state. */
  readonly name: string;
  readonly where: ParameterFilter;
  readonly optimizer: Optimizer;
}

type Slots<P> = OptimizerState<P>['slots'];

/**
 * Each parameter updated by the optimizer of the first group that takes it. A group sees its parameters as one flat
 * record by path, and its slots stand under its name.
 * Throws TensorError where two groups share a name, a group takes no parameter, or a parameter is in no group: end
 * with a group that takes all, `where: () => true`, to catch the rest.
 */
export function parameterGroups(groups: readonly ParameterGroup[]): Optimizer {
  const name = `groups of ${groups.map(({ optimizer }) => optimizer.name).join(', ')}`;
  return groupedOptimizer(name, groups, { mayBeIdle: false });
}

/** As `parameterGroups`, under a name of its own and, where groups may be idle, with groups that take no parameter. */
export function groupedOptimizer(name: string, groups: readonly ParameterGroup[], { mayBeIdle }: { mayBeIdle: boolean }): Optimizer {
  const names = groups.map(({ name }) => name);
  if (new Set(names).size !== names.length) {
    throw new TensorError('groups', `parameterGroups: expected groups of different names, given ${names.join(', ')}`);
  }
  const partition = <P>(params: P) => partitionOf(groups, params, mayBeIdle);
  const stateOf = (state: OptimizerState<unknown>, group: string): OptimizerState<Record<string, Tensor>> => ({
    step: state.step,
    slots: state.slots[group] as Slots<Record<string, Tensor>>,
  });
  const optimizer: Optimizer = {
    name,
    describe(path, parameter) {
      const group = groups.find(({ where }) => where(path, parameter));
      const { treatment, flopsPerStep } = group ? treatmentOf(group.optimizer, path, parameter) : { treatment: 'none', flopsPerStep: 0 };
      return { treatment: `${group?.name}: ${treatment}`, flopsPerStep };
    },
    init<P>(params: P): OptimizerState<P> {
      const parts = partition(params).split(params);
      const states = groups.map(({ optimizer }, i) => optimizer.init(parts[i]!));
      return { step: states[0]!.step, slots: slotsByGroup<P>(names, states) };
    },
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const { split, join } = partition(params);
      const [parts, ofGradients] = [split(params), split(gradients)];
      const results = groups.map((group, i) => group.optimizer.update(ofGradients[i]!, stateOf(state, group.name), parts[i]!));
      const slots = slotsByGroup<P>(
        names,
        results.map(([, next]) => next),
      );
      return [join(results.map(([part]) => part)), { step: add(state.step, 1), slots }];
    },
  };
  if (groups.every((group) => group.optimizer.refresh === undefined)) return optimizer;
  return {
    ...optimizer,
    refreshDue: (step) => groups.some((group) => group.optimizer.refresh && (group.optimizer.refreshDue?.(step) ?? true)),
    async refresh<P>(state: OptimizerState<P>, params: P): Promise<[P, OptimizerState<P>]> {
      const { split, join } = partition(params);
      const parts = split(params);
      const results: [Record<string, Tensor>, OptimizerState<Record<string, Tensor>>][] = [];
      for (const [i, group] of groups.entries()) {
        const own = stateOf(state, group.name);
        results.push((await group.optimizer.refresh?.(own, parts[i]!)) ?? [parts[i]!, own]);
      }
      const slots = slotsByGroup<P>(
        names,
        results.map(([, next]) => next),
      );
      return [join(results.map(([part]) => part)), { step: state.step, slots }];
    },
  };
}

const slotsByGroup = <P>(names: readonly string[], states: readonly OptimizerState<unknown>[]): Slots<P> =>
  Object.fromEntries(names.map((name, i) => [name, states[i]!.slots as unknown as P]));

/** How trees of the parameters' form fall into records by path, one a group, and come together again. */
function partitionOf<P>(groups: readonly ParameterGroup[], params: P, mayBeIdle: boolean) {
  const { leaves, structure } = flatten(params);
  const groupOf = leaves.map((leaf, i) => groups.findIndex(({ where }) => where(structure.paths[i]!, leaf)));
  const orphan = groupOf.indexOf(-1);
  const idle = mayBeIdle ? undefined : groups.find((_, group) => !groupOf.includes(group));
  if (orphan !== -1 || idle) {
    throw new TensorError(
      'groups',
      idle
        ? `parameterGroups: group ${idle.name} takes no parameter; given ${structure.paths.slice(0, 5).join(', ')}…`
        : `parameterGroups: no group takes ${structure.paths[orphan]}; end with a group of where: () => true`,
    );
  }
  return {
    split(tree: P): Record<string, Tensor>[] {
      const given = flatten(tree).leaves;
      return groups.map((_, group) =>
        Object.fromEntries(given.flatMap((leaf, i) => (groupOf[i] === group ? [[structure.paths[i]!, leaf]] : []))),
      );
    },
    join: (parts: readonly Record<string, Tensor>[]): P =>
      structure.unflatten(structure.paths.map((path, i) => parts[groupOf[i]!]![path]!)) as P,
  };
}

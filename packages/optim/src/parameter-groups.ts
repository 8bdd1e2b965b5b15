import { add, flatten, type Tensor, TensorError } from '@sardonyx/tensor';
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
  const names = groups.map(({ name }) => name);
  if (new Set(names).size !== names.length) {
    throw new TensorError('groups', `parameterGroups: expected groups of different names, given ${names.join(', ')}`);
  }
  return {
    name: `groups of ${groups.map(({ optimizer }) => optimizer.name).join(', ')}`,
    init<P>(params: P): OptimizerState<P> {
      const parts = partition(groups, params).split(params);
      const states = groups.map(({ optimizer }, i) => optimizer.init(parts[i]!));
      return { step: states[0]!.step, slots: slotsByGroup<P>(names, states) };
    },
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const { split, join } = partition(groups, params);
      const [parts, ofGradients] = [split(params), split(gradients)];
      const results = groups.map(({ name, optimizer }, i) => {
        const slots = state.slots[name] as unknown as Slots<Record<string, Tensor>>;
        return optimizer.update(ofGradients[i]!, { step: state.step, slots }, parts[i]!);
      });
      const slots = slotsByGroup<P>(
        names,
        results.map(([, next]) => next),
      );
      return [join(results.map(([part]) => part)), { step: add(state.step, 1), slots }];
    },
  };
}

const slotsByGroup = <P>(names: readonly string[], states: readonly OptimizerState<unknown>[]): Slots<P> =>
  Object.fromEntries(names.map((name, i) => [name, states[i]!.slots as unknown as P]));

/** How trees of the parameters' form fall into records by path, one a group, and come together again. */
function partition<P>(groups: readonly ParameterGroup[], params: P) {
  const { leaves, structure } = flatten(params);
  const groupOf = leaves.map((leaf, i) => groups.findIndex(({ where }) => where(structure.paths[i]!, leaf)));
  const orphan = groupOf.indexOf(-1);
  const idle = groups.find((_, group) => !groupOf.includes(group));
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

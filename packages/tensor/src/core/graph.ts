import type { Node } from './op.js';
import type { Tensor } from './tensor.js';

/** The node that produces a tensor, `undefined` for parameters and values. */
export const producerOf = (tensor: Tensor): Node | undefined => (tensor.origin.kind === 'output' ? tensor.origin.node : undefined);

/**
 * Nodes needed for `outputs`, inputs before users. Iterative, so that graphs tens of thousands of nodes deep are fine.
 * `enter` may cut the walk: nodes for which it is false are not visited.
 */
export function topologicalOrder(outputs: readonly Tensor[], enter: (node: Node) => boolean = () => true): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  const stack: Node[] = [];
  const push = (tensor: Tensor) => {
    const node = producerOf(tensor);
    if (node && !state.has(node) && enter(node)) stack.push(node);
  };
  for (const output of outputs) {
    push(output);
    while (stack.length > 0) {
      const node = stack[stack.length - 1]!;
      const seen = state.get(node);
      if (seen === undefined) {
        state.set(node, 'open');
        // Pushed in reverse so that the first input is finished first: the order follows the written program.
        for (let i = node.inputs.length - 1; i >= 0; i--) push(node.inputs[i]!);
      } else {
        stack.pop();
        if (seen === 'open') {
          state.set(node, 'done');
          order.push(node);
        }
      }
    }
  }
  return order;
}

/** The tensors in the graph of `outputs` that no node produces: parameters and values, in order of first use. */
export function leavesOf(outputs: readonly Tensor[]): Tensor[] {
  const leaves = new Set<Tensor>();
  for (const node of topologicalOrder(outputs)) {
    for (const input of node.inputs) if (!producerOf(input)) leaves.add(input);
  }
  for (const output of outputs) if (!producerOf(output)) leaves.add(output);
  return [...leaves];
}

/** Nodes whose outputs depend on any of `sources`, inputs before users. */
export function dependentNodes(outputs: readonly Tensor[], sources: ReadonlySet<Tensor>): { nodes: Node[]; dependent: Set<Tensor> } {
  const dependent = new Set<Tensor>(sources);
  const nodes = topologicalOrder(outputs).filter((node) => {
    const depends = node.inputs.some((input) => dependent.has(input));
    if (depends) for (const output of node.outputs) dependent.add(output);
    return depends;
  });
  return { nodes, dependent };
}

/**
 * The graph of `outputs` built anew: every node that depends on a key of `replacements` (or that `rule` changes)
 * is applied to the new inputs; everything else is shared with the old graph.
 */
export function rebuild(
  outputs: readonly Tensor[],
  replacements: ReadonlyMap<Tensor, Tensor>,
  rule: (node: Node, inputs: readonly Tensor[]) => readonly Tensor[],
): Tensor[] {
  const now = new Map<Tensor, Tensor>(replacements);
  const resolve = (tensor: Tensor) => now.get(tensor) ?? tensor;
  for (const node of topologicalOrder(outputs)) {
    if (node.outputs.every((output) => now.has(output))) continue;
    const rebuilt = rule(node, node.inputs.map(resolve));
    node.outputs.forEach((output, i) => {
      if (!now.has(output)) now.set(output, rebuilt[i]!);
    });
  }
  return outputs.map(resolve);
}
